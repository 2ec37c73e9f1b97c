// SPDX-License-Identifier: Apache-2.0

// The drivers against programs that others wrote: pymodbus for register maps, alphasign and
// pyalphasign for Alpha frames. `make peers` installs them and says where they are.

import DisplayDrivers
import Foundation
import QueueCore
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite(.enabled(if: PeerProgram.folder != nil, "make peers runs these"), .serialized)
struct PeerDisplaysTests {
    /// What pymodbus reads of each map's writes for `A042`, and whether the driver then verifies.
    @Test(arguments: [
        (RegisterMap.led485, ["6 0 42"], true),
        (.led485Segments, ["16 128 30527 26203"], false),
        (.dm56a04, ["16 0 32 32 32 48 52 50"], true),
        (.dn109, ["6 52 8", "16 0 16688 13362"], false),
        (
            RegisterMap(
                digits: .pairs, first: 40, places: 4, function: .one, hasLetters: true,
                readBack: 40), ["6 40 16688", "6 41 13362"], true
        ),
    ])
    func pymodbus_TakesEveryMap(map: RegisterMap, writes: [String], verifies: Bool) throws {
        let peer = try PeerProgram(["modbus"])
        defer { peer.end() }
        let port = try #require(UInt16(try peer.line()))
        let wire = try PeerSocket(port: port)
        defer { wire.close() }
        let unit = try #require(UnitAddress(1))
        var driver = ModbusMapDriver(map: map, units: [unit], settings: BusSettings())
        let start = ContinuousClock.now
        func now() -> Moment {
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            return Moment(microseconds: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        }
        driver.portReady(at: now())
        driver.show(unit: unit, content: try DisplayContent("A042"), at: now())
        var seen: [String] = []
        while now() < Moment(microseconds: 20_000_000) {
            switch driver.next(at: now()) {
            case .transmit(let frame, _, _): try wire.send(frame)
            case .idle: driver.received(wire.receive(milliseconds: 5), at: now())
            }
            let state = driver.unitStates[0]
            if state.verified || !verifies && state.health == .online { break }
        }
        // The first exchange of several may make it online: the rest follows.
        let settled = now() + .milliseconds(500)
        while now() < settled {
            switch driver.next(at: now()) {
            case .transmit(let frame, _, _): try wire.send(frame)
            case .idle: driver.received(wire.receive(milliseconds: 5), at: now())
            }
        }
        while seen.count < writes.count { seen.append(try peer.line()) }
        let state = driver.unitStates[0]
        #expect(seen == writes)
        #expect(state.verified == verifies && state.health == .online)
        #expect(state.faults.total == 0)
    }

    @Test func alphasign_MakesTheSameFrames() throws {
        let folder = try #require(PeerProgram.folder)
        let texts = ["A042", "----", "  17", "HELP", "Z999"]
        let peer = try PeerProgram(["alpha", folder + "/encoders"] + texts)
        defer { peer.end() }
        let address = try #require(UnitAddress(1))
        for text in texts {
            let words = try peer.line().split(separator: " ").map(String.init)
            let content = try DisplayContent(text)
            let template = SignTemplate([.text], width: 4)
            let plain = AlphaFamily(
                template: template, label: UInt8(ascii: "A"), hasChecksum: false,
                isBroadcast: true)
            let hex = plain.show(content, at: address, blinks: 0).map {
                String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }
            #expect(hex.joined() == words[0])
            let sum = AlphaFamily(template: template, label: UInt8(ascii: "A"), isBroadcast: true)
            let tail = sum.show(content, at: address, blinks: 0).suffix(5)
            #expect(Array(tail) == Array(words[1].utf8) + [4])
        }
    }
}

/// A peer in Python, and its lines.
final class PeerProgram {
    static let folder = ProcessInfo.processInfo.environment["NOBAT_DISPLAY_PEERS"]

    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()
    private var rest = Data()

    init(_ arguments: [String]) throws {
        let folder = try #require(Self.folder)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Peers/Displays/display_peers.py")
        process.executableURL = URL(filePath: folder + "/bin/python")
        process.arguments = [script.path] + arguments
        process.standardOutput = output
        process.standardInput = input
        try process.run()
    }

    func line() throws -> String {
        while true {
            if let end = rest.firstIndex(of: 0x0A) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest = Data(rest[(end + 1)...])
                return line
            }
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "the peer ended before its next line")
            rest += more
        }
    }

    /// A child inherits a worker thread's mask, under which it would not hear SIGTERM.
    func end() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// A TCP connection to a peer on this machine.
struct PeerSocket {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0, "the peer does not listen")
    }

    func send(_ bytes: [UInt8]) throws {
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    /// What came within the time; empty when nothing did.
    func receive(milliseconds: Int32) -> [UInt8] {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, milliseconds) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    func close() { _ = Glibc.close(descriptor) }
}
