# SPDX-License-Identifier: Apache-2.0
"""More edges than the kernel's buffer holds.

The controller is stopped for a while (as a board that starves) and a contact trembles 2,500 times:
the kernel throws edges away. When it goes on it says so, reads the lines anew, calls nobody for it,
takes no button for pressed, and the next press counts once."""
import time

from hall import Hall, Units, equal, within


def run(rig):
    with Hall(rig, booths=2, buttons="debounce: 20ms, stuck: 3s") as hall:
        units = Units(rig, rig.machine.uart(1), software=[1, 2])
        try:
            hall.start()
            hall.ready()
            numbers = hall.take(3)
            hall.dealt(3)
            hall.controller.signal("STOP")
            # An odd number of edges is kept of an even number: the kept ones end with a press.
            hall.edges([[100, 1, index % 2 == 0] for index in range(2_500)])
            hall.controller.signal("CONT")
            hall.told("edges were lost; the lines are read again")
            time.sleep(4)
            equal(hall.status()["buttons"]["stuck"], [], "buttons that are stuck")
            equal(hall.calls(), [], "called by lost edges")
            for booth, number in ((1, numbers[0]), (2, numbers[1]), (1, numbers[2])):
                hall.press(booth)
                hall.shows(units, booth, number)
            within(20, "nobatctl tells every call", lambda: len(hall.calls()) >= 3)
            equal(hall.calls(), [(numbers[0], 1), (numbers[1], 2), (numbers[2], 1)], "the calls")
        finally:
            units.stop()
