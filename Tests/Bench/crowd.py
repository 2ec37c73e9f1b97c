# SPDX-License-Identifier: Apache-2.0
"""Many callers at once from one thread: each waits for its answer, then calls again."""

import os
import secrets
import selectors
import socket
import time

from bench import NotMeasured, now


class Caller:
    """One connection: `request()` gives the bytes of the next call, `take(data)` tells of each answer."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0
        self.spoke = 0.0

    def send(self, data):
        self.socket.send(data)

    def close(self):
        self.socket.close()


class Controller(Caller):
    """A controller with one booth and one ticket, by the line protocol. A call is what a press tells: the
    booth is left, and a ticket is called there; two facts, and the central's word that both are on disk."""

    def __init__(self, port, place, hall):
        super().__init__(port)
        self.name, self.place, self.service = f"c{place + 1}", place, f"service-{hall + 1}"
        self.epoch = f"{secrets.randbits(31) + 1:x}"
        self.rest = b""
        self.facts = self.known = self.orders = self.acknowledged = 0
        self.ticket = self.day = None
        self.send(f"HELLO version=1 role=controller name={self.name} epoch={self.epoch} central=none "
                  "applied=0 first=1 last=0 have=0 day=0\n".encode())

    def facts_of(self, *lines):
        text = ""
        for line in lines:
            self.facts += 1
            text += f"{self.facts} {line}\n"
        return text.encode()

    def take(self, data):
        """Reads lines; True when everything told is on the central's disk."""
        if not data:
            raise NotMeasured(f"the central closed the connection of {self.name}")
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        was_owed = self.known < self.facts
        for line in lines:
            if line.startswith(b"ACK through="):
                self.known = int(line[12:])
            elif line[:1].isdigit():
                self.order(line.decode())
            elif line == b"PING":
                self.send(b"PONG\n")
            elif line.startswith(b"WELCOME"):
                self.send(self.facts_of(
                    "REPORT", "REPORT-END", f"BOOTH-OPENED booth=1 services={self.service}"))
            elif line.startswith((b"ERROR", b"BYE")):
                raise NotMeasured(f"{self.name}: {line.decode()}")
        if self.orders > self.acknowledged:
            self.acknowledged = self.orders
            self.send(f"ACK through={self.orders}\n".encode())
        return was_owed and self.known == self.facts

    def order(self, line):
        number, verb, *pairs = line.split(" ")
        self.orders = int(number)
        values = dict(pair.split("=", 1) for pair in pairs)
        if verb == "DAY":
            self.day = values["day"]
            self.send(self.facts_of(f"DAY-TURNED day={self.day}"))
        elif verb == "BLOCK" and self.ticket is None and values["day"] == self.day \
                and values.get("service") == self.service:
            number = f"{values['series']}{int(values['first']):03d}"
            self.ticket = (f"ticket={self.name}.{self.epoch}.1 number={number} day={self.day} "
                           f"service={self.service} class=normal rank={self.place + 1}")
            self.send(self.facts_of(f"ISSUED {self.ticket}", f"CALLED booth=1 {self.ticket}"))

    @property
    def is_ready(self):
        return self.ticket is not None and self.known == self.facts

    def request(self):
        return self.facts_of(
            f"UNDONE booth=1 uncalled={self.name}.{self.epoch}.1", f"CALLED booth=1 {self.ticket}")

    def keep_alive(self):
        self.send(b"PING\n")


class Client(Caller):
    """A booth's program that calls by HTTP, on a connection that stays."""

    def __init__(self, port, place):
        super().__init__(port)
        self.bytes = (f"POST /booths/{place + 1}/call HTTP/1.1\r\nHost: queue\r\n"
                      "Content-Length: 0\r\n\r\n").encode()
        self.rest = b""

    def request(self):
        return self.bytes

    def take(self, data):
        if not data:
            raise NotMeasured("the queue server closed a connection")
        self.rest += data
        head, separator, body = self.rest.partition(b"\r\n\r\n")
        if not separator:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise NotMeasured(f"the queue server answered {head[:80]!r}")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(body) < length:
            return False
        self.rest = b""
        return True

    def keep_alive(self):
        pass


class Crowd:
    """Callers that are served by one thread."""

    def __init__(self):
        self.selector = selectors.EpollSelector()
        self.callers = []
        self.latencies = []

    def add(self, caller):
        self.callers.append(caller)
        caller.socket.setblocking(False)
        self.selector.register(caller.socket, selectors.EVENT_READ, caller)

    def settle(self, seconds):
        """Serves what comes until all are ready."""
        end = time.monotonic() + seconds
        alive = 0.0
        while not all(caller.is_ready for caller in self.callers):
            if time.monotonic() > end:
                waiting = sum(not caller.is_ready for caller in self.callers)
                raise NotMeasured(f"{waiting} controllers were not ready after {seconds} s")
            self.serve(0.1)
            if time.monotonic() > alive + 1:
                alive = time.monotonic()
                for caller in self.callers:
                    caller.keep_alive()

    def serve(self, seconds):
        """Those who were answered meanwhile."""
        answered = []
        for key, _ in self.selector.select(max(0, seconds)):
            caller = key.data
            if caller.take(os.read(key.fd, 1 << 16)):
                answered.append(caller)
        return answered

    def call(self, caller, began):
        caller.began = began
        caller.spoke = began
        caller.send(caller.request())

    def run(self, seconds, rate=None):
        """Calls for so long: each as soon as it was answered, or all together so often a second, and then
        a call counts from when it was due. The calls a second; the latencies, in ms, are kept."""
        self.latencies = []
        begin = now()
        end = begin + int(seconds * 1e9)
        idle = list(self.callers)
        gap = 1e9 / rate if rate else 0
        due = begin
        open_calls = 0
        while True:
            moment = now()
            if moment < end:
                while idle and (not rate or due <= moment):
                    self.call(idle.pop(), int(due) if rate else moment)
                    due += gap
                    open_calls += 1
            elif not open_calls:
                break
            elif moment > end + 20e9:
                raise NotMeasured(f"{open_calls} calls were not answered within 20 s")
            wait = (due - moment) / 1e9 if rate and idle and moment < end else 0.5
            answered = self.serve(min(wait, 0.5))
            moment = now()
            for caller in answered:
                self.latencies.append((moment - caller.began) / 1e6)
                open_calls -= 1
            idle[:0] = answered
            self.spare(moment)
        return len(self.latencies) / ((now() - begin) / 1e9)

    def spare(self, moment):
        """Who has had nothing to say for two seconds says so."""
        if not self.callers or moment - self.callers[-1].spoke < 2e9:
            return
        for caller in self.callers:
            if moment - caller.spoke > 1e9:
                caller.spoke = moment
                caller.keep_alive()

    def close(self):
        for caller in self.callers:
            caller.close()
        self.selector.close()
