# SPDX-License-Identifier: Apache-2.0
"""The rig's machine: a QEMU with real kernel GPIO, 16550 ports and USB adapters.

QEMU interprets every instruction (TCG): on machines of continuous integration /dev/kvm may be there
and yet hang its guests."""
import itertools
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# Interrupt lines of the second to fourth ISA port; ports that share one lose interrupts.
IRQS = {1: 3, 2: 5, 3: 10}
# A boot takes 3 s on an idle machine; a build beside it may make that many times as much.
BOOT_SECONDS = 60
DISK_MEGABYTES = 64


class Failure(Exception):
    """A check that did not hold, or a machine that does not do what it is told."""


class Machine:
    """One virtual machine. Its disk outlives it: `cut_power` and `boot` again."""

    def __init__(self, kernel, folder):
        self.kernel = kernel
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.disk = os.path.join(folder, "disk")
        self.console = os.path.join(folder, "console")
        self.process = None
        self.lock = threading.Lock()
        self.ids = itertools.count(1)
        self.boots = 0
        self.spent = 0

    # Sockets stand in a folder with a short name: their addresses are limited to 107 bytes.

    def path(self, name):
        return os.path.join(self.sockets, name)

    def uart(self, number):
        """The socket of /dev/ttyS1 to ttyS3."""
        return self.path(f"uart{number}")

    def usb(self, number):
        """The socket of USB adapter 1 or 2, whether it is plugged in or not."""
        return self.path(f"usb{number}")

    def new_disk(self):
        with open(self.disk, "wb") as file:
            file.truncate(DISK_MEGABYTES << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", self.disk], check=True)

    def boot(self):
        if not os.path.exists(self.disk):
            self.new_disk()
        self.sockets = tempfile.mkdtemp(prefix="rig-")
        self.boots += 1
        self.waiting, self.marks = {}, {}
        self.process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL,
            stderr=open(self.console + ".qemu", "ab"))
        self.agent = self.connect("agent")
        self.lines = self.agent.makefile("rb")
        self.agent.settimeout(BOOT_SECONDS)
        try:
            hello = json.loads(self.lines.readline() or b"{}")
        except OSError:
            hello = {}
        if "ready" not in hello:
            raise Failure(f"the machine does not boot; {self.console} says:\n" + self.said())
        self.agent.settimeout(None)
        self.control = self.connect("control")
        self.control_lines = self.control.makefile("rb")
        self.control_lines.readline()
        self.qmp("qmp_capabilities")
        threading.Thread(target=self.listen, args=(self.lines, self.waiting), daemon=True).start()
        return self

    def command(self):
        def listening(name):
            return f"socket,id={name},path={self.path(name)},server=on,wait=off"
        words = [
            "setpriv", "--pdeathsig", "KILL",
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot",
            "-display", "none",
            "-machine", "pc,accel=tcg,usb=off,vmport=off,smbus=off,graphics=off", "-cpu", "max",
            "-m", "640M", "-kernel", self.kernel,
            "-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=root,mount_tag=hostroot",
            "-drive", f"file={self.disk},format=raw,if=none,id=disk,cache=writeback",
            "-device", "virtio-blk-pci,drive=disk",
            "-device", "virtio-serial-pci", "-chardev", listening("agent"),
            "-device", "virtserialport,chardev=agent,name=agent",
            "-qmp", f"unix:{self.path('control')},server=on,wait=off",
            "-chardev", f"file,id=console,path={self.console},append=on",
            "-device", "isa-serial,index=0,chardev=console",
        ]
        for number, irq in IRQS.items():
            words += ["-chardev", listening(f"uart{number}"),
                      "-device", f"isa-serial,index={number},irq={irq},chardev=uart{number}"]
        words += ["-device", "qemu-xhci,id=xhci"]
        for number in (1, 2):
            words += ["-chardev", listening(f"usb{number}")]
        words += ["-append", " ".join([
            "console=ttyS0 quiet loglevel=4 panic=-1 root=hostroot rootfstype=9p ro",
            "rootflags=trans=virtio,version=9p2000.L,msize=262144,cache=loose",
            "random.trust_cpu=on tsc=reliable no_timer_check", f"init={HERE}/guest/init"])]
        return words

    def said(self):
        with open(self.console, "r", encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def connect(self, name):
        end = time.monotonic() + 30
        while True:
            client = socket.socket(socket.AF_UNIX)
            try:
                client.connect(self.path(name))
                return client
            except OSError:
                client.close()
                if self.process.poll() is not None or time.monotonic() > end:
                    raise Failure("QEMU does not start: " + open(self.console + ".qemu").read())
                time.sleep(0.01)

    def listen(self, lines, waiting):
        for line in lines:
            now = time.monotonic()
            message = json.loads(line)
            if "mark" in message:
                self.marks[message["mark"]] = now
                continue
            slot = waiting.pop(message["id"])
            slot["answer"] = message
            slot["done"].set()
        for slot in list(waiting.values()):
            slot["answer"] = {"error": "the machine has ended"}
            slot["done"].set()

    def begin(self, verb, **request):
        """Asks the agent; `end` waits for the answer."""
        number = next(self.ids)
        slot = {"done": threading.Event(), "id": number}
        self.waiting[number] = slot
        text = json.dumps({"id": number, "verb": verb, **request}) + "\n"
        with self.lock:
            self.agent.sendall(text.encode())
        return slot

    def end(self, slot, seconds=90):
        if not slot["done"].wait(seconds):
            raise Failure(f"no answer of the machine in {seconds} s; its console:\n{self.said()}")
        if "error" in slot["answer"]:
            raise Failure(slot["answer"]["error"])
        return slot["answer"]["result"]

    def ask(self, verb, **request):
        return self.end(self.begin(verb, **request))

    def shell(self, command, succeeds=True):
        """A shell command inside; what it printed."""
        status, text = self.ask("shell", command=command)
        if succeeds and status != 0:
            raise Failure(f"inside the machine, status {status}: {command}\n{text}")
        return text

    def qmp(self, command, **arguments):
        self.control.sendall(
            json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = json.loads(self.control_lines.readline())
            if "error" in answer:
                raise Failure(f"QEMU refuses {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def plug(self, number):
        """Plugs in a USB adapter; its serial number and its socket of the hub stay the same."""
        self.qmp("device_add", driver="usb-serial", id=f"adapter{number}", bus="xhci.0",
                 chardev=f"usb{number}", serial=f"RIG{number}", port=str(number),
                 **{"always-plugged": True})

    def unplug(self, number):
        self.qmp("device_del", id=f"adapter{number}")

    def processor_seconds(self):
        """What all boots together have cost the host: unlike the time, the same on a busy one."""
        if self.process is None or self.process.poll() is not None:
            return self.spent
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        return self.spent + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cut_power(self):
        """The machine ends between two instructions; what its disk was told to keep is left."""
        if self.process is None:
            return
        self.spent, running = self.processor_seconds(), self.process
        self.process = None
        running.kill()
        running.wait()
        self.agent.close()
        shutil.rmtree(self.sockets, ignore_errors=True)
