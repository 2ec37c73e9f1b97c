// SPDX-License-Identifier: Apache-2.0

/// What a key asks for.
enum Key: Equatable {
    case press(Int)
    case recall(Int)
    case recallLast, noShowLast, undoLast
    case takeAtHall, takeAtCentral, takeLab
    case network, central, controller, power
    case help, quit

    /// The key of a byte that a terminal sent; nil when it means nothing.
    init?(_ byte: UInt8) {
        let found: Key? =
            switch byte {
            case UInt8(ascii: "1")...UInt8(ascii: "4"): .press(Int(byte - UInt8(ascii: "0")))
            case UInt8(ascii: "!"): .recall(1)
            case UInt8(ascii: "@"): .recall(2)
            case UInt8(ascii: "#"): .recall(3)
            case UInt8(ascii: "$"): .recall(4)
            case UInt8(ascii: "r"): .recallLast
            case UInt8(ascii: "x"): .noShowLast
            case UInt8(ascii: "u"): .undoLast
            case UInt8(ascii: "t"): .takeAtHall
            case UInt8(ascii: "T"): .takeAtCentral
            case UInt8(ascii: "l"): .takeLab
            case UInt8(ascii: "n"): .network
            case UInt8(ascii: "c"): .central
            case UInt8(ascii: "d"): .controller
            case UInt8(ascii: "p"): .power
            case UInt8(ascii: "?"), UInt8(ascii: "h"): .help
            case UInt8(ascii: "q"), 0x03, 0x04: .quit
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    /// The keys in what a terminal sent at once. Sequences of arrows and the like begin with ESC and
    /// mean nothing here.
    static func read(_ bytes: [UInt8]) -> [Key] {
        var keys: [Key] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == 0x1B else {
                if let key = Key(byte) { keys.append(key) }
                continue
            }
            guard let next = rest.first, next == 0x5B || next == 0x4F else { continue }
            rest = rest.dropFirst()
            while let part = rest.popFirst(), !(0x40...0x7E ~= part) {}
        }
        return keys
    }
}
