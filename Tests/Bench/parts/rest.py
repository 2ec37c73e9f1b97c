# SPDX-License-Identifier: Apache-2.0
"""What is used while nothing happens: processor, wake-ups, memory, the card."""

import time

from bench import QUICK, Usage
from hall import Hall

SECONDS = 10 if QUICK else 60
#: How often, and how far apart, each program is looked at.
SETTLE_S = 5


def measure(table):
    for booths in (4, 16):
        ours, theirs = (Hall(booths=booths, is_peer=is_peer) for is_peer in (False, True))
        try:
            for hall in (ours, theirs):
                hall.start()
                # The heap of a program that has worked, not of one that has just begun.
                for count in range(40):
                    hall.take(count)
                for booth in range(1, booths + 1):
                    hall.press(booth)
                hall.hang_up()
            ours.units.watch(SETTLE_S)
            theirs.units.read(0)
            processes = [ours.caller.process.pid, theirs.caller.process.pid]
            before = [Usage(pid) for pid in processes]
            frames = [len(hall.units.frames) for hall in (ours, theirs)]
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                ours.units.read(0.2)
                theirs.units.read(0.2)
            after = [Usage(pid) for pid in processes]
            tell(table, booths, before, after)
            polled = [len(hall.units.frames) - count
                      for hall, count in zip((ours, theirs), frames)]
            table.remark("rest", f"{booths} booths, {SECONDS} s at 9600 baud: {polled[0] / SECONDS:.1f} "
                         f"exchanges a second, Python {polled[1] / SECONDS:.1f}")
        finally:
            for hall in (ours, theirs):
                hall.close()


def tell(table, booths, before, after):
    (cpu, wakes, written), (cpu_peer, wakes_peer, written_peer) = (
        late.since(early) for early, late in zip(before, after))
    goal = booths == 4
    table.add("rest", f"processor, {booths} booths polled", cpu, "% of core", "Python", cpu_peer,
              "< 0.2 %" if goal else "", cpu < 0.2 if goal else None)
    table.add("rest", f"wake-ups, {booths} booths polled", wakes, "a second", "Python", wakes_peer)
    table.add("rest", f"memory that is its own, {booths} booths", after[0].anonymous_kib / 1_024, "MiB",
              "Python", after[1].anonymous_kib / 1_024, "<= 5 MiB",
              after[0].anonymous_kib <= 5 * 1_024)
    table.add("rest", f"memory with shared files, {booths} booths", after[0].resident_kib / 1_024, "MiB",
              "Python", after[1].resident_kib / 1_024)
    table.add("rest", f"written to the disk, {booths} booths", written / 1_024, "KiB/hour",
              "Python", written_peer / 1_024, "0", written == 0)
    table.add("rest", f"memory of its own grew in {SECONDS} s, {booths} booths",
              after[0].anonymous_kib - before[0].anonymous_kib, "KiB", "Python",
              after[1].anonymous_kib - before[1].anonymous_kib)
