# SPDX-License-Identifier: Apache-2.0
"""Four booths on two ports: presses from outside, numbers on the pins of the right units.

In the order of the tickets, each once; the lamp in a button is lit as it should; what it costs."""
import re

from clinic import BOOTHS, within
from hall import equal


def run(clinic):
    clinic.usual()
    clinic.tickets(9)
    equal(clinic.show("Type", "ActiveState", "NRestarts"), ["notify", "active", "0"], "the service")
    slowest, since = 0, clinic.now()
    numbers = []
    for booth in (*BOOTHS, *reversed(BOOTHS)):
        numbers.append(clinic.call(booth))
        slowest = max(slowest, clinic.press_seconds)
    equal(numbers, sorted(numbers), "the order of the numbers")
    clinic.stands()
    wanted = [(number, str(clinic.called[number])) for number in numbers]

    def told():
        words = clinic.shell(f"journalctl -u nobatd --since @{since} NOBAT_KIND=called PRIORITY=6 "
                             "-o cat --no-pager")
        return re.findall(r"([AL]\d{3}) called to booth (\d)", words)[-len(wanted):]
    within(30, lambda: f"the journal finds these calls by their kind: {told()}",
           lambda: told() == wanted)
    clinic.say(f"{len(numbers)} calls, press to pins at most {slowest:.1f} s, emulated")
    within(30, "the lamp of booth 1 has been set", lambda: clinic.board.lamp(1) is not None)

    for unit in ("nobatd", "nobat-central"):
        pid = clinic.show("MainPID", unit=unit)
        rows = clinic.shell(f"grep -E '^(Rss|Anonymous):' /proc/{pid}/smaps_rollup; "
                            f"grep Threads /proc/{pid}/status")
        memory = {row.split()[0]: int(row.split()[1]) for row in rows.splitlines()}
        clinic.say(f"{unit}: {memory['Rss:'] / 1024:.1f} MB resident, "
                   f"{memory['Anonymous:'] / 1024:.1f} MB anonymous, {memory['Threads:']} threads")
    clinic.say("starting: " + clinic.shell("systemd-analyze time | head -n 1").strip())
