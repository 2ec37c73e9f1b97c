// SPDX-License-Identifier: Apache-2.0

// Links with keys, over real TCP: who is let in, and by what name everybody else is turned away.

import Foundation
import NIOConcurrencyHelpers
import NIOCore
import QueueCore
import Testing

@testable import Uplink

@Suite(.timeLimit(.minutes(5))) struct KeyedLinkTests {
    private static func holder(_ file: String) throws -> KeyHolder {
        try #require(KeyHolder(fileName: file))
    }

    private static func key(_ file: String) throws -> (holder: KeyHolder, key: LinkKey) {
        var random = SystemRandomNumberGenerator()
        let holder = try holder(file)
        return (holder, LinkKey(of: holder, using: &random))
    }

    private static func listener(
        _ log: EventLog, _ ring: KeyRing, at host: String = "127.0.0.1"
    ) throws -> UplinkListener {
        try UplinkListener(
            at: .tcp(HostPort("\(host):0")), keys: ring, settings: .central, connectionsMax: 10,
            onEvent: log.add)
    }

    private static func client(
        _ log: EventLog, port: Int, _ key: LinkKey, host: String = "127.0.0.1"
    ) throws -> UplinkClient {
        try UplinkClient(
            addresses: [HostPort(host: host, port: port)],
            key: { () throws(UplinkError) in key },
            backOff: BackOff(first: .milliseconds(50), longest: .milliseconds(50)),
            onEvent: log.add)
    }

    private static func turnedAway(_ log: EventLog) async throws -> (HandshakeFault, String?) {
        try await log.first("turned away") { event in
            if case .turnedAway(_, let fault, let identity) = event {
                (fault, identity)
            } else {
                nil
            }
        }
    }

    @Test func anOwnerIsLetIn_AndLinesGoBothWays() async throws {
        let (there, here, ring) = (EventLog(), EventLog(), KeyRing())
        let (holder, key) = try Self.key("hall-a.2.controller.key")
        #expect(ring.replace(with: [(holder, key)]).isEmpty)
        let listener = try Self.listener(there, ring)
        try await running({ try await listener.run() }) {
            let client = try Self.client(here, port: try await there.port(), key)
            try await running({ await client.run() }) {
                let far = try await there.connected()
                let near = try await here.connected()
                let shown = try await there.first("identified") { event in
                    if case .identified(far, let shown) = event { shown } else { nil }
                }
                #expect(shown.holder == holder)
                #expect(ring.holds(shown))
                for index in 0..<2_000 {
                    #expect(client.send("C \(index)", on: near) == .queued)
                    if index % 100 == 0 { _ = try await there.line("C \(index)") }
                }
                #expect(listener.send(String(repeating: "s", count: 1_000), on: far) == .queued)
                _ = try await there.line("C 1999")
                #expect(there.lines(far) == (0..<2_000).map { "C \($0)" })
                _ = try await here.line(String(repeating: "s", count: 1_000))
                // A flushing close still brings the last line.
                #expect(listener.send("ERROR name=revoked", on: far) == .queued)
                listener.close(far, reason: "revoked")
                _ = try await here.line("ERROR name=revoked")
                #expect(try await here.lost(near) == .peerClosed)
                #expect(try await there.lost(far) == .owner("revoked"))
            }
        }
        #expect(there.count { if case .turnedAway = $0 { true } else { false } } <= 1)
    }

    @Test func aWrongSecretAndAnUnknownNameAreTurnedAway_ByName() async throws {
        let ring = KeyRing()
        let (holder, key) = try Self.key("hall-a.controller.key")
        _ = ring.replace(with: [(holder, key)])
        for (file, fault) in [
            ("hall-a.controller.key", HandshakeFault.wrongKey),
            ("hall-b.controller.key", .unknownName),
        ] {
            let (there, here) = (EventLog(), EventLog())
            let listener = try Self.listener(there, ring)
            let (other, wrong) = try Self.key(file)
            try await running({ try await listener.run() }) {
                let client = try Self.client(here, port: try await there.port(), wrong)
                try await running({ await client.run() }) {
                    let (found, identity) = try await Self.turnedAway(there)
                    #expect(found == fault)
                    #expect(identity == other.identity)
                    let why = try await here.first("not admitted") { event in
                        if case .unreachable(_, .notAdmitted(_, let why), _) = event {
                            why
                        } else {
                            nil
                        }
                    }
                    // Both look the same from outside.
                    #expect(why.contains("the central does not know the key"), "\(why)")
                }
            }
            #expect(there.count { if case .connected = $0 { true } else { false } } == 0)
            #expect(here.count { if case .connected = $0 { true } else { false } } == 0)
        }
    }

    @Test func plainLinesAreAnsweredWithASentence() async throws {
        let log = EventLog()
        let listener = try Self.listener(log, KeyRing())
        try await running({ try await listener.run() }) {
            var peer = try RawPeer(port: try await log.port())
            try peer.send("HELLO version=1 role=kiosk name=kiosk-1\n")
            #expect(await peer.reads("ERROR name=no-key detail="))
            #expect(peer.text.hasSuffix("\n"))
            #expect(await peer.readsEnd())
            #expect(try await Self.turnedAway(log).0 == .noKey)
        }
        #expect(log.count { if case .line = $0 { true } else { false } } == 0)
    }

    @Test func noiseThatLooksLikeTLSEndsItsConnection() async throws {
        let log = EventLog()
        let listener = try Self.listener(log, KeyRing())
        try await running({ try await listener.run() }) {
            var peer = try RawPeer(port: try await log.port())
            let noise: [UInt8] = [22, 3, 1, 2, 0] + (0..<512).map { UInt8(truncatingIfNeeded: $0) }
            #expect(send(peer.descriptor, noise, noise.count, 0) == noise.count)
            #expect(await peer.readsEnd())
            #expect(try await Self.turnedAway(log).0 == .broken)
        }
    }

    @Test func whoGoesAwayIsNoted() async throws {
        let log = EventLog()
        let listener = try Self.listener(log, KeyRing())
        try await running({ try await listener.run() }) {
            do { _ = try RawPeer(port: try await log.port()) }
            #expect(try await Self.turnedAway(log).0 == .left)
        }
    }

    @Test(arguments: [[], [UInt8(22)], [22, 3, 1, 0, 200, 1]])
    func aHandshakeThatIsNotDoneInTimeIsEnded(start: [UInt8]) async throws {
        let log = EventLog()
        let listener = try Self.listener(log, KeyRing())
        try await running({ try await listener.run() }) {
            var peer = try RawPeer(port: try await log.port())
            let began = NIODeadline.now()
            if !start.isEmpty {
                #expect(send(peer.descriptor, start, start.count, 0) == start.count)
            }
            #expect(await peer.readsEnd())
            #expect(try await Self.turnedAway(log).0 == .late)
            #expect(NIODeadline.now() - began > .seconds(4))
        }
    }

    /// One host has all places in the line: the last of its connections is ended, and another host is served.
    @Test func aHostThatFillsTheLineMakesRoomForAnother() async throws {
        let (there, here, ring) = (EventLog(), EventLog(), KeyRing())
        let (holder, key) = try Self.key("hall-a.controller.key")
        _ = ring.replace(with: [(holder, key)])
        let listener = try Self.listener(there, ring)
        let bounds = HandshakeRoom.Bounds(
            guestsMax: 1, guestsOfOneHostMax: 1, lineMax: 2, lineOfOneHostMax: 2)
        listener.room.withLockedValue { $0 = HandshakeRoom(bounds) }
        let isThere = { @Sendable (guests: Int, waiting: Int) async -> Bool in
            let found: Bool? = await eventually {
                let counts = listener.room.withLockedValue { ($0.count, $0.lineCount) }
                return counts == (guests, waiting) ? true : nil
            }
            return found != nil
        }
        try await running({ try await listener.run() }) {
            let port = try await there.port()
            let first = try RawPeer(port: port, from: "127.0.0.2")
            #expect(await isThere(1, 0))
            let second = try RawPeer(port: port, from: "127.0.0.2")
            #expect(await isThere(1, 1))
            var third = try RawPeer(port: port, from: "127.0.0.2")
            #expect(await isThere(1, 2))
            let client = try Self.client(here, port: port, key)
            try await running({ await client.run() }) {
                let (fault, identity) = try await Self.turnedAway(there)
                #expect(fault == .crowded)
                #expect(identity == nil)
                _ = try await there.connected()
            }
            #expect(await third.readsEnd())
            // They are kept until here.
            first.shutWriting()
            second.shutWriting()
        }
    }

    /// As many stand at the door as there may be inside, and say nothing: whoever has a key comes in, and
    /// one too many does not.
    @Test func whoStandsAtTheDoorTakesNobodysPlace() async throws {
        let (there, here, late, ring) = (EventLog(), EventLog(), EventLog(), KeyRing())
        let (holder, key) = try Self.key("hall-a.controller.key")
        _ = ring.replace(with: [(holder, key)])
        let listener = try UplinkListener(
            at: .tcp(HostPort("127.0.0.1:0")), keys: ring, settings: .central, connectionsMax: 1,
            onEvent: there.add)
        try await running({ try await listener.run() }) {
            let port = try await there.port()
            let first = try RawPeer(port: port, from: "127.0.0.2")
            let second = try RawPeer(port: port, from: "127.0.0.3")
            let client = try Self.client(here, port: port, key)
            try await running({ await client.run() }) {
                _ = try await there.connected()
                let other = try Self.client(late, port: port, key)
                try await running({ await other.run() }) {
                    let (fault, _) = try await Self.turnedAway(there)
                    #expect(fault == .crowded)
                }
            }
            // They are kept until here.
            first.shutWriting()
            second.shutWriting()
        }
    }

    @Test func aKeyThatIsReplacedIsAnotherKey() throws {
        let ring = KeyRing()
        let (holder, one) = try Self.key("hall-a.controller.key")
        let (_, two) = try Self.key("hall-a.controller.key")
        let (kiosk, third) = try Self.key("kiosk-1.kiosk.key")
        #expect(ring.replace(with: [(holder, one), (kiosk, third)]).isEmpty)
        let shown = try #require(ring.entry("hall-a")).shown
        #expect(ring.replace(with: [(kiosk, third), (holder, one)]).isEmpty)
        #expect(ring.holds(shown))
        #expect(ring.replace(with: [(holder, two), (kiosk, third)]) == [holder])
        #expect(!ring.holds(shown))
        #expect(ring.replace(with: [(holder, one), (kiosk, third)]) == [holder])
        #expect(!ring.holds(shown), "the same key once more is not the one that was revoked")
        #expect(ring.replace(with: []) == [holder, kiosk])
        #expect(ring.holders.isEmpty)
        // Of one identity in two roles the first counts, and the other opens nothing.
        let twin = try Self.holder("hall-a.kiosk.key")
        #expect(ring.replace(with: [(holder, one), (twin, two)]).isEmpty)
        #expect(ring.holders == [holder])
    }

    @Test func aListenerAndAClientWithKeysMayLeaveTheMachine() throws {
        let log = EventLog()
        #expect(throws: UplinkError.notLoopback("0.0.0.0:0")) {
            try UplinkListener(at: .tcp(HostPort("0.0.0.0:0")), onEvent: log.add)
        }
        _ = try Self.listener(log, KeyRing(), at: "0.0.0.0")
        let (_, key) = try Self.key("hall-a.controller.key")
        #expect(throws: UplinkError.notLoopback("10.0.0.5:7450")) {
            try UplinkClient(addresses: [HostPort("10.0.0.5:7450")], onEvent: log.add)
        }
        _ = try Self.client(log, port: 7_450, key, host: "10.0.0.5")
    }
}

/// What the protocol's page says of handshakes is what the code does.
@Suite struct HandshakePageTests {
    private static func page() throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = folder.path + "/Sources/LineProtocol/LineProtocol.md"
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let start = try #require(page.range(of: "### Pre-shared keys"))
        let end = try #require(page[start.upperBound...].range(of: "\n## "))
        return String(page[start.lowerBound..<end.lowerBound])
    }

    @Test func faults_AreThoseOfTheCode() throws {
        let rows = try Self.page().split(separator: "\n").filter { $0.hasPrefix("| `") }
        let names = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        #expect(names.sorted() == HandshakeFault.allCases.map(\.rawValue).sorted())
    }

    @Test func figures_AreThoseOfTheCode() throws {
        let page = try Self.page()
        let limits = UplinkLimits.self
        for part in [
            "at most \(limits.handshakeSpan.milliseconds / 1_000) s",
            "At most \(limits.handshakesMax) peers", "\(limits.handshakesOfOneHostMax) of one host",
            "\(limits.handshakeLineMax) others, \(limits.handshakeLineOfOneHostMax) of one host",
            "silent for \(limits.handshakeQuietMax.milliseconds / 1_000) s",
            "wait \(limits.admissionSpan.milliseconds / 1_000) s",
            "`\(LinkTLS.suite)`", "\(LinkKey.secretBytes) random bytes",
            "\(LinkKey.secretBytes * 2) hexadecimal digits",
        ] {
            #expect(page.contains(part), "\(part)")
        }
    }
}

@Suite struct KeyTurnsTests {
    private static let keys = ["1", "2", "3"].compactMap { digit in
        LinkKey(line: "hall-a:" + String(repeating: digit, count: 64))
    }

    @Test func aNewKeyIsTriedFirst_AndTheOldOneInTurnUntilItWorks() throws {
        let (old, new) = (Self.keys[0], Self.keys[1])
        var turns = KeyTurns()
        #expect(turns.next(inFile: old) == old)
        #expect(turns.next(inFile: old) == old)
        turns.opened()
        #expect(turns.next(inFile: new) == new)
        #expect(turns.next(inFile: new) == old)
        #expect(turns.next(inFile: new) == new)
        turns.opened()
        #expect(turns.next(inFile: new) == new)
        #expect(turns.next(inFile: new) == new)
    }

    /// One of two addresses is dead: each key is shown at both.
    @Test func eachKeyIsShownAtEveryAddress() throws {
        let (old, new) = (Self.keys[0], Self.keys[1])
        var turns = KeyTurns(addresses: 2)
        _ = turns.next(inFile: old)
        turns.opened()
        let shown = (0..<8).map { _ in turns.next(inFile: new) }
        #expect(shown == [new, new, old, old, new, new, old, old])
        // Another file, and it begins with that one.
        #expect(turns.next(inFile: Self.keys[2]) == Self.keys[2])
    }

    @Test func aLinkIsGivenUpForANewKeyOnce() throws {
        let (old, new) = (Self.keys[0], Self.keys[1])
        var turns = KeyTurns()
        _ = turns.next(inFile: old)
        #expect(turns.isChange(inFile: new) == false, "nothing was opened yet")
        turns.opened()
        #expect(turns.isChange(inFile: old) == false)
        #expect(turns.isChange(inFile: new) == true)
        #expect(turns.next(inFile: new) == new)
        #expect(turns.next(inFile: new) == old)
        turns.opened()
        #expect(turns.isChange(inFile: new) == false, "the central does not take it yet")
        #expect(turns.isChange(inFile: Self.keys[2]) == true)
    }

    @Test func withoutAFileTheKeyThatWorkedIsUsed() throws {
        var turns = KeyTurns()
        #expect(turns.next(inFile: nil) == nil)
        _ = turns.next(inFile: Self.keys[0])
        turns.opened()
        #expect(turns.next(inFile: nil) == Self.keys[0])
    }
}
