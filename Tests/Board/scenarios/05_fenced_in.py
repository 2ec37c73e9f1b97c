# SPDX-License-Identifier: Apache-2.0
"""systemd gives the daemons what their units say, and no more.

The key reaches nobatd as a credential, and nobody else; devices that it is not wired to, other networks
and the rest of the disk are closed to it; the units' exposure is at most 1.5."""
import re

from hall import equal


def run(clinic):
    clinic.usual()
    for unit, threshold in (("nobatd", 15), ("nobat-central", 15)):
        words = clinic.shell(f"systemd-analyze security --no-pager --threshold={threshold} {unit}")
        clinic.say(f"{unit}: exposure " + re.search(r"exposure level for .*: ([\d.]+)", words)[1])
        user = clinic.shell(f"ps -o user= -p $(systemctl show -P MainPID {unit})").strip()
        equal(user, "nobat", f"the user of {unit}")

    pid = clinic.show("MainPID")
    status = clinic.shell(f"cat /proc/{pid}/status")
    for name, wanted in (("CapEff", "0000000000000000"), ("NoNewPrivs", "1"), ("Seccomp", "2")):
        equal(re.search(rf"{name}:\s*(\w+)", status)[1], wanted, name)
    equal(clinic.shell(f"cat /proc/{pid}/uid_map").split()[2] != "4294967295", True,
          "a user namespace of its own")

    # The key: the daemon has it though the file is root's alone, and what acts needs it.
    key = clinic.shell("cat /etc/nobat/keys/pages.key").strip()
    equal(clinic.board.status("runuser -u nobat -- cat /etc/nobat/keys/pages.key")[0] != 0, True,
          "nobody but root reads the key's file")
    equal(login(clinic, key).split()[1], "303", "a login with the key")
    equal(login(clinic, "0" * 32).split()[1] in ("401", "403"), True, "a login with a wrong key")

    # Devices: what is in the unit is open, and the disk is not, even for root in its control group.
    group = clinic.show("ControlGroup")
    probe = ("echo $BASHPID > /sys/fs/cgroup{group}/cgroup.procs; "
             "{{ : <> {device}; }} 2>&1 && echo open")
    for device, wanted in (("/dev/gpiochip0", True), ("/dev/ttyS0", True), ("/dev/ttyUSB0", True),
                           ("/dev/vda", False), ("/dev/hvc0", False), ("/dev/rtc0", False)):
        found = clinic.board.status(probe.format(group=group, device=device))[1]
        equal("open" in found, wanted, f"{device} is open to the service ({found.strip()})")

    # Networks: the clinic's own are let in, others are not.
    clinic.shell("ip addr replace 203.0.113.9/32 dev lo; ip addr replace 10.77.0.9/32 dev lo")
    for address, wanted in (("10.77.0.9", True), ("203.0.113.9", False)):
        found = clinic.board.status(
            f"timeout 8 bash -c 'exec 3<>/dev/tcp/{address}/8080; "
            "printf \"GET /board HTTP/1.0\\r\\n\\r\\n\" >&3; head -n 1 <&3'")[1]
        equal("200" in found, wanted, f"the hall board, asked from {address}: {found!r}")
    clinic.shell("ip addr del 203.0.113.9/32 dev lo; ip addr del 10.77.0.9/32 dev lo")

    # The disk: only its own folders can be written.
    mounts = clinic.shell(f"cat /proc/{pid}/mountinfo")
    options = {row.split()[4]: row.split()[5] for row in mounts.splitlines()}
    equal(options["/"].split(",")[0], "ro", "the root, as the daemon sees it")
    equal(options["/var/lib/nobat"].split(",")[0], "rw", "the data's folder, as the daemon sees it")


def login(clinic, key):
    body = f"key={key}"
    return clinic.shell(
        "exec 3<>/dev/tcp/127.0.0.1/8080; "
        f"printf 'POST /login HTTP/1.0\\r\\nHost: 127.0.0.1:8080\\r\\nContent-Type: "
        f"application/x-www-form-urlencoded\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n{body}' >&3; "
        "head -n 1 <&3")
