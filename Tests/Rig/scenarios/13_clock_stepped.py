# SPDX-License-Identifier: Apache-2.0
"""Somebody sets the clock, forwards and back.

Debouncing, displays and the order of calls do not look at the wall clock. Within a day nothing is
to be seen; two days back are named, and the service day stays; a press across a step counts."""
from hall import Hall, Units, equal, within

STEPS = ["2026-03-09 13:00", "2026-03-09 06:30", "2026-03-09 11:00"]


def run(rig):
    machine = rig.machine
    machine.shell("date -u -s '2026-03-09 10:00'")
    try:
        with Hall(rig, booths=2) as hall:
            units = Units(rig, machine.uart(1), software=[1, 2])
            try:
                hall.start()
                hall.ready()
                numbers = hall.take(10)
                hall.dealt(10)
                day = hall.status()["day"]
                called = 0

                def call(booth):
                    nonlocal called
                    hall.press(booth)
                    hall.shows(units, booth, numbers[called], seconds=20)
                    called += 1
                call(1)
                for step in STEPS:
                    # In the middle of a press: the finger goes down before the step, up after it.
                    hall.edges([[0, 2, True]])
                    machine.shell(f"date -u -s '{step}'")
                    hall.shows(units, 2, numbers[called], seconds=20)
                    called += 1
                    hall.edges([[0, 2, False]])
                    call(1)
                equal(hall.status()["day"], day, "the service day after steps within it")
                machine.shell("date -u -s '2026-03-07 10:00'")
                hall.told("before service day .*the day stays")
                call(2)
                equal(hall.status()["day"], day, "the service day after two days back")
                issued = hall.take(1)
                equal(issued, [f"A{int(numbers[-1][1:]) + 1:03}"], "the next number")
                equal([number for number, _ in hall.calls()], numbers[:called], "the calls")
            finally:
                units.stop()
    finally:
        machine.shell("date -u -s '2026-03-09 10:00'")
