// SPDX-License-Identifier: Apache-2.0

// Displays that take a line of plain ASCII, each maker's with marks of its own around the text: the
// template says them all.

import QueueCore

/// The driver of a line of plain ASCII displays.
public typealias ASCIIDriver = SignDriver<ASCIIFamily>

/// The frames of plain ASCII displays.
///
/// Whether one goes to dashes when the line falls silent is its own affair: most do not. There is no
/// byte for blinking that all understand; they do not blink.
public struct ASCIIFamily: SignFamily {
    /// The template filled in.
    public static let frameBytesMax = DisplayLimits.signBytesMax
    /// The display takes in one line before the next.
    public let frameGap: TimeSpan
    /// 8N1 and 7E1.
    public let bitsPerCharacter = 10
    /// It never blinks.
    public let countsBlinks = true
    /// The line.
    public let template: SignTemplate

    /// Displays that take `template`.
    public init(template: SignTemplate, frameGap: TimeSpan = .milliseconds(50)) {
        precondition(template.bytesMax <= DisplayLimits.signBytesMax, "too long for a display")
        self.template = template
        self.frameGap = frameGap
    }

    /// Any; it is in the line where the template has a place for it.
    public func hasSign(at address: UnitAddress) -> Bool { true }

    /// The template filled in.
    public func show(
        _ content: DisplayContent, at address: UnitAddress, blinks: Int
    ) -> [UInt8] {
        template.bytes(of: content, at: address)
    }

    /// Nothing.
    public func setUp(_ address: UnitAddress) -> [UInt8]? { nil }
}
