// SPDX-License-Identifier: Apache-2.0

// The check word against vectors of others.

import BoothUnit
import Testing

/// The first is the catalogue's check value of CRC-16/MODBUS, the second the example of MODBUS over
/// Serial Line V1.02, 6.2.2; the others are requests that every Modbus tool's manual shows.
@Test(
    arguments: [
        (Array("123456789".utf8), UInt16(0x4B37)),
        ([0x02, 0x07], 0x1241),
        ([0x01, 0x03, 0x00, 0x00, 0x00, 0x0A], 0xCDC5),
        ([0x11, 0x03, 0x00, 0x6B, 0x00, 0x03], 0x8776),
        ([], 0xFFFF),
    ] as [([UInt8], UInt16)])
func checkWordFitsVector(bytes: [UInt8], expected: UInt16) {
    var crc = ModbusCRC()
    for byte in bytes { crc.update(byte) }
    #expect(crc.value == expected)
}
