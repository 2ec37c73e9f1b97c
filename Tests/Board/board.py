# SPDX-License-Identifier: Apache-2.0
"""The board: Debian for arm64 in QEMU's "virt" machine, with its real GPIO driver (PL061), a 16550
port and USB adapters. Outside are whoever presses, pulls a plug or the power, and a terminal."""
import base64
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from machine import Failure

# An idle host takes half a minute; a build beside it makes that many times as much.
BOOT_SECONDS = 300
# The least of the boards that the first page names.
MEMORY = "512M"
# Inputs of the GPIO chip; the kernel itself has line 3, for QEMU's power button.
BUTTONS = {1: 0, 2: 1, 3: 2, 4: 4}
# Outputs of it.
LAMPS = {1: 5, 2: 6}
CHIP = "9030000.pl061"
# What each command inside took is told on the standard error output.
TIMES = bool(os.environ.get("NOBAT_BOARD_TIMES"))
HERE = os.path.dirname(os.path.abspath(__file__))
# What of guest/ stands where on the disk; services are enabled.
GUEST = [
    ("agent", "/usr/local/sbin/board-agent", "0100755"),
    ("agent.service", "/etc/systemd/system/board-agent.service", "0100644"),
    ("person.service", "/etc/systemd/system/board-person.service", "0100644"),
]


class Board:
    """One board. Its disk outlives it: `cut_power` and `boot` again."""

    def __init__(self, parts, folder):
        self.parts = parts
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.disk = f"{folder}/disk"
        self.console = f"{folder}/console"
        self.stick = f"{folder}/stick"
        self.process = None
        self.ids = itertools.count(1)
        self.spent = self.seen = 0
        self.lock = threading.Lock()

    def path(self, name):
        return os.path.join(self.sockets, name)

    def new_disk(self, source):
        """A disk of its own, with what stands for the host and for a person."""
        subprocess.run(["cp", "--sparse=always", source, self.disk], check=True)
        words = []
        for name, path, mode in GUEST:
            words += [f"rm {path}", f"write {HERE}/guest/{name} {path}", f"sif {path} mode {mode}"]
            if name.endswith(".service"):
                words.append(f"symlink /etc/systemd/system/sysinit.target.wants/board-{name} {path}")
        subprocess.run(["debugfs", "-w", "-f", "-", self.disk], input="\n".join(words), text=True,
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def new_stick(self, folder):
        """A file system with what is in a folder."""
        used = subprocess.run(["du", "-sm", folder], check=True, stdout=subprocess.PIPE, text=True)
        megabytes = int(used.stdout.split()[0]) * 5 // 4 + 16
        subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d", folder,
                        self.stick, f"{megabytes}M"], check=True)

    # MARK: power

    def boot(self, clock=None):
        """Gives it power. `clock` is what its battery clock shows, as 1970-01-01; else the time."""
        self.sockets = tempfile.mkdtemp(prefix="board-")
        self.waiting, self.lamps, self.screen = {}, {}, Screen()
        begun = time.monotonic()
        self.process = subprocess.Popen(
            self.command(clock), stdin=subprocess.DEVNULL,
            stderr=open(self.console + ".qemu", "ab"))
        self.control = Lines(self.connect("control"))
        self.control.read()
        self.qmp("qmp_capabilities")
        self.fingers = Fingers(self.connect("fingers"), self.gpio())
        for line in range(8):
            self.fingers.level(line, True)
        self.plug(1)
        self.screen.follow(self.connect("terminal"))
        self.agent = Lines(self.connect("agent"))
        self.ready = threading.Event()
        threading.Thread(target=self.listen, daemon=True).start()
        end = time.monotonic() + BOOT_SECONDS
        while not self.ready.wait(0.2):
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failure(f"the board does not boot; {self.console} says:\n{self.said()}")
        self.boot_seconds = time.monotonic() - begun
        return self

    def command(self, clock):
        def listening(name):
            return f"socket,id={name},path={self.path(name)},server=on,wait=off"
        return [
            "setpriv", "--pdeathsig", "KILL",
            "qemu-system-aarch64", "-nodefaults", "-no-user-config", "-no-reboot",
            "-display", "none", "-M", "virt", "-cpu", "cortex-a72",
            "-accel", "tcg,thread=multi", "-smp", "2", "-m", MEMORY,
            "-rtc", f"base={clock or 'utc'}",
            "-kernel", f"{self.parts}/vmlinuz", "-initrd", f"{self.parts}/initrd.img",
            "-append", "console=ttyAMA0 root=/dev/vda rw quiet loglevel=4 panic=1",
            # What the board gives its disk is in the host's memory at once and outlives QEMU; that the
            # host's own disk has it is not waited for. What stands in the board's memory is lost.
            "-drive", f"file={self.disk},format=raw,if=none,id=disk,cache=unsafe",
            "-device", "virtio-blk-pci,drive=disk",
            # The packages, as on a stick.
            "-drive", f"file={self.stick},format=raw,if=none,id=stick,readonly=on",
            "-device", "virtio-blk-pci,drive=stick",
            "-chardev", f"file,id=console,path={self.console},append=on", "-serial",
            "chardev:console",
            "-chardev", listening("bus1"), "-device", "pci-serial,chardev=bus1",
            "-chardev", listening("bus2"), "-device", "qemu-xhci,id=xhci",
            "-device", "virtio-serial-pci",
            "-chardev", listening("agent"),
            "-device", "virtserialport,chardev=agent,name=agent",
            "-chardev", listening("terminal"), "-device", "virtconsole,chardev=terminal",
            "-qtest", f"unix:{self.path('fingers')},server=on,wait=off", "-qtest-log", "none",
            "-qmp", f"unix:{self.path('control')},server=on,wait=off",
        ]

    def cut_power(self):
        """The board ends between two instructions; what its disk was told to keep is left."""
        if self.process is None:
            return
        self.spent, running = self.processor_seconds(), self.process
        self.process = None
        running.kill()
        running.wait()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def processor_seconds(self):
        if self.process is None or self.process.poll() is not None:
            # What is dead tells nothing: the last that was seen counts.
            return self.seen
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        self.seen = self.spent + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return self.seen

    def said(self):
        if not os.path.exists(self.console):
            return ""
        with open(self.console, "r", encoding="utf-8", errors="replace") as file:
            return file.read()[-3000:]

    def connect(self, name):
        end = time.monotonic() + 60
        while True:
            client = socket.socket(socket.AF_UNIX)
            try:
                client.connect(self.path(name))
                return client
            except OSError:
                client.close()
                if self.process.poll() is not None or time.monotonic() > end:
                    raise Failure("QEMU does not start: " + open(self.console + ".qemu").read())
                time.sleep(0.02)

    # MARK: what QEMU does

    def qmp(self, command, **arguments):
        self.control.write(json.dumps({"execute": command, "arguments": arguments}))
        while True:
            answer = json.loads(self.control.read())
            if "error" in answer:
                raise Failure(f"QEMU refuses {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def gpio(self):
        """The path of the GPIO chip among QEMU's objects."""
        found = [row["name"] for row in self.qmp("qom-list", path="/machine/unattached")
                 if row["type"] == "child<pl061>"]
        return f"/machine/unattached/{found[0]}"

    def plug(self, number):
        """Plugs in USB adapter 1; its number and its socket of the hub stay the same."""
        self.qmp("device_add", driver="usb-serial", id=f"adapter{number}", bus="xhci.0",
                 chardev="bus2", serial=f"BOARD{number}", port=str(number),
                 **{"always-plugged": True})

    def unplug(self, number):
        self.qmp("device_del", id=f"adapter{number}")

    # MARK: fingers

    def down(self, booth):
        self.fingers.level(BUTTONS[booth], False)

    def up(self, booth):
        self.fingers.level(BUTTONS[booth], True)

    def press(self, booth, seconds=0.2):
        """As a person does: the finger stays a moment, and comes back no sooner than after another. A
        release that is shorter than the debounce is rightly taken for a contact that bounces, and a
        display shows the number before the finger is gone."""
        self.down(booth)
        time.sleep(seconds)
        self.up(booth)
        time.sleep(seconds)

    def lamp(self, booth):
        """Whether the lamp's line is high; None before the board has set it."""
        return self.fingers.outputs.get(LAMPS[booth])

    # MARK: inside

    def listen(self):
        try:
            while True:
                words = self.agent.read().split(" ")
                if words[0] == "ready":
                    self.ready.set()
                    continue
                slot = self.waiting.pop(int(words[0]), None)
                if slot:
                    text = base64.b64decode(words[2]) if len(words) > 2 else b""
                    slot["answer"] = (int(words[1]), text.decode(errors="replace"))
                    slot["done"].set()
        except (OSError, Failure):
            for slot in list(self.waiting.values()):
                slot["done"].set()

    def begin(self, command):
        """Starts a shell command inside; `end` waits for it."""
        number = next(self.ids)
        slot = {"done": threading.Event(), "command": command, "begun": time.monotonic()}
        self.waiting[number] = slot
        text = base64.b64encode(command.encode()).decode()
        with self.lock:
            self.agent.write(f"{number} {text}")
        return slot

    def end(self, slot, succeeds=True, seconds=920):
        if not slot["done"].wait(seconds) or "answer" not in slot:
            raise Failure(f"no answer of the board: {slot['command']}\n{self.said()}")
        if TIMES:
            seconds = time.monotonic() - slot["begun"]
            print(f"{time.strftime('%T')} {seconds:6.1f} s  {slot['command'][:100]!r}", file=sys.stderr)
        status, text = slot["answer"]
        if succeeds and status != 0:
            raise Failure(f"in the board, status {status}: {slot['command']}\n{text[-3000:]}")
        return text if succeeds else (status, text)

    def shell(self, command):
        """A shell command inside, as root, which must succeed; what it printed."""
        return self.end(self.begin(command))

    def status(self, command):
        """A shell command inside; its status, and what it printed."""
        return self.end(self.begin(command), succeeds=False)


class Lines:
    """A socket with lines."""

    def __init__(self, connection):
        self.connection = connection
        self.file = connection.makefile("rb")

    def write(self, text):
        self.connection.sendall(text.encode() + b"\n")

    def read(self):
        line = self.file.readline()
        if not line:
            raise Failure("QEMU has ended")
        return line.decode(errors="replace").rstrip("\r\n")


class Fingers:
    """What is outside of the GPIO chip: contacts that close, lamps that are lit."""

    def __init__(self, connection, chip):
        self.lines, self.chip = Lines(connection), chip
        self.answers, self.outputs = [], {}
        self.said = threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()
        self.ask(f"irq_intercept_out {chip}")

    def listen(self):
        try:
            while True:
                line = self.lines.read()
                with self.said:
                    told = re.match(r"IRQ (raise|lower) (\d+)$", line)
                    if told:
                        self.outputs[int(told[2])] = told[1] == "raise"
                    else:
                        self.answers.append(line)
                        self.said.notify_all()
        except (OSError, Failure):
            pass

    def ask(self, question):
        with self.said:
            self.lines.write(question)
            if not self.said.wait_for(lambda: self.answers, 60):
                raise Failure(f"QEMU does not answer {question}")
            answer = self.answers.pop()
        if not answer.startswith("OK"):
            raise Failure(f"QEMU: {question}: {answer}")

    def level(self, line, is_high):
        self.ask(f"set_irq_in {self.chip} unnamed-gpio-in {line} {int(is_high)}")


class Screen:
    """A person's terminal: what stands on it, and keys."""

    def __init__(self):
        self.text, self.seen = "", 0
        self.news = threading.Condition()

    def follow(self, connection):
        self.connection = connection
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            while data := self.connection.recv(4096):
                with self.news:
                    self.text += data.decode(errors="replace").replace("\r", "")
                    self.news.notify_all()
        except OSError:
            pass

    def type(self, text):
        self.connection.sendall(text.encode() + b"\r")

    def waits(self, pattern, seconds=120):
        """Waits for words after those that were waited for before; the match."""
        with self.news:
            def found():
                return re.search(pattern, self.text[self.seen:])
            if not self.news.wait_for(found, seconds):
                raise Failure(f"the terminal says {pattern!r}, and not:\n{self.text[self.seen:]}")
            match = found()
            self.seen += match.end()
            return match
