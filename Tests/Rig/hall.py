# SPDX-License-Identifier: Apache-2.0
"""A clinic's hall inside the rig's machine: buttons and lamps on simulated GPIO chips,
nobat-central and nobatd as they are shipped, and the displays at the host's end of the serial
ports."""
import collections
import json
import os
import re
import subprocess
import threading
import time

from machine import Failure

CHIP_BUTTONS = "rig-buttons"
CHIP_LAMPS = "rig-lamps"
LINES = 16
RUN = "/run/nobat"
# Everything inside is interpreted, and the host may be building beside it.
PATIENCE = 60
# People at the ticket dispensers at a time.
TAKERS = 6
# Four digits take a driver a millisecond or two, and a blink's halves are 250 ms or longer.
STANDING_SECONDS = 0.05


def within(seconds, what, holds):
    """Waits until `holds()` is true, and returns what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > end:
            raise Failure(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.05)


def equal(found, wanted, what):
    if found != wanted:
        raise Failure(f"{what}: {found!r}, and not {wanted!r}")


class Chips:
    """The GPIO chips of the board: gpio-sim, made through configfs."""

    def __init__(self, machine):
        self.machine = machine
        for name, label, line in (("buttons", CHIP_BUTTONS, "B"), ("lamps", CHIP_LAMPS, "L")):
            folder = f"/sys/kernel/config/gpio-sim/{name}"
            machine.shell(
                f"set -e; mkdir {folder} {folder}/bank; cd {folder}/bank\n"
                f"echo {LINES} > num_lines; echo {label} > label; mkdir line{{0..{LINES - 1}}}\n"
                f"for i in {{1..{LINES}}}; do echo {line}$i > line$((i - 1))/name; done\n"
                f"echo 1 > {folder}/live")
        self.find()
        self.release_all()

    def find(self):
        found = self.machine.shell(
            "cd /sys/kernel/config/gpio-sim; for name in buttons lamps; do "
            "echo /sys/devices/platform/$(cat $name/dev_name)/$(cat $name/bank/chip_name); done")
        self.buttons, self.lamps = found.split()

    def pull(self, booth):
        return f"{self.buttons}/sim_gpio{booth - 1}/pull"

    def release_all(self):
        self.machine.shell(
            f"for file in {self.buttons}/sim_gpio*/pull; do echo pull-up > $file; done")

    def live(self, name, is_live):
        self.machine.shell(f"echo {int(is_live)} > /sys/kernel/config/gpio-sim/{name}/live")
        if is_live:
            self.find()
            self.release_all()

    def lamp(self, booth):
        return self.machine.shell(f"cat {self.lamps}/sim_gpio{booth - 1}/value").strip() == "1"


class Units:
    """The displays on one serial port: rig-units, and what it tells of what patients see."""

    def __init__(self, rig, socket, emulated=(), software=(), baud=9600):
        words = [rig.units_program, "--socket", socket, "--baud", str(baud)]
        for kind, addresses in (("--emulated", emulated), ("--software", software)):
            if addresses:
                words += [kind, ",".join(map(str, addresses))]
        if emulated:
            words += ["--image", rig.image]
        self.shows = []
        # The newest of each display: one that changes often does not push out another's.
        self.stood = collections.defaultdict(lambda: collections.deque(maxlen=400))
        self.said = []
        # The machine is what has too little time here, not the units.
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "NOBAT_UNITS_NICE": "0"})
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()
        within(PATIENCE, "the units start", lambda: "ready" in self.said)

    def listen(self):
        for line in self.process.stdout:
            words = line.rstrip("\n").split(" ", 2)
            if len(words) == 3 and words[1].isdigit():
                self.shows.append((float(words[0]), int(words[1]), words[2]))
                self.stood[int(words[1])].append((float(words[0]), words[2]))
            else:
                self.said.append(line.strip())

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def text(self, address):
        """The last text that stood at a display. The dark half of a blink is passed over, and so is
        what stands for a moment only: a driver takes its digits one after another."""
        until = time.monotonic()
        for at, text in reversed(list(self.stood[address])):
            if until - at >= STANDING_SECONDS and text.strip():
                return text
            until = at
        return ""

    def stop(self):
        self.process.kill()
        self.process.wait()


class Daemon:
    """A program inside the machine that answers on a control socket."""

    def __init__(self, hall, name, words, log_name):
        self.hall, self.machine = hall, hall.machine
        self.name, self.words = name, words
        self.log_path = f"{RUN}/{log_name}.log"
        self.socket = f"{RUN}/{log_name}.sock"
        self.pid = None

    def start(self):
        self.pid = self.machine.ask(
            "start", command=self.words, log=self.log_path, environment=self.hall.rig.environment)

    def signal(self, name):
        self.machine.ask("signal", pid=self.pid, name=name)

    def ended(self, seconds=0):
        return self.machine.ask("ended", pid=self.pid, seconds=seconds)

    def stop(self, name="TERM"):
        if self.pid is not None:
            self.signal(name)
            if self.ended(30) is None:
                raise Failure(f"{self.name} does not end:\n{self.log()[-2000:]}")
            self.pid = None

    def log(self):
        return self.machine.ask("read", path=self.log_path)

    def ask(self, verb, **more):
        """A question; its result, or None when there is no answer or a refusal."""
        try:
            answer = self.machine.ask("ask", socket=self.socket, question={"verb": verb, **more})
        except Failure:
            return None
        self.refusal = answer.get("error")
        return answer.get("result")


class Hall:
    """A hall whose files are in /disk/hall, anew for each scenario. Its buttons know one gesture:
    a press calls when the contact closes, and needs not wait for what else it may become."""

    def __init__(self, rig, booths=2, bias="pull-up", guard="0ms",
                 gestures="short: next, double: none, long: none", buses=None,
                 buttons="debounce: 20ms, stuck: 10s", clock="always", anew=True):
        self.rig, self.machine = rig, rig.machine
        self.booths = range(1, booths + 1)
        self.folder = "/disk/hall"
        self.places = {}
        self.buses = buses or {"main": ("/dev/ttyS1", list(self.booths))}
        if anew:
            self.machine.shell(f"rm -rf {self.folder}")
        self.machine.shell(f"mkdir -p {self.folder} {RUN}; rm -f {RUN}/*.log {RUN}/*.events")
        self.settings = {"bias": bias, "guard": guard, "gestures": gestures, "buttons": buttons,
                         "clock": clock}
        self.central = Daemon(self, "nobat-central", [
            f"{rig.programs}/nobat-central", "--config", f"{self.folder}/central.yaml"], "central")
        self.controller = Daemon(self, "nobatd", [
            rig.nobatd, "--config", f"{self.folder}/nobatd.yaml"], "nobatd")
        self.watch_pid = None
        self.write_central()
        self.write_controller()

    def write(self, name, text):
        self.machine.ask("write", path=f"{self.folder}/{name}", text=text)

    def write_central(self):
        self.write("central.yaml", f"""
listen: 127.0.0.1:7450
socket: {RUN}/central.sock
database: {self.folder}/central.db
halls:
  - name: main
    services:
      - {{ name: admission, series: A, last: 999, wrap: false, block: 50 }}
    controllers:
      - {{ name: hall-a, local-series: L }}
""")

    def write_controller(self, name="nobatd", socket=None, database=None, buses=None, chip=True):
        buses = buses or self.buses
        text = [
            "name: hall-a", "central: 127.0.0.1:7450", f"socket: {socket or RUN + '/nobatd.sock'}",
            f"database: {database or self.folder + '/nobatd.db'}",
            f"clock: {self.settings['clock']}",
            f"calls: {{ guard: {self.settings['guard']} }}",
            f"buttons: {{ {self.settings['buttons']} }}", "buses:"]
        place = {}
        for bus, (port, units) in buses.items():
            text.append(f"  - {{ name: {bus}, port: \"{port}\", baud: 9600, dead-man: 60s }}")
            place.update({unit: bus for unit in units})
        if chip:
            text.append(f"gpio: {{ chip: {CHIP_BUTTONS}, active: low, "
                        f"bias: {self.settings['bias']} }}")
        text.append("booths:")
        for booth in self.booths:
            text += [f"  - number: {booth}", "    services: [admission]", "    open: true",
                     f"    gestures: {{ {self.settings['gestures']} }}",
                     f"    display: {{ bus: {place[booth]}, address: {booth} }}"]
            if chip:
                text += [f"    button: {{ line: B{booth} }}",
                         f"    lamp: {{ chip: {CHIP_LAMPS}, line: L{booth}, active: high }}"]
        self.write(f"{name}.yaml", "\n".join(text) + "\n")

    # MARK: running

    def start(self, watching=True):
        self.central.start()
        self.controller.start()
        within(PATIENCE, lambda: "the hall comes up\n" + self.logs(), self.is_up)
        if watching:
            self.watch_pid = self.machine.ask(
                "start", log=f"{RUN}/watch.events", environment=self.rig.environment, command=[
                    f"{self.rig.programs}/nobatctl", "watch", "--json", "--socket",
                    self.controller.socket])
            time.sleep(0.5)
        return self

    def is_up(self):
        status = self.status()
        return status and (status.get("link") or {}).get("state") == "up" and status

    def status(self):
        return self.controller.ask("status") if self.controller.pid else None

    def ready(self, *booths):
        """Waits until displays have answered and show what they should."""
        wanted = set(booths or self.booths)

        def verified():
            status = self.status() or {"buses": []}
            units = [unit for bus in status["buses"] for unit in bus["units"]]
            return wanted <= {unit["booth"] for unit in units if unit["verified"]}
        within(PATIENCE, lambda: f"displays {wanted} are verified\n" + self.logs(), verified)

    def logs(self):
        parts = []
        for daemon in (self.central, self.controller):
            try:
                parts.append(f"--- {daemon.name}\n" + "\n".join(daemon.log().splitlines()[-25:]))
            except Failure as failure:
                parts.append(f"--- {daemon.name}: {failure}")
        return "\n".join(parts)

    def stop(self, name="KILL"):
        for daemon in (self.controller, self.central):
            daemon.stop(name)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.machine.process is None or self.machine.process.poll() is not None:
            return
        for daemon in (self.controller, self.central):
            try:
                daemon.stop("KILL")
            except Failure:
                # A scenario that has failed says why; one that passed must leave nothing behind.
                if kind is None:
                    raise

    # MARK: people

    def take(self, count=1, service="admission"):
        """Tickets taken at the central, a few at a time; their numbers in order."""
        def first():
            return self.central.ask("take", service=service)
        question = {"verb": "take", "service": service}
        given = [within(PATIENCE, "a ticket is given", first)]
        while len(given) < count:
            slots = [self.machine.begin("ask", socket=self.central.socket, question=question)
                     for _ in range(min(TAKERS, count - len(given)))]
            for answer in map(self.machine.end, slots):
                if "result" not in answer:
                    raise Failure(f"no ticket is given: {answer}")
                given.append(answer["result"])
        return sorted(one["number"] for one in given)

    def dealt(self, count):
        """Waits until so many tickets are in the controller's tray."""
        def there():
            status = self.status()
            return status and status["tray"] >= count
        within(PATIENCE, f"{count} tickets are in the tray", there)

    def edges(self, steps):
        """Carries out [[microseconds, booth, is down], ...]; when the first edge was, at the latest
        moment it can have been at."""
        chips = self.rig.chips
        slot = self.machine.begin("edges", steps=[
            [pause, chips.pull(booth), "pull-down" if down else "pull-up"]
            for pause, booth, down in steps])
        self.stamps = self.machine.end(slot)
        return self.machine.marks.pop(slot["id"])

    def presses(self, steps, debounce_ms=20):
        """How many presses of one line the last edges were, by when they really came: a contact
        that is still for the debounce time has changed. None when a pause was too close to tell."""
        limit, settled, count = debounce_ms * 1_000_000, False, 0
        for index, (_, _, down) in enumerate(steps):
            if index + 1 < len(steps):
                shortest = self.stamps[index + 1][0] - self.stamps[index][1]
                longest = self.stamps[index + 1][1] - self.stamps[index][0]
                if shortest < limit <= longest:
                    return None
                if longest < limit:
                    continue
            if down and not settled:
                count += 1
            settled = down
        return count

    def press(self, booth, milliseconds=60):
        return self.edges([[0, booth, True], [milliseconds * 1000, booth, False]])

    def current(self, booth):
        """The number at a booth, as the controller tells it."""
        status = self.status() or {"booths": []}
        return {row["booth"]: row.get("current") for row in status["booths"]}.get(booth)

    def calls(self):
        """What `nobatctl watch` has told of calls so far: [(number, booth), ...]."""
        rows = []
        for line in self.machine.ask("read", path=f"{RUN}/watch.events").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            found = re.match(r"(\w+) called to booth (\d+)$", row.get("text", ""))
            if found:
                rows.append((found[1], int(found[2])))
        return rows

    def answers(self, wanted=None):
        """How many presses the controller has answered, with a call or a refusal: waits for as many
        as are wanted, and then that no more come."""
        def count():
            # A press made before the last call was on disk is refused, as one too soon after it.
            return len(re.findall(r"called to booth|pressed too soon", self.events()))
        if wanted is not None:
            within(PATIENCE, lambda: f"{wanted} presses are answered, not {count()}\n{self.logs()}",
                   lambda: count() >= wanted)
        found, since = count(), time.monotonic()
        while time.monotonic() - since < (5 if wanted is None else 0.4):
            time.sleep(0.1)
            if count() != found:
                found, since = count(), time.monotonic()
        return found

    def events(self):
        return self.machine.ask("read", path=f"{RUN}/watch.events")

    def told(self, words, seconds=PATIENCE):
        """Waits until the controller's log has the words."""
        pattern = re.compile(words)

        def found():
            return pattern.search(self.controller.log())
        return within(seconds, lambda: f"the log says {words!r}\n" + self.logs(), found)

    def shows(self, units, booth, text, seconds=PATIENCE):
        """Waits until a display's pins show a text; when they first did."""
        def found():
            return units.text(booth) == text
        within(seconds, lambda: f"display {booth} shows {text!r}, not {units.text(booth)!r}\n"
               + self.logs(), found)
