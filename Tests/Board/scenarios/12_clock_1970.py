# SPDX-License-Identifier: Apache-2.0
"""The clock falls back to 1970: while clerks call, and then at the start of the board.

Calls go on, the service day stays, and doctor says that the clock was never set."""
from clinic import within
from hall import equal


def run(clinic):
    clinic.usual()
    clinic.tickets(12)
    clinic.call(1)
    day = clinic.state()["day"]
    clinic.shell("date -u -s '1970-01-01 00:10:00'")
    for booth in (1, 2, 3, 4):
        clinic.call(booth)
    equal(clinic.state()["day"], day, "the service day once the clock shows 1970")
    status, words = clinic.doctor()
    equal(status, 1, f"doctor's status in 1970: {words}")
    equal("The clock was never set: it shows 1970-01-01" in words, True, f"doctor's words: {words}")

    clinic.power_off()
    clinic.power_on("1970-01-01")
    clinic.alive()
    clinic.say("systemd begins at " + clinic.shell("date -u '+%F %R'").strip())
    clinic.stands()
    equal(clinic.state()["day"], day, "the service day after a start in 1970")
    for booth in (4, 2):
        clinic.call(booth)
    clinic.shell("date -u -s '1970-01-02 00:10:00'; systemctl restart nobatd")
    within(180, "displays after a start of the daemon in 1970", clinic.alive)
    clinic.stands()
    equal(clinic.state()["day"], day, "the service day after a start of the daemon in 1970")
    clinic.call(3)
