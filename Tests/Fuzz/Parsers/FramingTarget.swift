// SPDX-License-Identifier: Apache-2.0

// The bytes of a link, in pieces as a network brings them, cut into lines.

import NIOCore
import Uplink

enum FramingTarget {
    /// However the bytes are split, the lines are those between the newlines; what is no line is told
    /// with its length, and no more than a line and a read are ever held.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        var script = Script(bytes)
        // Long lines, which a small input could not have otherwise.
        let stretch = [1, 1, 40, 300][script.draw(4)]
        let sizes = script.take(6).map { Int($0) * 8 + 1 }
        let wire = script.takeRest().prefix(8_192 / stretch).flatMap { byte in
            Array(repeating: byte, count: byte == 0x0A ? 1 : stretch)
        }
        let whole = try frames(wire, sizes: [Int.max])
        let expected = reference(wire)
        try demand(whole == expected, "in one piece: \(whole), not \(expected)")
        guard !sizes.isEmpty else { return }
        let split = try frames(wire, sizes: sizes)
        try demand(split == expected, "split by \(sizes): \(split), not \(expected)")
    }

    private static func frames(_ wire: [UInt8], sizes: [Int]) throws(Broken) -> [LineFrame] {
        var framing = LineFraming()
        var buffer = ByteBuffer()
        var frames: [LineFrame] = []
        var rest = wire[...]
        var turn = 0
        while !rest.isEmpty {
            let piece = rest.prefix(min(sizes[turn % sizes.count], UplinkLimits.readBytesMax))
            rest = rest.dropFirst(piece.count)
            turn += 1
            buffer.writeBytes(piece)
            while let frame = framing.decode(buffer: &buffer) { frames.append(frame) }
            try demand(
                buffer.readableBytes < UplinkLimits.lineBytesMax,
                "\(buffer.readableBytes) bytes are held")
            buffer.discardReadBytes()
        }
        while let frame = framing.decodeLast(buffer: &buffer, seenEOF: true) {
            frames.append(frame)
        }
        return frames
    }

    /// What the lines are, by the words of the protocol's page.
    private static func reference(_ wire: [UInt8]) -> [LineFrame] {
        var lines = wire.split(separator: 0x0A, omittingEmptySubsequences: false)
        let last = lines.removeLast()
        var frames = lines.map { line -> LineFrame in
            let length = line.count + 1
            guard length <= UplinkLimits.lineBytesMax else {
                return .malformed(.overlong(bytesDiscarded: length))
            }
            let content = line.last == 0x0D ? line.dropLast() : line
            guard let text = String(validating: content, as: UTF8.self) else {
                return .malformed(.notUTF8(bytesDiscarded: length))
            }
            return .line(text)
        }
        if last.count >= UplinkLimits.lineBytesMax {
            frames.append(.malformed(.overlong(bytesDiscarded: last.count)))
        }
        return frames
    }
}
