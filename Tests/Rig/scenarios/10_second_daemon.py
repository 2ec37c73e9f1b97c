# SPDX-License-Identifier: Apache-2.0
"""Somebody starts a second controller on the same lines, the same port, the same database.

The second one names each thing that it can't have, and who has it; the first does not notice."""
import re

from hall import RUN, Daemon, Failure, Hall, Units, equal, within


def second(hall, name, **settings):
    hall.write_controller(name, socket=f"{RUN}/{name}.sock", **settings)
    daemon = Daemon(hall, name, [hall.rig.nobatd, "--config", f"{hall.folder}/{name}.yaml"], name)
    daemon.start()
    return daemon


def says(daemon, words):
    within(30, lambda: f"{daemon.name} says {words!r}:\n{daemon.log()}",
           lambda: re.search(words, daemon.log()))


def run(rig):
    with Hall(rig, booths=1) as hall:
        units = Units(rig, rig.machine.uart(1), software=[1])
        others = []
        try:
            hall.start()
            hall.ready()
            numbers = hall.take(4)
            hall.dealt(4)
            hall.press(1)
            hall.shows(units, 1, numbers[0])

            same = second(hall, "same-database")
            others.append(same)
            says(same, r"nobatd\.db.*(process|in use|locked|another)")
            within(30, "it ends", lambda: same.ended() is not None)
            if same.ended() == 0:
                raise Failure("a controller without its database ends as if all were well")
            hall.press(1)
            hall.shows(units, 1, numbers[1])

            lines = second(hall, "same-lines", database=f"{hall.folder}/other.db")
            others.append(lines)
            says(lines, r'line "B1" of GPIO chip .* is in use by "nobatd"')
            says(lines, r"/dev/ttyS1 is in use by another program")
            hall.press(1)
            hall.shows(units, 1, numbers[2])
            equal(lines.ended(), None, "the exit status of the second controller, which waits")
            lines.stop()
            hall.press(1)
            hall.shows(units, 1, numbers[3])
            equal([number for number, _ in hall.calls()], numbers, "the calls of the first")
        finally:
            for daemon in others:
                daemon.stop("KILL")
            units.stop()
