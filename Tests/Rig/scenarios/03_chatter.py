# SPDX-License-Identifier: Apache-2.0
"""A loose contact chatters, and calls nobody.

Spikes shorter than the debounce time, then two seconds of trembling, are no press. When the contact
is sound again the next press counts. (An edge that a busy host holds back makes a press of a spike;
the edges' own times tell, and then one call is right.)"""
import time

from hall import Hall, Units, equal


def run(rig):
    with Hall(rig, booths=2) as hall:
        units = Units(rig, rig.machine.uart(1), software=[1, 2])
        try:
            hall.start()
            hall.ready()
            numbers = hall.take(40)
            hall.dealt(40)
            spikes = [[2_000, 1, True], [2_000, 1, False]]
            trembling = [[1_000, 1, index % 2 == 0] for index in range(2_000)]
            called, clean, edges = 0, 0, 0
            for steps in 10 * [spikes] + 4 * [trembling[:500]]:
                hall.edges(steps)
                wanted = hall.presses(steps)
                time.sleep(0.4)
                made = len(hall.calls()) - called
                if wanted is not None:
                    equal(made, wanted, f"calls of {len(steps)} edges")
                    clean += wanted == 0
                    edges += len(steps) * (wanted == 0)
                called += made
            rig.say(f"{edges} edges in {clean} rounds of 14 were no press, and called nobody")
            if clean < 7:
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
