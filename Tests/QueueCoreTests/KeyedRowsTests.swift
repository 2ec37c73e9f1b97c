// SPDX-License-Identifier: Apache-2.0

// Rows under keys behave like a dictionary, and a snapshot takes many changes as it takes them singly.

import Testing

@testable import QueueCore

@Suite struct KeyedRowsTests {
    /// Keys that crowd one another: the same low bits, or the same place in a small table.
    private func id(_ random: inout SplitMix) -> TicketID {
        let runs: [UInt32] = [1, 2, 0x8000_0000]
        return TicketID(
            issuer: name(Bool.random(using: &random) ? "a" : "b"),
            run: Epoch(random: runs.randomElement(using: &random) ?? 1),
            serial: UInt32.random(in: 0..<40, using: &random))
    }

    @Test(arguments: UInt64(0)..<20)
    func rowsAreFoundAsInADictionary(seed: UInt64) {
        var random = SplitMix(state: seed)
        var rows = KeyedRows<TicketID, Int>()
        var model: [TicketID: Int] = [:]
        let fullness = Int.random(in: 30..<90, using: &random)
        for step in 0..<2_000 {
            let id = id(&random)
            #expect(rows[id] == model[id])
            if Int.random(in: 0..<100, using: &random) < fullness {
                switch step % 3 {
                case 0: rows[id] = step
                case 1: rows[id, default: 0] = step
                default: #expect(rows.replace(id, with: step) == model[id])
                }
                model[id] = step
            } else {
                rows.remove(id)
                model[id] = nil
            }
            rows.update(id) { $0 += 1 }
            if let value = model[id] { model[id] = value + 1 }
            #expect(rows.count == model.count)
        }
        #expect(Dictionary(uniqueKeysWithValues: rows) == model)
        for id in model.keys { #expect(rows[id] == model[id]) }
        rows.removeAll()
        #expect(rows.isEmpty)
        #expect(model.keys.allSatisfy { rows[$0] == nil })
    }

    @Test func theOrderOfRowsDoesNotCountWhenTwoAreCompared() {
        let numbers = (1...40).map { UInt64($0) }
        let rows = KeyedRows(numbers) { $0 % 20 }
        #expect(rows.count == 20 && rows.values.allSatisfy { $0 > 20 })
        #expect(rows == KeyedRows(numbers.reversed().prefix(20)) { $0 % 20 })
        #expect(rows != KeyedRows(numbers) { $0 % 19 })
        var other = rows
        other[7] = 7
        #expect(rows != other)
    }
}
