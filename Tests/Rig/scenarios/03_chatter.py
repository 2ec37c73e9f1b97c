# SPDX-License-Identifier: Apache-2.0
"""A loose contact chatters, and calls nobody.

Spikes shorter than the debounce time, then trembling, are no press. When the contact is sound again
the next press counts. (An edge that a busy host holds back makes a press of a spike; the edges' own
times tell, and then one answer is right.)"""
import time

from hall import Hall, Units, equal

# None is called unless the host holds edges back.
TICKETS = 20


def run(rig):
    with Hall(rig, booths=2) as hall:
        units = Units(rig, rig.machine.uart(1), software=[1, 2])
        try:
            hall.start()
            hall.ready()
            numbers = hall.take(TICKETS)
            hall.dealt(TICKETS)
            spikes = [[2_000, 1, True], [2_000, 1, False]]
            trembling = [[2_000, 1, index % 2 == 0] for index in range(200)]
            answered, clean, edges = 0, 0, 0
            for steps in 7 * [spikes] + 3 * [trembling]:
                hall.edges(steps)
                wanted = hall.presses(steps)
                found = hall.answers(None if wanted is None else answered + wanted) - answered
                if wanted is not None:
                    equal(found, wanted, f"presses answered of {len(steps)} edges")
                    clean += wanted == 0
                    edges += len(steps) * (wanted == 0)
                answered += found
            called = len(hall.calls())
            rig.say(f"{edges} edges in {clean} rounds of 10 were no press, and called nobody")
            if clean < 5:
                rig.say("the host was busy: most rounds held a true press")
            hall.press(1)
            hall.shows(units, 1, numbers[called])
            hall.press(2)
            hall.shows(units, 2, numbers[called + 1])
            time.sleep(0.5)
            equal(hall.calls()[called:],
                  [(numbers[called], 1), (numbers[called + 1], 2)], "the calls after it")
        finally:
            units.stop()
