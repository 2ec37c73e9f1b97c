# SPDX-License-Identifier: Apache-2.0
"""The power goes while clerks are calling.

The machine ends between two instructions, at a moment of a seed's choosing after a press. After the
restart: what a display had shown is still called (it was on disk before it was shown), each display
comes back to the last call, and the calling goes on without a number twice or skipped."""
import random
import time

from hall import Hall, Units, equal, within

CUTS = 1
SEED = 6174
# Four calls before the cut, one that it meets, four after it, and five in the tray.
TICKETS = 14


def run(rig):
    random_ = random.Random(SEED + rig.gpiod)
    machine = rig.machine
    lost, numbers = 0, []
    seen = []  # (number, booth) in the order of the calls, as far as they are known
    for cut in range(CUTS + 1):
        with Hall(rig, booths=2, anew=cut == 0) as hall:
            units = Units(rig, machine.uart(1), software=[1, 2])
            try:
                hall.start()
                hall.ready()
                back = [hall.current(1), hall.current(2)]
                if cut:
                    pending = numbers[len(seen)]
                    wanted = list(before)
                    if back[booth - 1] == pending:
                        seen.append((pending, booth))
                        wanted[booth - 1] = pending
                    else:
                        lost += 1
                        equal(shown == pending, False, f"{pending} was shown and then forgotten")
                    equal(back, wanted, "the numbers at the booths after the cut")
                    for place in (1, 2):
                        hall.shows(units, place, back[place - 1])
                else:
                    numbers = hall.take(TICKETS)
                hall.dealt(5)
                for index in range(4):
                    booth = 1 + index % 2
                    number = numbers[len(seen)]
                    hall.press(booth)
                    hall.shows(units, booth, number)
                    seen.append((number, booth))
                if cut == CUTS:
                    equal([number for number, _ in seen], numbers[:len(seen)], "no number skipped")
                    break
                before = [hall.current(1), hall.current(2)]
                booth = random_.choice([1, 2])
                hall.edges([[0, booth, True]])
                time.sleep(random_.uniform(0, 0.15))
                machine.cut_power()
                shown = units.text(booth)
            finally:
                units.stop()
        rig.restart()
    rig.say(f"{CUTS} cuts; the last press had not reached the disk in {lost} of them")
