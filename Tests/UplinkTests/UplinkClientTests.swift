// SPDX-License-Identifier: Apache-2.0

// The controller's end, on real TCP: it comes back by itself, and notices who is gone.

import NIOCore
import QueueCore
import Testing

@testable import Uplink

/// Short times for a link in a test; generous enough for a busy machine.
let brisk = LinkSettings(
    keepAlive: KeepAlive(idleMax: .milliseconds(50), silenceMax: .seconds(10)))

@Suite(.timeLimit(.minutes(5))) struct UplinkClientTests {
    private func client(
        _ ports: [Int], _ log: EventLog, settings: LinkSettings = brisk
    ) throws -> UplinkClient {
        try UplinkClient(
            addresses: ports.map { try HostPort(host: "127.0.0.1", port: $0) },
            settings: settings, random: FixedRandom(value: 0), onEvent: log.add)
    }

    @Test func linesGoBothWays_InOrder() async throws {
        let (near, far) = (EventLog(), EventLog())
        let listener = try UplinkListener(at: .tcp(HostPort("127.0.0.1:0")), onEvent: far.add)
        try await running({ try await listener.run() }) {
            let client = try client([try await far.port()], near)
            try await running({ await client.run() }) {
                let (ours, theirs) = (try await near.connected(), try await far.connected())
                let text = String(repeating: "x", count: 30)
                let lines = (0..<4_000).map { "FACT \($0) booth=نوبت \(text)" }
                // Together more than the outgoing queue holds, a half at a time less.
                for half in [lines[..<2_000], lines[2_000...]] {
                    for line in half { #expect(client.send(line, on: ours) == .queued) }
                    _ = try await far.line(half[half.endIndex - 1])
                    for line in half { #expect(listener.send(line, on: theirs) == .queued) }
                    _ = try await near.line(half[half.endIndex - 1])
                }
                #expect(far.lines(theirs) == lines)
                #expect(near.lines(ours) == lines)
                // The last write is counted a little after its bytes have come.
                let isEmpty = await eventually { client.queuedBytes(on: ours) == 0 ? true : nil }
                #expect(isEmpty == true)
            }
            #expect(near.all.last == .lost(try await near.connected(), .stopped))
            #expect(try await far.lost(try await far.connected()) == .peerClosed)
        }
    }

    @Test func aLostConnectionIsMadeAgain_AndTheOldOneIsStale() async throws {
        let log = EventLog()
        let server = try RawListener()
        let client = try client([server.port], log)
        try await running({ await client.run() }) {
            let old = try await log.connected()
            do {
                var peer = try await server.accept()
                client.send("HELLO", on: old)
                #expect(await peer.reads("HELLO\n"))
            }
            #expect(try await log.lost(old) == .peerClosed)
            let new = try await log.connected(after: 2)
            #expect(new != old)
            var peer = try await server.accept()
            #expect(client.send("LATE", on: old) == .stale)
            client.close(old, reason: "late")
            client.pauseReading(old)
            #expect(client.queuedBytes(on: old) == nil)
            #expect(client.send("AGAIN", on: new) == .queued)
            #expect(await peer.reads("AGAIN\n"))
            #expect(!peer.text.contains("LATE"))
        }
    }

    @Test func theNextAddressIsTried_AndTheFirstOneReported() async throws {
        let log = EventLog()
        let deadPort = try RawListener().port
        let server = try RawListener()
        let client = try client([deadPort, server.port], log)
        try await running({ await client.run() }) {
            _ = try await server.accept()
            _ = try await log.connected()
            guard case .unreachable(let peer, let error, let wait) = log.all[0] else {
                Issue.record("\(log.all)")
                return
            }
            #expect(peer == "127.0.0.1:\(deadPort)" && wait == .zero)
            #expect(error.description.hasPrefix("No connection to \(peer): "))
            #expect(error.description.contains("refused"))
        }
    }

    @Test func aPeerThatAcceptsAndNeverAnswersIsNoticed() async throws {
        let log = EventLog()
        let server = try RawListener()
        let client = try client([server.port], log)
        try await running({ await client.run() }) {
            let id = try await log.connected()
            var peer = try await server.accept()
            #expect(try await log.lost(id) == .silentPeer)
            #expect(await peer.readsEnd())
            #expect(peer.text.hasPrefix("PING\nPING\n"))
        }
    }

    /// As when the peer's machine lost its power after a talk: the connection stays half open.
    @Test func aPeerThatFallsSilentIsNoticed_ThoughBytesWithoutANewlineCome() async throws {
        let log = EventLog()
        let server = try RawListener()
        let client = try client([server.port], log)
        try await running({ await client.run() }) {
            let id = try await log.connected()
            let peer = try await server.accept()
            try peer.send("WELCOME\nPING\n")
            _ = try await log.line("WELCOME")
            let ended = await eventually { () -> Bool? in
                try? peer.send("x")
                return log.all.contains(.lost(id, .silentPeer)) ? true : nil
            }
            #expect(ended == true)
            #expect(log.lines(id) == ["WELCOME"])
        }
    }

    @Test func pingIsAnswered_AndNeitherIsReported() async throws {
        let log = EventLog()
        let server = try RawListener()
        let client = try client([server.port], log, settings: LinkSettings(keepAlive: nil))
        try await running({ await client.run() }) {
            let id = try await log.connected()
            var peer = try await server.accept()
            try peer.send("PING\nPONG\nPING\r\nPING 1\n")
            #expect(await peer.reads("PONG\nPONG\n"))
            _ = try await log.line("PING 1")
            #expect(log.lines(id) == ["PING 1"])
            #expect(peer.text == "PONG\nPONG\n")
        }
    }

    @Test func aQuietLinkBetweenTwoLivingEndsStays() async throws {
        let (near, far) = (EventLog(), EventLog())
        let listener = try UplinkListener(
            at: .tcp(HostPort("127.0.0.1:0")), settings: brisk, onEvent: far.add)
        try await running({ try await listener.run() }) {
            let client = try client([try await far.port()], near)
            try await running({ await client.run() }) {
                let id = try await near.connected()
                try await Task.sleep(for: .seconds(21))
                #expect(near.all == [near.all[0]])
                #expect(client.send("STILL", on: id) == .queued)
                _ = try await far.line("STILL")
            }
        }
    }

    @Test func whatThePeerCouldNotReadIsNotSent() async throws {
        let log = EventLog()
        let server = try RawListener()
        let client = try client([server.port], log)
        try await running({ await client.run() }) {
            let id = try await log.connected()
            var peer = try await server.accept()
            let longest = String(repeating: "x", count: 1_023)
            for line in ["a\nb", "\n", "a\r\nb", "a\r", longest + "x"] {
                #expect(client.send(line, on: id) == .unsendable)
            }
            #expect(client.send(longest, on: id) == .queued)
            #expect(await peer.reads(longest + "\n"))
            #expect(!peer.text.contains("a"))
        }
    }

    @Test func whatIsNotLoopbackIsRefusedBeforeConnecting() async throws {
        for text in ["192.0.2.1:4810", "[2001:db8::1]:4810", "0.0.0.0:4810"] {
            let error = #expect(throws: UplinkError.notLoopback(text)) {
                try UplinkClient(addresses: [HostPort(text)]) { _ in }
            }
            #expect(error?.description.hasPrefix("\(text) is not on this machine: ") == true)
            #expect(error?.description.contains("accepted on loopback only; use an") == true)
            #expect(error?.description.hasSuffix("or keys ('nobatctl key new').") == true)
        }
        #expect(throws: UplinkError.addressCount(0)) { try UplinkClient(addresses: []) { _ in } }
    }

    /// `192.0.513` is no number address to us; the resolver reads it as 192.0.2.1.
    @Test func aNameThatIsNotLoopbackIsRefusedAtEachAttempt() async throws {
        let log = EventLog()
        let name = try HostPort("192.0.513:9")
        let client = try UplinkClient(addresses: [name], onEvent: log.add)
        try await running({ await client.run() }) {
            for attempt in 0..<2 {
                let error = try await log.first("unreachable", after: attempt) { event in
                    if case .unreachable(name.description, let error, _) = event {
                        error
                    } else {
                        nil
                    }
                }
                #expect(error == .notLoopback(name.description))
            }
        }
        let listener = try UplinkListener(at: .tcp(name), onEvent: log.add)
        await #expect(throws: UplinkError.notLoopback(name.description)) {
            try await listener.run()
        }
    }

    @Test func aNameOfThisMachineIsConnectedTo() async throws {
        let (near, far) = (EventLog(), EventLog())
        let listener = try UplinkListener(at: .tcp(HostPort("127.0.0.1:0")), onEvent: far.add)
        try await running({ try await listener.run() }) {
            let address = try HostPort(host: "localhost", port: try await far.port())
            let client = try UplinkClient(addresses: [address], onEvent: near.add)
            try await running({ await client.run() }) {
                client.send("HELLO", on: try await near.connected())
                _ = try await far.line("HELLO")
            }
        }
    }

    @Test(arguments: [false, true])
    func stoppingIsQuick_WhetherThePeerReadsOrNot(reads: Bool) async throws {
        let log = EventLog()
        let server = try RawListener()
        let client = try client([server.port], log, settings: LinkSettings(keepAlive: nil))
        let clock = ContinuousClock()
        var start = clock.now
        try await running({ await client.run() }) {
            let id = try await log.connected()
            var peer = try await server.accept()
            client.send("BYE", on: id)
            if reads {
                client.close(id, reason: "done")
                #expect(await peer.readsEnd())
                #expect(peer.text == "BYE\n")
            }
            start = clock.now
        }
        #expect(clock.now - start < .seconds(30))
        let id = try await log.connected()
        let reason = try await log.lost(id)
        // A peer that does not read may be gone a moment before the client is.
        let either: [LossReason] = reads ? [.owner("done")] : [.stopped, .peerClosed]
        #expect(either.contains(reason))
    }

    @Test func stoppingIsQuick_WhileWaitingToTryAgain() async throws {
        let log = EventLog()
        let deadPort = try RawListener().port
        let client = try UplinkClient(
            addresses: [HostPort(host: "127.0.0.1", port: deadPort)],
            backOff: BackOff(first: .seconds(3_600), longest: .seconds(3_600)),
            random: FixedRandom(value: .max), onEvent: log.add)
        try await running({ await client.run() }) {
            _ = try await log.first("unreachable") { event in
                if case .unreachable(_, _, .seconds(3_600)) = event { true } else { nil }
            }
        }
    }
}
