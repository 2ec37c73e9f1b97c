# SPDX-License-Identifier: Apache-2.0
"""From a press to its number at the display, beside the same job in Python and what the disk and the wire
take in any case."""

import random
import time

from bench import QUICK, Floor, NotMeasured, Usage, now, percentile
from hall import Hall

PERCENTILES = [50, 99, 99.9]
#: Presses at each speed of the line, and of each program in turn.
PRESSES = {115_200: 400, 9_600: 100} if QUICK else {115_200: 10_000, 9_600: 1_000}
TURN = 100
#: The debounce of both programs, in ms: no press over a socket goes through it.
DEBOUNCE_MS = 20
#: Who presses waits so long at most until the next press, in s: polls come at any moment.
PAUSE_S = 0.010


class Pressed:
    """The presses of one program."""

    def __init__(self, hall):
        self.hall = hall
        self.count = 0
        #: In ms: to the display, to the answer, on the wire alone.
        self.whole, self.answer, self.wire = [], [], []
        #: What disk and wire alone would have taken, in ms.
        self.physical = []

    def press(self, floor):
        booth = self.count % self.hall.booths + 1
        is_call = self.count % 16 < 4
        if is_call:
            self.hall.take(self.count // 16)
        self.count += 1
        time.sleep(random.uniform(0, PAUSE_S))
        disk_ms = floor.measure()
        # What the disk still does for the floor's write is no part of the press.
        time.sleep(0.001)
        pressed = now()
        answer = self.hall.press(booth, "short" if is_call else "double")
        self.answer.append((now() - pressed) / 1e6)
        if not answer.get("number"):
            raise NotMeasured(f"a press called nobody: {answer}")
        frame = self.hall.units.first_show(booth, pressed)
        self.whole.append((frame.heard - pressed) / 1e6)
        self.wire.append((frame.heard - frame.arrived) / 1e6)
        self.physical.append((self.least(frame, pressed + disk_ms * 1e6) - pressed) / 1e6)

    def least(self, frame, ready):
        """When the display could have had it, had its frame been ready at a moment: after the exchange
        that was on the line then."""
        units = self.hall.units
        start = ready
        for other in units.frames[-50:]:
            if other is not frame and other.arrived <= ready < other.done + units.gap_ns:
                start = max(start, other.done + units.gap_ns)
        return start + frame.request * units.byte_ns + units.gap_ns


def measure(table):
    for baud, presses in PRESSES.items():
        ours, theirs = (Hall(baud=baud, is_peer=is_peer) for is_peer in (False, True))
        floor = Floor(ours.folder)
        try:
            for hall in (ours, theirs):
                hall.start()
                for booth in range(1, hall.booths + 1):
                    hall.units.first_show(booth, 0, text="----")
            runs = [Pressed(ours), Pressed(theirs)]
            young = None
            while runs[0].count < presses:
                if young is None and runs[0].count >= presses / 10:
                    young = Usage(ours.caller.process.pid)
                for run in runs:
                    run.hall.units.watch(0.1)
                    for _ in range(min(TURN, presses - run.count)):
                        run.press(floor)
            tell(table, baud, presses, *runs, ours.ask(verb="status"), floor)
            if young and baud == max(PRESSES):
                old = Usage(ours.caller.process.pid)
                table.add("press", f"memory of its own that the last {presses * 9 // 10} presses took",
                          (old.anonymous_kib - young.anonymous_kib) / 1_024, "MiB")
                table.add("press", f"memory of its own after {presses} presses",
                          old.anonymous_kib / 1_024, "MiB", goal="<= 5 MiB",
                          holds=old.anonymous_kib <= 5 * 1_024)
        finally:
            floor.close()
            for hall in (ours, theirs):
                hall.close()


def tell(table, baud, presses, ours, theirs, status, floor):
    line = f"{baud} baud"
    for part in PERCENTILES:
        whole, peer = percentile(ours.whole, part), percentile(theirs.whole, part)
        least = percentile(ours.physical, part)
        table.add("press", f"press to display, {line}, p{part:g}", whole, "ms",
                  "disk and wire alone", least, "<= 1.1 of them", whole <= 1.1 * least)
        table.add("press", f"press to display, {line}, p{part:g}", whole, "ms",
                  "Python", peer, "not slower", whole <= peer)
    if baud == max(PRESSES):
        parts(table, ours, theirs, status, floor)
    wire = [frame.request * ours.hall.units.byte_ns + ours.hall.units.gap_ns
            for frame in ours.hall.units.frames if frame.is_show]
    table.add("press", f"wire: a show's frame and its silence, {line}, p50",
              percentile(ours.wire, 50), "ms", "its bytes at the line's speed",
              percentile(wire, 50) / 1e6)
    table.remark("press", f"{presses} presses of each program in turns of {TURN} at {line}, 4 booths "
                 f"that are polled; debounce ({DEBOUNCE_MS} ms in both) comes before, at the line")


def parts(table, ours, theirs, status, floor):
    """The steps of nobatd, by its own clocks."""
    keys = [("p50", 50), ("p99", 99), ("p999", 99.9)]
    for key, part in keys:
        name = f"p{part:g}"
        own = status["pressTimes"][key] / 1_000
        table.add("press", f"own share: all but debounce, commit and line, {name}", own, "ms",
                  goal="<= 1 ms" if part == 99 else "",
                  holds=own <= 1 if part == 99 else None)
        table.add("press", f"decide, {name}", status["decideTimes"][key] / 1_000, "ms")
        table.add("press", f"commit, {name}", status["commitTimes"][key] / 1_000, "ms",
                  f"fdatasync of {Floor.SIZE >> 10} KiB", percentile(floor.times, part))
        table.add("press", f"queue: wait for the line, {name}", status["busTimes"][key] / 1_000, "ms")
        table.add("press", f"press to the answer on the socket, {name}",
                  percentile(ours.answer, part), "ms", "Python", percentile(theirs.answer, part))
