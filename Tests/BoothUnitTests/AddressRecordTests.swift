// SPDX-License-Identifier: Apache-2.0

// The address kept in flash: whatever a loss of power leaves behind, the last whole record counts.

import BoothUnit
import Testing

@Suite struct AddressRecordTests {
    @Test(arguments: [1, 7, 247] as [UInt8])
    func recordIsReadAsItWasWritten(address: UInt8) {
        let record = AddressRecord(address: address, after: nil)
        #expect(AddressRecord(words: record.words) == record)
    }

    @Test func erasedFlashIsNoRecord() {
        #expect(AddressRecord(words: (.max, .max)) == nil)
        #expect(AddressRecord(words: (0, 0)) == nil)
    }

    /// Flash goes from ones to zeros bit by bit: any subset of the zeros may have been reached.
    @Test func tornRecordIsNone() {
        let (first, check) = AddressRecord(address: 42, after: nil).words
        for bit in 0..<32 where first >> bit & 1 == 0 {
            #expect(AddressRecord(words: (first | 1 << bit, check)) == nil)
        }
        for bit in 0..<32 where check >> bit & 1 == 0 {
            #expect(AddressRecord(words: (first, check | 1 << bit)) == nil)
        }
        #expect(AddressRecord(words: (first, .max)) == nil)
        #expect(AddressRecord(words: (.max, check)) == nil)
    }

    @Test func addressOutOfRangeIsNone() {
        for address: UInt8 in [0, 248, 255] {
            let record = AddressRecord(address: address, after: nil)
            #expect(AddressRecord(words: record.words) == nil)
        }
    }

    /// Seventy thousand changes go twice around the sequence.
    @Test func newestIsTheLastWritten() {
        var places: [AddressRecord?] = [nil, nil]
        #expect(AddressRecord.newest(places[0], places[1]) == nil)
        for change in 0..<140_000 {
            let newest = AddressRecord.newest(places[0], places[1])
            let place = newest == 0 ? 1 : 0
            let address = UInt8(change % 247 + 1)
            places[place] = AddressRecord(address: address, after: newest.flatMap { places[$0] })
            guard AddressRecord.newest(places[0], places[1]) == place else {
                Issue.record("change \(change) is not the newest")
                return
            }
        }
    }
}
