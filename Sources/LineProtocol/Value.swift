// SPDX-License-Identifier: Apache-2.0

// The types of values, from their bytes. Each accepts one spelling only, so that a line has one
// meaning and a meaning has one line; nil means that the bytes are not of the type.
import QueueCore

/// Readers of values, one for each type of the page.
enum Value {
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// A decimal number without sign and leading zeros.
    static func number(_ bytes: ArraySlice<UInt8>, in range: ClosedRange<UInt64>) -> UInt64? {
        guard let first = bytes.first, bytes.count == 1 || first != 0x30 else { return nil }
        var value: UInt64 = 0
        for byte in bytes {
            guard isDigit(byte) else { return nil }
            let (product, productOverflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflows) = product.addingReportingOverflow(UInt64(byte - 0x30))
            guard !productOverflows, !sumOverflows else { return nil }
            value = sum
        }
        return range.contains(value) ? value : nil
    }

    static func numberRule(_ range: ClosedRange<UInt64>) -> String {
        "a number from \(range.lowerBound) to \(range.upperBound) without sign or leading zeros"
    }

    static func day(_ bytes: ArraySlice<UInt8>) -> ServiceDay? {
        let dot = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.endIndex
        guard let count = number(bytes[..<dot], in: 0...UInt64(LineLimits.dayMax)) else {
            return nil
        }
        guard dot < bytes.endIndex else { return ServiceDay(Int32(count)) }
        return number(bytes[(dot + 1)...], in: 1...UInt64(LineLimits.dayPartMax))
            .map { ServiceDay(Int32(count), part: UInt8($0)) }
    }

    static let dayRule =
        "a number from 0 to \(LineLimits.dayMax), with the session after a dot if it is of one"

    static func name(_ bytes: ArraySlice<UInt8>) -> Name? {
        guard bytes.count <= Name.lengthMax else { return nil }
        return Name(String(decoding: bytes, as: UTF8.self))
    }

    static let nameRule = "a name: 1 to \(Name.lengthMax) of a-z, 0-9 and -, not beginning with -"

    static func epoch(_ bytes: ArraySlice<UInt8>) -> Epoch? {
        guard (1...8).contains(bytes.count), bytes.first != 0x30 else { return nil }
        var mark: UInt32 = 0
        for byte in bytes {
            guard let digit = hexDigit(byte), !(0x41...0x46).contains(byte) else { return nil }
            mark = mark << 4 | UInt32(digit)
        }
        return Epoch(mark: mark)
    }

    static func copy(_ bytes: ArraySlice<UInt8>) -> CopiedLog? {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let epoch = epoch(bytes[..<colon]),
            let through = number(bytes[(colon + 1)...], in: 0...LineLimits.countMax)
        else { return nil }
        return CopiedLog(epoch: epoch, through: through)
    }

    static let epochRule = "an epoch: 1 to 8 of 0-9 and a-f, not beginning with 0"

    static func ticketID(_ bytes: ArraySlice<UInt8>) -> TicketID? {
        let dot = UInt8(ascii: ".")
        guard let one = bytes.firstIndex(of: dot),
            let two = bytes[(one + 1)...].firstIndex(of: dot),
            let issuer = name(bytes[..<one]), let run = epoch(bytes[(one + 1)..<two]),
            let serial = number(bytes[(two + 1)...], in: 1...UInt64(UInt32.max))
        else { return nil }
        return TicketID(issuer: issuer, run: run, serial: UInt32(serial))
    }

    static let ticketIDRule = "a ticket's identity like central.5f.42"

    static func ticketNumber(_ bytes: ArraySlice<UInt8>) -> TicketNumber? {
        guard bytes.count == 4, let letter = bytes.first, let series = Series(letter: letter) else {
            return nil
        }
        var value: UInt16 = 0
        for byte in bytes.dropFirst() {
            guard isDigit(byte) else { return nil }
            value = value * 10 + UInt16(byte - 0x30)
        }
        return TicketNumber(series: series, value: value)
    }

    static let ticketNumberRule = "a ticket number like A042: A-Z and 001 to 999"

    static func series(_ bytes: ArraySlice<UInt8>) -> Series? {
        guard bytes.count == 1, let letter = bytes.first else { return nil }
        return Series(letter: letter)
    }

    static let seriesRule = "a series letter A-Z"

    /// One of a closed set of words.
    static func word<Entry: CaseIterable>(
        _ bytes: ArraySlice<UInt8>, _ spelling: (Entry) -> String
    ) -> Entry? {
        Entry.allCases.first { spelling($0).utf8.elementsEqual(bytes) }
    }

    static func wordRule<Entry: CaseIterable>(_ spelling: (Entry) -> String) -> String {
        "one of " + Entry.allCases.map(spelling).joined(separator: ", ")
    }

    /// Items between commas; an empty value has none.
    static func list<Item>(
        _ bytes: ArraySlice<UInt8>, max: Int, _ item: (ArraySlice<UInt8>) -> Item?
    ) -> [Item]? {
        guard !bytes.isEmpty else { return [] }
        var items: [Item] = []
        var rest = bytes
        while true {
            let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            guard items.count < max, let found = item(rest[..<end]) else { return nil }
            items.append(found)
            guard end < rest.endIndex else { return items }
            rest = rest[(end + 1)...]
        }
    }

    /// The name of a capability: whatever a newer peer may call one.
    static func capability(_ bytes: ArraySlice<UInt8>) -> Bool? {
        let isWord = bytes.allSatisfy { (0x61...0x7A).contains($0) || isDigit($0) || $0 == 0x2D }
        return isWord && (1...LineLimits.wordLengthMax).contains(bytes.count) ? true : nil
    }

    static let capabilityRule =
        "capabilities between commas, each of at most \(LineLimits.wordLengthMax) of a-z, 0-9 and -"
}
