# SPDX-License-Identifier: Apache-2.0
"""What a slip printer makes of the bytes it gets: an ESC/POS decoder written from Epson's "ESC/POS
Command Reference", not from the encoder. Standard library only.

    paper.py BYTES [PICTURE.png]

prints what is on the paper, line by line, and draws it. Any byte that is no part of a command it knows
is an error: a printer would print it as a letter, or wait for more."""

import struct
import sys
import zlib


class Paper:
    """Pictures, feeds, codes and cuts, in order."""

    def __init__(self, data):
        self.data = data
        self.place = 0
        self.items = []
        self.centred = False
        while self.place < len(data):
            self.step()

    def take(self, count):
        taken = self.data[self.place : self.place + count]
        if len(taken) < count:
            raise ValueError("the stream ends in a command at byte %d" % self.place)
        self.place += count
        return taken

    def step(self):
        start = self.place
        first = self.take(1)[0]
        if first == 0x10:
            self.real_time(start)
        elif first == 0x1B:
            self.escape(start)
        elif first == 0x1D:
            self.group(start)
        elif first != 0x00:
            raise ValueError("byte %02x at %d is no command" % (first, start))

    def real_time(self, start):
        kind = self.take(1)[0]
        if kind == 0x04:
            self.items.append(("ask", self.take(1)[0]))
        elif kind == 0x14:
            self.items.append(("clear", self.take(8)))
        else:
            raise ValueError("DLE %02x at %d is not known" % (kind, start))

    def escape(self, start):
        kind = self.take(1)[0]
        if kind == 0x40:
            self.centred = False
        elif kind == 0x61:
            self.centred = self.take(1)[0] == 1
        elif kind == 0x4A:
            self.items.append(("feed", self.take(1)[0]))
        else:
            raise ValueError("ESC %02x at %d is not known" % (kind, start))

    def group(self, start):
        kind = self.take(1)[0]
        if kind == 0x50:
            self.take(2)
        elif kind == 0x76:
            zero, mode, width, height = struct.unpack("<BBHH", self.take(6))
            if (zero, mode) != (0x30, 0) or not width or not height:
                raise ValueError("GS v at %d is not a picture of single dots" % start)
            if not self.centred:
                raise ValueError("the picture at %d is not in the middle of the paper" % start)
            body = self.take(width * height)
            for index in range(len(body) - 1):
                if body[index] == 0x10 and body[index + 1] in (0x04, 0x05, 0x14):
                    raise ValueError("a picture asks or clears at byte %d" % (start + 8 + index))
            self.items.append(("picture", width, height, body, self.data[start : self.place]))
        elif kind == 0x28:
            self.code(start)
        elif kind == 0x56:
            mode, feed = self.take(2)
            if mode not in (65, 66):
                raise ValueError("GS V %d at %d is not known" % (mode, start))
            self.items.append(("cut", feed))
        elif kind == 0x72:
            self.items.append(("confirm", self.take(1)[0]))
        else:
            raise ValueError("GS %02x at %d is not known" % (kind, start))

    qr = None

    def code(self, start):
        if self.take(1)[0] != 0x6B:
            raise ValueError("GS ( at %d is no two-dimensional code" % start)
        count = struct.unpack("<H", self.take(2))[0]
        body = self.take(count)
        if body[0] != 49:
            raise ValueError("the code at %d is no QR code" % start)
        if self.qr is None:
            self.qr = {"bytes": b""}
        self.qr["bytes"] += self.data[start : self.place]
        function, rest = body[1], body[2:]
        if function == 65:
            self.qr["model"] = rest[0] - 48
        elif function == 67:
            self.qr["size"] = rest[0]
        elif function == 69:
            self.qr["level"] = "LMQH"[rest[0] - 48]
        elif function == 80:
            self.qr["data"] = rest[1:]
        elif function == 81:
            self.items.append(("qr", self.qr))
            self.qr = None
        else:
            raise ValueError("function %d of a QR code at %d is not known" % (function, start))

    def rows(self, width_dots=576):
        """The paper as rows of dots (True is black), codes as they scan where `qrcode` is there."""
        rows = []
        for item in self.items:
            if item[0] == "feed":
                rows += [[False] * width_dots for _ in range(item[1])]
            elif item[0] == "picture":
                _, width, height, body, _ = item
                left = (width_dots - width * 8) // 2
                for y in range(height):
                    row = [False] * width_dots
                    for x in range(width * 8):
                        if body[y * width + x // 8] & (0x80 >> x % 8):
                            row[left + x] = True
                    rows.append(row)
            elif item[0] == "qr":
                rows += draw_code(item[1], width_dots)
            elif item[0] == "cut":
                rows += [[False] * width_dots for _ in range(20)]
                rows.append([x % 12 < 6 for x in range(width_dots)])
                rows += [[False] * width_dots for _ in range(20)]
        return rows


def draw_code(code, width_dots):
    try:
        import qrcode
    except ImportError:
        return [[x % 4 < 2 for x in range(width_dots)] for _ in range(100)]
    level = {"L": 1, "M": 0, "Q": 3, "H": 2}[code["level"]]
    made = qrcode.QRCode(error_correction=level, box_size=1, border=0)
    made.add_data(code["data"])
    made.make()
    size = code["size"]
    matrix = made.get_matrix()
    left = (width_dots - len(matrix) * size) // 2
    rows = []
    for line in matrix:
        row = [False] * width_dots
        for x, dot in enumerate(line):
            for step in range(size):
                row[left + x * size + step] = dot
        rows += [list(row) for _ in range(size)]
    return rows


def png(rows):
    """Rows of dots as a PNG of one bit."""
    width = len(rows[0])
    lines = b""
    for row in rows:
        line = bytearray((width + 7) // 8)
        for x, dot in enumerate(row):
            if not dot:
                line[x // 8] |= 0x80 >> x % 8
        lines += b"\0" + bytes(line)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, len(rows), 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


if __name__ == "__main__":
    paper = Paper(open(sys.argv[1], "rb").read())
    for item in paper.items:
        print(item[0], item[1]["data"].decode() if item[0] == "qr" else item[1:3])
    if len(sys.argv) > 2:
        with open(sys.argv[2], "wb") as out:
            out.write(png(paper.rows()))
