# SPDX-License-Identifier: Apache-2.0
"""Sixteen clerks press in the same moment.

Sixteen edges within a millisecond or two: sixteen calls, sixteen different numbers, none skipped,
and each stands at the display of its own booth."""
from hall import Hall, Units, equal, within

BOOTHS = 16
ROUNDS = 1


def run(rig):
    booths = list(range(1, BOOTHS + 1))
    buses = {"left": ("/dev/ttyS1", booths[:8]), "right": ("/dev/ttyS2", booths[8:])}
    with Hall(rig, booths=BOOTHS, buses=buses) as hall:
        left = Units(rig, rig.machine.uart(1), software=booths[:8])
        right = Units(rig, rig.machine.uart(2), software=booths[8:])
        try:
            hall.start()
            hall.ready()
            for done in range(ROUNDS):
                numbers = hall.take(BOOTHS)
                hall.dealt(BOOTHS)
                hall.edges([[0, booth, True] for booth in booths]
                           + [[100_000 if booth == 1 else 0, booth, False] for booth in booths])
                within(30, lambda: f"{BOOTHS} calls, not {hall.calls()}\n{hall.logs()}",
                       lambda: len(hall.calls()) >= BOOTHS * (done + 1))
                calls = hall.calls()[BOOTHS * done:]
                equal([number for number, _ in calls], numbers, "numbers in the order of issue")
                equal(sorted(booth for _, booth in calls), booths, "booths that called")
                for number, booth in calls:
                    hall.shows(left if booth <= 8 else right, booth, number)
        finally:
            left.stop()
            right.stop()
