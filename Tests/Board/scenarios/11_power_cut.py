# SPDX-License-Identifier: Apache-2.0
"""The power goes while clerks call, and comes back.

What a display had shown was on the disk before: after the boot it stands there again. Calls go on with
the next number, and none is called twice."""
import re
import time

from clinic import BOOTHS, PATIENCE
from hall import equal, within


def run(clinic):
    clinic.usual()
    clinic.tickets(14)
    for booth in BOOTHS:
        clinic.call(booth)
    # Presses everywhere; the power goes amid what they start, once the first number is seen.
    for booth in BOOTHS:
        clinic.board.down(booth)
    within(PATIENCE, "a press is answered", lambda: any(
        re.fullmatch(r"[AL]\d{3}", clinic.pins(booth)) and clinic.pins(booth) != clinic.standing[booth]
        for booth in BOOTHS))
    pid = clinic.board.process.pid
    clinic.board.process.kill()
    clinic.board.process.wait()
    time.sleep(0.2)
    shown = {booth: clinic.pins(booth) for booth in BOOTHS}
    fresh = [booth for booth in BOOTHS if shown[booth] != clinic.standing[booth]
             and re.fullmatch(r"[AL]\d{3}", shown[booth])]
    equal(bool(fresh), True, f"a number stood on the pins when the power went: {shown}")
    for booth in fresh:
        equal(shown[booth] in clinic.called, False, f"{shown[booth]} is called twice")
        clinic.note(booth, shown[booth])
    clinic.power_off()
    begun = time.monotonic()
    clinic.power_on()
    clinic.alive()
    clinic.say(f"displays alive {time.monotonic() - begun:.0f} s after the power is back")
    # What was recorded and not shown yet when the power went is shown now; nothing is taken back.
    late = 0
    for row in clinic.state()["booths"]:
        booth, number = row["booth"], row.get("current")
        if number != clinic.standing[booth]:
            equal(booth in fresh, False, f"booth {booth} showed {clinic.standing[booth]}, "
                  f"and has {number}")
            equal(number in clinic.called, False, f"{number} is called twice")
            clinic.note(booth, number)
            late += 1
    clinic.stands()
    clinic.say(f"process {pid} was killed: of 4 presses {len(fresh)} had been shown, {late} recorded and "
               f"not shown, {4 - len(fresh) - late} neither")
    for booth in BOOTHS:
        clinic.call(booth)
