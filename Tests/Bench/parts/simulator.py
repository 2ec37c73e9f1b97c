# SPDX-License-Identifier: Apache-2.0
"""How many clinic days one core simulates in a second."""

import re
import subprocess

from bench import PROGRAMS, QUICK, NotMeasured

DAYS = 200 if QUICK else 2_000


def measure(table):
    answer = subprocess.run(
        [PROGRAMS / "nobat-sim", "bench", "--days", str(DAYS)], capture_output=True, text=True,
        check=True, timeout=600)
    found = re.findall(
        r"^(.+): (\d+) days a second, (\d+) machine steps a day, (\d+) ns a step$", answer.stdout,
        re.MULTILINE)
    if len(found) != 2:
        raise NotMeasured(f"nobat-sim bench said {answer.stdout!r}")
    for kind, days, steps, step in found:
        is_plain = kind == "no faults"
        table.add("simulator", f"clinic days, {kind}", int(days), "a second",
                  goal=">= 1,000 (a core)" if is_plain else "",
                  holds=int(days) >= 1_000 if is_plain else None)
        table.add("simulator", f"one step of a machine, {kind}, {steps} a day", int(step), "ns")
