# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the chip of a booth unit behind a pseudo-terminal: the boot loader in its ROM
(ST AN3155, USART protocol 3.1), its flash, and what runs from that flash afterwards.

For tests of `nobatctl flash` with the real stm32flash. What the flash holds in the end can be read
from a file, and booted elsewhere:

    boot_loader.py --link PORT --chip 0x415 --flash FLASH.bin     until SIGTERM; SIGUSR1 is a reset
    boot_loader.py --run IMAGE --flash FLASH.bin                  writes IMAGE with stm32flash and ends

In a test of Python: `written(image: bytes) -> bytes` gives what the flash holds after stm32flash has
written `image` into a chip full of something else.

Flash is as unforgiving as the real one: it must be erased before it is written, and only in whole
double words of 8 bytes. After the command Go, or a restart, the image in flash runs if its info block
is whole: it answers as a Modbus unit does (read of registers 0x0000 to 0x000B), and the key 0x464C at
register 0x0008 restarts it into the boot loader.
"""

import argparse
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time
import tty
import zlib

BASE = 0x08000000
PAGE = 2048
ACK, NACK, INIT = b"\x79", b"\x1f", 0x7F
BOARDS = {0x435: 256 << 10, 0x415: 1024 << 10}
BOARD_IDS = {1: 0x435, 2: 0x415}


class Gone(Exception):
    """The other side is closed, or the stand-in is told to end."""


def info(image):
    """The info block of an image: board, version and length; None when it is not whole."""
    start = image[:1024].find(b"NOBATUNIT\0")
    if start < 0:
        return None
    block = image[start : start + 36]
    length = int.from_bytes(block[28:32], "little")
    body = bytearray(image[:length])
    if len(body) != length or length < start + 36:
        return None
    body[start + 32 : start + 36] = bytes(4)
    if zlib.crc32(body) != int.from_bytes(block[32:36], "little"):
        return None
    return {
        "board": int.from_bytes(block[10:12], "little"),
        "major": block[12],
        "minor": block[13],
        "patch": int.from_bytes(block[14:16], "little"),
        "revision": block[16:28].rstrip(b"\0").decode("ascii", "replace"),
        "length": length,
    }


def sealed(board=2, version=(1, 0, 0), size=3000, revision="0123456789ab"):
    """An image that is one by its info block and its vector table, for chips that run nothing."""
    body = bytearray((7 * index + (index >> 8)) & 0xFF for index in range(size))
    body[0:8] = (0x20018000).to_bytes(4, "little") + (BASE + 0x191).to_bytes(4, "little")
    start = 0x188
    body[start : start + 36] = (
        b"NOBATUNIT\0" + board.to_bytes(2, "little") + bytes(version[:2])
        + version[2].to_bytes(2, "little") + revision.encode().ljust(12, b"\0")
        + size.to_bytes(4, "little") + bytes(4)
    )
    body[start + 32 : start + 36] = zlib.crc32(body).to_bytes(4, "little")
    return bytes(body)


def crc16(frame):
    """The check word of Modbus RTU."""
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


class Reset(Exception):
    """Somebody holds BOOT0 and presses reset."""


class Chip:
    """A chip on a pseudo-terminal."""

    def __init__(self, chip=0x415, address=247, in_boot_loader=True, die_after=None, say=None):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.path = os.ttyname(self.slave)
        self.chip = chip
        self.address = address
        self.flash = bytearray(b"\xff" * BOARDS[chip])
        self.in_boot_loader = in_boot_loader
        self.is_synced = False
        self.erased_pages = 0
        self.writes = 0
        self.die_after = die_after
        self.say = say or (lambda text: None)
        self.pace = 0
        self.stop_pipe = os.pipe()

    def stop(self):
        """Ends `run`, from a signal handler or another thread."""
        os.write(self.stop_pipe[1], b"x")

    def reset(self):
        """BOOT0 and reset, by hand; from a signal handler or another thread."""
        os.write(self.stop_pipe[1], b"r")

    def run(self):
        """Serves the port until `stop`."""
        try:
            while True:
                try:
                    if self.in_boot_loader:
                        self.command()
                    else:
                        self.answer()
                except Reset:
                    termios.tcflush(self.slave, termios.TCIOFLUSH)
                    self.restart(into_boot_loader=True)
        except Gone:
            pass

    # Bytes

    def read(self, count, timeout=None):
        """`count` bytes; fewer only when `timeout` seconds pass without one."""
        data = b""
        while len(data) < count:
            ready, _, _ = select.select([self.master, self.stop_pipe[0]], [], [], timeout)
            if self.stop_pipe[0] in ready:
                raise Reset if os.read(self.stop_pipe[0], 1) == b"r" else Gone
            if not ready:
                return data
            data += os.read(self.master, count - len(data))
        return data

    def write(self, data):
        os.write(self.master, data)

    # The boot loader, AN3155 chapter 3

    def command(self):
        first = self.read(1)[0]
        if not self.is_synced:
            if first == INIT:
                self.is_synced = True
                self.write(ACK)
            return
        second = self.read(1)[0]
        if first ^ second != 0xFF:
            self.write(NACK)
            return
        handlers = {
            0x00: self.get, 0x01: self.get_version, 0x02: self.get_id, 0x11: self.read_memory,
            0x21: self.go, 0x31: self.write_memory, 0x44: self.extended_erase,
        }
        handler = handlers.get(first)
        if handler is None:
            self.write(NACK)
            return
        handler()

    def get(self):
        commands = bytes([0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92])
        self.write(ACK + bytes([len(commands)]) + b"\x31" + commands + ACK)

    def get_version(self):
        self.write(ACK + b"\x31\x00\x00" + ACK)

    def get_id(self):
        self.write(ACK + b"\x01" + self.chip.to_bytes(2, "big") + ACK)

    def take_address(self):
        self.write(ACK)
        data = self.read(5)
        is_good = data[0] ^ data[1] ^ data[2] ^ data[3] == data[4]
        self.write(ACK if is_good else NACK)
        return int.from_bytes(data[:4], "big") if is_good else None

    def read_memory(self):
        address = self.take_address()
        if address is None:
            return
        count = self.read(2)[0] + 1
        offset = address - BASE
        inside = 0 <= offset and offset + count <= len(self.flash)
        self.write(ACK + (bytes(self.flash[offset : offset + count]) if inside else bytes(count)))

    def write_memory(self):
        address = self.take_address()
        if address is None:
            return
        count = self.read(1)[0] + 1
        data = self.read(count + 1)
        check = count - 1
        for byte in data[:-1]:
            check ^= byte
        offset = address - BASE
        room = self.flash[offset : offset + count] if offset >= 0 else b""
        if check != data[-1] or len(room) != count or offset % 8 or room != b"\xff" * count:
            self.write(NACK)
            return
        if self.die_after is not None and self.writes >= self.die_after:
            self.say("silent")
            self.die_after = None
            self.is_synced = False
            self.in_boot_loader = True
            return
        self.flash[offset : offset + count] = data[:-1]
        self.writes += 1
        self.say(f"write {self.writes}")
        time.sleep(self.pace)
        self.write(ACK)

    def extended_erase(self):
        self.write(ACK)
        count = int.from_bytes(self.read(2), "big")
        if count >= 0xFFFD:
            self.read(1)
            self.flash[:] = b"\xff" * len(self.flash)
            self.erased_pages += len(self.flash) // PAGE
        else:
            pages = self.read(2 * (count + 1) + 1)
            for index in range(count + 1):
                page = int.from_bytes(pages[2 * index : 2 * index + 2], "big")
                self.flash[page * PAGE : (page + 1) * PAGE] = b"\xff" * PAGE
                self.erased_pages += 1
        self.say("erased")
        self.write(ACK)

    def go(self):
        if self.take_address() is not None:
            self.restart()

    def restart(self, into_boot_loader=False):
        """What a reset does: the flash runs, if an image in it is whole."""
        self.is_synced = False
        self.in_boot_loader = into_boot_loader or info(bytes(self.flash)) is None
        self.say("boot loader" if self.in_boot_loader else "runs")

    # What runs from flash: as much of a unit as tells who it is

    def registers(self):
        told = info(bytes(self.flash))
        digits = int((told["revision"] + "0" * 8)[:8], 16)
        return [
            0x4E42, told["board"], told["major"] << 8 | told["minor"], told["patch"], 2,
            self.address, 0, 1, 0, 0, digits >> 16, digits & 0xFFFF,
        ]

    def answer(self):
        frame = self.read(1) + self.read(255, timeout=0.01)
        if len(frame) < 8 or frame[0] != self.address or crc16(frame[:-2]) != frame[-2:]:
            return
        start = int.from_bytes(frame[2:4], "big")
        count = int.from_bytes(frame[4:6], "big")
        if frame[1] == 3 and start + count <= 12:
            words = self.registers()[start : start + count]
            body = b"".join(word.to_bytes(2, "big") for word in words)
            self.reply(bytes([self.address, 3, len(body)]) + body)
        elif frame[1] == 16 and start == 8 and frame[7:9] == b"\x46\x4c":
            self.reply(frame[:6])
            self.restart(into_boot_loader=True)
        else:
            self.reply(bytes([self.address, frame[1] | 0x80, 2]))

    def reply(self, body):
        self.write(body + crc16(body))


def written(image, chip=None):
    """What a chip's flash holds after the real stm32flash has written `image` over something else."""
    import threading

    told = info(image)
    if chip is None:
        chip = BOARD_IDS[told["board"]] if told else 0x415
    stand_in = Chip(chip)
    stand_in.flash[: len(image) + PAGE] = bytes(len(image) + PAGE)
    thread = threading.Thread(target=stand_in.run, daemon=True)
    thread.start()
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write(image)
        file.flush()
        subprocess.run(
            ["stm32flash", "-b", "115200", "-m", "8n1", "-w", file.name, "-v", "-g",
             hex(BASE), stand_in.path],
            check=True, stdout=subprocess.DEVNULL, timeout=60)
    stand_in.stop()
    thread.join(5)
    return bytes(stand_in.flash)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--link", help="where the port stands")
    parser.add_argument("--chip", type=lambda text: int(text, 0), default=0x415)
    parser.add_argument("--address", type=int, default=247)
    parser.add_argument("--holds", help="an image that runs from flash at the start")
    parser.add_argument("--flash", help="where the flash is written to in the end")
    parser.add_argument("--die-after", type=int, help="fall silent after so many writes, once")
    parser.add_argument("--pace", type=float, default=0, help="seconds that each write takes")
    parser.add_argument("--run", help="write this image with stm32flash, and end")
    parser.add_argument("--seal", help="make an image here: BOARD MAJOR MINOR PATCH", nargs=5)
    options = parser.parse_args()
    if options.seal:
        path, board, major, minor, patch = options.seal
        with open(path, "wb") as file:
            file.write(sealed(int(board), (int(major), int(minor), int(patch))))
        return 0
    if options.run:
        with open(options.run, "rb") as file:
            flash = written(file.read())
        with open(options.flash, "wb") as file:
            file.write(flash)
        return 0

    chip = Chip(
        options.chip, options.address, die_after=options.die_after,
        say=lambda text: print(text, flush=True))
    chip.pace = options.pace
    # Something else was in it: what is not erased first can't be written.
    chip.flash[:8192] = bytes(8192)
    if options.holds:
        with open(options.holds, "rb") as file:
            image = file.read()
        chip.flash[: len(image)] = image
        chip.restart()
    os.symlink(chip.path, options.link)
    signal.signal(signal.SIGTERM, lambda *_: chip.stop())
    signal.signal(signal.SIGUSR1, lambda *_: chip.reset())
    # Whoever started this may have had them blocked.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGUSR1})
    print("ready", flush=True)
    chip.run()
    os.unlink(options.link)
    if options.flash:
        with open(options.flash, "wb") as file:
            file.write(chip.flash)
    print(f"erased {chip.erased_pages} writes {chip.writes}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
