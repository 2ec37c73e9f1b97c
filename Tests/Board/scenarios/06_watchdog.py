# SPDX-License-Identifier: Apache-2.0
"""The daemon hangs, as a whole and in one thread: systemd starts it anew, and numbers are back.

SIGSTOP holds all of it. A debugger's stop then holds the one thread that speaks on a serial port, while
all others go on: no turn of that one, no word to systemd. The watchdog is shortened to 12 s, which is how
long an interpreted board may be busy with something else."""
import time

from clinic import within
from hall import Failure, equal

DROP_IN = "/run/systemd/system/nobatd.service.d/watchdog.conf"
# ptrace(2) by number, as perl has no names for it: SEIZE and INTERRUPT. It waits as long as there is the
# thread, so that nobody is kept from ending it.
HOLD = """
use strict;
my $thread = 0 + shift;
die "seize: $!" if syscall(117, 0x4206, $thread, 0, 0);
die "interrupt: $!" if syscall(117, 0x4207, $thread, 0, 0);
while (waitpid($thread, 0x40000000) == $thread) { last unless -d "/proc/$thread"; }
"""


def run(clinic):
    clinic.usual()
    clinic.tickets(6)
    clinic.call(1)
    clinic.call(3)
    equal(clinic.show("WatchdogUSec"), "30s", "the watchdog of the unit as it is installed")
    clinic.shell(f"mkdir -p $(dirname {DROP_IN}); printf '[Service]\\nWatchdogSec=12s\\n' > {DROP_IN}; "
                 "systemctl daemon-reload; systemctl restart nobatd")
    clinic.alive()
    restarted(clinic, "all of it", hold_all)
    restarted(clinic, "a bus's thread", hold_bus)
    clinic.shell(f"rm {DROP_IN}; systemctl daemon-reload; systemctl restart nobatd")
    clinic.alive()
    clinic.stands()
    clinic.call(4)


def hold_all(clinic, pid, _):
    clinic.shell(f"kill -STOP {pid}")


def hold_bus(clinic, pid, since):
    clinic.write("/root/hold.pl", HOLD)
    thread = clinic.shell(f"grep -l '^bus left$' /proc/{pid}/task/*/comm").split("/")[-2]
    clinic.shell(f"setsid perl /root/hold.pl {thread} > /run/hold.log 2>&1 & sleep 1; cat /run/hold.log")
    state = clinic.shell(f"grep State /proc/{pid}/task/{thread}/status")
    if "tracing stop" not in state:
        raise Failure(f"thread {thread} is not held: {state}")
    # The others go on, so that the daemon itself can say which one does not.
    clinic.told(r"bus left: no turn for too long", since=since)


def restarted(clinic, what, hold):
    """Holds something of the daemon; it must be started anew, with numbers on the displays."""
    pid, since = clinic.show("MainPID"), clinic.now()
    begun = time.monotonic()
    hold(clinic, pid, since)
    clinic.told("Watchdog timeout", since=since)
    within(180, "another process", lambda: clinic.show("MainPID", "ActiveState")[0] not in (pid, "0"))
    clinic.alive()
    clinic.stands()
    equal(clinic.show("Result"), "success", "the service's result once it runs again")
    clinic.say(f"{what} held: numbers back after {time.monotonic() - begun:.0f} s")
    clinic.call(2)
