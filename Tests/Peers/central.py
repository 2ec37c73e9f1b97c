# SPDX-License-Identifier: Apache-2.0
"""A central in miniature, written from the protocol's page: it welcomes controllers, gives one of
them blocks, a mark and tickets, withdraws one ticket, acknowledges facts, and checks what comes back.
It also answers kiosks. Prints a transcript; exits 0 when everything expected happened.

  python3 central.py --port PORT --deal 4 --calls 3
  python3 central.py --self-test

Prints `listening on PORT` when it is ready. It ends after the controller's BYE, or `--linger` seconds
after everything was seen.
"""

import argparse
import secrets
import select
import socket
import sys
import time

from nobat_peer import CLASSES, VERSION, Checks, Closed, Connection, LineError, Message


class Life:
    """What the central knows of one controller: its facts, its orders, its tickets."""

    def __init__(self, name, epoch):
        self.name = name
        self.epoch = epoch
        self.have = 0
        self.orders = []
        self.acknowledged = 0
        self.open_booths = {}
        self.stating = False
        self.stated = False
        self.dealt = {}
        self.called = []
        self.yielded = set()
        self.ended = set()
        self.said_bye = False


class Central:
    """The central's half, for as many connections as come."""

    def __init__(self, arguments, checks):
        self.arguments = arguments
        self.checks = checks
        self.epoch = f"{secrets.randbits(32) or 1:x}"
        self.day = int(time.time() // 86400)
        self.rank = 0
        self.lives = {}
        self.roles = {}
        self.connected = {}
        self.taken = {}
        self.waiting = []
        self.began = False
        self.withdrawn = None

    def order(self, life, verb, **values):
        life.orders.append(Message(verb, len(life.orders) + 1, **values))
        if life.name in self.connected:
            self.connected[life.name].send(life.orders[-1])

    def new_ticket(self, service, priority="normal"):
        self.rank += 1
        return {
            "ticket": f"central.{self.epoch}.{self.rank}", "number": f"A{self.rank:03}",
            "day": self.day, "service": service, "class_": priority, "rank": self.rank}

    def deal(self, life, ticket):
        life.dealt[ticket["ticket"]] = ticket
        self.order(life, "DEAL", **ticket)

    def greet(self, connection, hello):
        if hello.verb != "HELLO":
            raise LineError("unexpected", "HELLO comes first")
        if hello["version"] < 1:
            raise LineError("version", "version 1 is the lowest")
        self.roles[connection] = (hello["role"], hello["name"])
        if hello["role"] != "controller":
            connection.send(Message(
                "ATTACHED", version=min(VERSION, hello["version"]), central=self.epoch,
                day=self.day))
            return
        life = self.lives.get(hello["name"])
        if life is None or life.epoch != hello["epoch"]:
            life = self.lives[hello["name"]] = Life(hello["name"], hello["epoch"])
        life.have = max(life.have, hello["first"] - 1)
        older = self.connected.pop(life.name, None)
        if older:
            older.send(Message("ERROR", name="replaced", detail="connected anew"))
            older.close()
            self.roles.pop(older)
        self.checks.expect(hello["last"] >= life.have, "the controller has all that it told us")
        knows = hello["central"] == self.epoch
        start = hello["applied"] if knows else 0
        self.checks.expect(start <= len(life.orders), "no order is applied that was never written")
        self.checks.expect(start >= life.acknowledged, "no order is forgotten once acknowledged")
        life.stating = not knows
        connection.send(Message(
            "WELCOME", version=min(VERSION, hello["version"]), central=self.epoch, have=life.have,
            day=self.day, rank=self.rank))
        self.connected[life.name] = connection
        for order in life.orders[start:]:
            connection.send(order)

    def take(self, connection, message):
        if connection not in self.roles:
            self.greet(connection, message)
            return
        role, name = self.roles[connection]
        if message.verb == "BYE":
            if role == "controller":
                self.lives[name].said_bye = True
            raise Closed("BYE")
        if message.verb == "TAKE":
            if role not in ("kiosk", "system", "supervisor"):
                raise LineError("role", f"TAKE is not for a {role}")
            self.request(connection, message)
        elif role != "controller":
            raise LineError("role", f"{message.verb} is not for a {role}")
        elif message.verb == "ACK":
            life = self.lives[name]
            self.checks.expect(
                message["through"] <= len(life.orders), "only orders that exist are acknowledged")
            self.checks.expect(
                message["through"] >= life.acknowledged, "acknowledgements never go back")
            life.acknowledged = message["through"]
        elif message.number is not None:
            self.fact(connection, self.lives[name], message)
        else:
            raise LineError("unexpected", f"{message.verb} has no place now")

    def request(self, connection, message):
        reference = message["reference"]
        if message["service"] not in self.arguments.services:
            connection.send(Message(
                "REFUSED", reference=reference, name="unknown-service",
                detail=f"there is no service {message['service']} here"))
            return
        known = self.taken.setdefault(connection, {})
        if reference not in known:
            ticket = known[reference] = self.new_ticket(
                message["service"], message.get("class", "normal"))
            for life in self.lives.values():
                if any(ticket["service"] in served for served in life.open_booths.values()):
                    self.deal(life, ticket)
                    break
            else:
                self.waiting.append(ticket)
        ticket = known[reference]
        connection.send(Message(
            "TICKET", reference=reference, number=ticket["number"], ticket=ticket["ticket"],
            ahead=0))

    def fact(self, connection, life, fact):
        if fact.number > life.have + 1:
            raise LineError("out-of-order", f"fact {life.have + 1} is missing")
        if fact.number == life.have + 1:
            life.have = fact.number
            self.apply(life, fact)
        connection.send(Message("ACK", through=life.have))
        if life.stated and life.open_booths and not self.began:
            self.began = True
            self.begin(life)

    def apply(self, life, fact):
        if life.stating and fact.verb == "REPORT":
            life.stated = False
        if fact.verb == "REPORT-END":
            self.checks.expect(life.stating, "a statement is made when the epoch is new")
            life.stating, life.stated = False, True
        elif fact.verb == "BOOTH-OPENED":
            life.open_booths[fact["booth"]] = fact["services"]
        elif fact.verb == "BOOTH-CLOSED":
            life.open_booths.pop(fact["booth"], None)
        elif fact.verb in ("ISSUED", "HELD"):
            life.dealt[fact["ticket"]] = dict(fact.values)
        elif fact.verb == "CALLED":
            self.called(life, fact)
        elif fact.verb == "UNDONE":
            if fact.get("uncalled") in life.called:
                life.called.remove(fact["uncalled"])
        elif fact.verb in ("PARKED", "TRANSFERRED"):
            # It may be called again: later, or for the service that it now waits for.
            if fact["ticket"] in life.called:
                life.called.remove(fact["ticket"])
            if fact.get("kept"):
                life.dealt[fact["ticket"]]["service"] = fact["service"]
        elif fact.verb == "YIELDED":
            identity = fact["ticket"]
            self.checks.expect(identity == self.withdrawn, f"{identity} was asked back")
            self.checks.expect(
                life.orders[int(fact["order"]) - 1].verb == "WITHDRAW",
                "what is given back says by which order")
            self.checks.expect(identity not in life.called, f"{identity} was not called before")
            life.yielded.add(identity)
        elif fact.verb in ("FINISHED", "NO-SHOW"):
            self.checks.expect(
                fact["ticket"] in life.called, f"{fact['ticket']} was called before it ended")
            life.ended.add(fact["ticket"])

    def called(self, life, fact):
        identity = fact["ticket"]
        ticket = life.dealt.get(identity)
        if self.checks.expect(ticket is not None, f"{identity} was in the tray when called"):
            for key in ("number", "day", "service", "rank"):
                self.checks.expect(ticket[key] == fact[key], f"{identity} comes back with its {key}")
        self.checks.expect(identity not in life.yielded, f"{identity} was not given back before")
        self.checks.expect(identity not in life.called, f"{identity} is called once")
        self.checks.expect(fact["booth"] in life.open_booths, "the booth that calls is open")
        life.called.append(identity)

    def begin(self, life):
        """What the central wants of the controller once it has stated itself and opened a booth."""
        services = self.arguments.services
        self.order(life, "DAY", day=self.day)
        self.order(life, "BLOCK", day=self.day, series="A", service=services[0], first=501,
                   last=550)
        self.order(life, "BLOCK", day=0, series="X", first=1, last=333)
        self.order(life, "MARK", day=self.day, series="A", through=550)
        for ticket in self.waiting:
            self.deal(life, ticket)
        self.waiting.clear()
        for count in range(self.arguments.deal):
            priority = CLASSES[1] if count == 1 else CLASSES[0]
            self.deal(life, self.new_ticket(services[count % len(services)], priority))
        if self.arguments.deal > self.arguments.calls:
            self.withdrawn = next(reversed(life.dealt))
            self.order(life, "WITHDRAW", ticket=self.withdrawn)

    def is_done(self):
        lives = [life for life in self.lives.values() if life.dealt]
        return bool(lives) and all(
            len(life.called) >= self.arguments.calls and life.acknowledged == len(life.orders)
            and (self.withdrawn is None or self.withdrawn in life.yielded
                 or self.withdrawn in life.called)
            for life in lives)

    def run(self, listener, deadline):
        connections = []
        done_at = None
        while time.monotonic() < deadline:
            ready = select.select([listener, *connections], [], [], 0.1)[0]
            if listener in ready:
                connections.append(Connection(listener.accept()[0], "S"))
            for connection in list(connections):
                if connection.fileno() < 0:
                    connections.remove(connection)
                    continue
                try:
                    for message in connection.receive(0):
                        self.take(connection, message)
                except (Closed, LineError) as error:
                    self.drop(connection, error)
                    connections.remove(connection)
            if self.is_done():
                done_at = done_at or time.monotonic()
                if time.monotonic() > done_at + self.arguments.linger or any(
                        life.said_bye for life in self.lives.values()):
                    break
        for connection in connections:
            if connection.fileno() >= 0:
                connection.send("BYE")
                connection.close()
        self.conclude()

    def drop(self, connection, error):
        role, name = self.roles.pop(connection, ("stranger", "?"))
        if isinstance(error, LineError):
            self.checks.expect(False, f"{role} {name} broke the protocol: {error}")
            try:
                connection.send(Message("ERROR", name=error.name, detail=error.detail))
            except Closed:
                pass
        else:
            print(f"-- {role} {name}: {error}", flush=True)
        connection.close()
        if self.connected.get(name) is connection:
            del self.connected[name]

    def conclude(self):
        self.checks.expect(bool(self.lives), "a controller came")
        for life in self.lives.values():
            if not life.dealt and life is not next(iter(self.lives.values())):
                continue
            self.checks.expect(life.stated, "the statement was made")
            self.checks.expect(
                len(life.called) >= self.arguments.calls,
                f"{len(life.called)} of {self.arguments.calls} calls were told")
            self.checks.expect(
                life.acknowledged == len(life.orders),
                f"all {len(life.orders)} orders were acknowledged, not only {life.acknowledged}")
            if self.withdrawn:
                self.checks.expect(
                    (self.withdrawn in life.yielded) != (self.withdrawn in life.called),
                    "the withdrawn ticket was either yielded or called")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--services", default="admission", type=lambda text: text.split(","))
    parser.add_argument("--deal", type=int, default=4, help="tickets dealt; the last is withdrawn "
                        "when there are more than --calls")
    parser.add_argument("--calls", type=int, default=3, help="calls that must be told")
    parser.add_argument("--linger", type=float, default=5)
    parser.add_argument("--deadline", type=float, default=30, help="seconds for all of it")
    parser.add_argument("--self-test", action="store_true", help="run client.py against it")
    arguments = parser.parse_args()
    if arguments.self_test:
        import selftest
        return selftest.main()
    checks = Checks()
    with socket.create_server((arguments.host, arguments.port)) as listener:
        print(f"listening on {listener.getsockname()[1]}", flush=True)
        Central(arguments, checks).run(listener, time.monotonic() + arguments.deadline)
    return checks.conclude("central")


if __name__ == "__main__":
    sys.exit(main())
