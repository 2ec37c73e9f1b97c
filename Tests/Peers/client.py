# SPDX-License-Identifier: Apache-2.0
"""A client in miniature, written from the protocol's page: a controller that keeps its tray and log
in memory, or a kiosk. Prints a transcript; exits 0 when everything expected happened.

  python3 client.py --port PORT --name hall-a --services admission --calls 3 [--reconnect]
  python3 client.py --port PORT --role kiosk --name kiosk-1 --services admission --take 3
  python3 client.py --self-test
"""

import argparse
import secrets
import socket
import sys
import time

from nobat_peer import CLASSES, VERSION, Checks, Closed, Connection, LineError, Message


class Controller:
    """The controller's half: a log of facts, a tray, and the count of orders applied."""

    def __init__(self, arguments, checks):
        self.arguments = arguments
        self.checks = checks
        self.epoch = f"{secrets.randbits(32) or 1:x}"
        self.central = None
        self.applied = 0
        self.have = 0
        self.sent = 0
        self.day = 0
        self.rank = 0
        self.facts = []
        self.tray = {}
        self.blocks = []
        self.marks = {}
        self.at_booth = None
        self.is_open = False
        self.calls = []
        self.connection = None

    def tell(self, verb, **values):
        """Appends a fact; it is sent now if there is a connection, else after the next greeting."""
        self.facts.append(Message(verb, len(self.facts) + 1, **values))
        self.flush()

    def flush(self):
        while self.connection and self.sent < len(self.facts) and self.sent - self.have < 256:
            self.connection.send(self.facts[self.sent])
            self.sent += 1

    def connect(self, deadline):
        sock = socket.create_connection(
            (self.arguments.host, self.arguments.port), timeout=deadline - time.monotonic())
        connection = Connection(sock, "C")
        connection.send(Message(
            "HELLO", version=VERSION, role="controller", name=self.arguments.name,
            epoch=self.epoch, central=self.central, applied=self.applied, first=1,
            last=len(self.facts), have=self.have, day=self.day))
        messages = []
        while not messages and time.monotonic() < deadline:
            messages = connection.receive(0.2)
        if not self.checks.expect(
                bool(messages) and messages[0].verb == "WELCOME", "HELLO is answered by WELCOME"):
            raise Closed("not welcome")
        welcome = messages.pop(0)
        self.checks.expect(1 <= welcome["version"] <= VERSION, "the version is one of ours")
        self.checks.expect(welcome["have"] <= len(self.facts), "the central has no fact of ours "
                           "that we never wrote")
        is_new = welcome["central"] != self.central
        if is_new:
            self.applied = 0
        self.central = welcome["central"]
        self.rank = max(self.rank, welcome["rank"])
        self.have = self.sent = welcome["have"]
        self.connection = connection
        if is_new:
            self.state()
        self.flush()
        for message in messages:
            self.take(message)

    def state(self):
        """The full statement."""
        self.tell("REPORT")
        for ticket in self.tray.values():
            self.tell("HELD", **ticket, state="waiting")
        if self.at_booth:
            self.tell("HELD", **self.at_booth, state="called", booth=self.arguments.booth)
        for block in self.blocks:
            self.tell("HOLDING", **block)
        for (day, series), through in self.marks.items():
            self.tell("MARKED", day=day, series=series, through=through)
        self.tell("REPORT-END")
        if self.is_open:
            self.open_booth()

    def open_booth(self):
        self.is_open = True
        self.tell("BOOTH-OPENED", booth=self.arguments.booth, services=self.arguments.services)

    def take(self, message):
        if message.number is not None:
            self.order(message)
        elif message.verb == "ACK":
            self.checks.expect(
                message["through"] <= self.sent, "nothing is acknowledged that was not sent")
            self.have = max(self.have, message["through"])
            self.flush()
        elif message.verb == "RANK":
            self.rank = max(self.rank, message["rank"])
        else:
            self.checks.expect(
                message.verb == "NEWS", f"a controller is not told {message.line()}")
            if message.verb in ("ERROR", "BYE"):
                raise Closed(message.line())

    def order(self, order):
        if order.number > self.applied:
            if not self.checks.expect(
                    order.number == self.applied + 1, "orders come without gaps"):
                raise Closed("out-of-order")
            self.applied = order.number
            self.apply(order)
        self.connection.send(Message("ACK", through=self.applied))

    def apply(self, order):
        values = {key.replace("class", "class_"): value for key, value in order.values.items()}
        if order.verb == "DEAL":
            self.rank = max(self.rank, order["rank"])
            self.checks.expect(
                order["ticket"] not in self.tray, f"{order['ticket']} is not dealt twice")
            self.tray[order["ticket"]] = values
        elif order.verb == "WITHDRAW":
            if self.tray.pop(order["ticket"], None):
                self.tell("YIELDED", ticket=order["ticket"], order=order.number)
        elif order.verb == "VOID":
            if self.tray.pop(order["ticket"], None):
                self.tell("CANCELLED", ticket=order["ticket"], reason=order["reason"])
        elif order.verb == "BLOCK":
            self.blocks.append(values)
        elif order.verb == "MARK":
            self.marks[order["day"], order["series"]] = order["through"]
        elif order.verb == "DAY" and order["day"] > self.day:
            self.day = order["day"]
            self.blocks = [each for each in self.blocks if not 0 < each["day"] < self.day]
            for ticket in [each for each in self.tray.values() if each["day"] < self.day]:
                del self.tray[ticket["ticket"]]
                self.tell("CANCELLED", ticket=ticket["ticket"], reason="day-end")
            self.tell("DAY-TURNED", day=self.day)
        elif order.verb == "FENCED":
            self.tray.clear()
            self.blocks.clear()
            self.tell("FENCE-DONE")

    def next_ticket(self):
        """What the booth calls next: by service, class, returned, rank, identity."""
        services = self.arguments.services
        fitting = [each for each in self.tray.values() if each["service"] in services]
        return min(fitting, default=None, key=lambda each: (
            services.index(each["service"]), -CLASSES.index(each["class_"]),
            not each.get("returned"), each["rank"], each["ticket"]))

    def call(self):
        """One press: what is at the booth is finished, the next is called. True if someone was."""
        ticket = self.next_ticket()
        if not ticket:
            return False
        if self.at_booth:
            self.tell("FINISHED", booth=self.arguments.booth, ticket=self.at_booth["ticket"])
        del self.tray[ticket["ticket"]]
        self.at_booth = ticket
        self.calls.append(ticket["ticket"])
        self.tell("CALLED", booth=self.arguments.booth, **ticket)
        return True

    def serve(self, seconds):
        end = time.monotonic() + seconds
        while (wait := end - time.monotonic()) > 0:
            for message in self.connection.receive(min(wait, 0.2)):
                self.take(message)

    def settle(self, deadline, holds):
        while not holds() and time.monotonic() < deadline:
            for message in self.connection.receive(0.1):
                self.take(message)
        return holds()

    def run(self, deadline):
        arguments = self.arguments
        self.connect(deadline)
        self.open_booth()
        cut_at = arguments.calls // 2 if arguments.reconnect else None
        while len(self.calls) < arguments.calls and time.monotonic() < deadline:
            if not self.settle(deadline, lambda: self.next_ticket() is not None):
                break
            self.serve(arguments.between)
            self.call()
            if len(self.calls) == cut_at:
                cut_at = None
                self.reconnect(deadline)
        self.checks.expect(
            len(self.calls) == arguments.calls,
            f"{len(self.calls)} of {arguments.calls} calls were made in time")
        self.checks.expect(
            len(set(self.calls)) == len(self.calls), "no ticket was dealt and called twice")
        if self.at_booth:
            self.tell("FINISHED", booth=arguments.booth, ticket=self.at_booth["ticket"])
        self.is_open = False
        self.tell("BOOTH-CLOSED", booth=arguments.booth)
        self.checks.expect(
            self.settle(deadline, lambda: self.have == len(self.facts)),
            f"all {len(self.facts)} facts are acknowledged, not only {self.have}")
        self.checks.expect(self.day > 0, "the central told the service day")
        self.serve(arguments.between)
        self.connection.send("BYE")
        self.connection.close()

    def reconnect(self, deadline):
        """The cable is out; a call is made meanwhile if the tray has one; then it is back."""
        print("-- the connection is cut", flush=True)
        self.connection.close()
        self.connection = None
        if len(self.calls) < self.arguments.calls:
            self.call()
        before = self.central
        self.connect(deadline)
        self.checks.expect(self.central == before, "the central kept its epoch")


def kiosk(arguments, checks, deadline):
    sock = socket.create_connection(
        (arguments.host, arguments.port), timeout=deadline - time.monotonic())
    connection = Connection(sock, "C")
    connection.send(Message("HELLO", version=VERSION, role="kiosk", name=arguments.name))

    def answer():
        while time.monotonic() < deadline:
            messages = connection.receive(0.2)
            if messages:
                checks.expect(len(messages) == 1, "a kiosk is told only answers")
                return messages[0]
        raise Closed("no answer in time")

    def take(reference, service):
        while True:
            connection.send(Message("TAKE", reference=reference, service=service))
            reply = answer()
            checks.expect(reply.get("reference") == reference, "the answer bears the reference")
            if reply.get("name") != "settling" or time.monotonic() > deadline:
                return reply
            time.sleep(0.5)

    checks.expect(answer().verb == "ATTACHED", "HELLO is answered by ATTACHED")
    tickets = []
    for reference in range(1, arguments.take + 1):
        reply = take(reference, arguments.services[(reference - 1) % len(arguments.services)])
        if checks.expect(reply.verb == "TICKET", f"a ticket is given, not {reply.line()}"):
            tickets.append(reply)
    if tickets:
        reference = tickets[-1]["reference"]
        again = take(reference, arguments.services[(reference - 1) % len(arguments.services)])
        checks.expect(
            again.get("ticket") == tickets[-1]["ticket"], "asking again gives the same ticket")
    checks.expect(len({each["ticket"] for each in tickets}) == arguments.take, "identities differ")
    checks.expect(len({each["number"] for each in tickets}) == arguments.take, "numbers differ")
    refused = take(arguments.take + 1, "no-such-service")
    checks.expect(
        refused.verb == "REFUSED" and refused["name"] == "unknown-service",
        "a service that is not there is refused by name")
    connection.send("BYE")
    connection.close()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int)
    parser.add_argument("--role", choices=["controller", "kiosk"], default="controller")
    parser.add_argument("--name", default="hall-a")
    parser.add_argument("--services", default="admission", type=lambda text: text.split(","))
    parser.add_argument("--booth", type=int, default=1)
    parser.add_argument("--calls", type=int, default=3, help="tickets that the controller calls")
    parser.add_argument("--take", type=int, default=3, help="tickets that the kiosk takes")
    parser.add_argument("--between", type=float, default=0.1, help="seconds between calls")
    parser.add_argument("--reconnect", action="store_true", help="cut the connection halfway")
    parser.add_argument("--deadline", type=float, default=20, help="seconds for all of it")
    parser.add_argument("--self-test", action="store_true", help="run against central.py")
    arguments = parser.parse_args()
    if arguments.self_test:
        import selftest
        return selftest.main()
    if arguments.port is None:
        parser.error("--port is needed")
    checks = Checks()
    deadline = time.monotonic() + arguments.deadline
    try:
        if arguments.role == "kiosk":
            kiosk(arguments, checks, deadline)
        else:
            Controller(arguments, checks).run(deadline)
    except (Closed, LineError, OSError) as error:
        checks.expect(False, f"the connection ended: {error}")
    return checks.conclude(f"{arguments.role} {arguments.name}")


if __name__ == "__main__":
    sys.exit(main())
