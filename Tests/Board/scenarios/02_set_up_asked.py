# SPDX-License-Identifier: Apache-2.0
"""A person at the terminal sets up a hall: nobatctl setup, with questions and proofs.

Two booths on the adapter. The person answers as the display shows and presses as told; the first time
at the wrong booth, which setup must notice. At the end the service runs, and doctor finds nothing."""
import re

from clinic import ADAPTER, CENTRAL, CHIP_PROMPT, within
from hall import equal

DONE = r"left with (\d+)"


def answer(screen, question, reply=""):
    screen.waits(re.escape(question) + r"[^\n]*: ")
    screen.type(reply)


def questions(clinic, screen):
    """All questions up to the proof."""
    screen.type("nobatctl setup; echo left with $?")
    answer(screen, "The name of this controller")
    answer(screen, "Where the central is")
    answer(screen, "time zone", "Asia/Tehran")
    answer(screen, "The services that patients wait for")
    # The adapter's name that stays is what is proposed.
    screen.waits(re.escape(f"[{ADAPTER}]"))
    screen.type("")
    screen.waits(r"units \[1, 2\] answer", 60)
    screen.waits(r"How many booths there are \[2\]: ")
    screen.type("")
    screen.waits(CHIP_PROMPT)
    screen.type("")
    for booth in (1, 2):
        answer(screen, f"Booth {booth}: the services it calls")
        screen.waits(rf"Booth {booth}: the address of its unit \[{booth}\]: ")
        screen.type("")
        screen.waits(rf"Booth {booth}: the line of its button, or none \[{booth - 1}\]: ")
        screen.type("")
        answer(screen, f"Booth {booth}: the line of the lamp", str(4 + booth))
    answer(screen, "Serve the hall board and the technician's page")


def looks_at_displays(clinic, screen):
    """Looks at the display that is to blink its address, and says what it saw."""
    units = clinic.units["bus2"]
    for booth in (1, 2):
        screen.waits(f"booth {booth}: unit {booth} is to blink its address now")
        begun = len(units.shows)
        within(60, f"the display of booth {booth} blinks its address", lambda: [
            text for _, unit, text in units.shows[begun:]
            if unit == booth and text == f"-{booth:03}"])
        others = {text for _, unit, text in units.shows[begun:] if unit != booth and "-0" in text}
        equal(others, set(), "what displays show that were not asked")
        screen.waits(rf"Did the display of booth {booth} blink\? \[Y/n\] ")
        screen.type("y")


def run(clinic):
    screen = clinic.board.screen
    clinic.write("/etc/nobat/central.yaml", CENTRAL)
    clinic.shell("systemctl start nobat-central")
    screen.type("")
    screen.waits("board#")

    questions(clinic, screen)
    looks_at_displays(clinic, screen)
    screen.waits("booth 1: press its button now")
    clinic.board.press(1)
    screen.waits("booth 1: pressed, on line 0")
    screen.waits("booth 2: press its button now")
    clinic.board.press(1)
    screen.waits("booth 2: its button came on line 0, which was to be booth 1's; swap the wires")
    screen.waits(r"Write the configuration all the same\? \[Y/n\] ")
    screen.type("n")
    equal(screen.waits(DONE)[1], "1", "the status of a setup that was given up")
    equal(clinic.board.status("test -e /etc/nobat/hall.yaml")[0], 1, "status of a file written")

    questions(clinic, screen)
    looks_at_displays(clinic, screen)
    for booth in (1, 2):
        screen.waits(f"booth {booth}: press its button now")
        clinic.board.press(booth)
        screen.waits(f"booth {booth}: pressed, on line {booth - 1}")
    screen.waits("/etc/nobat/hall.yaml is written")
    screen.waits("nobatd runs")
    equal(screen.waits(DONE)[1], "0", f"the status of a setup:\n{screen.text[-1500:]}")
    equal(clinic.shell("stat -c '%U %a' /etc/nobat/keys/pages.key").strip(), "root 600", "the key")

    clinic.alive((1, 2))
    clinic.tickets(3)
    for booth in (2, 1):
        clinic.call(booth)
    clinic.stands((1, 2))
    status, words = clinic.doctor()
    equal((status, words.strip()), (0, "all is well"), "doctor")
