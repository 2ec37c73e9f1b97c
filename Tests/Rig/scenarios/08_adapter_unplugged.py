# SPDX-License-Identifier: Apache-2.0
"""The displays' USB adapter is pulled out amid a frame, and comes back under another name.

The clerks go on: calls are made and kept. Another adapter has taken the old name meanwhile; by its
stable path in /dev/serial/by-id the right one is found again, and the display shows the last
call."""
from hall import Failure, Hall, Units, equal, within

STABLE = "/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_RIG1-if00-port0"


def leads_to(rig):
    return rig.machine.shell(f"readlink -f {STABLE}; true").strip()


def run(rig):
    machine = rig.machine
    machine.plug(1)
    units = None
    try:
        within(30, "the stable path is there", lambda: leads_to(rig) == "/dev/ttyUSB0")
        with Hall(rig, booths=1, buses={"usb": (STABLE, [1])}) as hall:
            units = Units(rig, machine.usb(1), software=[1])
            hall.start()
            hall.ready()
            numbers = hall.take(4)
            hall.dealt(4)
            hall.press(1)
            hall.shows(units, 1, numbers[0])
            units.tell("first 3")
            hall.press(1)
            within(20, "a frame breaks off", lambda: "broke off" in units.said)
            machine.unplug(1)
            hall.told("disconnected|no serial port")
            within(30, "the path goes", lambda: leads_to(rig) != "/dev/ttyUSB0")
            if units.text(1) not in (numbers[0], "----"):
                raise Failure(f"half a frame was shown as {units.text(1)!r}")
            hall.press(1)
            within(20, "a call without any display", lambda: hall.current(1) == numbers[2])
            machine.plug(2)
            within(30, "another adapter has the name",
                   lambda: "ttyUSB0" in machine.shell("ls /dev/ttyUSB*; true"))
            units.tell("whole")
            machine.plug(1)
            within(30, lambda: f"the adapter is back under another name, not {leads_to(rig)}",
                   lambda: leads_to(rig) == "/dev/ttyUSB1")
            hall.shows(units, 1, numbers[2])
            hall.ready()
            hall.press(1)
            hall.shows(units, 1, numbers[3])
            equal([number for number, _ in hall.calls()], numbers, "the calls")
    finally:
        if units:
            units.stop()
        for number in (1, 2):
            try:
                machine.unplug(number)
            except Failure:
                pass
