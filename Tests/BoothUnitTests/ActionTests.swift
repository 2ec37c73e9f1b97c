// SPDX-License-Identifier: Apache-2.0

// What a request asks of the board: a new address, a restart, the boot loader. None before the
// reply is out, none by accident, none of every unit at once.

import BoothUnit
import Testing

@Suite struct ActionTests {
    var bench = UnitBench()

    @Test mutating func newAddressIsAnsweredFromTheOldOne() {
        #expect(bench.send([7, 6, 0, 5, 0, 12]) == [7, 6, 0, 5, 0, 12])
        #expect(bench.unit.identity.address == 7)
        #expect(bench.unit.takeAction() == .adopt(12))
        #expect(bench.unit.takeAction() == nil)
        bench.unit.adopted(12, isKept: true)
        #expect(bench.send([7, 3, 0, 5, 0, 1]).isEmpty)
        #expect(bench.send([12, 3, 0, 5, 0, 1]) == [12, 3, 2, 0, 12])
        #expect(bench.send([12, 6, 0, 6, 0, 1]) == [12, 6, 0, 6, 0, 1])
        #expect(bench.shown == "-012")
    }

    @Test func addressOfANewUnitIsKeptFromThenOn() {
        var bench = UnitBench(address: 247, source: .none)
        #expect(bench.unit.value(of: .addressSource) == 0)
        _ = bench.send([247, 6, 0, 5, 0, 247])
        #expect(bench.unit.takeAction() == .adopt(247))
        bench.unit.adopted(247, isKept: true)
        #expect(bench.unit.value(of: .addressSource) == 1)
    }

    @Test func switchesHoldTheAddress() {
        var bench = UnitBench(source: .switches)
        #expect(bench.send([7, 6, 0, 5, 0, 12]) == [7, 0x86, 4])
        #expect(bench.unit.takeAction() == nil)
        #expect(bench.read(.addressSource) == 2)
        // What is out of range is named first: it would be refused by any unit.
        #expect(bench.send([7, 6, 0, 5, 0, 248]) == [7, 0x86, 3])
    }

    @Test mutating func addressThatCouldNotBeKeptLeavesTheOldOne() {
        _ = bench.send([7, 6, 0, 5, 0, 12])
        _ = bench.unit.takeAction()
        bench.unit.adopted(12, isKept: false)
        #expect(bench.read(.unitAddress) == 7)
        #expect(bench.send([7, 6, 0, 5, 0, 12]) == [7, 0x86, 4])
    }

    @Test(
        arguments: [
            (8, 0x46, 0x4C, .bootLoader), (9, 0x52, 0x53, .restart),
        ] as [(UInt8, UInt8, UInt8, UnitAction)])
    func keyAsksOnceTheReplyIsOut(at: UInt8, high: UInt8, low: UInt8, action: UnitAction) {
        var bench = UnitBench()
        for byte in UnitBench.frame([7, 6, 0, at, high, low]) { bench.unit.receive(byte) }
        bench.unit.frameGap()
        #expect(bench.unit.hasReply)
        #expect(bench.unit.takeAction() == nil)
        #expect(bench.takeReply() == UnitBench.frame([7, 6, 0, at, high, low]))
        #expect(bench.unit.takeAction() == action)
        #expect(bench.unit.takeAction() == nil)
        #expect(bench.send([7, 3, 0, at, 0, 1]) == [7, 3, 2, 0, 0])
    }

    @Test(
        arguments: [
            [7, 6, 0, 5, 0, 0], [7, 6, 0, 5, 0, 248], [7, 6, 0, 5, 1, 7], [7, 6, 0, 8, 0, 1],
            [7, 6, 0, 8, 0x52, 0x53], [7, 6, 0, 9, 0x46, 0x4C], [7, 6, 0, 9, 0, 0],
        ] as [[UInt8]])
    mutating func otherValuesAskForNothing(request: [UInt8]) {
        #expect(bench.send(request) == [7, 0x86, 3])
        #expect(bench.unit.takeAction() == nil)
    }

    @Test(
        arguments: [
            [0, 6, 0, 5, 0, 9], [0, 6, 0, 8, 0x46, 0x4C], [0, 6, 0, 9, 0x52, 0x53],
            [0, 16, 0, 5, 0, 2, 4, 0, 9, 0, 1],
        ] as [[UInt8]])
    mutating func broadcastIsIgnoredWhole(request: [UInt8]) {
        #expect(bench.send(request).isEmpty)
        #expect(bench.unit.takeAction() == nil)
        #expect(bench.read(.identify) == 0)
    }

    @Test mutating func whatTheBoardSaysIsRead() {
        bench.unit.health = UnitHealth(stackFree: 700, faultCount: 3, watchdogResets: 2)
        let reply = bench.send([7, 3, 0, 0x50, 0, 4])
        #expect(reply == [7, 3, 8, 2, 188, 0, 3, 0, 2, 0, 1])
        #expect(bench.send([7, 3, 0, 10, 0, 2]) == [7, 3, 4, 0x69, 0xD0, 0x7C, 0xE1])
    }
}
