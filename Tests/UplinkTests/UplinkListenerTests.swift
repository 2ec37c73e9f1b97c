// SPDX-License-Identifier: Apache-2.0

// The central's end, on real TCP: what peers may do to it, and what that does to them.

import Glibc
import NIOCore
import QueueCore
import Testing

@testable import Uplink

@Suite(.timeLimit(.minutes(5))) struct UplinkListenerTests {
    private func listener(
        _ log: EventLog, settings: LinkSettings = LinkSettings(keepAlive: nil), max: Int = 10
    ) throws -> UplinkListener {
        try UplinkListener(
            at: .tcp(HostPort("127.0.0.1:0")), settings: settings, connectionsMax: max,
            onEvent: log.add)
    }

    @Test func malformedLinesAreCounted_AndTheConnectionStays() async throws {
        let log = EventLog()
        let listener = try listener(log)
        try await running({ try await listener.run() }) {
            let peer = try RawPeer(port: try await log.port())
            try peer.send("HELLO\r\n" + String(repeating: "x", count: 20_000) + "\n")
            let wrong: [UInt8] = [0xFF, 10]
            #expect(Glibc.send(peer.descriptor, wrong, 2, 0) == 2)
            try peer.send("GOOD\n")
            let id = try await log.line("GOOD")
            #expect(
                log.all.suffix(4) == [
                    .line(id, "HELLO"),
                    .malformed(id, .overlong(bytesDiscarded: 20_001), count: 1),
                    .malformed(id, .notUTF8(bytesDiscarded: 2), count: 2),
                    .line(id, "GOOD"),
                ])
        }
    }

    @Test func linesForSeveralPeers_ComeToEachInOrder() async throws {
        let log = EventLog()
        let listener = try listener(log)
        try await running({ try await listener.run() }) {
            let port = try await log.port()
            var one = try RawPeer(port: port)
            let first = try await log.connected()
            var two = try RawPeer(port: port)
            let second = try await log.connected(after: 2)
            listener.send([
                ("A", first), ("B", second), ("nobody's", ConnectionID.next()), ("C", first),
                ("D", second), ("E", first),
            ])
            listener.send([])
            listener.send("F", on: second)
            #expect(await one.reads("A\nC\nE\n"))
            #expect(await two.reads("B\nD\nF\n"))
        }
    }

    @Test func aSlowPeerIsClosed_AndItsQueueNeverGrowsPastTheBound() async throws {
        let log = EventLog()
        let listener = try listener(log)
        try await running({ try await listener.run() }) {
            let peer = try RawPeer(port: try await log.port())
            let id = try await log.connected()
            let line = String(repeating: "x", count: 1_000)
            var accepted = 0
            var most = 0
            while listener.send(line, on: id) == .queued {
                accepted += line.utf8.count + 1
                most = max(most, listener.queuedBytes(on: id) ?? 0)
                try #require(accepted < 64 << 20, "the queue has no end")
                if accepted % 100 == 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
            #expect(try await log.lost(id) == .slowPeer)
            #expect(most <= UplinkLimits.outgoingBytesMax)
            #expect(accepted >= UplinkLimits.outgoingBytesMax - 1_001)
            #expect(listener.send(line, on: id) == .stale)
            try? peer.send("")
        }
    }

    @Test func aPeerThatFloodsPingsAndReadsNothingIsClosed() async throws {
        let log = EventLog()
        let listener = try listener(log)
        try await running({ try await listener.run() }) {
            let peer = try RawPeer(port: try await log.port())
            let id = try await log.connected()
            let flood = Array(String(repeating: "PING\n", count: 10_000).utf8)
            let end = await eventually { () -> LossReason? in
                let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                _ = Glibc.send(peer.descriptor, flood, flood.count, flags)
                return log.all.lazy.compactMap { event in
                    if case .lost(id, let reason) = event { reason } else { nil }
                }.first
            }
            #expect(end == .slowPeer)
        }
    }

    @Test func aPeerThatSaysNothingFirstIsClosed_AndOneThatPingsOnlyToo() async throws {
        let log = EventLog()
        let settings = LinkSettings(keepAlive: nil, firstLineMax: .seconds(2))
        let listener = try listener(log, settings: settings)
        try await running({ try await listener.run() }) {
            let port = try await log.port()
            var talker = try RawPeer(port: port)
            try talker.send("HELLO\n")
            let talking = try await log.line("HELLO")
            let mark = log.all.count
            let silent = try RawPeer(port: port)
            try silent.send("PING\n")
            #expect(try await log.lost(try await log.connected(after: mark)) == .silentPeer)
            #expect(listener.send("STILL", on: talking) == .queued)
            #expect(await talker.reads("STILL\n"))
        }
    }

    @Test func aThousandConnectionsStand_AndEachIsItsOwn() async throws {
        let log = EventLog()
        let listener = try listener(log, max: 1_000)
        let clock = ContinuousClock()
        var start = clock.now
        var sockets: [CInt] = []
        defer { for peer in sockets { _ = Glibc.close(peer) } }
        try await running({ try await listener.run() }) {
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: try await log.port())
            sockets = address.withSockAddr { raw, size in
                (0..<1_000).map { _ in
                    let peer = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                    return connect(peer, raw, socklen_t(size)) == 0 ? peer : -1
                }
            }
            #expect(sockets.allSatisfy { $0 >= 0 })
            for (index, peer) in sockets.enumerated() {
                let line = Array("HELLO \(index)\n".utf8)
                _ = Glibc.send(peer, line, line.count, Int32(MSG_NOSIGNAL))
            }
            let all = await eventually { () -> Bool? in
                log.count { if case .line = $0 { true } else { false } } == 1_000 ? true : nil
            }
            #expect(all == true)
            let ids = log.all.compactMap { event in
                if case .line(let id, _) = event { id } else { nil }
            }
            #expect(Set(ids).count == 1_000)
            start = clock.now
        }
        #expect(log.count { if case .lost(_, .stopped) = $0 { true } else { false } } == 1_000)
        #expect(clock.now - start < .seconds(120))
    }

    @Test func oneTooManyIsToldSo_ThoughItSpokeFirst_AndMayComeBackLater() async throws {
        let log = EventLog()
        let listener = try listener(log, max: 2)
        try await running({ try await listener.run() }) {
            let port = try await log.port()
            var first = try RawPeer(port: port)
            let id = try await log.connected()
            let second = try RawPeer(port: port)
            var third = try RawPeer(port: port)
            try third.send("HELLO\n")
            #expect(await third.readsEnd())
            #expect(third.text.hasPrefix("ERROR name=too-many-connections detail="))
            let refusals = log.count { event in
                if case .refused(_, .tooManyConnections(max: 2)) = event { true } else { false }
            }
            #expect(refusals == 1)
            #expect(log.count { if case .connected = $0 { true } else { false } } == 2)
            listener.close(id, reason: "make-room")
            // Its own end is not to be seen before the listener's.
            #expect(await first.readsEnd())
            first.shutWriting()
            #expect(try await log.lost(id) == .owner("make-room"))
            let mark = log.all.count
            let entered = try await eventually { () -> Bool? in
                let again = try RawPeer(port: port)
                try? again.send("HELLO again\n")
                usleep(20_000)
                return log.all.dropFirst(mark).contains {
                    if case .connected = $0 { true } else { false }
                } ? true : nil
            }
            #expect(entered == true)
            try second.send("X\n")
        }
    }

    /// Bytes that come to a socket closed both ways make the kernel drop what it still has to send.
    @Test func theLastLinesArrive_ThoughThePeerReadsLate_AndStillTalks() async throws {
        let log = EventLog()
        let settings = LinkSettings(keepAlive: nil, closeMax: .seconds(20))
        let listener = try listener(log, settings: settings)
        try await running({ try await listener.run() }) {
            var peer = try RawPeer(port: try await log.port(), receiveBuffer: 4_096)
            let id = try await log.connected()
            try peer.send("ONE\n")
            _ = try await log.line("ONE")
            let text = String(repeating: "x", count: 900)
            for number in 0..<50 { listener.send("LAST \(number) \(text)", on: id) }
            listener.close(id, reason: "replaced")
            #expect(listener.send("AFTER", on: id) == .stale)
            for _ in 0..<10 {
                try peer.send("TWO\n")
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(await peer.reads("LAST 49 \(text)\n"))
            #expect(await peer.readsEnd())
            #expect(!peer.text.contains("AFTER"))
            peer.shutWriting()
            #expect(try await log.lost(id) == .owner("replaced"))
            #expect(log.lines(id) == ["ONE"])
        }
    }

    @Test func aPausedPeerIsSlowedDown_AndNothingIsLost() async throws {
        let log = EventLog()
        let listener = try listener(log, settings: brisk)
        try await running({ try await listener.run() }) {
            let peer = try RawPeer(port: try await log.port())
            let id = try await log.connected()
            listener.pauseReading(id)
            try await Task.sleep(for: .milliseconds(200))
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            var (sent, refusals) = (0, 0)
            var unsent: [UInt8] = []
            while refusals < 20 {
                if unsent.isEmpty {
                    unsent = Array("LINE \(sent) \(String(repeating: "x", count: 900))\n".utf8)
                    sent += 1
                    try #require(sent < 50_000, "the peer was never slowed down")
                }
                let count = Glibc.send(peer.descriptor, unsent, unsent.count, flags)
                unsent.removeFirst(max(count, 0))
                guard count < 0 else { continue }
                refusals += 1
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(log.lines(id).count <= 4)
            #expect(!log.all.contains(.lost(id, .silentPeer)))
            listener.resumeReading(id)
            let all = await eventually { log.lines(id).count == sent - 1 ? true : nil }
            #expect(all == true)
            let inOrder = log.lines(id).enumerated().allSatisfy { $1.hasPrefix("LINE \($0) ") }
            #expect(inOrder)
        }
    }

    @Test(arguments: ["192.0.2.1:0", "0.0.0.0:0", "[::]:0"])
    func whatIsNotLoopbackIsNotListenedOn(text: String) throws {
        #expect(throws: UplinkError.notLoopback(text)) {
            try UplinkListener(at: .tcp(HostPort(text))) { _ in }
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        let server = try RawListener()
        let text = "127.0.0.1:\(server.port)"
        let listener = try UplinkListener(at: .tcp(HostPort(text))) { _ in }
        let error = await #expect(throws: UplinkError.inUse(text)) { try await listener.run() }
        #expect(error?.description.contains("already in use by a running daemon") == true)
    }

    /// Linux lets a process of this machine come to 127.0.0.1 from another address of the machine.
    @Test(.enabled(if: ownAddress != nil, "this machine has loopback addresses only"))
    func aPeerFromAnotherAddressIsTurnedAway() async throws {
        let source = try #require(ownAddress)
        let log = EventLog()
        let listener = try listener(log)
        try await running({ try await listener.run() }) {
            var peer = try RawPeer(port: try await log.port(), from: source)
            try peer.send("HELLO\n")
            #expect(await peer.readsEnd())
            #expect(peer.text.hasPrefix("ERROR name=not-loopback detail="))
            let who = try await log.first("refused") { event in
                if case .refused(_, .notLoopback(let who)) = event { who } else { nil }
            }
            #expect(who.hasPrefix("\(source):"))
        }
        #expect(log.count { if case .connected = $0 { true } else { false } } == 0)
    }

    @Test func randomBytesFromManyPeersDoNoHarm() async throws {
        let log = EventLog()
        let listener = try listener(log, settings: .central)
        var random = SeededRandom(state: 7)
        try await running({ try await listener.run() }) {
            let port = try await log.port()
            for _ in 0..<50 {
                let peer = try RawPeer(port: port)
                let bytes = (0..<5_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
                _ = Glibc.send(peer.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                usleep(1_000)
            }
            let mark = log.all.count
            let good = await eventually { () -> Bool? in
                guard let peer = try? RawPeer(port: port) else { return nil }
                try? peer.send("GOOD\n")
                usleep(10_000)
                return log.all.dropFirst(mark).contains {
                    if case .line(_, "GOOD") = $0 { true } else { false }
                } ? true : nil
            }
            #expect(good == true)
        }
    }
}

/// An IPv4 address of this machine that is not loopback.
private let ownAddress: String? = {
    let all = (try? System.enumerateDevices()) ?? []
    return all.lazy.compactMap(\.address).first { address in
        if case .v4 = address { !Loopback.holds(address) } else { false }
    }?.ipAddress
}()
