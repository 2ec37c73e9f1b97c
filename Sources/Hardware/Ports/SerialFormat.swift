// SPDX-License-Identifier: Apache-2.0

// How a display's bytes stand on the wire, in the three letters that its manual gives.

/// How bytes stand on the wire.
public struct SerialFormat: Hashable, Sendable, CustomStringConvertible {
    /// The parity bit.
    public enum Parity: Character, Hashable, Sendable {
        /// There is none.
        case none = "N"
        /// It makes the number of ones even.
        case even = "E"
        /// It makes the number of ones odd.
        case odd = "O"
    }

    /// Bits of data in a byte, 5 to 8.
    public let dataBits: Int
    /// The parity bit.
    public let parity: Parity
    /// Stop bits, 1 or 2.
    public let stopBits: Int

    /// A format from its three letters, such as `8N1` or `7e1`.
    public init(_ text: String) throws(PortSettingsError) {
        let letters = Array(text.uppercased())
        guard letters.count == 3, let bits = letters[0].wholeNumberValue, (5...8).contains(bits),
            letters[0].isASCII, let parity = Parity(rawValue: letters[1]),
            letters[2] == "1" || letters[2] == "2"
        else { throw .format(text: String(text.prefix(20))) }
        dataBits = bits
        self.parity = parity
        stopBits = letters[2] == "1" ? 1 : 2
    }

    private init() {
        dataBits = 8
        parity = .none
        stopBits = 1
    }

    /// Eight data bits, no parity, one stop bit: what almost every display speaks.
    public static let eightNoneOne = SerialFormat()

    /// Bits on the wire for one byte, with start, parity and stop.
    public var bitsPerByte: Int { 1 + dataBits + (parity == .none ? 0 : 1) + stopBits }

    /// The three letters.
    public var description: String { "\(dataBits)\(parity.rawValue)\(stopBits)" }
}
