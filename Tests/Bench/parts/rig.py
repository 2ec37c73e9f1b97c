# SPDX-License-Identifier: Apache-2.0
"""Press to pins in the rig: a kernel's GPIO edge, the programs, a UART, the unit's image, its pins. It needs
what `make rig` builds; its machine is interpreted, so that its times are far longer than a board's."""

import re
import subprocess

from bench import ROOT, NotMeasured


def measure(table):
    answer = subprocess.run(
        [ROOT / "Tests/Rig/run", "01"], capture_output=True, text=True, timeout=1_800)
    found = re.findall(
        r"press to pins of (\d+) presses: p50 (\d+) ms, p90 (\d+) ms, p99 (\d+) ms", answer.stdout)
    if answer.returncode or not found:
        raise NotMeasured(f"Tests/Rig/run 01: {answer.stdout[-600:]}{answer.stderr[-600:]}")
    # One line for each libgpiod.
    for count, *times in found:
        for name, value in zip(("p50", "p90", "p99"), times):
            table.add("rig", f"kernel edge to pins, 9600 baud, {name} of {count}", float(value), "ms",
                      "debounce and the shortest frame", 40)
    table.remark("rig", "an interpreted machine: a step of a millisecond on a board takes fifty here")
