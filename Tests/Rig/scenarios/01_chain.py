# SPDX-License-Identifier: Apache-2.0
"""From the clerk's finger to the lit digits, again and again.

A press is an edge of a kernel's GPIO line. It goes through libgpiod, nobatd's core, SQLite on ext4,
libserialport, a 16550 and a line of 9600 baud to the STM32 image in its emulator, and comes out as
levels of the pins of its display driver. What these spell is compared with what nobatctl tells."""
from hall import Failure, Hall, Units, equal, within

# With each libgpiod.
PRESSES = 24
TRAY = 25
# DESIGN.md gives a board 100 ms; here each of its instructions is interpreted, on a host that may
# be building. Longer than this is a fault of the chain, not of the host.
PRESS_SECONDS_MAX = 10


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def run(rig):
    with Hall(rig, booths=1) as hall:
        units = Units(rig, rig.machine.uart(1), emulated=[1])
        try:
            hall.start()
            hall.ready()
            booth, waiting, called, times = 1, [], [], []
            for index in range(PRESSES):
                if not waiting:
                    waiting = hall.take(min(TRAY, PRESSES - index))
                    hall.dealt(len(waiting))
                number = waiting.pop(0)
                pressed = hall.press(booth)

                def lit():
                    return next((at for at, unit, text in units.shows[-200:]
                                 if unit == booth and text == number and at > pressed), None)
                at = within(PRESS_SECONDS_MAX, lambda: f"{number} at display {booth}, not "
                            f"{units.text(booth)!r}\n{hall.logs()}", lit)
                times.append(1_000 * (at - pressed))
                called.append((number, booth))
            within(20, "nobatctl tells every call", lambda: len(hall.calls()) >= PRESSES)
            equal(hall.calls(), called, "what nobatctl watch told")
            hall.shows(units, booth, hall.current(booth))
            status = hall.status()
            for name in ("pressTimes", "commitTimes", "busTimes"):
                found = status[name]
                rig.say(f"{name}: p50 {found['p50'] / 1000:.1f} ms, "
                        f"p99 {found['p99'] / 1000:.1f} ms")
            spread = ", ".join(
                f"p{share} {percentile(times, share / 100):.0f} ms" for share in (50, 90, 99))
            rig.say(f"press to pins of {len(times)} presses: {spread}, "
                    f"longest {max(times):.0f} ms, shortest {min(times):.0f} ms")
            # Debouncing takes 20 ms, and the shortest frame that shows a text 20 ms of wire.
            if min(times) < 30:
                raise Failure("a press was shown faster than the line can carry it")
        finally:
            units.stop()
