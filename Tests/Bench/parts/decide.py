# SPDX-License-Identifier: Apache-2.0
"""Instructions of the decide path, counted by callgrind: they don't depend on how busy a machine is, so they
are kept (Guard/counts.json) and guarded."""

import json
import os
import pathlib
import re
import subprocess

from bench import PROGRAMS, ROOT, NotMeasured

COUNTS = ROOT / "Tests/Bench/Guard/counts.json"
CASES = [("controller-press", 100), ("controller-press", 2_000),
         ("central-call", 100), ("central-call", 100_000),
         ("central-take", 100), ("central-take", 20_000)]
REPEATS = 50
#: Another compiler, or another processor's memmove, may differ so far.
TOLERANCE = 0.10


def measure(table):
    kept = json.loads(COUNTS.read_text())["instructions"] if COUNTS.exists() else {}
    for case, tickets in CASES:
        count = instructions(case, tickets)
        expected = kept.get(f"{case} {tickets}")
        table.add("decide", f"{case.replace('-', ' ')}, {tickets} tickets", count, "instr.",
                  "kept count" if expected else "", expected,
                  f"<= {100 * TOLERANCE:.0f} % more" if expected else "",
                  count <= expected * (1 + TOLERANCE) if expected else None)


def instructions(case, tickets):
    """Instructions of one repeat: those of a run with some less those of a run with none."""
    return (total(case, tickets, REPEATS) - total(case, tickets, 0)) // REPEATS


def total(case, tickets, repeats):
    program = os.environ.get("NOBAT_GUARD", PROGRAMS / "nobat-guard")
    answer = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, case, str(tickets),
         str(repeats)],
        capture_output=True, text=True, timeout=600,
        env={**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"})
    found = re.search(r"Collected : (\d+)", answer.stderr)
    if answer.returncode or not found:
        raise NotMeasured(f"{program} {case}: {answer.stderr[-400:]}")
    return int(found[1])


def keep():
    """Writes the counts of the present program as those to be kept."""
    counts = {f"{case} {tickets}": instructions(case, tickets) for case, tickets in CASES}
    COUNTS.write_text(json.dumps({"instructions": counts}, indent=1) + "\n")
    return counts


def check():
    """What costs more than was kept, a sentence each; and what was counted."""
    kept = json.loads(pathlib.Path(COUNTS).read_text())["instructions"]
    wrong = []
    for case, tickets in CASES:
        name, count = f"{case} {tickets}", instructions(case, tickets)
        expected = kept.get(name, 0)
        print(f"  {name}: {count:,} instructions, kept {expected:,}")
        if count > expected * (1 + TOLERANCE):
            wrong.append(f"{name} takes {count:,} instructions, {expected:,} are kept: find what grew "
                         "(valgrind --tool=callgrind), or keep the new count with "
                         "Tests/Bench/guard --keep and say why")
        elif count < expected * (1 - TOLERANCE):
            wrong.append(f"{name} takes {count:,} instructions, {expected:,} are kept: keep the new "
                         "count with Tests/Bench/guard --keep, so that it stays so")
    return wrong
