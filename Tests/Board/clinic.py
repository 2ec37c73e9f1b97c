# SPDX-License-Identifier: Apache-2.0
"""A clinic on the board: Nobat installed from its packages, four booths whose units are emulated at the
far ends of an adapter and of the board's own port, people who take tickets and clerks who press."""
import glob
import json
import os
import re
import subprocess
import time

from hall import Units, equal, within
from machine import Failure

# A start of the daemon takes some ten seconds on an idle host.
PATIENCE = 180
ADAPTER = "/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_BOARD1-if00-port0"
CHIP_PROMPT = r"The GPIO chip of buttons and lamps[^\n]*\[9030000.pl061\]: "
OWN_PORT = "/dev/ttyS0"
# Booths, whose units have their numbers as addresses, by the port that leads to them.
PORTS = {"bus2": (1, 2), "bus1": (3, 4)}
BOOTHS = (1, 2, 3, 4)
CENTRAL = """
socket: /run/nobat/central.sock
listen: 127.0.0.1:7450
database: /var/lib/nobat/central.db
clock: always
halls:
  - name: main
    services:
      - { name: admission, series: A, last: 999, wrap: false, block: 50 }
    controllers:
      - { name: hall-a, local-series: L }
"""
HALL = f"""
name: hall-a
central: 127.0.0.1:7450
database: /var/lib/nobat/nobatd.db
socket: /run/nobat/nobatd.sock
clock: always
calls: {{ guard: 0ms }}
buses:
  - {{ name: left, port: {ADAPTER}, baud: 9600, dead-man: 60s }}
  - {{ name: right, port: {OWN_PORT}, baud: 9600, dead-man: 60s }}
gpio: {{ chip: 9030000.pl061, bias: pull-up, active: low }}
pages: {{ listen: 0.0.0.0:8080, reading: open, key: /etc/nobat/keys/pages.key }}
booths:
  - {{ number: 1, services: [admission], open: true, display: {{ bus: left, address: 1 }},
      button: {{ line: 0 }}, lamp: {{ line: 5, active: high }}, gestures: {{ short: next, double: none, long: none }} }}
  - {{ number: 2, services: [admission], open: true, display: {{ bus: left, address: 2 }},
      button: {{ line: 1 }}, lamp: {{ line: 6, active: high }}, gestures: {{ short: next, double: none, long: none }} }}
  - {{ number: 3, services: [admission], open: true, display: {{ bus: right, address: 3 }},
      button: {{ line: 2 }}, gestures: {{ short: next, double: none, long: none }} }}
  - {{ number: 4, services: [admission], open: true, display: {{ bus: right, address: 4 }},
      button: {{ line: 4 }}, gestures: {{ short: next, double: none, long: none }} }}
"""


class Clinic:
    """What a scenario is given."""

    def __init__(self, board, root):
        self.board = board
        self.units_program = f"{root}/.build/debug/rig-units"
        images = glob.glob(f"{root}/.build/firmware/nobat-unit-l476rg-[0-9]*.bin")
        self.image = next(iter(images), None)
        for path in (self.units_program, self.image):
            if not path or not os.path.exists(path):
                raise Failure(f"{path or 'the units image'} is not there; make board builds it")
        self.units = {}
        self.remarks = []
        # What stood at the booths last, and all numbers that were called, with their booths.
        self.standing, self.called = {}, {}

    def say(self, text):
        self.remarks.append(text)

    # MARK: power

    def power_on(self, clock=None):
        self.board.boot(clock)
        self.wire()
        self.say(f"the board was up after {self.board.boot_seconds:.0f} s")

    def wire(self):
        for port, booths in PORTS.items():
            self.units[port] = Units(self, self.board.path(port), emulated=booths)

    def power_off(self):
        for units in self.units.values():
            units.stop()
        self.units = {}
        self.board.cut_power()

    # MARK: inside

    def shell(self, command):
        return self.board.shell(command)

    def write(self, path, text):
        self.shell(f"cat > {path} <<'END-OF-FILE'\n{text}\nEND-OF-FILE")

    def ctl(self, words, socket="nobatd"):
        """nobatctl's answer as a value; None when there is none, or a refusal."""
        status, text = self.board.status(
            f"nobatctl {words} --json --socket /run/nobat/{socket}.sock 2>/dev/null")
        try:
            return json.loads(text) if status == 0 else None
        except ValueError:
            return None

    def state(self):
        return self.ctl("status")

    def journal(self, unit="nobatd", since=None):
        begin = f"--since @{since}" if since else "-b"
        return self.shell(f"journalctl -u {unit} {begin} -o cat --no-pager")

    def told(self, words, unit="nobatd", since=None, seconds=PATIENCE):
        """Waits until the journal has the words, since a moment of the board's clock."""
        return within(
            seconds, lambda: f"the journal says {words!r}\n" + self.logs(),
            lambda: re.search(words, self.journal(unit, since)))

    def now(self):
        """The board's clock, in seconds since 1970."""
        return int(self.shell("date +%s"))

    def show(self, *names, unit="nobatd"):
        """Properties of a unit, as systemd has them."""
        text = self.shell(f"systemctl show {unit} -p {','.join(names)}")
        rows = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        return rows[names[0]] if len(names) == 1 else [rows[name] for name in names]

    def logs(self):
        return self.board.status(
            "systemctl status --no-pager -n 0 nobatd nobat-central; "
            "journalctl -b -n 40 --no-pager -o short-monotonic")[1]

    def doctor(self):
        """Doctor's exit status, and its words; how fast the disk is, is this host's affair."""
        status, words = self.board.status("nobatctl doctor 2>&1")
        findings = re.split(r"\n(?=\S)", words.strip())
        left = [finding for finding in findings if not finding.startswith("warning  disk-slow:")]
        return (status, words) if left else (0, "all is well")

    # MARK: the hall

    def usual(self):
        """Sees to it that the usual hall of four booths runs, its displays answer and tickets wait:
        whatever the scenario before has left."""
        if self.board.process is None or self.board.process.poll() is not None:
            self.power_off()
            self.power_on()
        self.shell("test -x /usr/bin/nobatd || { mkdir -p /mnt; mount -o ro /dev/vdb /mnt; "
                   "apt-get install -y --no-install-recommends /mnt/now/*.deb; }")
        self.shell("test -e /etc/nobat/keys/pages.key || { umask 077; "
                   "head -c 16 /dev/urandom | base64 > /etc/nobat/keys/pages.key; }")
        if self.shell("cat /etc/nobat/hall.yaml 2>/dev/null || true").strip() != HALL.strip():
            self.write("/etc/nobat/central.yaml", CENTRAL)
            self.write("/etc/nobat/hall.yaml", HALL)
            self.shell("systemctl restart nobat-central nobatd")
        state = self.alive()
        if not self.standing:
            for row in state["booths"]:
                if row.get("current"):
                    self.note(row["booth"], row["current"])

    def alive(self, booths=BOOTHS):
        """Waits until the link is up and displays show what they should."""
        wanted = set(booths)

        def verified():
            state = self.state()
            if not state or (state.get("link") or {}).get("state") != "up":
                return None
            units = [unit for bus in state["buses"] for unit in bus["units"]]
            return wanted <= {unit["booth"] for unit in units if unit["verified"]} and state
        return within(PATIENCE, lambda: f"the hall is alive\n{self.logs()}", verified)

    def tickets(self, count):
        """Sees to it that at least so many tickets wait in the hall."""
        missing = count - (self.state() or {}).get("tray", 0)
        if missing > 0:
            self.shell(f"for i in $(seq {missing}); do nobatctl take admission "
                       "--socket /run/nobat/central.sock; done")
        within(PATIENCE, lambda: f"{count} tickets wait\n{self.logs()}",
               lambda: (self.state() or {}).get("tray", 0) >= count)

    def pins(self, booth):
        """What patients read at a booth, off its unit's pins."""
        port = next(port for port, booths in PORTS.items() if booth in booths)
        return self.units[port].text(booth)

    def shows(self, booth, text, seconds=PATIENCE):
        within(seconds, lambda: f"booth {booth} shows {text!r}, not {self.pins(booth)!r}\n"
               + self.logs(), lambda: self.pins(booth) == text)

    def note(self, booth, number):
        """Notes that a number stands at a booth; it must not have stood at another before."""
        before = self.called.setdefault(number, booth)
        equal(before, booth, f"the booth that {number} was called to")
        self.standing[booth] = number

    def call(self, booth):
        """A press, and the number that comes onto the pins."""
        before = self.pins(booth)
        begun = time.monotonic()
        self.board.press(booth)
        number = within(
            PATIENCE, lambda: f"another number than {before!r} at booth {booth}\n{self.logs()}",
            lambda: re.fullmatch(r"[AL]\d{3}", self.pins(booth)) and self.pins(booth) != before
            and self.pins(booth))
        self.press_seconds = time.monotonic() - begun
        equal(number in self.called, False, f"{number} is called twice")
        self.note(booth, number)
        return number

    def stands(self, booths=BOOTHS):
        """The last numbers are on the displays, and the daemon says the same."""
        for booth in booths:
            if booth in self.standing:
                self.shows(booth, self.standing[booth])
        state = self.state()
        told = {row["booth"]: row.get("current") for row in state["booths"]}
        for booth, number in self.standing.items():
            equal(told.get(booth), number, f"the number at booth {booth}, as the daemon tells it")


def parts_of(folder, architecture="arm64"):
    """The three packages in a folder, the newest of each."""
    found = []
    for name in ("common", "booth", "central"):
        paths = sorted(glob.glob(f"{folder}/nobat-{name}_*_{architecture}.deb"), key=os.path.getmtime)
        if not paths:
            raise Failure(f"there is no package nobat-{name} for {architecture} in {folder}: "
                          f"run make deb ARCH={architecture}")
        found.append(paths[-1])
    return found


def later_version(packages, folder):
    """The same packages with a later version, and without compression."""
    os.makedirs(folder, exist_ok=True)
    for path in packages:
        name, version, _ = os.path.basename(path)[:-4].split("_")
        later = f"{version}+board1"
        tree = f"{folder}/{name}"
        subprocess.run(["dpkg-deb", "--raw-extract", path, tree], check=True)
        for script in glob.glob(f"{tree}/DEBIAN/*"):
            if os.path.basename(script) != "md5sums":
                with open(script, encoding="utf-8") as file:
                    text = file.read()
                with open(script, "w", encoding="utf-8") as file:
                    file.write(text.replace(version, later))
        target = f"{folder}/{name}_{later}_arm64.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, target],
                       check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", tree], check=True)
