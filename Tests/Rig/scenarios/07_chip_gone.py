# SPDX-License-Identifier: Apache-2.0
"""The chip of the buttons is unplugged, and comes back.

The controller names what is gone within seconds and goes on: displays stand, nobatctl presses. When
the chip is back, under whatever number, the buttons work again without a restart; a chip of lamps
that goes costs no call."""
from hall import Hall, Units, equal, within


def run(rig):
    with Hall(rig, booths=2) as hall:
        units = Units(rig, rig.machine.uart(1), software=[1, 2])
        try:
            hall.start()
            hall.ready()
            numbers = hall.take(6)
            hall.dealt(6)
            hall.press(1)
            hall.shows(units, 1, numbers[0])
            rig.chips.live("buttons", False)
            within(20, "the buttons are said to be gone",
                   lambda: hall.status()["buttons"]["state"] == "failed")
            hall.told("gone|no GPIO chip with label")
            hall.controller.ask("press", booth=2, gesture="short")
            hall.shows(units, 2, numbers[1])
            rig.chips.live("buttons", True)
            within(20, "the buttons are watched again",
                   lambda: hall.status()["buttons"]["state"] == "watching")
            hall.press(1)
            hall.shows(units, 1, numbers[2])
            rig.chips.live("lamps", False)
            hall.press(2)
            hall.shows(units, 2, numbers[3])
            rig.chips.live("lamps", True)
            hall.press(1)
            hall.shows(units, 1, numbers[4])
            equal(hall.controller.ended(), None, "the controller's exit status")
            equal([number for number, _ in hall.calls()], numbers[:5], "the calls")
        finally:
            units.stop()
