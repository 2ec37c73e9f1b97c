# SPDX-License-Identifier: Apache-2.0
"""The same job as nobatd's, the way a practitioner writes it in an afternoon: buttons by gpiod, displays by
pyserial, tickets by sqlite3. It does less: one program, no central, no tray, no recovery of a log.

Each press is committed (synchronous=FULL) before its number goes to the display; displays are written and
read back by Modbus RTU, and asked for their state once a second."""

import argparse
import datetime
import json
import pathlib
import queue
import socket
import sqlite3
import struct
import threading
import time

import serial

DEBOUNCE_S = 0.020
POLL_S = 1.0
REPLY_SLACK_S = 0.030
SHOW_TAG, SHOWN_TAG = 0x0010, 0x0040


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
        table.append(value)
    return table


CRC = crc_table()


def framed(body):
    crc = 0xFFFF
    for byte in body:
        crc = crc >> 8 ^ CRC[(crc ^ byte) & 0xFF]
    return body + struct.pack("<H", crc)


class Displays(threading.Thread):
    """The thread that owns the serial port: shows go before polls."""

    def __init__(self, port, baud, addresses):
        super().__init__(daemon=True)
        self.port = serial.Serial(port, baud)
        self.byte_s = 10 / baud
        self.gap_s = 0.00175 if baud > 19_200 else 38.5 / baud
        self.orders = queue.Queue()
        self.due = {address: time.monotonic() for address in addresses}
        self.quiet_until = 0.0
        self.tag = 0

    def show(self, address, text, blinks):
        self.orders.put((address, text, blinks))

    def run(self):
        while True:
            address = min(self.due, key=self.due.get)
            try:
                order = self.orders.get(timeout=max(0, self.due[address] - time.monotonic()))
            except queue.Empty:
                self.exchange(struct.pack(">BBHH", address, 3, SHOWN_TAG, 6), 5 + 12)
                self.due[address] = time.monotonic() + POLL_S
            else:
                self.write(*order)

    def write(self, address, text, blinks):
        self.tag = self.tag % 0xFFFF + 1
        words = struct.pack(">H4sHH", self.tag, text.encode(), 5 if blinks else 0, 2 if blinks else 0)
        body = struct.pack(">BBHHHHB", address, 23, SHOWN_TAG, 4, SHOW_TAG, len(words) // 2, len(words))
        for _ in range(3):
            reply = self.exchange(body + words, 5 + 8)
            if reply[3:9] == words[:6]:
                break
        self.due[address] = time.monotonic() + POLL_S

    def exchange(self, body, reply_bytes):
        time.sleep(max(0, self.quiet_until - time.monotonic()))
        request = framed(body)
        self.port.reset_input_buffer()
        self.port.timeout = ((len(request) + reply_bytes) * self.byte_s + 2 * self.gap_s
                             + REPLY_SLACK_S)
        self.port.write(request)
        reply = self.port.read(reply_bytes)
        self.quiet_until = time.monotonic() + self.gap_s
        return reply if reply and framed(reply[:-2]) == reply else b""


class Queue:
    """The tickets, on disk before anybody is told."""

    def __init__(self, path):
        self.base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.base.executescript("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS tickets (
                id INTEGER PRIMARY KEY, service TEXT, number TEXT, state TEXT, booth INTEGER);
            CREATE INDEX IF NOT EXISTS waiting ON tickets (state, id);
            CREATE INDEX IF NOT EXISTS served ON tickets (service);
            CREATE TABLE IF NOT EXISTS calls (
                id INTEGER PRIMARY KEY, ticket INTEGER, booth INTEGER, at TEXT);
            CREATE TABLE IF NOT EXISTS booths (booth INTEGER PRIMARY KEY, ticket INTEGER);
            """)

    def take(self, service):
        count = self.base.execute(
            "SELECT count(*) FROM tickets WHERE service = ?", (service,)).fetchone()[0]
        number = f"{service[-1].upper()}{count % 999 + 1:03d}"
        self.base.execute(
            "INSERT INTO tickets (service, number, state) VALUES (?, ?, 'waiting')",
            (service, number))
        return number

    def call(self, booth):
        """Finishes what is at the booth and calls the next; its number, or None."""
        run = self.base.execute
        run("BEGIN IMMEDIATE")
        run("UPDATE tickets SET state = 'finished' "
            "WHERE id = (SELECT ticket FROM booths WHERE booth = ?)", (booth,))
        found = run("SELECT id, number FROM tickets WHERE state = 'waiting' "
                    "ORDER BY id LIMIT 1").fetchone()
        if found:
            run("UPDATE tickets SET state = 'called', booth = ? WHERE id = ?", (booth, found[0]))
            self.note(booth, found[0])
        run("INSERT OR REPLACE INTO booths VALUES (?, ?)", (booth, found and found[0]))
        run("COMMIT")
        return found and found[1]

    def recall(self, booth):
        found = self.at(booth)
        if found:
            self.base.execute("BEGIN IMMEDIATE")
            self.note(booth, found[0])
            self.base.execute("COMMIT")
        return found and found[1]

    def note(self, booth, ticket):
        self.base.execute(
            "INSERT INTO calls (ticket, booth, at) VALUES (?, ?, ?)",
            (ticket, booth, datetime.datetime.now(datetime.timezone.utc).isoformat()))

    def at(self, booth):
        return self.base.execute(
            "SELECT tickets.id, number FROM booths JOIN tickets ON tickets.id = ticket "
            "WHERE booths.booth = ?", (booth,)).fetchone()


class Caller:
    """What a press does."""

    def __init__(self, tickets, displays):
        self.tickets, self.displays = tickets, displays
        self.lock = threading.Lock()

    def press(self, booth, gesture):
        with self.lock:
            number = (self.tickets.recall if gesture == "double" else self.tickets.call)(booth)
            self.displays.show(booth, number or "----", number is not None)
        return number

    def take(self, service):
        with self.lock:
            return self.tickets.take(service)


def buttons(caller, chip, lines):
    """Falling edges of the lines, debounced; booths are numbered in the order of the lines (gpiod 1.6)."""
    import gpiod
    wanted = gpiod.Chip(chip).get_lines(lines)
    wanted.request(consumer="caller", type=gpiod.LINE_REQ_EV_FALLING_EDGE,
                   flags=gpiod.LINE_REQ_FLAG_BIAS_PULL_UP)
    last = {}
    while True:
        for line in wanted.event_wait(sec=3_600) or []:
            line.event_read()
            edge = time.monotonic()
            if edge - last.get(line.offset(), 0) < DEBOUNCE_S:
                continue
            last[line.offset()] = edge
            time.sleep(DEBOUNCE_S)
            if line.get_value() == 0:
                caller.press(lines.index(line.offset()) + 1, "short")


def serve(caller, path):
    """Presses and tickets over a socket, in the words of nobatd's control socket."""
    pathlib.Path(path).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    while True:
        client, _ = listener.accept()
        with client, client.makefile("rb") as questions:
            for line in questions:
                question = json.loads(line)
                match question["verb"]:
                    case "press":
                        number = caller.press(question["booth"], question.get("gesture", "short"))
                        result = {"number": number}
                    case "take": result = {"number": caller.take(question["service"])}
                    case _: result = {"state": "up"}
                client.sendall((json.dumps({"result": result}) + "\n").encode())


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", required=True)
    options.add_argument("--baud", type=int, default=9_600)
    options.add_argument("--database", required=True)
    options.add_argument("--socket", required=True)
    options.add_argument("--booths", type=int, default=4)
    options.add_argument("--chip", help="the GPIO chip of the buttons, as /dev/gpiochip0")
    options.add_argument("--lines", type=int, nargs="*", default=[], help="a line for each booth")
    options = options.parse_args()
    booths = range(1, options.booths + 1)
    displays = Displays(options.port, options.baud, booths)
    tickets = Queue(options.database)
    for booth in booths:
        found = tickets.at(booth)
        displays.show(booth, found[1] if found else "----", False)
    displays.start()
    caller = Caller(tickets, displays)
    if options.chip:
        threading.Thread(
            target=buttons, args=(caller, options.chip, options.lines), daemon=True).start()
    serve(caller, options.socket)


main()
