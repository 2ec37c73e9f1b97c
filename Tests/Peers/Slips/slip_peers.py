# SPDX-License-Identifier: Apache-2.0
"""A slip against programs by others: python-escpos encodes the same pictures and the same code, and
arabic-reshaper, python-bidi and Pillow shape the same Persian, without Pango.

    slip_peers.py BYTES STRIPS FONT.ttf PICTURE.png

Prints one line for each thing that is not right, and ends with status 1 when there was one."""

import io
import sys

import arabic_reshaper
from bidi.algorithm import get_display
from escpos import constants
from escpos.printer import Dummy
from PIL import Image, ImageDraw, ImageFont

from paper import Paper, png

# Two drawings of a text agree when the dots that both have are this share of those that one has.
ALIKE = 0.72


def read_strips(path):
    data = open(path, "rb").read()
    title = b"nobat strips 1\n"
    assert data.startswith(title)
    place, strips = len(title), {}
    while place < len(data):
        end = data.index(b"\n", place)
        style, width, height, count = data[place:end].split()
        width, height, count = int(width), int(height), int(count)
        text = data[end + 1 : end + 1 + count].decode()
        size = (width + 7) // 8 * height
        start = end + 1 + count
        body = data[start : start + size]
        # A set bit is black there; in Pillow it is white.
        picture = Image.frombytes("1", (width, height), bytes(255 - byte for byte in body)) if size else None
        strips[style.decode(), text] = picture
        place = start + size
    return strips


def black(picture):
    """The dots of a picture, cropped to what is black."""
    inverted = picture.convert("L").point(lambda dot: 255 if dot < 128 else 0)
    box = inverted.getbbox()
    return inverted.crop(box) if box else None


def likeness(one, other):
    """The share of dots in which two drawings agree, at their best place."""
    best = 0.0
    width, height = max(one.width, other.width) + 4, max(one.height, other.height) + 4
    for dx in range(-2, 3):
        for dy in range(-2, 3):
            a = Image.new("1", (width, height))
            b = Image.new("1", (width, height))
            a.paste(one.convert("1"), (2, 2))
            b.paste(other.convert("1"), (2 + dx, 2 + dy))
            a, b = a.tobytes(), b.tobytes()
            both = sum((x & y).bit_count() for x, y in zip(a, b))
            either = sum((x | y).bit_count() for x, y in zip(a, b))
            best = max(best, both / max(1, either))
    return best


def drawn(text, font):
    picture = Image.new("L", (1600, 200), 255)
    ImageDraw.Draw(picture).text((20, 20), text, font=font, fill=0)
    return black(picture)


def check_shapes(strips, font_path):
    faults, shaped_count = [], 0
    reshaper = arabic_reshaper.ArabicReshaper({"delete_harakat": False, "support_ligatures": True})
    sizes = {"title": 56 * 0.62, "text": 40 * 0.62}
    for (style, text), strip in sorted(strips.items()):
        letters = [letter for letter in text if "\u0600" <= letter <= "\u06ff" and letter.isalpha()]
        if style not in sizes or len(letters) < 3 or strip is None:
            continue
        # Marks above letters are set by each library in its own way.
        if any(mark in text for mark in "\u0654\u064b\u06c0\u200c"):
            continue
        font = ImageFont.truetype(font_path, round(sizes[style]), layout_engine=ImageFont.Layout.BASIC)
        ours = black(strip)
        right = drawn(get_display(reshaper.reshape(text)), font)
        scale = ours.height / right.height
        if abs(scale - 1) > 0.25:
            faults.append("%s: %d dots high, not %d" % (text, ours.height, right.height))
            continue
        right = right.resize((ours.width, ours.height))
        wrong = drawn(text[::-1], font).resize((ours.width, ours.height))
        shaped, unshaped = likeness(ours, right), likeness(ours, wrong)
        # Words of letters that join no other look the same either way.
        joins = reshaper.reshape(text) != reshaper.reshape("\u200c".join(text)).replace("\u200c", "")
        shaped_count += joins
        if shaped < ALIKE or joins and shaped <= unshaped + 0.1:
            faults.append("%s: %.2f like its shape, %.2f like loose letters" % (text, shaped, unshaped))
    if shaped_count < 10:
        faults.append("only %d texts could be compared" % shaped_count)
    print("%d Persian texts compared" % shaped_count)
    return faults


def check_bytes(paper):
    faults = []
    bands = [item for item in paper.items if item[0] == "picture"]
    codes = [item for item in paper.items if item[0] == "qr"]
    for _, width, height, body, sent in bands:
        picture = Image.frombytes("1", (width * 8, height), bytes(255 - byte for byte in body))
        dummy = Dummy()
        dummy.image(picture, impl="bitImageRaster", fragment_height=height)
        if dummy.output != sent:
            faults.append("a band of %d rows is not what python-escpos sends" % height)
    for _, code in codes:
        dummy = Dummy()
        dummy.qr(code["data"].decode(), ec=constants.QR_ECLEVEL_M, size=code["size"],
                 model=constants.QR_MODEL_2, native=True)
        if code["bytes"] not in dummy.output:
            faults.append("the QR code is not what python-escpos sends")
    if len(bands) < 20 or len(codes) != 1:
        faults.append("%d bands and %d codes are no slip" % (len(bands), len(codes)))
    asked = b"".join(b"\x10\x04" + bytes([number]) for number in (1, 4))
    if constants.RT_STATUS_ONLINE + constants.RT_STATUS_PAPER != asked:
        faults.append("python-escpos asks for the state otherwise")
    print("%d bands and %d code compared" % (len(bands), len(codes)))
    return faults


def main(data_path, strips_path, font_path, picture_path):
    paper = Paper(open(data_path, "rb").read())
    with open(picture_path, "wb") as out:
        out.write(png(paper.rows()))
    faults = check_bytes(paper) + check_shapes(read_strips(strips_path), font_path)
    for fault in faults:
        print("fault: " + fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
