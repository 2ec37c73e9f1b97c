# SPDX-License-Identifier: Apache-2.0
"""The packages are upgraded while clerks call.

Data and numbers stay, presses until the daemon stops and from its start on count, none calls twice.
How long no press was answered is told."""
import time

from clinic import BOOTHS, PATIENCE, within
from hall import equal


def run(clinic):
    clinic.usual()
    clinic.tickets(20)
    for booth in BOOTHS:
        clinic.call(booth)
    clinic.shell("mountpoint -q /mnt || mount -o ro /dev/vdb /mnt")
    before = clinic.shell("dpkg-query -W -f '${Version}' nobat-booth")
    pid, since = clinic.show("MainPID"), clinic.now()
    begun = time.monotonic()
    # By dpkg: apt, which 01 has tried, first makes four sums over the packages. It waits for the disk
    # at the end only: an interpreted machine would take minutes for a file.
    upgrade = clinic.board.begin("dpkg --force-unsafe-io --install /mnt/later/*.deb 2>&1")

    # Clerks go on: one press after another, each when the last one's number stands or time has passed.
    calls, shown = 0, clinic.pins(2)
    gaps, last = [], time.monotonic()
    booth = 2
    while not upgrade["done"].is_set():
        if clinic.pins(booth) == "----":
            # Nobody waits any more; while the central is upgraded, no ticket is given.
            clinic.board.status("for i in 1 2 3 4 5 6; do nobatctl take admission "
                                "--socket /run/nobat/central.sock; done")
        clinic.board.press(booth)
        end = time.monotonic() + 3
        while time.monotonic() < end and clinic.pins(booth) in (shown, "", "----"):
            time.sleep(0.05)
        now = clinic.pins(booth)
        if now not in (shown, "", "----") and now[0] in "AL":
            equal(now in clinic.called, False, f"{now} is called twice")
            clinic.note(booth, now)
            shown, calls = now, calls + 1
            gaps.append(time.monotonic() - last)
            last = time.monotonic()
            time.sleep(3)
    told = clinic.board.end(upgrade)
    took = time.monotonic() - begun
    clinic.say(f"the upgrade took {took:.0f} s; {calls} calls meanwhile, "
               f"the longest pause between two {max(gaps or [took]):.0f} s")
    after = clinic.shell("dpkg-query -W -f '${Version}' nobat-booth")
    equal(after != before, True, f"the version after the upgrade: {after}\n{told}")
    within(PATIENCE, "another process", lambda: clinic.show("MainPID") not in (pid, "0"))
    clinic.alive()

    # A press may have been taken and not shown yet when the loop above looked away.
    current = {row["booth"]: row.get("current") for row in clinic.state()["booths"]}
    if current[2] is None:
        # The last patient was gone.
        del clinic.standing[2]
    elif current[2] != clinic.standing[2]:
        equal(current[2] in clinic.called, False, f"{current[2]} is called twice")
        clinic.note(2, current[2])
    clinic.stands()
    words = clinic.shell(f"journalctl -u nobatd --since @{since} -o short-unix --no-pager")
    stopped = [float(row.split()[0]) for row in words.splitlines() if "Stopping nobatd" in row
               or "Stopping Nobat" in row]
    started = [float(row.split()[0]) for row in words.splitlines() if "Started " in row]
    clinic.say(f"nobatd was away for {started[-1] - stopped[0]:.1f} s, emulated"
               if stopped and started else f"no stop is told:\n{words}")
    equal(bool(stopped and started), True, "systemd tells a stop and a start")
    clinic.tickets(2)
    clinic.call(3)
    clinic.call(2)
