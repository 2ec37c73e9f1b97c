# SPDX-License-Identifier: Apache-2.0
"""How much of the line a bus uses when there is much to show, and how late the latest press is shown, with
units that answer and one that is dead."""

import random
import threading
import time

from bench import QUICK, NotMeasured, now, percentile
from hall import Hall

BAUDS = [9_600, 115_200] if QUICK else [9_600, 19_200, 57_600, 115_200]
#: Booths, and rows of the hall board on the same line: a hall has 24 booths at most, a bus 32 units.
UNITS = [(1, 0), (4, 0), (16, 0), (24, 8)]
SECONDS = 2 if QUICK else 4
PRESSES = 10 if QUICK else 40


def measure(table):
    for baud in BAUDS:
        for booths, rows in UNITS:
            count = booths + rows
            dead = booths if count > 1 else 0
            hall = Hall(booths=booths, rows=rows, baud=baud, dead=[dead] if dead else [])
            try:
                one(table, hall, f"{baud} baud, {count} unit{'s' if count > 1 else ''}"
                    + (", one dead" if dead else ""), dead)
            finally:
                hall.close()
    table.remark("bus", f"the line's limit counts every byte that was sent and the silence of 3.5 characters "
                 f"after each frame (1.75 ms above 19,200 baud); {SECONDS} s of presses at every booth "
                 f"without a pause, then {PRESSES} presses, one at a time, while units are polled")


def one(table, hall, name, dead):
    hall.start()
    living = [booth for booth in range(1, hall.booths + 1) if booth != dead]
    for booth in living:
        hall.units.first_show(booth, 0, seconds=20)
    for count in range(hall.booths):
        hall.take(count)
    for booth in range(1, hall.booths + 1):
        hall.press(booth)
    # The dead one is known to be dead, as on any day but the first.
    hall.units.watch(3)
    busy(table, hall, name)
    late(table, hall, name, living)


def busy(table, hall, name):
    """The share of the time that the line is used while every booth's number changes all the time."""
    stop = threading.Event()
    failure = []

    def crowd():
        rounds = 0
        try:
            while not stop.is_set():
                rounds += 1
                for booth in range(1, hall.booths + 1):
                    # A ticket is recalled 99 times at most.
                    if rounds % 90 == 0:
                        hall.take(booth)
                        hall.press(booth)
                    else:
                        hall.press(booth, "double")
                # Presses come faster than the line can show them, and no faster than that.
                time.sleep(0.002)
        except Exception as error:
            failure.append(error)

    presser = threading.Thread(target=crowd)
    presser.start()
    try:
        hall.units.watch(0.5)
        begin = now()
        frames = hall.units.watch(SECONDS)
        span = now() - begin
    finally:
        stop.set()
        presser.join()
    if failure:
        raise NotMeasured(f"presses failed: {failure[0]}")
    used = sum(hall.units.line_ns(frame) for frame in frames) / span
    rate = len(frames) / (span / 1e9)
    table.add("bus", f"exchanges, {name}", rate, "a second", "the line's limit", rate / used,
              ">= 90 % of it", used >= 0.9)


def late(table, hall, name, living):
    """The latest of some presses, one at a time."""
    hall.units.watch(1)
    whole, least = [], []
    for count in range(PRESSES):
        booth = living[count % len(living)]
        hall.units.watch(random.uniform(0, 0.05))
        hall.take(count)
        pressed = now()
        hall.press(booth)
        frame = hall.units.first_show(booth, pressed)
        whole.append((frame.heard - pressed) / 1e6)
        least.append((frame.request * hall.units.byte_ns + hall.units.gap_ns) / 1e6)
    table.add("bus", f"press to display, {name}, worst", max(whole), "ms", "its frame on a free line",
              percentile(least, 50))
