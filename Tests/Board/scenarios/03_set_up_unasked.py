# SPDX-License-Identifier: Apache-2.0
"""The same without a person: setup --yes --answers, in the place of what is there.

A button that is held is told, and so is a unit that is not there; an answer that can't be taken ends
it with 64 and leaves the file as it was."""
from hall import equal

ANSWERS = "timezone: Asia/Tehran\nbooth-1-lamp: 5\nbooth-2-lamp: 6\n"


def run(clinic):
    before = clinic.shell("cat /etc/nobat/hall.yaml")
    clinic.write("/root/answers", ANSWERS + "booths: many")
    status, words = clinic.board.status(
        "nobatctl setup --yes --replace --no-start --answers /root/answers 2>&1")
    equal(status, 64, f"the status with a bad answer: {words}")
    equal(clinic.shell("cat /etc/nobat/hall.yaml"), before, "the file after a bad answer")

    # The daemon is in its way only as long as it runs.
    clinic.shell("systemctl stop nobatd")
    clinic.write("/root/answers", ANSWERS + "booths: 3")
    clinic.board.down(2)
    words = clinic.shell(
        "nobatctl setup --yes --no-start --answers /root/answers --output /root/hall.yaml 2>&1")
    clinic.board.up(2)
    equal("booth 2: its button is held" in words, True, f"the held button is told: {words}")
    equal("booth 3: unit 3 does not answer" in words, True, f"the missing unit is told: {words}")

    clinic.write("/root/answers", ANSWERS)
    words = clinic.shell("nobatctl setup --yes --replace --answers /root/answers 2>&1")
    for part in ("units [1, 2] answer", "/etc/nobat/hall.yaml.before", "nobatd runs"):
        equal(part in words, True, f"setup says {part!r}: {words}")
    equal(clinic.shell("cat /etc/nobat/hall.yaml"), before, "what setup writes, asked and unasked")
    clinic.alive((1, 2))
    clinic.stands((1, 2))
    clinic.call(1)
