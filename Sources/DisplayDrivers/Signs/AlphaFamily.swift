// SPDX-License-Identifier: Apache-2.0

// Signs of the Alpha protocol (Adaptive, BetaBrite): 9600 baud 7E1, no reply to a write.
//   00×5 01 type address 02 "A" label ESC position mode text [03 checksum] 04
// The sign finds the speed from the five NULs. The checksum is the sum of the bytes from 02 to 03,
// as four hex digits.

import QueueCore

/// The driver of a line of Alpha signs.
public typealias AlphaDriver = SignDriver<AlphaFamily>

/// The frames of Alpha signs.
///
/// A sign keeps what it shows when the line falls silent: it can't go to dashes by itself. How fast
/// it flashes is the sign's own.
public struct AlphaFamily: SignFamily {
    /// Where on the sign a text stands.
    public enum Position: UInt8, Equatable, Sendable {
        /// In the middle, the only line of most signs.
        case middle = 0x20
        /// On the upper line.
        case top = 0x22
        /// On the lower line.
        case bottom = 0x26
        /// Over all lines.
        case fill = 0x30
    }

    /// Head, text with its codes, checksum and end.
    public static let frameBytesMax = 20 + DisplayLimits.signBytesMax
    /// The file that goes before all others, and needs no memory to be set aside for it.
    public static let priorityFile = UInt8(ascii: "0")
    /// The sign takes in one frame before the next.
    public let frameGap = TimeSpan.milliseconds(200)
    /// 7E1.
    public let bitsPerCharacter = 10
    /// Flashing ends with a text that holds still.
    public let countsBlinks = false
    /// The text.
    public let template: SignTemplate
    /// The text file that is written: `priorityFile`, or a label that the sign shows.
    public let label: UInt8
    /// Where the text stands.
    public let position: Position
    /// `Z`: all kinds of signs.
    public let type: UInt8
    /// Whether frames end with a checksum.
    public let hasChecksum: Bool
    /// Whether frames go to address 00, which every sign takes.
    public let isBroadcast: Bool

    /// Signs that `template` is shown on; `label` is `0` to `9` or a letter.
    public init(
        template: SignTemplate = .text, label: UInt8 = AlphaFamily.priorityFile,
        position: Position = .middle, type: UInt8 = UInt8(ascii: "Z"), hasChecksum: Bool = true,
        isBroadcast: Bool = false
    ) {
        precondition(template.bytesMax <= DisplayLimits.signBytesMax, "too long for a sign")
        precondition(0x20...0x7E ~= label && 0x21...0x7E ~= type, "a label or type of no sign")
        self.template = template
        self.label = label
        self.position = position
        self.type = type
        self.hasChecksum = hasChecksum
        self.isBroadcast = isBroadcast
    }

    /// Any; on the wire it is two hex digits.
    public func hasSign(at address: UnitAddress) -> Bool { true }

    /// A text file that flashes (`c`) or holds still (`b`).
    public func show(
        _ content: DisplayContent, at address: UnitAddress, blinks: Int
    ) -> [UInt8] {
        let mode = blinks > 0 ? UInt8(ascii: "c") : UInt8(ascii: "b")
        let text = template.bytes(of: content, at: address).map(Self.character)
        return frame([UInt8(ascii: "A"), label, 0x1B, position.rawValue, mode] + text, to: address)
    }

    /// Nothing: brightness is not part of the protocol of all signs.
    public func setUp(_ address: UnitAddress) -> [UInt8]? { nil }

    /// A frame around a command.
    func frame(_ command: [UInt8], to address: UnitAddress) -> [UInt8] {
        let place = isBroadcast ? Self.hex(0, places: 2) : Self.hex(Int(address.value), places: 2)
        var body = [0x02] + command
        if hasChecksum {
            body.append(0x03)
            body += Self.hex(body.reduce(0) { $0 + Int($1) } & 0xFFFF, places: 4)
        }
        return [0, 0, 0, 0, 0, 0x01, type] + place + body + [0x04]
    }

    private static func hex(_ value: Int, places: Int) -> [UInt8] {
        let digits = Array(String(value, radix: 16, uppercase: true).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: places - digits.count) + digits
    }

    /// A byte below a blank would be a code of the protocol.
    private static func character(_ byte: UInt8) -> UInt8 { 0x20...0x7E ~= byte ? byte : 0x20 }
}
