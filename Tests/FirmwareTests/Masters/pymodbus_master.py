# SPDX-License-Identifier: Apache-2.0
"""Drives a booth unit with pymodbus, by Firmware/RegisterMap.md alone.

usage: pymodbus_master.py HOST PORT UNIT TEXT

Prints one line of JSON with what it read, after it has shown TEXT; exits 1 with a sentence when
the unit does not do what the page says.
"""

import json
import sys

from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient


def fail(what):
    print(what)
    sys.exit(1)


def good(what, reply):
    if reply.isError():
        fail(f"{what}: {reply}")
    return reply


def exception(what, reply, code):
    if not reply.isError() or reply.exception_code != code:
        fail(f"{what}: not exception {code} but {reply}")


def words(text):
    data = text.encode("ascii")
    return [data[0] << 8 | data[1], data[2] << 8 | data[3]]


def main():
    host, port, unit, text = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    client = ModbusTcpClient(host, port=port, framer=FramerType.RTU, timeout=1, retries=8)
    if not client.connect():
        fail(f"no connection to {host}:{port}")

    identity = good("identity", client.read_holding_registers(0, count=12, device_id=unit))
    good("brightness", client.write_register(0x18, 3, device_id=unit))
    good("dead-man", client.write_register(0x17, 6000, device_id=unit))
    good("show", client.write_registers(0x10, [41] + words("H300") + [0], device_id=unit))
    shown = good("shown", client.read_holding_registers(0x40, count=3, device_id=unit))
    if shown.registers != [41] + words("H300"):
        fail(f"the show of H300 reads {shown.registers}")
    both = good(
        "show and read back",
        client.readwrite_registers(
            read_address=0x40, read_count=4, write_address=0x10,
            values=[42] + words(text) + [0], device_id=unit))
    loop = good("loopback", client.diag_query_data(b"\x12\x34", device_id=unit))
    exception("a gap", client.read_holding_registers(0x0C, count=1, device_id=unit), 2)
    exception("too bright", client.write_register(0x18, 16, device_id=unit), 3)
    exception("read-only", client.write_register(0x40, 1, device_id=unit), 2)
    exception("coils", client.read_coils(0, count=1, device_id=unit), 1)
    settings = good("settings", client.read_holding_registers(0x10, count=12, device_id=unit))
    message = loop.message
    print(json.dumps({
        "identity": identity.registers,
        "readBack": both.registers,
        "settings": settings.registers,
        "loopback": list(message if isinstance(message, (bytes, list, tuple)) else [message]),
    }))


main()
