// SPDX-License-Identifier: Apache-2.0

// Candle's LED counters, as QSystem drives them: 57600 or 19200 baud 8N1, no check, no reply.
//   show        01 address blink data… 07    blink 20: none, 21: for ever, 21+n: n times
//   brightness  02 address level 07          level 20 (most) to 23

import QueueCore

/// The driver of a line of Candle counters.
public typealias CandleDriver = SignDriver<CandleFamily>

/// The frames of Candle counters.
///
/// A short text changes only the leftmost places, so every text is padded to the display's width.
/// A counter keeps what it shows when the line falls silent: it can't go to dashes by itself.
public struct CandleFamily: SignFamily {
    /// Start, address, blink, end, and the text.
    public static let frameBytesMax = 4 + DisplayLimits.signBytesMax
    /// Addresses on the wire.
    public static let addresses = 0x20...0x7F
    /// Between frames: the counters need 200 to 300 ms.
    public let frameGap = TimeSpan.milliseconds(250)
    /// 8N1.
    public let bitsPerCharacter = 10
    /// Blinks are counted in the frame.
    public let countsBlinks = true
    /// The text; its width is the number of places.
    public let template: SignTemplate
    /// 0 to 15, as for units; four steps of it are one of the counter's.
    public let brightness: Int

    /// Counters whose places `template` fills.
    public init(template: SignTemplate = .text, brightness: Int = 8) {
        precondition(template.bytesMax <= DisplayLimits.signBytesMax, "too long for a counter")
        precondition(0...15 ~= brightness, "brightness is 0 to 15")
        self.template = template
        self.brightness = brightness
    }

    /// 20 to 7F hex.
    public func hasSign(at address: UnitAddress) -> Bool {
        Self.addresses.contains(Int(address.value))
    }

    /// `01 address blink text 07`.
    public func show(
        _ content: DisplayContent, at address: UnitAddress, blinks: Int
    ) -> [UInt8] {
        let code = blinks > 0 ? UInt8(0x21 + min(blinks, DisplayLimits.candleBlinksMax)) : 0x20
        let text = template.bytes(of: content, at: address).map(Self.character)
        return [0x01, address.value, code] + text + [0x07]
    }

    /// `02 address level 07`.
    public func setUp(_ address: UnitAddress) -> [UInt8]? {
        [0x02, address.value, UInt8(0x23 - brightness / 4), 0x07]
    }

    /// The arrow of a counter points left, right, or is a dash. A byte below a blank would end the
    /// frame or begin another one.
    private static func character(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "^"), UInt8(ascii: "v"): UInt8(ascii: "-")
        case 0x20...0x7E: byte
        default: 0x20
        }
    }
}
