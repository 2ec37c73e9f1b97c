# SPDX-License-Identifier: Apache-2.0
"""The adapter of booths 1 and 2 is pulled out while clerks call.

The others go on, calls at its booths are kept, doctor tells it; plugged in again it comes back by
itself, through udev and systemd's fence, and the displays show the last numbers."""
from clinic import ADAPTER, PATIENCE, within
from hall import equal


def run(clinic):
    clinic.usual()
    clinic.tickets(8)
    clinic.call(1)
    clinic.call(2)
    since = clinic.now()
    clinic.board.unplug(1)
    clinic.told("disconnected|no serial port|left", since=since)
    within(PATIENCE, "the adapter is gone", lambda: clinic.board.status(f"test -e {ADAPTER}")[0] == 1)
    before = clinic.show("MainPID", "NRestarts")
    clinic.call(3)
    clinic.call(4)
    status, words = clinic.doctor()
    equal(status, 1, f"doctor's status without the adapter: {words}")
    equal(f"{ADAPTER}, of bus left, is not there" in words, True, f"doctor's words: {words}")

    # A press where no display answers calls all the same: it is kept, and shown later.
    current = clinic.standing[1]
    clinic.board.press(1)
    number = within(PATIENCE, "a call without a display", lambda: next(
        row["current"] for row in clinic.state()["booths"]
        if row["booth"] == 1 and row["current"] != current))
    equal(number in clinic.called, False, f"{number} is called twice")
    clinic.note(1, number)

    clinic.board.plug(1)
    clinic.alive()
    clinic.stands()
    clinic.call(2)
    clinic.call(1)
    equal(clinic.show("MainPID", "NRestarts"), before, "the process, and how often it was restarted")
    status, words = clinic.doctor()
    equal("is not there" in words, False, f"doctor's words with the adapter: {words}")
