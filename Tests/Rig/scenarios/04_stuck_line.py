# SPDX-License-Identifier: Apache-2.0
"""A button is held by something: at the start, and later in the day.

A line that is down when the controller starts is no press; after the stuck time it is named. When
it is let go the button works again, and the other booths never notice. Later a bag lies on a
button: that is one press, then a stuck button, then a free one."""
import time

from hall import Hall, Units, equal, within


def run(rig):
    with Hall(rig, booths=2, bias="as-is", buttons="debounce: 20ms, stuck: 3s") as hall:
        units = Units(rig, rig.machine.uart(1), software=[1, 2])
        try:
            hall.edges([[0, 1, True]])
            hall.start()
            hall.ready()
            numbers = hall.take(4)
            hall.dealt(4)
            hall.told("button of booth 1 is held by something")
            equal(hall.status()["buttons"]["stuck"], [1], "buttons that nobatctl calls stuck")
            hall.press(2)
            hall.shows(units, 2, numbers[0])
            equal(hall.current(1), None, "called by a line that was down at the start")
            hall.edges([[0, 1, False]])
            hall.told("button of booth 1 is free again")
            hall.press(1)
            hall.shows(units, 1, numbers[1])
            # Now the bag.
            hall.edges([[0, 2, True]])
            hall.shows(units, 2, numbers[2])
            within(30, "the second button is named",
                   lambda: hall.status()["buttons"]["stuck"] == [2])
            hall.edges([[0, 2, False]])
            within(30, "the second button is free",
                   lambda: hall.status()["buttons"]["stuck"] == [])
            time.sleep(0.3)
            hall.press(2)
            hall.shows(units, 2, numbers[3])
            within(20, "nobatctl tells every call", lambda: len(hall.calls()) >= 4)
            equal(hall.calls(), [(numbers[0], 2), (numbers[1], 1), (numbers[2], 2),
                                 (numbers[3], 2)], "the calls")
        finally:
            hall.rig.chips.release_all()
            units.stop()
