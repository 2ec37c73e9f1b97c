# SPDX-License-Identifier: Apache-2.0
"""What two hundred boards at once cost one controller: its share of one processor core while the hall
is busy, and how late the last board hears of a press. The share is that of nobatd alone."""

import argparse
import selectors
import socket
import statistics
import sys
import time

from clinic import Clinic


class Boards:
    """Connections that read the events of a board and note when a number came."""

    def __init__(self, port, count):
        self.selector = selectors.DefaultSelector()
        self.tails = {}
        self.bytes = 0
        for _ in range(count):
            board = socket.create_connection(("127.0.0.1", port))
            board.sendall(b"GET /board/events HTTP/1.1\r\nHost: nobat\r\n\r\n")
            board.setblocking(False)
            self.selector.register(board, selectors.EVENT_READ)
            self.tails[board] = b""

    def read(self, seconds, wanted=None):
        """Reads for some time, or until every board has `wanted`; who has it, and when."""
        deadline = time.monotonic() + seconds
        seen = {}
        while time.monotonic() < deadline and (wanted is None or len(seen) < len(self.tails)):
            for key, _ in self.selector.select(max(deadline - time.monotonic(), 0)):
                data = key.fileobj.recv(1 << 16)
                if not data:
                    sys.exit("a board's connection was ended")
                self.bytes += len(data)
                tail = self.tails[key.fileobj] + data
                if wanted and wanted in tail and key.fileobj not in seen:
                    seen[key.fileobj] = time.monotonic()
                self.tails[key.fileobj] = tail[-2_000:]
        return seen

    def close(self):
        for board in self.tails:
            board.close()
        self.selector.close()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--boards", type=int, default=200)
    options.add_argument("--seconds", type=int, default=30)
    options.add_argument("--pause", type=float, default=2.0, help="seconds between presses")
    options = options.parse_args()
    clinic = Clinic()
    try:
        clinic.start()
        clinic.take("admission", 80)
        idle_memory = clinic.controller.memory_kib()
        alone = measure(clinic, None, options)
        boards = Boards(clinic.port, options.boards)
        boards.read(3)
        shared = measure(clinic, boards, options)
        print(f"nobatd alone, a press every {options.pause} s: {alone[0]:.1f} % of a core")
        print(f"nobatd with {options.boards} boards: {shared[0]:.1f} % of a core, "
              f"{boards.bytes / options.seconds / 1024:.0f} KiB/s, "
              f"memory {idle_memory >> 10} -> {clinic.controller.memory_kib() >> 10} MiB")
        print(f"press to the last of {options.boards} boards: median "
              f"{statistics.median(shared[1]):.0f} ms, worst {max(shared[1]):.0f} ms")
        boards.close()
        if shared[0] >= 10:
            sys.exit("the boards cost more than a tenth of a core")
    finally:
        clinic.close()


def measure(clinic, boards, options):
    """Percent of a core while the hall is busy, and how late the last board was, in ms."""
    delays = []
    begin, used = time.monotonic(), clinic.controller.cpu_seconds()
    while time.monotonic() < begin + options.seconds:
        pressed = time.monotonic()
        number = clinic.press(1)["number"]
        if boards:
            seen = boards.read(options.pause, f'"number":"{number}"'.encode())
            if len(seen) < options.boards:
                sys.exit(f"{options.boards - len(seen)} boards did not hear of {number}")
            delays.append((max(seen.values()) - pressed) * 1_000)
            boards.read(max(pressed + options.pause - time.monotonic(), 0))
        else:
            time.sleep(max(pressed + options.pause - time.monotonic(), 0))
    spent = clinic.controller.cpu_seconds() - used
    return 100 * spent / (time.monotonic() - begin), delays


main()
