# SPDX-License-Identifier: Apache-2.0
"""The card is full: what can't be recorded is not called, and the booth says so.

With room again the calling goes on with the very next number."""
from clinic import PATIENCE, within
from hall import equal

# Seven segments have no small letters.
REFUSAL = "ERR "
# What SQLite and the file system have set aside already holds this many calls at most.
CALLS_MAX = 24


def run(clinic):
    clinic.usual()
    clinic.tickets(6)
    clinic.call(1)
    since = clinic.now()
    # For the daemon's user nothing is left; the very last blocks are the journal's for the taking.
    clinic.shell("cd /srv; for size in 512M 128M 64M 16M 8M 4M 2M 1M 256K 64K 16K 4K; do "
                 "while fallocate -l $size fill-$size-$RANDOM$RANDOM 2>/dev/null; do :; done; done; "
                 "cat /dev/zero > fill-rest 2>/dev/null; sync; true")
    called = 0
    while press(clinic) != REFUSAL:
        called += 1
        equal(called < CALLS_MAX, True, "a full disk refuses a call")
        clinic.tickets(2)
    clinic.say(f"full: {called} calls still found room, the next was refused")
    state = clinic.state()
    equal(state.get("diskFault"), True, "what the daemon says of its disk")
    told = {row["booth"]: row.get("current") for row in state["booths"]}
    equal(told[1], clinic.standing[1], "the number at the booth on a full disk")
    status, words = clinic.doctor()
    equal(status, 1, f"doctor's status on a full disk: {words}")
    equal("disk" in words, True, f"doctor's words: {words}")
    clinic.say("doctor: " + words.splitlines()[0])
    equal(clinic.show("ActiveState"), "active", "the service on a full disk")

    clinic.shell("rm /srv/fill-*")
    clinic.told("the disk takes changes again", since=since)
    clinic.alive()
    clinic.stands()
    last = max(clinic.called)
    clinic.tickets(2)
    equal(int(clinic.call(1)[1:]), int(last[1:]) + 1, "the number after the last one")
    clinic.call(3)


def press(clinic):
    """Presses at booth 1; the number that came, or the refusal."""
    before = clinic.standing[1]
    clinic.board.press(1)
    shown = within(PATIENCE, lambda: f"an answer at booth 1, not {clinic.pins(1)!r}\n{clinic.logs()}",
                   lambda: clinic.pins(1) not in (before, "") and clinic.pins(1))
    if shown != REFUSAL:
        equal(shown in clinic.called, False, f"{shown} is called twice")
        clinic.note(1, shown)
    return shown
