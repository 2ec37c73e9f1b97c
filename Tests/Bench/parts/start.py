# SPDX-License-Identifier: Apache-2.0
"""How long until patients see numbers: after a start, and after the power was cut amid presses."""

import signal
import time

from bench import QUICK, NotMeasured, now, percentile
from hall import Hall

STARTS = 3 if QUICK else 20


def measure(table):
    times = {}
    for is_peer in (False, True):
        hall = Hall(is_peer=is_peer)
        try:
            hall.start()
            for count in range(40):
                hall.take(count)
            times[is_peer] = starts(hall)
        finally:
            hall.close()
    for what, place in [("start to the first display", 0), ("start to all four displays", 1),
                        ("killed amid presses: start to all last calls", 2)]:
        for part in (50, 100):
            ours = percentile(times[False][place], part)
            name = "p50" if part == 50 else "worst"
            table.add("start", f"{what}, {name}", ours, "ms", "Python",
                      percentile(times[True][place], part), "<= 500 ms", ours <= 500)
    table.remark("start", f"{STARTS} starts in order and as many kills (-9), 4 displays at 9600 baud, from "
                 "the process's start; the kernel's boot comes before")


def starts(hall):
    """Times in ms: to the first display, to all, and to all after a kill."""
    first, every, killed = [], [], []
    for _ in range(STARTS):
        texts = [hall.press(booth)["number"] for booth in range(1, 5)]
        for booth in range(1, 5):
            hall.take(booth)
            hall.units.first_show(booth, 0, text=texts[booth - 1])
        hall.hang_up()
        hall.caller.end()
        begin, shown = restart(hall, texts)
        first.append((min(shown) - begin) / 1e6)
        every.append((max(shown) - begin) / 1e6)
        hall.until_up()
        # The last press is answered, so it is on disk; what shows it may be killed before it does.
        texts = []
        for booth in range(1, 5):
            hall.take(booth)
            texts.append(hall.press(booth)["number"])
        hall.hang_up()
        hall.caller.end(signal.SIGKILL)
        begin, shown = restart(hall, texts)
        killed.append((max(shown) - begin) / 1e6)
        hall.until_up()
    return first, every, killed


def restart(hall, texts):
    """Starts it; the moment of that, and when each display had its text."""
    # What is still on the line belongs to the last run.
    hall.units.watch(0.3)
    begin = now()
    hall.start(is_first=False)
    shown = [hall.units.first_show(booth, begin, text=text).heard
             for booth, text in enumerate(texts, start=1)]
    if hall.caller.process.poll() is not None:
        raise NotMeasured(f"it ended by itself; see {hall.caller.log}")
    time.sleep(0.05)
    return begin, shown
