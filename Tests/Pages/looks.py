# SPDX-License-Identifier: Apache-2.0
"""What is measured on every page: contrast, width, and whether all comes from the server itself."""

# The contrast of every text with what is behind it, by WCAG 2.2.
CONTRASTS = """(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const rows = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility()) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))];
    rows.push([text, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
  }
  return rows;
})()"""

PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def poor_contrasts(page, least=7):
    """Texts that stand out less than `least` to one, and how many texts there are."""
    rows = page.value(CONTRASTS)
    return [row for row in rows if row[1] < least], len(rows)


def too_wide(page, width):
    """Elements that reach beyond a window of `width`, but for those in a box that scrolls by itself."""
    if page.value("document.documentElement.scrollWidth") > width:
        return ["the page itself"]
    return page.value("""[...document.querySelectorAll("body *")]
      .filter((e) => !e.closest(".scroller, .log, dialog, .skip, svg"))
      .filter((e) => e.checkVisibility() && (e.getBoundingClientRect().right > innerWidth + 1
        || e.getBoundingClientRect().left < -1)).map((e) => e.outerHTML.slice(0, 90))""")


def foreign_requests(page, port):
    origin = f"http://127.0.0.1:{port}/"
    return [address for address in page.requests()
            if not address.startswith((origin, "about:", "data:"))]
