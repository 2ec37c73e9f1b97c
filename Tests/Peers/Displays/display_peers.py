# SPDX-License-Identifier: Apache-2.0
"""Programs by others, for the tests of the display drivers.

  display_peers.py modbus                a Modbus RTU server over TCP (pymodbus) with unit 1
  display_peers.py alpha ENCODERS TEXT…  each text as two encoders of the Alpha protocol have it
"""

import asyncio
import importlib.util
import pathlib
import sys


async def modbus():
    """Prints its port, then each write as pymodbus reads it: function, register, values."""
    from pymodbus import FramerType
    from pymodbus.datastore import (
        ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext)
    from pymodbus.server import ModbusTcpServer

    def trace(is_sent, pdu):
        if not is_sent and pdu.function_code in (6, 16):
            print(pdu.function_code, pdu.address, *pdu.registers, flush=True)
        return pdu

    device = ModbusDeviceContext(hr=ModbusSequentialDataBlock(1, [0] * 256))
    server = ModbusTcpServer(
        ModbusServerContext(devices={1: device}, single=False), framer=FramerType.RTU,
        address=("127.0.0.1", 0), trace_pdu=trace)
    await server.listen()
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def alpha(folder, texts):
    """Prints, for each text: its frame without a checksum in hex, and the checksum."""
    folder = pathlib.Path(folder)
    other = folder / "pyalphasign" / "alphasign"
    packet, write_text = load(other / "packet.py"), load(other / "command" / "write_text.py")
    # alphasign imports its own files by their bare names.
    sys.path.insert(0, str(folder / "alphasign" / "alphasign"))
    own = folder / "alphasign" / "alphasign"
    sys.modules.pop("packet", None)
    text_module, modes = load(own / "text.py"), load(own / "modes.py")
    positions = load(own / "positions.py")
    for text in texts:
        frame = str(text_module.Text(
            text, label="A", position=positions.MIDDLE_LINE, mode=modes.HOLD))
        command = write_text.WriteText(text, label="A", position=" ", mode="b")
        checksum = packet.Packet().checksum(command).decode()
        print(frame.encode("latin-1").hex(), checksum)


if sys.argv[1] == "modbus":
    asyncio.run(modbus())
else:
    alpha(sys.argv[2], sys.argv[3:])
