# SPDX-License-Identifier: Apache-2.0
"""The hall board in a real browser: what patients see and hear, from a press to the screen."""

import json
import signal
import statistics
import time
import unittest

from browser import Browser
from clinic import PICTURES, VOICE, Clinic
from looks import CONTRASTS, PERSIAN

TEXT = """
  text: { fa: "لطفاً پس از دیدن شمارهٔ خود به باجهٔ نوشته‌شده بروید.", en: Please go to the booth shown. }
"""
SIZES = [(360, 740), (768, 1024), (1280, 720), (1920, 1080), (3840, 2160)]
DRAWN = "document.querySelector('#newest > .number, #newest .nobody') !== null"

class BoardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clinic = Clinic(pages=TEXT)
        cls.addClassCleanup(cls.clinic.close)
        cls.clinic.start()
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        cls.clinic.take("admission", 30)
        cls.clinic.take("lab", 30)
        for booth in (4, 12, 5, 3, 1):
            cls.last = cls.clinic.press(booth)["number"]

    def page(self, *arguments, address=None, **more):
        page = self.browser.page(*arguments, **more)
        self.addCleanup(page.close)
        page.open(address or self.clinic.board, DRAWN)
        page.value("document.fonts.ready.then(() => true)")
        return page

    def test_a_press_is_on_the_board_within_300_ms(self):
        page = self.page()
        page.value("""(() => {
          window.seen = {};
          new MutationObserver(() => {
            const number = document.querySelector("#newest > .number")?.innerText;
            if (number && !(number in seen)) seen[number] = Date.now();
          }).observe(document.querySelector("#newest"), { childList: true, subtree: true });
        })()""")
        rounds = []
        for _ in range(3):
            delays = []
            for booth in (1, 2, 3, 1, 2):
                self.clinic.take("admission")
                pressed = time.time() * 1000
                number = self.clinic.press(booth)["number"].translate(PERSIAN)
                page.wait(f"{json.dumps(number)} in seen", 10)
                delays.append(page.value(f"seen[{json.dumps(number)}]") - pressed)
            rounds.append(statistics.median(delays))
            print(f"\npress to board, ms: {[round(delay) for delay in delays]}")
            if rounds[-1] <= 300:
                break
        self.assertLessEqual(min(rounds), 300)

    def test_persian_runs_from_right_to_left_with_its_own_digits(self):
        page = self.page()
        number = self.clinic.press(1)["number"]
        shown = number.translate(PERSIAN)
        page.wait(f"document.querySelector('#newest > .number').innerText === {json.dumps(shown)}")
        self.assertEqual(page.value("[document.documentElement.lang, document.documentElement.dir]"),
                         ["fa", "rtl"])
        self.assertEqual(page.text("#newest .booth"), "باجهٔ ۱")
        self.assertIn(f"{number} · Booth 1", page.text("#newest .second"))
        # The letter is left of the digits, and the digits in their order, in a line from the right.
        places = page.value("""(() => {
          const text = document.querySelector("#newest > .number").firstChild;
          return [...text.data].map((_, index) => {
            const range = new Range();
            range.setStart(text, index);
            range.setEnd(text, index + 1);
            return range.getBoundingClientRect().left;
          });
        })()""")
        self.assertEqual(places, sorted(places))
        # The newest call stands on the right, where reading begins; the earlier ones on the left.
        left, right = page.value(
            "['#earlier', '#newest'].map((id) => document.querySelector(id).getBoundingClientRect().left)")
        self.assertLess(left, right)
        self.assertRegex(page.text("#clock"), "^[۰-۹]{2}:[۰-۹]{2}$")
        counts = page.value("[...document.querySelectorAll('#queues dd')].map((e) => e.innerText)")
        self.assertEqual(len(counts), 2)
        for count in counts:
            self.assertRegex(count, "^[۰-۹]+ نفر$")

    def test_the_central_shows_the_hall_in_english(self):
        page = self.page(address=self.clinic.central_board)
        self.assertEqual(page.value("[document.documentElement.lang, document.documentElement.dir]"),
                         ["en", "ltr"])
        number = self.clinic.press(2)["number"]
        page.wait(f"document.querySelector('#newest > .number').innerText === '{number}'")
        self.assertEqual(page.text("#newest .booth"), "Booth 2")
        self.assertEqual(page.value("document.querySelectorAll('.second').length"), 0)
        self.assertRegex(page.text("#clock"), "^[0-9]{2}:[0-9]{2}$")
        page.picture(f"{PICTURES}/central-1920.png")

    def test_every_text_stands_out_seven_to_one(self):
        page = self.page()
        for moment in (100, 600, 20_000):
            page.value(f"""document.getAnimations().forEach((animation) => {{
              if (animation.animationName !== "call") return;
              animation.pause();
              animation.currentTime = {moment};
            }})""")
            rows = page.value(CONTRASTS)
            self.assertGreater(len(rows), 12)
            poor = [row for row in rows if row[1] < 7]
            self.assertEqual(poor, [], f"{moment} ms after a call")

    def test_nothing_moves_faster_than_twice_a_second_or_at_all_if_unwanted(self):
        self.clinic.press(1)
        frames = """document.getAnimations().map((animation) => [
          animation.animationName, animation.effect.getTiming().duration,
          animation.effect.getKeyframes().length])"""
        page = self.page()
        moving = page.value(frames)
        self.assertIn("call", [name for name, _, _ in moving])
        for name, duration, count in moving:
            self.assertGreaterEqual(duration / max(count - 1, 1), 250, name)
            self.assertGreaterEqual(duration, 500, name)
        still = self.page(features=[("prefers-reduced-motion", "reduce")])
        self.assertEqual(still.value(frames), [])
        self.assertEqual([row for row in still.value(CONTRASTS) if row[1] < 7], [])
        still.picture(f"{PICTURES}/still-1920.png")

    def test_it_fits_every_screen(self):
        for width, height in SIZES:
            page = self.page(width, height, mobile=width < 700)
            with self.subTest(f"{width} by {height}"):
                self.assertLessEqual(page.value("document.documentElement.scrollWidth"), width)
                wide = page.value("""[...document.querySelectorAll("main *, header *, #queues *")]
                  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1
                    || e.getBoundingClientRect().left < -1).map((e) => e.outerHTML.slice(0, 80))""")
                self.assertEqual(wide, [])
                if width > 700:
                    # A television has nobody to scroll it.
                    self.assertLessEqual(
                        page.value("document.documentElement.scrollHeight"), height)
                    cut = page.value("""[...document.querySelectorAll("#newest, #earlier li")]
                      .filter((e) => e.scrollHeight > e.clientHeight + 2).length""")
                    self.assertEqual(cut, 0)
                page.picture(f"{PICTURES}/board-{width}.png")

    def test_long_texts_break_on_a_telephone(self):
        page = self.page(360, 740, mobile=True, features=[("prefers-reduced-motion", "reduce")])
        wide = page.value("""(() => {
          const words = "a text that is long ".repeat(20);
          const notice = document.getElementById("notice");
          notice.hidden = false;
          notice.replaceChildren(Object.assign(document.createElement("bdi"), { textContent: words }));
          const lines = [...document.querySelectorAll("#text bdi")];
          for (const line of lines) line.textContent = words;
          const boxes = [notice, ...notice.children, ...lines].map((e) => e.getBoundingClientRect());
          return [lines.length, boxes.filter((b) => b.left < -1 || b.right > innerWidth + 1).length];
        })()""")
        self.assertEqual(wide, [2, 0])

    def test_a_screen_reader_is_told_what_others_see(self):
        page = self.page()
        rows = page.roles()
        roles = [role for role, _, _ in rows]
        self.assertIn(("heading", 1), [(role, more.get("level")) for role, _, more in rows])
        self.assertEqual(roles.count("listitem"), 4)
        live = [more for role, _, more in rows if role == "alert"]
        self.assertIn(("assertive", True), [(more.get("live"), more.get("atomic")) for more in live])
        arrows = [name for role, name, _ in rows if role in ("image", "img")]
        self.assertTrue(arrows)
        self.assertLessEqual(set(arrows), {"سمت چپ", "سمت راست", "روبه‌رو", "پشت سر"})

    def test_sound_is_switched_on_with_the_keyboard(self):
        page = self.page()
        page.wait("!document.querySelector('#sound').hidden")
        page.press("Tab")
        self.assertEqual(page.value("document.activeElement.id"), "sound")
        self.assertNotEqual(page.value("getComputedStyle(document.activeElement).outlineStyle"), "none")
        page.picture(f"{PICTURES}/keyboard-1920.png")
        page.press("Enter")
        page.wait("document.querySelector('#sound').hidden")

    def test_nothing_comes_from_elsewhere_and_nothing_is_complained_of(self):
        page = self.page()
        self.assertEqual(page.complaints(), [])
        origin = f"http://127.0.0.1:{self.clinic.port}/"
        self.assertEqual(
            [address for address in page.requests()
             if not address.startswith((origin, "about:"))], [])
        self.assertTrue(page.value("document.fonts.check('20px Nobat', 'نوبت')"))


class OutageTest(unittest.TestCase):
    def test_a_board_without_its_server_says_so_and_comes_back(self):
        clinic = Clinic(pages=TEXT)
        self.addCleanup(clinic.close)
        clinic.start()
        browser = Browser()
        self.addCleanup(browser.close)
        clinic.take("admission", 3)
        number = clinic.press(1)["number"].translate(PERSIAN)
        page = browser.page()
        page.open(clinic.board, DRAWN)
        page.wait(f"document.querySelector('#newest > .number').innerText === {json.dumps(number)}")
        self.assertTrue(page.value("document.querySelector('#silence').hidden"))
        clinic.controller.end(signal.SIGKILL)
        page.wait("!document.querySelector('#silence').hidden", 15)
        self.assertIn("به‌روز نیست", page.text("#silence"))
        self.assertIn("alert", [role for role, _, _ in page.roles()])
        self.assertEqual([row for row in page.value(CONTRASTS) if row[1] < 7], [])
        page.picture(f"{PICTURES}/late-1920.png")
        page.wait("document.body.dataset.state === 'silent'", 25)
        self.assertNotIn(number, page.value("document.body.innerText"))
        page.picture(f"{PICTURES}/silent-1920.png")
        clinic.controller.start()
        page.wait(f"document.querySelector('#newest > .number').innerText === {json.dumps(number)}", 40)
        self.assertTrue(page.value("document.querySelector('#silence').hidden"))
        clinic.press(2)
        page.wait("document.querySelector('#newest .booth').innerText === 'باجهٔ ۲'", 10)


class VoiceTest(unittest.TestCase):
    def test_calls_are_spoken_whole_and_one_after_another(self):
        if not (VOICE / "fa/number.wav").exists():
            self.fail("there are no clips; run: make voice")
        clinic = Clinic(pages=f"  voice: {{ folder: {VOICE}, languages: [fa] }}\n")
        self.addCleanup(clinic.close)
        clinic.start()
        browser = Browser("--autoplay-policy=no-user-gesture-required")
        self.addCleanup(browser.close)
        page = browser.page()
        page.open(clinic.board, DRAWN)
        page.wait("nobatSound.isAllowed()")
        clinic.take("admission", 30)
        pressed = [(booth, clinic.press(booth)["number"]) for booth in (1, 2, 3)]
        clinic.press(1, "double")
        page.wait("nobatSound.log.length >= 4", 60)
        calls = page.value("nobatSound.log")
        spoken = [call["names"] for call in calls]
        for (booth, number), names in zip(pressed, spoken):
            self.assertEqual(names, ["chime"] + [f"fa/{name}" for name in persian(number, booth)])
        self.assertEqual(spoken[3], spoken[0], "a recall is spoken again")
        for earlier, later in zip(calls, calls[1:]):
            self.assertGreater(later["begin"], earlier["end"])
        self.assertEqual(page.complaints(), [])


def persian(number, booth):
    """The clips of a call as a speaker of Persian puts them together, of values below a thousand."""
    def value(count):
        parts = []
        if count >= 100:
            parts.append(count // 100 * 100)
            count %= 100
        if count > 20:
            parts.append(count // 10 * 10)
            count %= 10
        if count:
            parts.append(count)
        return " and ".join(map(str, parts)).split()
    return ["number", f"letter-{number[0].lower()}", *value(int(number[1:])), "booth", *value(booth)]


if __name__ == "__main__":
    unittest.main(verbosity=2)
