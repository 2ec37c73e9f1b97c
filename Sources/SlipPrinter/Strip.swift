// SPDX-License-Identifier: Apache-2.0

// What a slip is made of: small pictures of fixed texts and of single digits, drawn once by
// `nobat-slip`, so that the daemon that prints needs no fonts.

/// How large and heavy a text is.
public enum StripStyle: String, CaseIterable, Sendable {
    /// The number, to be read at arm's length.
    case number
    /// The clinic's name and the service.
    case title
    /// The other lines.
    case text

    /// The height of a line, in dots of 1/8 mm.
    public var lineHeight: Int {
        switch self {
        case .number: 132
        case .title: 56
        case .text: 40
        }
    }
}

/// What tells one strip from another.
public struct StripKey: Hashable, Sendable {
    /// How large it is.
    public let style: StripStyle
    /// What it says: a text of one line, or a single digit or letter to be set beside others.
    public let text: String

    /// A key from its parts.
    public init(_ style: StripStyle, _ text: String) {
        self.style = style
        self.text = text
    }
}

/// The strips of one kiosk.
public struct StripSet: Hashable, Sendable {
    /// The pictures by what they say.
    public private(set) var strips: [StripKey: Bitmap]

    /// A set from its strips.
    public init(_ strips: [StripKey: Bitmap]) { self.strips = strips }

    /// The strip of a key, or nil.
    public subscript(key: StripKey) -> Bitmap? { strips[key] }

    /// The first of `keys` that the set has no strip of.
    public func missing(of keys: [StripKey]) -> StripKey? { keys.first { strips[$0] == nil } }
}

/// Why a file of strips can't be used.
public struct StripFileError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, and at which byte.
    public let description: String
}

/// The bounds of strips and slips.
public enum SlipLimits {
    /// The widest slip, in dots: 80 mm paper prints 576, some printers 640.
    public static let widthMax = 640

    /// The narrowest slip, in dots: 58 mm paper prints 384, some printers 360.
    public static let widthMin = 360

    /// The highest strip, in dots: three lines of the number.
    public static let stripHeightMax = 400

    /// Strips of one kiosk: digits and letters of each size, and some texts for each service.
    public static let stripsMax = 512

    /// The longest text of a strip, in bytes: a title in four-byte letters.
    public static let textBytesMax = 512

    /// The rows of one picture command: small enough that the printer's buffer takes it, and that a
    /// question about its state is asked in between.
    public static let bandRows = 24

    /// What a code as QR may have, in bytes: a ticket's identity, with room.
    public static let codeBytesMax = 64
}
