# SPDX-License-Identifier: Apache-2.0
"""The line protocol from its page (Sources/LineProtocol/LineProtocol.md) and nothing else.

Framing, grammar, escapes, the types of values, keep-alive. Python 3.11, standard library only.
`python3 nobat_peer.py < LINES` says of each line of standard input whether it is a message.
"""

import re
import select
import socket
import sys
import time
import unicodedata

VERSION = 1
LINE_BYTES_MAX = 1024
WORD_MAX = 24
KEYS_MAX = 32
COUNT_MAX = 9007199254740991
TIME_MAX = 8639913600
DETAIL_BYTES_MAX = 600
REFUSAL_NAME_BYTES_MAX = 32
PING_AFTER_S = 1.0
SILENCE_MAX_S = 4.0

CLASSES = ["normal", "elderly", "disabled", "emergency"]
STATES = ["waiting", "called", "parked", "finished", "no-show", "transferred", "cancelled"]
REASONS = ["day-end", "by-clerk", "by-supervisor", "session-end", "undone", "not-printed"]
ROLES = ["controller", "kiosk", "system", "board", "supervisor"]
ERRORS = """bad-line unknown-verb missing-key bad-value over-long not-utf8 version role unexpected
unknown-controller name-taken replaced epoch-superseded out-of-order central-restored
too-many-connections not-loopback no-key wrong-name revoked silent-peer slow-peer
too-many-errors stopping store-failed""".split()

TICKET = "ticket number day service class rank [returned] [again] [sender]"
BLOCK = "day series [service] first last [next]"

# verb: (said by, bears a record number, keys)
VERBS = {
    "HELLO": ("C", False, "version role name [caps]"),
    "WELCOME": ("S", False, "version central have day rank [caps]"),
    "ATTACHED": ("S", False, "version central day [caps]"),
    "ACK": ("CS", False, "through"),
    "PING": ("CS", False, ""),
    "PONG": ("CS", False, ""),
    "BYE": ("CS", False, ""),
    "ERROR": ("S", False, "name detail"),
    "REACHING": ("C", False, "booth [service] [class]"),
    "ISSUED": ("C", True, TICKET + " [origin]"),
    "CALLED": ("C", True, "booth " + TICKET),
    "RECALLED": ("C", True, "booth ticket count"),
    "FINISHED": ("C", True, "booth ticket"),
    "NO-SHOW": ("C", True, "booth ticket"),
    "PARKED": ("C", True, "booth ticket seconds"),
    "RETURNED": ("C", True, "ticket"),
    "TRANSFERRED": ("C", True, "booth ticket service [kept] [returned]"),
    "CANCELLED": ("C", True, "ticket reason"),
    "UNDONE": ("C", True, "booth [uncalled] [restored]"),
    "YIELDED": ("C", True, "ticket order"),
    "BOOTH-OPENED": ("C", True, "booth services"),
    "BOOTH-CLOSED": ("C", True, "booth"),
    "ARRIVED": ("C", True, "ticket code"),
    "SPOILED": ("C", True, "number day"),
    "DAY-TURNED": ("C", True, "day"),
    "REPORT": ("C", True, ""),
    "HELD": ("C", True, TICKET + " state [booth]"),
    "HOLDING": ("C", True, BLOCK),
    "MARKED": ("C", True, "day series through"),
    "REPORT-END": ("C", True, ""),
    "FENCE-DONE": ("C", True, ""),
    "DEAL": ("S", True, TICKET),
    "WITHDRAW": ("S", True, "ticket"),
    "BLOCK": ("S", True, BLOCK),
    "MARK": ("S", True, "day series through"),
    "DAY": ("S", True, "day"),
    "FENCED": ("S", True, ""),
    "VOID": ("S", True, "ticket reason [service]"),
    "RANK": ("S", False, "rank"),
    "NEWS": ("S", False, "hall controller booth number"),
    "TAKE": ("C", False, "reference service [class]"),
    "TICKET": ("S", False, "reference number ticket ahead [wait]"),
    "FENCE": ("C", False, "reference controller"),
    "CANCEL": ("C", False, "reference number"),
    "BOOK": ("C", False, "reference clinic [doctor] mobile [class] [date]"),
    "BOOKED": ("S", False, "reference code doctor date time"),
    "UNBOOK": ("C", False, "reference code"),
    "CHECK": ("C", False, "reference code"),
    "VALID": ("S", False, "reference service class"),
    "ARRIVE": ("C", False, "reference code"),
    "ABSENCE": ("C", False, "reference doctor date [session] [move]"),
    "TELL": ("S", False, "reference mobile outcome code doctor date time"),
    "QUOTA": ("S", False, "service left"),
    "DONE": ("S", False, "reference"),
    "REFUSED": ("S", False, "reference name detail"),
}
# Every fact may tell when it happened.
VERBS = {verb: (who, numbered, keys + " [at]" if who == "C" and numbered else keys)
         for verb, (who, numbered, keys) in VERBS.items()}
HELLO_OF_A_CONTROLLER = "version role name epoch central applied first last have day [copied] [caps]"


class LineError(Exception):
    """A line that is not a message: the error's name and a sentence."""

    def __init__(self, name, detail):
        super().__init__(f"{name}: {detail}")
        self.name = name
        self.detail = detail


class Message:
    """A verb with its values by key, and the number of a record."""

    def __init__(self, verb, number=None, /, **values):
        self.verb = verb
        self.number = number
        self.values = {key.rstrip("_").replace("_", "-"): value for key, value in values.items()}

    def __getitem__(self, key):
        return self.values[key]

    def get(self, key, other=None):
        return self.values.get(key, other)

    def line(self):
        return write(self)


def number_in(low, high):
    def read(text):
        if not re.fullmatch(r"0|[1-9][0-9]*", text, re.ASCII) or not low <= int(text) <= high:
            raise ValueError(f"must be a number from {low} to {high}")
        return int(text)
    return read


def one_of(words):
    def read(text):
        if text not in words:
            raise ValueError("must be one of " + ", ".join(words))
        return text
    return read


def matching(pattern, what):
    compiled = re.compile(pattern, re.ASCII)

    def read(text):
        if not compiled.fullmatch(text):
            raise ValueError("must be " + what)
        return text
    return read


NAME = r"[a-z0-9][a-z0-9-]{0,15}"
EPOCH = r"[1-9a-f][0-9a-f]{0,7}"
a_name = matching(NAME, "a name")
an_epoch = matching(EPOCH, "an epoch")


def an_identity(text):
    if not re.fullmatch(rf"{NAME}\.{EPOCH}\.[1-9][0-9]{{0,9}}", text, re.ASCII):
        raise ValueError("must be a ticket's identity")
    number_in(1, 4294967295)(text.rsplit(".", 1)[1])
    return text


def a_ticket_number(text):
    if not re.fullmatch(r"[A-Z][0-9]{3}", text, re.ASCII) or text.endswith("000"):
        raise ValueError("must be a ticket number")
    return text


def names(text):
    found = [a_name(part) for part in text.split(",")]
    if len(found) > 8:
        raise ValueError("must be 1 to 8 names")
    return found


def copies(text):
    found = [part.split(":", 1) for part in text.split(",")]
    if len(found) > 4 or any(len(part) != 2 for part in found):
        raise ValueError("must be 1 to 4 of EPOCH:COUNT")
    return [f"{an_epoch(epoch)}:{COUNT(count)}" for epoch, count in found]


def words(text):
    read = matching(r"[a-z0-9-]{1,24}", "words between commas")
    return [read(part) for part in text.split(",")] if text else []


def flag(text):
    if text != "1":
        raise ValueError("must be 1, or left out")
    return True


def a_day(text):
    count, dot, part = text.partition(".")
    count = number_in(0, 99999)(count)
    if dot:
        number_in(1, 255)(part)
    # A part of a day sorts after the whole of it; nobody counts with days here.
    return text if dot else count


COUNT = number_in(0, COUNT_MAX)
TYPES = {
    "version": number_in(1, 65535), "role": one_of(ROLES), "name": a_name, "epoch": an_epoch,
    "central": an_epoch, "copied": copies, "applied": COUNT, "first": number_in(1, COUNT_MAX), "last": COUNT,
    "have": COUNT, "day": a_day, "caps": words, "booth": number_in(1, 99),
    "ticket": an_identity, "number": a_ticket_number, "service": a_name, "class": one_of(CLASSES),
    "rank": COUNT, "order": COUNT, "returned": flag, "again": flag, "count": number_in(1, 255),
    "seconds": number_in(0, 14400), "kept": flag, "reason": one_of(REASONS),
    "uncalled": an_identity, "restored": an_identity, "services": names, "state": one_of(STATES),
    "series": matching("[A-Z]", "a series letter"), "next": number_in(1, 1000), "through": COUNT,
    "reference": COUNT, "controller": a_name, "hall": a_name, "ahead": number_in(0, 4294967295),
    "detail": str, "sender": a_name, "origin": an_identity,
    "at": number_in(1, TIME_MAX), "wait": number_in(0, 4294967295),
    "clinic": number_in(1, 9999), "doctor": number_in(1, 9999), "date": number_in(1, 99999),
    "mobile": matching("09[0-9]{9}", "a mobile number"),
    "code": matching("[1-9][0-9]{9}", "a tracking code"),
    "time": matching("([01][0-9]|2[0-3]):[0-5][0-9]", "a time of day"), "session": a_name,
    "move": flag, "outcome": one_of(["moved", "cancelled"]), "left": number_in(0, 65535),
}


def type_of(verb, key):
    if key == "name" and verb == "ERROR":
        return one_of(ERRORS)
    if key == "name" and verb == "REFUSED":
        return str
    if key in ("first", "last") and verb in ("BLOCK", "HOLDING"):
        return number_in(1, 999)
    if key == "through" and verb in ("MARK", "MARKED"):
        return number_in(0, 999)
    if key == "doctor" and verb == "BOOK":
        return number_in(0, 9999)
    if key == "central" and verb == "HELLO":
        return lambda text: None if text == "none" else an_epoch(text)
    return TYPES[key]


def keys_of(verb, values):
    keys = VERBS[verb][2]
    if verb == "HELLO" and values.get("role") == "controller":
        keys = HELLO_OF_A_CONTROLLER
    return [(key.strip("[]"), key.startswith("[")) for key in keys.split()]


def unescape(text):
    raw = bytearray()
    data = text.encode()
    index = 0
    while index < len(data):
        if data[index] == 0x25:
            raw.append(int(data[index + 1:index + 3], 16))
            index += 3
        else:
            raw.append(data[index])
            index += 1
    return raw


def escape(text, bytes_max=LINE_BYTES_MAX):
    out = ""
    used = 0
    for character in text:
        unsafe = character in " %=" or unicodedata.category(character)[0] in "CZ"
        shown = "".join(f"%{byte:02X}" for byte in character.encode()) if unsafe else character
        used += len(shown.encode())
        if used > bytes_max:
            break
        out += shown
    return out


def parse(data, speaker):
    """The message of a line without its LF; `speaker` is "C" or "S": who said it."""
    if len(data) >= LINE_BYTES_MAX:
        raise LineError("over-long", "longer than 1024 bytes")
    try:
        line = data.decode("utf-8")
    except UnicodeDecodeError:
        raise LineError("not-utf8", "the line is not UTF-8") from None
    number = None
    rest = line
    if re.match("[0-9]", line, re.ASCII):
        first, space, rest = line.partition(" ")
        try:
            number = number_in(1, COUNT_MAX)(first)
        except ValueError as wrong:
            raise LineError("bad-value", f"the record number {wrong}") from None
        if not space:
            raise LineError("bad-line", "a verb must follow the number")
    verb, *pairs = rest.split(" ")
    if not re.fullmatch(r"[A-Z][A-Z0-9-]{0,23}", verb, re.ASCII):
        raise LineError("bad-line", "a verb must stand here")
    if verb not in VERBS:
        raise LineError("unknown-verb", f"the verb {verb} is not known")
    says, bears, _ = VERBS[verb]
    if bears != (number is not None):
        raise LineError("bad-line", f"{verb} {'needs' if bears else 'bears no'} number")
    if pairs and verb in ("PING", "PONG"):
        raise LineError("bad-line", f"{verb} stands alone")
    raw = {}
    for count, pair in enumerate(pairs, 1):
        if count > KEYS_MAX:
            raise LineError("bad-line", "more than 32 keys")
        found = re.fullmatch(
            r"([a-z][a-z0-9-]{0,23})=((?:[^\x00-\x20%=\x7f]|%[0-9A-Fa-f]{2})*)", pair, re.ASCII)
        if not found:
            raise LineError("bad-line", f"key=value must be the {count}th word after the verb")
        key, value = found.groups()
        if key not in TYPES:
            continue
        if key in raw:
            raise LineError("bad-line", f"the key {key} stands here a second time")
        raw[key] = unescape(value)
    if speaker not in says:
        raise LineError("unexpected", f"{verb} belongs to the other end")
    return typed(verb, number, raw)


def typed(verb, number, raw):
    message = Message(verb, number)
    role = raw.get("role", b"").decode(errors="replace")
    for key, is_optional in keys_of(verb, {"role": role}):
        if key not in raw:
            if is_optional:
                continue
            raise LineError("missing-key", f"{verb}: key {key} is missing")
        kind = type_of(verb, key)
        try:
            message.values[key] = kind(raw[key].decode("utf-8"))
        except UnicodeDecodeError:
            name = "not-utf8" if kind is str else "bad-value"
            raise LineError(name, f"{verb}: {key} is not UTF-8") from None
        except ValueError as wrong:
            raise LineError("bad-value", f"{verb}: {key} {wrong}") from None
    values = message.values
    if verb in ("BLOCK", "HOLDING"):
        values.setdefault("next", values["first"])
        if not values["first"] <= values["last"] or not (
                values["first"] <= values["next"] <= values["last"] + 1):
            raise LineError("bad-value", f"{verb}: first, next and last don't go together")
    if verb == "HELLO" and values["role"] == "controller":
        if values["first"] > values["last"] + 1 or values["have"] > values["last"]:
            raise LineError("bad-value", "HELLO: first, last and have don't go together")
        if any(int(copy.split(":")[1]) > values["last"] for copy in values.get("copied") or []):
            raise LineError("bad-value", "HELLO: a copy goes beyond last")
    if verb == "REACHING" and values.get("service") is None:
        values["class"] = "normal"  # It says nothing without a service.
    return message


def write(message):
    """The line of a message, without its LF."""
    parts = [] if message.number is None else [str(message.number)]
    parts.append(message.verb)
    for key, is_optional in keys_of(message.verb, message.values):
        value = message.values.get(key)
        if is_optional and (
                value is None or value is False
                or (key == "next" and value == message.values["first"])
                or (key == "class" and value == "normal")):
            continue
        if value is None:
            value = "none"
        elif value is True:
            value = "1"
        elif isinstance(value, list):
            value = ",".join(value)
        elif key == "detail":
            value = escape(value, DETAIL_BYTES_MAX)
        elif key == "name":
            value = escape(value, REFUSAL_NAME_BYTES_MAX)
        parts.append(f"{key}={value}")
    return " ".join(parts)


class Closed(Exception):
    """The other side has closed, or was silent too long."""


class Connection:
    """One connection: lines in and out, keep-alive, a transcript on standard output."""

    def __init__(self, sock, speaker, label=""):
        self.sock = sock
        self.speaker = speaker
        self.peer = "S" if speaker == "C" else "C"
        self.label = label
        self.buffer = b""
        self.sent_at = self.heard_at = time.monotonic()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(SILENCE_MAX_S)

    def fileno(self):
        return self.sock.fileno()

    def send(self, message):
        line = message.line() if isinstance(message, Message) else message
        if len(line.encode()) >= LINE_BYTES_MAX:
            raise AssertionError(f"own line too long: {line}")
        self.transcribe(self.speaker, line)
        try:
            self.sock.sendall(line.encode() + b"\n")
        except OSError as error:
            raise Closed(f"sending failed: {error}") from None
        self.sent_at = time.monotonic()

    def transcribe(self, speaker, line):
        if line not in ("PING", "PONG"):
            print(f"{self.label}{speaker}: {line}", flush=True)

    def keep_alive(self):
        """Says PING after a second of own silence; raises Closed after four of the peer's."""
        now = time.monotonic()
        if now - self.heard_at > SILENCE_MAX_S:
            raise Closed(f"nothing was heard for {SILENCE_MAX_S:g} s")
        if now - self.sent_at >= PING_AFTER_S:
            self.send("PING")

    def receive(self, wait_s):
        """The messages that have arrived, after at most `wait_s`; PING and PONG are handled here."""
        self.keep_alive()
        if select.select([self.sock], [], [], max(0, wait_s))[0]:
            try:
                data = self.sock.recv(65536)
            except OSError as error:
                raise Closed(f"reading failed: {error}") from None
            if not data:
                raise Closed("the other side closed")
            self.heard_at = time.monotonic()
            self.buffer += data
        messages = []
        while b"\n" in self.buffer:
            line, self.buffer = self.buffer.split(b"\n", 1)
            self.transcribe(self.peer, line.decode(errors="backslashreplace"))
            message = parse(line, self.peer)
            if message.verb == "PING":
                self.send("PONG")
            elif message.verb != "PONG":
                messages.append(message)
        if len(self.buffer) >= LINE_BYTES_MAX:
            raise LineError("over-long", "1024 bytes without an end of line")
        return messages

    def close(self):
        self.sock.close()


class Checks:
    """What must hold: each is printed when it doesn't, and the exit code is their sum."""

    def __init__(self):
        self.failed = 0
        self.passed = 0

    def expect(self, holds, sentence):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {sentence}", flush=True)
        return holds

    def conclude(self, who):
        verdict = "all held" if self.failed == 0 else f"{self.failed} FAILED"
        print(f"{who}: {self.passed + self.failed} checks, {verdict}", flush=True)
        return 0 if self.failed == 0 and self.passed > 0 else 1


def verdict(line, speaker):
    """The line as version 1 writes it, which has no capabilities; or the error's name."""
    try:
        message = parse(line, speaker)
        message.values.pop("caps", None)
        return message.line()
    except LineError as error:
        return error.name


if __name__ == "__main__":
    for each in sys.stdin.buffer.read().split(b"\n")[:-1]:
        print(verdict(each, "C"))
        print(verdict(each, "S"))
