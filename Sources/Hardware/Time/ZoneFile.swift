// SPDX-License-Identifier: Apache-2.0

// The tz database's file of one zone, taken apart. Source: RFC 8536 (TZif).

/// The parts of a TZif file that tell offsets.
struct ZoneFile {
    let firstOffset: Int64
    let changes: [(at: Int64, offset: Int64)]
    let footer: String

    private struct Header {
        let leapTies: Int
        let changeCount: Int
        let typeCount: Int
        let textCount: Int

        /// Bytes of the block behind the header when a time takes `width` bytes.
        func length(width: Int) -> Int {
            leapTies + changeCount * (width + 1) + typeCount * 6 + textCount
        }
    }

    /// Nil when the bytes are no TZif file of version 2 or later.
    init?(_ bytes: [UInt8]) {
        guard let first = Self.header(bytes, at: 0, width: 4) else { return nil }
        let second = 44 + first.length(width: 4)
        guard let header = Self.header(bytes, at: second, width: 8) else { return nil }
        let times = second + 44
        let end = times + header.length(width: 8)
        guard end <= bytes.count, header.typeCount > 0 else { return nil }
        let kinds = times + header.changeCount * 8
        let types = kinds + header.changeCount
        func offset(ofType type: Int) -> Int64 {
            Int64(Int32(truncatingIfNeeded: Self.number(bytes, at: types + type * 6, width: 4)))
        }
        var changes: [(at: Int64, offset: Int64)] = []
        for index in 0..<header.changeCount {
            let type = Int(bytes[kinds + index])
            guard type < header.typeCount else { return nil }
            let time = Self.number(bytes, at: times + index * 8, width: 8)
            changes.append((time, offset(ofType: type)))
        }
        firstOffset = offset(ofType: 0)
        self.changes = changes
        footer = String(decoding: bytes[end...].filter { $0 != 0x0A }, as: UTF8.self)
    }

    private static func header(_ bytes: [UInt8], at start: Int, width: Int) -> Header? {
        guard bytes.count >= start + 44, bytes[start..<start + 4].elementsEqual("TZif".utf8),
            bytes[start + 4] >= UInt8(ascii: "2")
        else { return nil }
        func count(_ index: Int) -> Int {
            Int(number(bytes, at: start + 20 + index * 4, width: 4))
        }
        // In the file's order: UT ties, standard ties, leap seconds, times, types, text.
        return Header(
            leapTies: count(0) + count(1) + count(2) * (width + 4), changeCount: count(3),
            typeCount: count(4), textCount: count(5))
    }

    private static func number(_ bytes: [UInt8], at start: Int, width: Int) -> Int64 {
        bytes[start..<start + width].reduce(0) { $0 << 8 | Int64($1) }
    }
}
