# SPDX-License-Identifier: Apache-2.0
"""What the parts of the bench share: rows of the table, the machine, processes and what they use."""

import dataclasses
import json
import os
import pathlib
import platform
import random
import shutil
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("NOBAT_BIN", ROOT / ".build/release"))
PYTHON = "/usr/bin/python3"
QUICK = os.environ.get("QUICK", "") not in ("", "0")


class NotMeasured(Exception):
    """Something could not be measured: a sentence why."""


@dataclasses.dataclass
class Row:
    """A figure, what it is beside (a peer or a physical limit, of the same run), and its goal."""
    part: str
    what: str
    figure: float
    unit: str
    beside: str = ""
    beside_figure: float | None = None
    goal: str = ""
    holds: bool | None = None


class Table:
    """The rows so far, and sentences that belong to them."""

    def __init__(self):
        self.rows = []
        self.remarks = []

    def add(self, part, what, figure, unit, beside="", beside_figure=None, goal="", holds=None):
        row = Row(part, what, figure, unit, beside, beside_figure, goal,
                  None if holds is None else bool(holds))
        self.rows.append(row)
        print(line(row), flush=True)

    def remark(self, part, sentence):
        self.remarks.append((part, sentence))
        print(f"  {part}: {sentence}", flush=True)

    def text(self):
        lines = [HEAD, "-" * len(HEAD)]
        part = None
        for row in self.rows:
            if part not in (None, row.part):
                lines.append("")
            part = row.part
            lines.append(line(row))
        lines += [""] + [f"{part}: {sentence}" for part, sentence in self.remarks]
        return "\n".join(lines)


def number(value):
    """A figure as people read it: three digits that count."""
    if value is None:
        return ""
    if value == 0:
        return "0"
    if abs(value) >= 1_000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.2g}"


def line(row):
    verdict = {None: "", True: "holds", False: "FALLS SHORT"}[row.holds]
    beside = f"{row.beside}: {number(row.beside_figure)}" if row.beside else ""
    return (f"{row.part:<10} {row.what:<54} {number(row.figure):>9} {row.unit:<10} "
            f"{beside:<44} {row.goal:<22} {verdict}").rstrip()


HEAD = (f"{'part':<10} {'what':<54} {'figure':>9} {'unit':<10} "
        f"{'beside, in the same run':<44} {'goal':<22} verdict")


def percentile(values, part):
    """The value that `part` of a hundred are not above."""
    ordered = sorted(values)
    if not ordered:
        raise NotMeasured("nothing was measured")
    return ordered[min(len(ordered) - 1, int(len(ordered) * part / 100))]


def now():
    """Nanoseconds of the monotonic clock, which the units' clock is too."""
    return time.monotonic_ns()


def folder():
    """A new folder on a disk; /tmp may be memory, where a commit costs nothing."""
    base = os.environ.get("NOBAT_BENCH_FOLDER", "/var/tmp")
    return pathlib.Path(tempfile.mkdtemp(prefix="nobat-bench-", dir=base))


def tidy(where):
    """Removes a folder; when something failed just now it stays, with its logs, and is told."""
    if sys.exc_info()[0] is None:
        shutil.rmtree(where, ignore_errors=True)
    else:
        print(f"  what was there is left in {where}", flush=True)


class Floor:
    """What the disk alone takes to keep a few kilobytes: a write in place and fdatasync."""

    SIZE = 8_192

    def __init__(self, where):
        self.path = where / "floor"
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        os.write(self.file, bytes(self.SIZE * 128))
        os.fsync(self.file)
        self.place = 0
        self.times = []

    def measure(self):
        """One write; its time in ms, which is kept too."""
        page = random.randbytes(self.SIZE)
        begin = now()
        os.pwrite(self.file, page, self.SIZE * (self.place % 128))
        os.fdatasync(self.file)
        self.times.append((now() - begin) / 1e6)
        self.place += 1
        return self.times[-1]

    def close(self):
        os.close(self.file)
        self.path.unlink()


class Usage:
    """What a process and all its threads have used so far; `since` gives what was used since then."""

    def __init__(self, pid):
        self.pid = pid
        self.at = time.monotonic()
        process = pathlib.Path(f"/proc/{pid}")
        self.cpu_ns = self.switches = 0
        for task in (process / "task").iterdir():
            try:
                self.cpu_ns += int((task / "schedstat").read_text().split()[0])
                status = (task / "status").read_text()
            except FileNotFoundError:
                continue
            self.switches += int(status.split("\nvoluntary_ctxt_switches:")[1].split()[0])
        status = (process / "status").read_text()
        self.resident_kib = int(status.split("VmRSS:")[1].split()[0])
        self.anonymous_kib = int(status.split("RssAnon:")[1].split()[0])
        self.written = int((process / "io").read_text().split("\nwrite_bytes:")[1].split()[0])

    def since(self, earlier):
        """CPU in percent of a core, wake-ups a second, and bytes written an hour."""
        seconds = self.at - earlier.at
        return ((self.cpu_ns - earlier.cpu_ns) / seconds / 1e7,
                (self.switches - earlier.switches) / seconds,
                (self.written - earlier.written) / seconds * 3_600)


def machine():
    """Which machine this is, in words."""
    model = platform.machine()
    for text in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith(("model name", "Model")):
            model = text.split(":", 1)[1].strip()
            break
    where = folder()
    try:
        floor = Floor(where)
        for _ in range(50 if QUICK else 300):
            floor.measure()
        floor.close()
    finally:
        where.rmdir()
    return {
        "cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "fdatasync_ms": {"p50": percentile(floor.times, 50), "p99": percentile(floor.times, 99)},
    }


def save(path, described, table):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({
        "machine": described, "quick": QUICK,
        "rows": [dataclasses.asdict(row) for row in table.rows],
        "remarks": [{"part": part, "sentence": sentence} for part, sentence in table.remarks],
    }, indent=1) + "\n")
