// SPDX-License-Identifier: Apache-2.0

// The last step of a build, on the building machine: writes length and check into an image's info
// block, and refuses an image that is too long.

import Glibc

let infoAt = 0x200
let lengthAt = infoAt + 28
let checkAt = infoAt + 32
/// What fits the smallest page plan with room to spare, and a flash over 9600 baud in 40 s.
let imageBytesMax = 16_384

func fail(_ reason: String) -> Never {
    let line = "seal: \(reason)\n"
    write(STDERR_FILENO, line, line.utf8.count)
    exit(1)
}

func readFile(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { fail("cannot open \(path)") }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: imageBytesMax + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    guard count <= imageBytesMax else { fail("\(path) is longer than \(imageBytesMax) bytes") }
    return Array(bytes[..<count])
}

/// CRC-32 of IEEE 802.3.
func checkWord(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
    }
    return ~crc
}

func store(_ word: UInt32, in bytes: inout [UInt8], at index: Int) {
    for byte in 0..<4 { bytes[index + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte)) }
}

guard CommandLine.arguments.count == 3 else { fail("usage: seal IN OUT") }
var image = readFile(CommandLine.arguments[1])
guard image.count >= infoAt + 40, image[infoAt..<infoAt + 10].elementsEqual("NOBATUNIT\0".utf8)
else { fail("\(CommandLine.arguments[1]) has no info block at \(infoAt)") }
store(UInt32(image.count), in: &image, at: lengthAt)
store(0, in: &image, at: checkAt)
store(checkWord(image), in: &image, at: checkAt)
guard let file = fopen(CommandLine.arguments[2], "wb"),
    fwrite(image, 1, image.count, file) == image.count, fclose(file) == 0
else { fail("cannot write \(CommandLine.arguments[2])") }
