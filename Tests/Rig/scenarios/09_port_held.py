# SPDX-License-Identifier: Apache-2.0
"""Another program has the displays' port.

It is named as the cause, calls are made all the same, and when the program lets go the display
comes up with the last call by itself."""
from hall import Hall, Units, equal, within


def run(rig):
    machine = rig.machine
    with Hall(rig, booths=1) as hall:
        units = Units(rig, machine.uart(1), software=[1])
        holder = machine.ask("start", log="/run/holder.log", command=[
            "flock", "--no-fork", "/dev/ttyS1", "sleep", "1000"])
        try:
            hall.start()
            hall.told("/dev/ttyS1 is in use by another program")
            numbers = hall.take(2)
            hall.dealt(2)
            hall.press(1)
            within(20, "a call without a display", lambda: hall.current(1) == numbers[0])
            equal(hall.status()["buses"][0]["state"], "closed", "the bus")
            equal(units.text(1) in ("", "----"), True, f"nothing is shown ({units.text(1)!r})")
            machine.ask("signal", pid=holder, name="KILL")
            hall.shows(units, 1, numbers[0])
            hall.press(1)
            hall.shows(units, 1, numbers[1])
        finally:
            machine.ask("signal", pid=holder, name="KILL")
            units.stop()
