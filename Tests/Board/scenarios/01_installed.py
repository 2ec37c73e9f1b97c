# SPDX-License-Identifier: Apache-2.0
"""The packages are installed from their files on a Debian that has never seen Nobat.

Without a network, as root, by apt. Nothing is set up yet: nothing runs, nothing has failed, and doctor
says what to do."""
import time

from clinic import within
from hall import equal


def run(clinic):
    clinic.shell("mkdir -p /mnt && mount -o ro /dev/vdb /mnt")
    begun = time.monotonic()
    told = clinic.shell("apt-get install -y --no-install-recommends /mnt/now/*.deb 2>&1")
    clinic.say(f"installed in {time.monotonic() - begun:.0f} s")
    equal("nothing is set up yet; run: nobatctl setup" in told, True, f"what apt says: {told}")
    groups = clinic.shell("id -nG nobat").split()
    equal({"dialout", "gpio", "input", "audio"} <= set(groups), True, f"the user's groups {groups}")
    equal(clinic.shell("stat -c '%U %a' /etc/nobat/keys").strip(), "root 700", "the keys' folder")
    within(60, "udev has given the GPIO chip to its group", lambda: clinic.shell(
        "stat -c '%G %a' /dev/gpiochip0").strip() == "gpio 660")
    equal(clinic.show("ActiveState", "ConditionResult", "UnitFileState"),
          ["inactive", "no", "enabled"], "the service before there is a configuration")
    failed = clinic.shell("systemctl list-units --failed --no-legend --plain").strip()
    equal(failed, "", "units that have failed")
    status, words = clinic.doctor()
    equal(status, 1, f"doctor's status before anything is set up ({words})")
    equal("Run nobatctl setup." in words, True, f"doctor's words: {words}")
    sizes = clinic.shell("dpkg-query -W -f '${Package} ${Installed-Size} kB, ' 'nobat-*'").strip()
    clinic.say(f"installed size: {sizes.rstrip(',')}")
