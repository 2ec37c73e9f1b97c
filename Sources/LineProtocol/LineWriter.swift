// SPDX-License-Identifier: Apache-2.0

// A line in the making. Only texts need escapes: every other type is spelled in safe characters.
import QueueCore

/// Builds one line, without its newline.
struct LineWriter {
    private(set) var bytes: [UInt8] = []

    init(_ verb: Verb, number: UInt64? = nil) {
        bytes.reserveCapacity(160)
        if let number {
            write(number)
            bytes.append(UInt8(ascii: " "))
        }
        bytes.append(contentsOf: verb.rawValue.utf8)
    }

    mutating func put(_ key: Key, _ value: some FixedWidthInteger) {
        begin(key)
        write(UInt64(clamping: value))
    }

    mutating func put(_ key: Key, word: String) {
        begin(key)
        bytes.append(contentsOf: word.utf8)
    }

    mutating func put(_ key: Key, _ name: Name) { put(key, word: name.description) }

    mutating func put(_ key: Key, _ epoch: Epoch) {
        begin(key)
        write(epoch)
    }

    mutating func put(_ key: Key, _ id: TicketID) {
        begin(key)
        bytes.append(contentsOf: id.issuer.description.utf8)
        bytes.append(UInt8(ascii: "."))
        write(id.run)
        bytes.append(UInt8(ascii: "."))
        write(UInt64(id.serial))
    }

    mutating func put(_ number: TicketNumber) {
        begin(.number)
        bytes.append(number.series.letter)
        for unit in [UInt16(100), 10, 1] {
            bytes.append(UInt8(0x30 + number.value / unit % 10))
        }
    }

    mutating func put(_ series: Series) {
        begin(.series)
        bytes.append(series.letter)
    }

    /// A day before 1970 comes only from a clock that is not to be trusted, and is said as unknown.
    mutating func put(_ day: ServiceDay) {
        put(.day, day.count)
        guard day.part > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        write(UInt64(day.part))
    }

    mutating func putIfSet(_ key: Key, _ flag: Bool) {
        if flag { put(key, word: "1") }
    }

    mutating func put(services: BoothServices) {
        begin(.services)
        for (index, name) in services.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: name.description.utf8)
        }
    }

    mutating func put(copied: Lineage) {
        begin(.copied)
        for (index, log) in copied.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: log.epoch.description.utf8)
            bytes.append(UInt8(ascii: ":"))
            write(log.through)
        }
    }

    /// A text with its escapes, cut after a whole character so that it takes at most `bytesMax`.
    mutating func put(_ key: Key, text: String, bytesMax: Int) {
        begin(key)
        let limit = bytes.count + bytesMax
        for scalar in text.unicodeScalars {
            let encoded = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            let isSafe = Self.isSafe(scalar)
            guard bytes.count + encoded.count * (isSafe ? 1 : 3) <= limit else { return }
            for byte in encoded {
                if isSafe { bytes.append(byte) } else { escape(byte) }
            }
        }
    }

    private mutating func begin(_ key: Key) {
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: key.rawValue.utf8)
        bytes.append(UInt8(ascii: "="))
    }

    private mutating func write(_ number: UInt64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(0x30 + rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func write(_ epoch: Epoch) {
        let shift = 28 - epoch.mark.leadingZeroBitCount / 4 * 4
        for shift in stride(from: shift, through: 0, by: -4) {
            bytes.append(Self.hexDigit(UInt8(epoch.mark >> UInt32(shift) & 0xF), ten: "a"))
        }
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(Self.hexDigit(byte >> 4, ten: "A"))
        bytes.append(Self.hexDigit(byte & 0xF, ten: "A"))
    }

    private static func hexDigit(_ value: UInt8, ten: Unicode.Scalar) -> UInt8 {
        value < 10 ? 0x30 + value : UInt8(ascii: ten) + value - 10
    }

    /// Whether a character may stand in a line as it is: it shows, and turns no text around.
    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return (0x21...0x7E).contains(scalar.value) && scalar != "%" && scalar != "="
        }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: false
        case .lineSeparator, .paragraphSeparator, .spaceSeparator: false
        default: true
        }
    }
}
