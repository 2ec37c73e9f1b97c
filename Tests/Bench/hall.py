# SPDX-License-Identifier: Apache-2.0
"""A hall on a bench: a program that calls (nobatd, or its peer in Python), displays on a line as slow as
its baud rate, and a central where there is to be one. Both programs are asked in the same words."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time

from bench import PROGRAMS, PYTHON, ROOT, NotMeasured, folder, tidy

SERVICES = ["s-a", "s-b", "s-c", "s-d", "s-e", "s-f", "s-g", "s-h"]
PEER = ROOT / "Tests/Bench/peers/caller.py"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Program:
    """A process: started, stopped in order, or killed."""

    def __init__(self, arguments, log):
        self.arguments, self.log = arguments, log
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def end(self, how=signal.SIGTERM):
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class Frame:
    """A frame on the line, its moments in ns; see Units/BenchUnits.swift."""
    __slots__ = ("arrived", "heard", "done", "address", "is_show", "request", "reply", "text")

    def __init__(self, words):
        self.arrived, self.heard, self.done, self.address = (int(word) for word in words[:4])
        self.is_show = words[4] == "show"
        self.request, self.reply = int(words[5]), int(words[6])
        self.text = words[7] if len(words) > 7 else ""


class Units:
    """The displays of a line, and every frame that was on it."""

    def __init__(self, path, baud, addresses, dead=()):
        self.baud = baud
        self.byte_ns = 10_000_000_000 // baud
        # 3.5 characters of 11 bits, above 19,200 baud 1.75 ms: Modbus over Serial Line V1.02, 2.5.1.1.
        self.gap_ns = 1_750_000 if baud > 19_200 else 38_500_000_000 // baud
        self.frames = []
        self.rest = b""
        words = [f"-{each}" if each in dead else str(each) for each in addresses]
        self.process = subprocess.Popen(
            [PROGRAMS / "bench-units", path, str(baud), *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"ready\n":
            raise NotMeasured("the software units did not start")
        os.set_blocking(self.process.stdout.fileno(), False)

    def read(self, seconds):
        """Reads for at most so long, until there is something new."""
        pipe = self.process.stdout.fileno()
        if not select.select([pipe], [], [], max(0, seconds))[0]:
            return
        data = os.read(pipe, 1 << 16)
        if not data:
            raise NotMeasured("the software units are gone")
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        self.frames += [Frame(each.decode().split(" ", 7)) for each in lines]

    def first_show(self, address, since, seconds=10, text=None):
        """The first show of a unit whose frame came after a moment; of this text if one is given."""
        end = time.monotonic() + seconds
        seen = max(0, len(self.frames) - 200)
        while True:
            for frame in self.frames[seen:]:
                if frame.is_show and frame.address == address and frame.arrived >= since \
                        and text in (None, frame.text):
                    return frame
            seen = len(self.frames)
            if time.monotonic() >= end:
                raise NotMeasured(f"unit {address} was shown nothing within {seconds} s")
            self.read(end - time.monotonic())

    def watch(self, seconds):
        """Reads for so long; the frames that were heard meanwhile."""
        begin = len(self.frames)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(end - time.monotonic())
        return self.frames[begin:]

    def line_ns(self, frame):
        """How long an exchange has the line: both frames, and the silence after each."""
        silences = 2 if frame.reply else 1
        return (frame.request + frame.reply) * self.byte_ns + silences * self.gap_ns

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Hall:
    """Booths from 1 on, with a display each at the address of the same number."""

    def __init__(self, booths=4, baud=9_600, dead=(), rows=0, is_peer=False, has_central=True):
        self.folder = folder()
        self.is_peer = is_peer
        self.booths = booths
        addresses = list(range(1, booths + rows + 1))
        self.units = Units(self.folder / "bus", baud, addresses, dead)
        self.connection = None
        self.central = None
        if is_peer:
            self.caller = Program(
                [PYTHON, PEER, "--port", self.folder / "bus", "--baud", str(baud),
                 "--database", self.folder / "peer.db", "--socket", self.folder / "hall.sock",
                 "--booths", str(booths)], self.folder / "peer.log")
            return
        port = free_port()
        if has_central:
            self.write_central(port)
            self.central = Program(
                [PROGRAMS / "nobat-central", "--config", self.folder / "central.yaml"],
                self.folder / "central.log")
        self.write_hall(port, baud, rows)
        self.caller = Program(
            [PROGRAMS / "nobatd", "--config", self.folder / "hall.yaml"],
            self.folder / "nobatd.log")

    def write_central(self, port):
        services = "\n".join(
            f"      - {{ name: {name}, series: {name[-1].upper()}, block: 200 }}"
            for name in SERVICES)
        (self.folder / "central.yaml").write_text(f"""
listen: 127.0.0.1:{port}
socket: {self.folder}/central.sock
database: {self.folder}/central.db
halls:
  - name: main
    services:
{services}
    controllers: [{{ name: hall-a, local-series: L }}]
""")

    def write_hall(self, port, baud, rows):
        booths = "\n".join(
            f"  - {{ number: {each}, services: [{', '.join(SERVICES)}], "
            f"display: {{ bus: hall, address: {each} }} }}" for each in range(1, self.booths + 1))
        board = ""
        if rows:
            board = "board:\n  rows:\n" + "\n".join(
                f"    - {{ bus: hall, address: {self.booths + each} }}"
                for each in range(1, rows + 1))
        (self.folder / "hall.yaml").write_text(f"""
name: hall-a
central: 127.0.0.1:{port}
socket: {self.folder}/hall.sock
database: {self.folder}/hall.db
clock: always
calls: {{ guard: 0ms, recalls: 99 }}
buses: [{{ name: hall, port: "pty:{self.folder}/bus", baud: {baud} }}]
booths:
{booths}
{board}
""")

    def start(self, is_first=True):
        if self.central and self.central.process is None:
            self.central.start()
        self.caller.start()
        if is_first:
            self.until_up()

    def until_up(self, seconds=60):
        """Waits until it answers and, beside a central, has numbers to give out."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError, ValueError, KeyError, NotMeasured):
                status = self.ask(verb="status")
                services = {each.get("service") for each in status.get("blocks") or []}
                if self.central is None or set(SERVICES) <= services:
                    return
            time.sleep(0.05)
        raise NotMeasured(f"the hall did not come up; see {self.folder}")

    def ask(self, **question):
        """One question and its answer over the control socket, on a connection that stays."""
        if self.connection is None:
            client = socket.socket(socket.AF_UNIX)
            client.settimeout(30)
            client.connect(str(self.folder / "hall.sock"))
            self.connection = (client, client.makefile("rb"))
        client, answers = self.connection
        try:
            client.sendall((json.dumps(question) + "\n").encode())
            answer = json.loads(answers.readline())
        except (OSError, ValueError):
            self.hang_up()
            raise
        if answer.get("error"):
            raise NotMeasured(f"{question}: {answer['error']}")
        return answer["result"]

    def hang_up(self):
        if self.connection:
            for each in self.connection:
                each.close()
        self.connection = None

    def take(self, count=0):
        return self.ask(verb="take", service=SERVICES[count % len(SERVICES)])["number"]

    def press(self, booth, gesture="short"):
        return self.ask(verb="press", booth=booth, gesture=gesture)

    def close(self):
        self.hang_up()
        self.caller.end()
        if self.central:
            self.central.end()
        self.units.close()
        tidy(self.folder)
