# SPDX-License-Identifier: Apache-2.0
"""What is wrong with an installation, doctor says; mended, it says that all is well.

Each fault is made on the board, seen with its sentence and a status of 1, and mended again."""
from hall import equal, within

# Name, how it is made, how it is mended, and what doctor says.
FAULTS = [
    ("a key that others can read", "chmod 644 /etc/nobat/keys/pages.key",
     "chmod 600 /etc/nobat/keys/pages.key", "key-"),
    ("a user who is not in the group", "gpasswd -d nobat gpio", "gpasswd -a nobat gpio",
     "user nobat is not in the group gpio"),
    ("a closed device", "chmod 600 /dev/ttyS0", "chmod 660 /dev/ttyS0", "is closed to its group"),
    ("a service that is not enabled", "systemctl disable nobatd", "systemctl enable nobatd",
     "is not started when the machine starts"),
    ("a service that was stopped", "systemctl stop nobatd", "systemctl start nobatd",
     "nobatd does not run"),
    ("a file with an error",
     "cp /etc/nobat/hall.yaml /root/kept; echo 'boots: []' >> /etc/nobat/hall.yaml",
     "cat /root/kept > /etc/nobat/hall.yaml; systemctl restart nobatd",
     "The configuration has 1 error"),
    ("a central that is gone", "systemctl stop nobat-central", "systemctl start nobat-central",
     "nobat-central does not run"),
]


def run(clinic):
    clinic.usual()
    # Restarts and changes of the scenarios before are told, and rightly.
    clinic.shell("systemctl restart nobat-central nobatd")
    clinic.alive()
    well(clinic)
    for what, make, mend, sentence in FAULTS:
        clinic.shell(make)
        status, words = clinic.doctor()
        clinic.shell(mend)
        equal(status, 1, f"doctor's status with {what}: {words}")
        equal(sentence in words, True, f"doctor tells {what}: {words}")
    # A configuration that has errors must not be tried for ever, and not be loaded on the way.
    clinic.shell("echo 'boots: []' >> /etc/nobat/hall.yaml; systemctl restart nobatd || true")
    within(60, "the service stops trying", lambda: clinic.show(
        "ActiveState", "ExecMainStatus") == ["failed", "78"])
    status, words = clinic.doctor()
    clinic.shell("cat /root/kept > /etc/nobat/hall.yaml; systemctl restart nobatd")
    equal(status, 1, f"doctor's status with a file that is refused: {words}")
    clinic.alive()
    clinic.stands()
    well(clinic)


def well(clinic):
    within(90, lambda: f"all is well: {clinic.doctor()}", lambda: clinic.doctor()[0] == 0)
