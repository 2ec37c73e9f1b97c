# SPDX-License-Identifier: Apache-2.0
"""Contacts bounce, and a press counts once.

Each press opens and closes its contact for up to 50 ms, at both ends of the press, in a pattern of
its own: one call, never none, never two. A busy host may hold an edge back until the contact has
been still for the debounce time; then it was two presses, which the edges' own times tell."""
import random

from hall import Failure, Hall, Units, equal, within

BOUNCES_MS = [0, 1, 5, 10, 20, 30, 50]
SEED = 1405
TRIES_MAX = 16
# The host may spoil some of the presses, and each can be more than one.
TICKETS = 24


def bouncing(random_, booth, milliseconds, down):
    """Edges over so many milliseconds, less than the debounce time apart, and `down` at the end."""
    steps, left, level = [[0, booth, down]], milliseconds * 1000, down
    while left > 0:
        pause = min(left, random_.randrange(100, 8_000))
        left -= pause
        level = not level
        steps.append([pause, booth, level])
    if level != down:
        steps.append([200, booth, down])
    return steps


def run(rig):
    random_ = random.Random(SEED)
    with Hall(rig, booths=1) as hall:
        units = Units(rig, rig.machine.uart(1), software=[1])
        try:
            hall.start()
            hall.ready()
            numbers = hall.take(TICKETS)
            hall.dealt(TICKETS)
            called, answered, odd = 0, 0, 0
            for bounce in BOUNCES_MS:
                for _ in range(TRIES_MAX):
                    release = bouncing(random_, 1, bounce, False)
                    release[0][0] = 100_000
                    steps = bouncing(random_, 1, bounce, True) + release
                    hall.edges(steps)
                    wanted = hall.presses(steps)
                    found = hall.answers(None if wanted is None else answered + wanted) - answered
                    made = [number for number, _ in hall.calls()][called:]
                    equal(made, numbers[called:called + len(made)], "the numbers in their order")
                    if wanted is not None:
                        equal(found, wanted, f"presses answered after a bounce of {bounce} ms")
                    if wanted == 1:
                        equal(len(made), 1, f"calls after a bounce of {bounce} ms")
                    called, answered = called + len(made), answered + found
                    if made:
                        hall.shows(units, 1, made[-1])
                    if wanted == 1:
                        break
                    odd += 1
                else:
                    raise Failure(f"the host was too busy for a bounce of {bounce} ms")
            rig.say(f"{len(BOUNCES_MS)} bounces of 0 to 50 ms, one call each; "
                    f"the host spoilt {odd} more")
        finally:
            units.stop()
