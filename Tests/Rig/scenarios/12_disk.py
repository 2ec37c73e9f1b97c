# SPDX-License-Identifier: Apache-2.0
"""The card is full, and later it fails.

What can't be kept is not shown: the display of the clerk who presses says ERR, and the log says
why. With room again the calling goes on with the very next number. Then the kernel makes the file
system read-only, as it does when a card fails: ERR again; after a repair and a restart the last
call comes back."""
import time

from hall import Hall, Units, equal, within


# Seven segments have no small letters.
REFUSAL = "ERR "
# What SQLite and the file system have set aside already holds this many calls at most.
CALLS_MAX = 20


def press(hall, units, number):
    """Presses; whether the number was shown, and not the press refused."""
    hall.press(1)
    within(30, lambda: f"{number} is shown or the press refused, and not {units.text(1)!r} "
           f"({units.shows[-8:]})\n{hall.logs()}",
           lambda: units.text(1) in (number, REFUSAL))
    return units.text(1) == number


def run(rig):
    machine = rig.machine
    with Hall(rig, booths=1) as hall:
        units = Units(rig, machine.uart(1), software=[1])
        try:
            hall.start()
            hall.ready()
            numbers = hall.take(CALLS_MAX + 4)
            hall.dealt(CALLS_MAX + 4)
            hall.press(1)
            hall.shows(units, 1, numbers[0])
            machine.shell("cat /dev/zero > /disk/filling 2>/dev/null; sync; "
                          "cat /dev/zero > /disk/filling2 2>/dev/null; true")
            called = 1
            while press(hall, units, numbers[called]):
                called += 1
                equal(called < CALLS_MAX, True, "a full disk refuses a call")
            rig.say(f"full: {called - 1} calls still found room, the next was refused")
            hall.told("disk-failed.*database or disk is full")
            time.sleep(1)
            equal(units.text(1), REFUSAL, "the display on a full disk")
            equal(hall.current(1), numbers[called - 1], "the number at the booth on a full disk")
            machine.shell("rm /disk/filling /disk/filling2")
            hall.told("the disk takes changes again")
            hall.shows(units, 1, numbers[called - 1])
            hall.press(1)
            hall.shows(units, 1, numbers[called])
            called += 1

            machine.shell("echo rig > /sys/fs/ext4/vda/trigger_fs_error")
            # Since 6.1.113 the kernel refuses every change and yet tells "rw" in /proc/mounts.
            refused = machine.shell("touch /disk/probe 2>&1; true")
            equal("Read-only file system" in refused, True, f"it is read-only ({refused!r})")
            equal(press(hall, units, numbers[called]), False, "a call on a failed card")
            time.sleep(1)
            equal(units.text(1), REFUSAL, "the display on a failed card")
            equal(hall.current(1), numbers[called - 1], "the number at the booth on a failed card")
            hall.stop()
            machine.shell("umount /disk; e2fsck -f -y /dev/vda; test $? -le 1")
            machine.shell("mount -t ext4 -o errors=remount-ro /dev/vda /disk")
            hall.start(watching=False)
            hall.ready()
            equal(hall.current(1), numbers[called - 1], "the number at the booth after the repair")
            hall.shows(units, 1, numbers[called - 1])
            hall.dealt(1)
            hall.press(1)
            hall.shows(units, 1, numbers[called])
        finally:
            units.stop()
