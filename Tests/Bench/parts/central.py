# SPDX-License-Identifier: Apache-2.0
"""Durable calls a second of a central and how long each takes, beside the disk's own rate and a queue server
of Flask and SQLite; and what a call costs as the queue and the history grow."""

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import time

from bench import (PROGRAMS, PYTHON, QUICK, ROOT, Floor, NotMeasured, Usage, folder, percentile,
                   tidy)
from crowd import Client, Controller, Crowd
from hall import Program, free_port

SECONDS = 2 if QUICK else 8
CONTROLLERS = [1, 10, 100] if QUICK else [1, 10, 100, 1_000]
CLIENTS = [1, 10, 100]
HALLS = 25
#: Tickets that wait at the whole site: 25 letters of 999 numbers are all there can be.
WAITING = [0, 2_000] if QUICK else [0, 2_000, 20_000]
HISTORY = 100_000 if QUICK else 1_000_000


class Central:
    """A central with so many controllers in its configuration."""

    def __init__(self, controllers):
        self.folder = folder()
        self.port = free_port()
        self.controllers = controllers
        halls = ""
        for hall in range(min(HALLS, controllers)):
            halls += (f"  - name: hall-{hall + 1}\n    services:\n"
                      f"      - {{ name: service-{hall + 1}, series: {chr(65 + hall)}, block: 2 }}\n"
                      "    controllers:\n")
            halls += "".join(f"      - {{ name: c{place + 1} }}\n"
                             for place in range(hall, controllers, HALLS))
        (self.folder / "central.yaml").write_text(
            f"listen: 127.0.0.1:{self.port}\nsocket: {self.folder}/central.sock\n"
            f"database: {self.folder}/central.db\nhalls:\n{halls}")
        self.program = Program(
            [PROGRAMS / "nobat-central", "--config", self.folder / "central.yaml"],
            self.folder / "central.log")

    def start(self):
        self.program.start()
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with contextlib.suppress(OSError, ValueError):
                self.ask(verb="status")
                return
            time.sleep(0.05)
        raise NotMeasured(f"the central did not come up; see {self.folder}")

    def ask(self, **question):
        return self.ask_all([question])[0]

    def ask_all(self, questions):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(60)
            client.connect(str(self.folder / "central.sock"))
            answers = client.makefile("rb")
            results = []
            for question in questions:
                client.sendall((json.dumps(question) + "\n").encode())
                answer = json.loads(answers.readline())
                if answer.get("error"):
                    raise NotMeasured(f"{question}: {answer['error']}")
                results.append(answer["result"])
            return results

    def crowd(self, count):
        crowd = Crowd()
        for place in range(count):
            crowd.add(Controller(self.port, place, place % HALLS))
        crowd.settle(60)
        return crowd

    @property
    def usage(self):
        return Usage(self.program.process.pid)

    def close(self):
        self.program.end()
        tidy(self.folder)


def measure(table):
    disk = disk_rate()
    flask = {count: flask_rate(count) for count in CLIENTS}
    best = max(flask, key=lambda count: flask[count][0])
    top = 0
    for count in CONTROLLERS:
        central = Central(count)
        try:
            central.start()
            before = central.usage
            crowd = central.crowd(count)
            after = central.usage
            rate = crowd.run(SECONDS)
            used = central.usage.since(after)[0]
            top = max(top, rate)
            name = f"{count} controller{'s' if count > 1 else ''}"
            is_most = count == CONTROLLERS[-1]
            table.add("central", f"durable calls, {name}", rate, "a second",
                      "fdatasync, one after the other", disk,
                      ">= 10,000" if is_most else "", rate >= 10_000 if is_most else None)
            peer = flask.get(count, flask[best])
            table.add("central", f"durable calls, {name}", rate, "a second",
                      f"Flask + SQLite, {count if count in flask else best} clients", peer[0],
                      "not slower", rate >= peer[0])
            for part in (50, 99):
                table.add("central", f"latency of a call, {name}, p{part}",
                          percentile(crowd.latencies, part), "ms",
                          "Flask + SQLite", percentile(peer[1], part))
            table.add("central", f"processor of the central, {name}", used, "% of core")
            if is_most:
                table.add("central", f"memory of its own for each controller, of {name}",
                          (after.anonymous_kib - before.anonymous_kib) / count, "KiB")
                table.add("central", f"memory of its own with {name} that call",
                          central.usage.anonymous_kib / 1_024, "MiB", goal="<= 100 MiB at 5,000")
                half(table, crowd, top, name)
            crowd.close()
        finally:
            central.close()
    growth(table)
    table.remark("central", f"{SECONDS} s each, a call of each controller at a time, plain lines on loopback; "
                 "the callers are one Python process on the same cores. A call is two facts. Memory with "
                 "keys (TLS) and 5,000 controllers: make load")


def half(table, crowd, top, name):
    rate = crowd.run(SECONDS, rate=top / 2)
    for part in (50, 99):
        value = percentile(crowd.latencies, part)
        table.add("central", f"latency at half load ({rate:.0f} a second), {name}, p{part}", value, "ms",
                  goal="<= 20 ms" if part == 99 else "", holds=value <= 20 if part == 99 else None)


def disk_rate():
    """How many fdatasyncs the disk does in a second, one after the other."""
    where = folder()
    floor = Floor(where)
    begin = time.monotonic()
    while time.monotonic() < begin + SECONDS / 2:
        floor.measure()
    rate = floor.place / (time.monotonic() - begin)
    floor.close()
    where.rmdir()
    return rate


def flask_rate(clients):
    """Calls a second and latencies of the queue server."""
    where = folder()
    port = free_port()
    base = sqlite3.connect(where / "queue.db")
    os.environ["QUEUE_DATABASE"] = str(where / "queue.db")
    server = Program(
        [PYTHON, "-m", "gunicorn", "--worker-class", "gthread", "--workers", str(os.cpu_count()),
         "--threads", "8", "--keep-alive", "60", "--bind", f"127.0.0.1:{port}",
         "--chdir", ROOT / "Tests/Bench/peers", "queue_server:app"], where / "server.log")
    try:
        server.start()
        warm(port, where)
        base.executemany(
            "INSERT INTO tickets (number, state) VALUES (?, 'waiting')",
            ((f"A{place % 999 + 1:03d}",) for place in range(100_000)))
        base.commit()
        base.close()
        crowd = Crowd()
        for place in range(clients):
            crowd.add(Client(port, place))
        rate = crowd.run(SECONDS)
        crowd.close()
        return rate, crowd.latencies
    finally:
        server.end()
        shutil.rmtree(where, ignore_errors=True)


def warm(port, where):
    """Waits until it answers; its first call makes the tables."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                client.sendall(b"POST /booths/1/call HTTP/1.1\r\nHost: queue\r\n"
                               b"Content-Length: 0\r\nConnection: close\r\n\r\n")
                if client.makefile("rb").readline().startswith(b"HTTP/1.1 404"):
                    return
        except OSError:
            time.sleep(0.1)
    raise NotMeasured(f"the queue server did not come up: {(where / 'server.log').read_text()[-500:]}")


def growth(table):
    """A controller in each hall, while more and more wait there, and over a long history."""
    central = Central(HALLS)
    first = first_cpu = None
    try:
        central.start()
        crowd = central.crowd(HALLS)
        waiting = 0
        for wanted in WAITING:
            fill(central, crowd, waiting, wanted)
            waiting = wanted
            first, first_cpu = tell(table, central, crowd, f"{wanted} waiting", first, first_cpu)
        crowd.close()
        central.program.end()
        lengthen(central.folder / "central.db")
        central.start()
        crowd = central.crowd(HALLS)
        tell(table, central, crowd, f"{HISTORY} lines of history more", first, first_cpu)
        crowd.close()
    finally:
        central.close()


def tell(table, central, crowd, name, first, first_cpu):
    before = central.usage
    rate = crowd.run(SECONDS)
    after = central.usage
    cost = (after.cpu_ns - before.cpu_ns) / len(crowd.latencies) / 1_000
    table.add("central", f"processor for a call, {name}", cost, "µs",
              "with nobody waiting" if first else "", first_cpu,
              "flat (<= 1.25)" if first else "", cost <= 1.25 * first_cpu if first else None)
    table.add("central", f"durable calls, {HALLS} controllers, {name}", rate, "a second",
              "with nobody waiting" if first else "", first)
    return first or rate, first_cpu or cost


def fill(central, crowd, waiting, wanted):
    """Patients take tickets until so many wait, evenly in all halls, and are dealt."""
    while waiting < wanted:
        count = min(200, wanted - waiting)
        central.ask_all([
            {"verb": "take", "service": f"service-{(waiting + each) % HALLS + 1}"}
            for each in range(count)])
        waiting += count
        end = time.monotonic() + 0.02
        while time.monotonic() < end:
            crowd.serve(0.005)
        for caller in crowd.callers:
            caller.keep_alive()


def lengthen(path):
    """A long history, none of it too old to be kept: pruning is no part of a call."""
    base = sqlite3.connect(path)
    first = int(time.time() // 86_400) - 380
    base.execute("""
        WITH RECURSIVE line(fact) AS (SELECT 1 UNION ALL SELECT fact + 1 FROM line WHERE fact < ?)
        INSERT INTO history (day, at, is_arrival, controller, epoch, fact, kind, booth, ticket,
                             ticket_number, service, detail)
        SELECT ? + fact * 379 / ?, 0, 0, 'past', '1', fact, 'called', 1, 'past.1.' || fact,
               'A001', 'service-1', 'A001 called at booth 1' FROM line""", (HISTORY, first, HISTORY))
    base.commit()
    base.close()
