// SPDX-License-Identifier: Apache-2.0

// Ports on pseudo-terminals: bytes unharmed both ways, deadlines, waking, unplugging, locking.

import Glibc
import QueueCore
import Testing

@testable import Hardware

@Suite struct PseudoTerminalTests {
    private func pair(link: String? = nil) throws -> (PseudoTerminal, TermiosPort) {
        let unit = try PseudoTerminal(link: link)
        try unit.open()
        let path = try #require(link ?? unit.slavePath)
        let port = try TermiosPort(path: path, settings: PortSettings(address: "pty:\(path)"))
        try port.open()
        return (unit, port)
    }

    @Test func everyByte_PassesBothWays_Unchanged() throws {
        let (unit, port) = try pair()
        let all = (0...255).map { UInt8($0) }
        try port.write(all, until: farOff())
        #expect(try readExactly(256, from: unit) == all)
        try unit.write(all, until: farOff())
        #expect(try readExactly(256, from: port) == all)
        try port.drain(until: farOff())
    }

    @Test func read_AppendsAtMostMax_AndKeepsTheRest() throws {
        let (unit, port) = try pair()
        try unit.write([1, 2, 3, 4, 5], until: farOff())
        usleep(20_000)
        var buffer: [UInt8] = [9]
        #expect(try port.read(into: &buffer, max: 2, until: farOff()) == .bytes(2))
        #expect(buffer == [9, 1, 2])
        #expect(try readExactly(3, from: port) == [3, 4, 5])
    }

    @Test func read_EndsAtItsDeadline_NotBefore() throws {
        let (_unit, port) = try pair()
        var buffer: [UInt8] = []
        let start = SystemClock.monotonic()
        #expect(try port.read(into: &buffer, max: 8, until: start + .milliseconds(60)) == .deadline)
        #expect(SystemClock.monotonic() - start >= .milliseconds(60))
        #expect(try port.read(into: &buffer, max: 8, until: start) == .deadline)
        #expect(buffer.isEmpty)
        _unit.close()
    }

    @Test func interrupt_EndsARead_OfAnotherThread_Once() throws {
        let (unit, port) = try pair()
        let reader = OwnThread {
            var buffer: [UInt8] = []
            return try port.read(into: &buffer, max: 8, until: farOff())
        }
        usleep(30_000)
        let start = SystemClock.monotonic()
        port.interrupt()
        #expect(try reader.value() == .interrupted)
        #expect(SystemClock.monotonic() - start < .seconds(5))
        var buffer: [UInt8] = []
        #expect(try port.read(into: &buffer, max: 8, until: soon(20)) == .deadline)
        port.interrupt()
        port.interrupt()
        #expect(try port.read(into: &buffer, max: 8, until: farOff()) == .interrupted)
        #expect(try port.read(into: &buffer, max: 8, until: soon(20)) == .deadline)
        unit.close()
    }

    @Test func unplugging_EndsAWaitingRead_AndClosesThePort() throws {
        let (unit, port) = try pair()
        let path = try #require(unit.slavePath)
        let gone = PortError.disconnected(port: path)
        let reader = OwnThread {
            var buffer: [UInt8] = []
            return try port.read(into: &buffer, max: 8, until: farOff())
        }
        usleep(30_000)
        unit.close()
        #expect(throws: gone) { try reader.value() }
        #expect(descriptors(leadingTo: path).isEmpty)
        #expect(throws: gone) { try port.write([1], until: farOff()) }
        #expect(throws: gone) { try port.drain(until: farOff()) }
        #expect(throws: gone) { try port.discard() }
        #expect(gone.description.contains("is disconnected; check cable and power"))
    }

    @Test func unplugging_IsNoticedByAWrite() throws {
        let (unit, port) = try pair()
        let path = try #require(unit.slavePath)
        unit.close()
        #expect(throws: PortError.disconnected(port: path)) {
            try port.write([1, 2, 3], until: farOff())
        }
    }

    @Test func reopening_FindsTheNewDevice_ByItsStablePath() throws {
        let folder = try TestFolder()
        let link = folder.path + "/booth1"
        let (unit, port) = try pair(link: link)
        let first = try #require(unit.slavePath)
        let blocker = try PseudoTerminal()
        unit.close()
        try blocker.open()
        var buffer: [UInt8] = []
        #expect(throws: PortError.disconnected(port: link)) {
            try port.read(into: &buffer, max: 1, until: farOff())
        }
        #expect(throws: PortError.notFound(port: link)) { try port.open() }
        try unit.open()
        try port.open()
        try unit.write([7], until: farOff())
        #expect(try readExactly(1, from: port) == [7])
        #expect(unit.slavePath != nil && first.hasPrefix("/dev/pts/"))
        unit.close()
        #expect(access(link, F_OK) == -1)
    }

    @Test func closingALinkThatIsNotOursAnyMore_LeavesIt() throws {
        let folder = try TestFolder()
        let link = folder.path + "/booth1"
        let old = try PseudoTerminal(link: link)
        try old.open()
        let new = try PseudoTerminal(link: link)
        try new.open()
        old.close()
        let port = try TermiosPort(path: link, settings: PortSettings(address: "pty:\(link)"))
        try port.open()
        try port.write([5], until: farOff())
        #expect(try readExactly(1, from: new) == [5])
    }

    @Test func secondOpen_IsRefused_ByName_UntilTheFirstCloses() throws {
        let (unit, port) = try pair()
        let path = try #require(unit.slavePath)
        for address in ["pty:\(path)", path] {
            let second = try SerialPorts.make(PortSettings(address: address))
            #expect(throws: PortError.inUse(port: path)) { try second.open() }
            port.close()
            try second.open()
            #expect(throws: PortError.inUse(port: path)) { try port.open() }
            second.close()
            try port.open()
        }
        #expect(PortError.inUse(port: path).description.contains("fuser -v \(path)"))
    }

    @Test func aProgramThatComesAndGoes_LeavesTheUnitReading() throws {
        let (unit, port) = try pair()
        for round: UInt8 in 1...3 {
            try port.write([round], until: farOff())
            port.close()
            #expect(try readExactly(1, from: unit) == [round])
            var buffer: [UInt8] = []
            #expect(try unit.read(into: &buffer, max: 1, until: soon(20)) == .deadline)
            try port.open()
        }
    }

    @Test func writeThatIsNotTaken_EndsAtItsDeadline_WithTheCount() throws {
        let (unit, port) = try pair()
        let much = [UInt8](repeating: 0x55, count: 1_000_000)
        let error = #expect(throws: PortError.self) { try port.write(much, until: soon(100)) }
        #expect(error?.description.contains("of 1000000 bytes in time") == true)
        try port.discard()
        try unit.discard()
        try unit.write([1], until: farOff())
        #expect(try readExactly(1, from: port) == [1])
    }

    @Test func discard_ThrowsAwayWhatHasCome() throws {
        let (unit, port) = try pair()
        try unit.write([1, 2, 3], until: farOff())
        usleep(20_000)
        try port.discard()
        try unit.write([4], until: farOff())
        #expect(try readExactly(1, from: port) == [4])
        try port.write([1, 2, 3], until: farOff())
        usleep(20_000)
        try unit.discard()
        try port.write([4], until: farOff())
        #expect(try readExactly(1, from: unit) == [4])
    }

    @Test func openingAndClosing_LeavesNoDescriptor() throws {
        let (unit, port) = try pair()
        let path = try #require(unit.slavePath)
        for _ in 0..<50 { try port.open() }
        #expect(descriptors(leadingTo: path).count == 2)
        let refused = try TermiosPort(path: path, settings: PortSettings(address: "pty:\(path)"))
        for _ in 0..<50 {
            #expect(throws: PortError.inUse(port: path)) { try refused.open() }
        }
        #expect(descriptors(leadingTo: path).count == 2)
        port.close()
        port.close()
        #expect(descriptors(leadingTo: path).count == 1)
        unit.close()
        #expect(descriptors(leadingTo: path).isEmpty)
    }
}
