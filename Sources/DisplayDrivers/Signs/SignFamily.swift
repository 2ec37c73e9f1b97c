// SPDX-License-Identifier: Apache-2.0

// What differs between families of signs that never answer; SignDriver does the rest.

import QueueCore

/// A family of signs that take frames and say nothing.
public protocol SignFamily: Equatable, Sendable {
    /// The longest frame of the family, in bytes.
    static var frameBytesMax: Int { get }
    /// The silence that a sign needs after a frame before the next one on its line.
    var frameGap: TimeSpan { get }
    /// Bits of one character on the line, start and stop bits too.
    var bitsPerCharacter: Int { get }
    /// Whether a sign ends a blink by itself; else it is told to, with one more frame.
    var countsBlinks: Bool { get }
    /// Whether the family has signs at this address.
    func hasSign(at address: UnitAddress) -> Bool
    /// The frame that shows a content, blinking `blinks` times or not at all.
    func show(_ content: DisplayContent, at address: UnitAddress, blinks: Int) -> [UInt8]
    /// The frame that sets a sign up, sent before its first text; nil when there is none.
    func setUp(_ address: UnitAddress) -> [UInt8]?
}
