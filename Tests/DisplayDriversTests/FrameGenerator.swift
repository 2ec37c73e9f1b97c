// SPDX-License-Identifier: Apache-2.0

// Frames as no one should send them: random bytes, requests with bytes changed, lengths that lie,
// right check words over nonsense. The same seed makes the same frames.

import BoothUnit

struct FrameGenerator {
    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(state: seed) }

    /// The next frame for unit 7 (mostly), from nothing to a little over the longest.
    mutating func nextRequest() -> [UInt8] {
        switch random.draw(8) {
        case 0: return randomBytes(upTo: 280)
        case 1: return Frame.sealed([7] + randomBytes(upTo: 40))
        case 2: return damaged(Frame.sealed(request()))
        case 3...5: return Frame.sealed(request())
        default: return Frame.sealed(goodRequest())
        }
    }

    /// Bytes that might come back to `sent`, which asked for the registers of a reply of
    /// `replyLength` bytes.
    mutating func nextReply(to sent: [UInt8], replyLength: Int) -> [UInt8] {
        let words = (replyLength - 5) / 2
        var body = [sent[0], sent[1], UInt8(2 * words)]
        if sent[1] == ModbusFunction.readWrite && sent[7] == 0x10 && random.draw(2) == 0 {
            body += sent[11..<17] + [0, random.draw(4) == 0 ? randomByte() : 0]
        } else {
            for _ in 0..<2 * words { body.append(randomByte()) }
        }
        switch random.draw(8) {
        case 0: return randomBytes(upTo: 600)
        case 1: return damaged(Frame.sealed(body))
        case 2: return Frame.sealed([sent[0], sent[1] | 0x80, randomByte()])
        case 3: return sent + Frame.sealed(body)
        case 4: return []
        default: return Frame.sealed(body)
        }
    }

    mutating func randomByte() -> UInt8 { UInt8(truncatingIfNeeded: random.next()) }

    private mutating func randomBytes(upTo bound: Int) -> [UInt8] {
        let count = random.draw(bound + 1)
        return (0..<count).map { _ in randomByte() }
    }

    private mutating func damaged(_ frame: [UInt8]) -> [UInt8] {
        var frame = frame
        frame[random.draw(frame.count)] ^= 1 << UInt8(random.draw(8))
        if random.draw(3) == 0 { frame.removeLast(random.draw(frame.count)) }
        return frame
    }

    /// A request that the unit carries out.
    private mutating func goodRequest() -> [UInt8] {
        let characters = Array("A0123456789- BZ".utf8)
        let text = (0..<4).map { _ in characters[random.draw(characters.count)] }
        switch random.draw(5) {
        case 0: return [7, 3, 0, 0x40, 0, UInt8(1 + random.draw(16))]
        case 1: return [7, 6, 0, 0x19, 0, UInt8(random.draw(101))]
        case 2: return [7, 6, 0, 0x06, 0, UInt8(random.draw(2))]
        case 3: return [7, 16, 0, 0x1A, 0, 2, 4] + (0..<4).map { _ in randomByte() }
        default:
            let header: [UInt8] = [7, 23, 0, 0x40, 0, 4, 0, 0x10, 0, 5, 10]
            let calls = [0, randomByte(), 0, UInt8(random.draw(21))]
            return header + [randomByte(), randomByte()] + text + calls
        }
    }

    /// A request of a known function; addresses, counts, lengths and values are often wrong.
    private mutating func request() -> [UInt8] {
        let functions: [UInt8] = [3, 6, 8, 16, 23, randomByte()]
        let function = functions[random.draw(functions.count)]
        var body = [random.draw(10) == 0 ? randomByte() % 9 : 7, function]
        switch function {
        case 3: body += address() + count()
        case 6: body += address() + [randomByte(), randomByte()]
        case 8: body += [0, random.draw(8) == 0 ? 1 : 0] + randomBytes(upTo: 9)
        case 16: body += address() + values()
        case 23: body += address() + count() + address() + values()
        default: body += randomBytes(upTo: 20)
        }
        return body
    }

    private mutating func address() -> [UInt8] {
        if random.draw(12) == 0 { return [randomByte(), randomByte()] }
        return [0, UInt8([0x00, 0x10, 0x11, 0x18, 0x40][random.draw(5)] + random.draw(4))]
    }

    private mutating func count() -> [UInt8] {
        random.draw(12) == 0 ? [randomByte(), randomByte()] : [0, UInt8(1 + random.draw(12))]
    }

    private mutating func values() -> [UInt8] {
        let count = 1 + random.draw(6)
        let length = random.draw(10) == 0 ? randomByte() : UInt8(2 * count)
        var bytes = [0, UInt8(count), length]
        let likely: [UInt8] = [0, 0, 0x41, 0x30, 0x2D, 0x20, 1, 50, 100]
        for _ in 0..<2 * count {
            bytes.append(random.draw(6) == 0 ? randomByte() : likely[random.draw(likely.count)])
        }
        return bytes
    }
}
