// SPDX-License-Identifier: Apache-2.0

// A verb or a key as found in a line, packed into sixteen bytes so that it is looked up without
// making a text of it. Nothing of this protocol is longer; a longer word is simply not known.

/// Up to sixteen ASCII bytes of a verb or a key.
struct Word: Hashable {
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    static let lengthMax = 16

    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count <= Self.lengthMax else { return nil }
        for byte in bytes {
            high = high << 8 | low >> 56
            low = low << 8 | UInt64(byte)
        }
    }

    /// A table from the texts of `all` to themselves.
    static func table<Entry: RawRepresentable>(_ all: [Entry]) -> [Word: Entry]
    where Entry.RawValue == String {
        var table: [Word: Entry] = [:]
        for entry in all {
            guard let word = Word(entry.rawValue.utf8) else {
                preconditionFailure("\(entry.rawValue) is longer than a Word")
            }
            table[word] = entry
        }
        return table
    }
}
