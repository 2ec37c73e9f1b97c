# SPDX-License-Identifier: Apache-2.0
"""A central and a hall's controller, the real programs in a folder of their own, with pages."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("NOBAT_BIN", ROOT / ".build/debug"))
PICTURES = ROOT / ".build/pages"
VOICE = ROOT / ".build/voice"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Daemon:
    """One of our programs: started, stopped in order, or killed."""

    def __init__(self, program, config, log):
        self.program, self.config, self.log = program, config, log
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / self.program, "--config", self.config], stdout=log, stderr=log,
                stdin=subprocess.DEVNULL)

    def end(self, how=signal.SIGTERM):
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def cpu_seconds(self):
        """Processor time used so far, of user and system."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])


class Clinic:
    """A hall of six booths; `pages` are more lines below the controller's `pages`, `units` the addresses
    of booth displays in software, and `more` other lines of the controller's and the central's files."""

    key = "0123456789abcdef"

    services = "{ name: admission, title: { fa: پذیرش, en: Admission } }, " \
        "{ name: lab, title: { fa: آزمایشگاه, en: Laboratory } }"

    def __init__(self, pages="", central_pages="", units=(), more="", second=False):
        self.addresses = units
        self.units = None
        self.second = second
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nobat-clinic-"))
        self.port, self.central_port = free_port(), free_port()
        self.line_port = free_port()
        self.write("pages.key", self.key + "\n")
        (self.folder / "pages.key").chmod(0o600)
        others = ", { name: hall-b, local-series: M }" if second else ""
        bus = f"buses: [{{ name: hall, port: \"pty:{self.folder}/bus\" }}]" if units else ""
        displays = {
            booth: f", display: {{ bus: hall, address: {booth} }}" if booth in units else ""
            for booth in (1, 2, 3, 4, 5, 12)}
        self.write("central.yaml", f"""
listen: 127.0.0.1:{self.line_port}
socket: central.sock
database: central.db
halls:
  - name: main
    services:
      - {{ name: admission, series: A, block: 200, title: {{ fa: پذیرش, en: Admission }} }}
      - {{ name: lab, series: B, block: 200, title: {{ fa: آزمایشگاه, en: Laboratory }} }}
    controllers: [{{ name: hall-a, local-series: L }}{others}]
pages:
  listen: 127.0.0.1:{self.central_port}
  key: pages.key
  languages: [en]
{central_pages}
""")
        self.write("hall-a.yaml", f"""
name: hall-a
central: 127.0.0.1:{self.line_port}
socket: hall-a.sock
database: hall-a.db
clock: always
calls: {{ guard: 0ms, recalls: 50 }}
services: [{self.services}]
{bus}
{more}
booths:
  - {{ number: 1, services: [admission]{displays[1]} }}
  - {{ number: 2, services: [admission]{displays[2]} }}
  - {{ number: 3, services: [admission, lab]{displays[3]} }}
  - {{ number: 4, services: [lab] }}
  - {{ number: 5, services: [lab] }}
  - {{ number: 12, services: [lab] }}
pages:
  listen: 127.0.0.1:{self.port}
  key: pages.key
  heading: {{ fa: درمانگاه نمونه · سالن پذیرش, en: Sample Clinic · Admission Hall }}
  arrows: {{ right: [1, 2], left: [3, 4], up: [5], down: [12] }}
{pages}
""")
        self.central = Daemon(
            "nobat-central", self.folder / "central.yaml", self.folder / "central.log")
        self.controller = Daemon(
            "nobatd", self.folder / "hall-a.yaml", self.folder / "hall-a.log")
        self.write("hall-b.yaml", f"""
name: hall-b
central: 127.0.0.1:{self.line_port}
socket: hall-b.sock
database: hall-b.db
clock: always
calls: {{ guard: 0ms }}
services: [{self.services}]
booths: [{{ number: 21, services: [admission] }}]
""")
        self.other = Daemon("nobatd", self.folder / "hall-b.yaml", self.folder / "hall-b.log")

    board = property(lambda self: f"http://127.0.0.1:{self.port}/board")
    central_board = property(
        lambda self: f"http://127.0.0.1:{self.central_port}/halls/main/board")

    technician = property(lambda self: f"http://127.0.0.1:{self.port}/technician")
    supervisor = property(lambda self: f"http://127.0.0.1:{self.central_port}/supervisor")

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def start(self):
        if self.addresses:
            self.units = subprocess.Popen(
                [PROGRAMS / "pages-units", self.folder / "bus", *map(str, self.addresses)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.units.stdout.readline()
        self.central.start()
        self.controller.start()
        if self.second:
            self.other.start()
            self.until(lambda: self.ask("hall-b", verb="status")["blocks"], 90)
        self.until(lambda: self.ask(verb="status")["blocks"], 90)
        self.until(lambda: urllib.request.urlopen(self.board, timeout=5).status == 200, 30)

    def close(self):
        self.controller.end()
        self.other.end()
        self.central.end()
        if self.units:
            self.units.stdin.close()
            self.units.wait(10)
            self.units.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self):
        return "\n".join(
            path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def until(self, condition, seconds):
        deadline = time.monotonic() + seconds
        last = None
        while time.monotonic() < deadline:
            try:
                if condition():
                    return
            except (OSError, AssertionError, KeyError) as error:
                last = error
            time.sleep(0.2)
        raise AssertionError(f"not so within {seconds} s ({last})\n{self.logs()[-3000:]}")

    def unit(self, word, address):
        """What a unit lights (`lit`); or takes its power away (`off`) and gives it back (`on`)."""
        self.units.stdin.write(f"{word} {address}\n")
        self.units.stdin.flush()
        return self.units.stdout.readline().rstrip("\n") if word == "lit" else None

    def ask(self, daemon="hall-a", **question):
        """Asks a daemon over its socket: the controller, or `central`."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(90)
            client.connect(str(self.folder / f"{daemon}.sock"))
            client.sendall((json.dumps(question) + "\n").encode())
            answer = json.loads(client.makefile().readline())
        if answer.get("error"):
            raise AssertionError(f"{question}: {answer['error']}")
        return answer["result"]

    def take(self, service="admission", count=1):
        return [self.ask(verb="take", service=service)["number"] for _ in range(count)]

    def press(self, booth, gesture="short"):
        return self.ask(verb="press", booth=booth, gesture=gesture)
