// SPDX-License-Identifier: Apache-2.0

// Who may begin a handshake when many want to.

import NIOCore
import QueueCore
import Testing

@testable import Uplink

@Suite struct HandshakeRoomTests {
    private static func ids(_ count: Int) -> [ConnectionID] { (0..<count).map { _ in .next() } }

    private static func at(_ milliseconds: Int64) -> Moment {
        .zero + .milliseconds(milliseconds)
    }

    private static func room(
        guests: Int, ofOneHost: Int, line: Int = 100, lineOfOneHost: Int = 100
    ) -> Bench {
        Bench(
            HandshakeRoom.Bounds(
                guestsMax: guests, guestsOfOneHostMax: ofOneHost, lineMax: line,
                lineOfOneHostMax: lineOfOneHost, quietMax: .seconds(1), calmSpan: .seconds(10)))
    }

    @Test func thoseForWhomThereIsRoomComeIn_TheOthersWaitInOrder() {
        let room = Self.room(guests: 2, ofOneHost: 2)
        let ids = Self.ids(4)
        for id in ids { #expect(room.lineUp(id, from: "10.0.0.1")) }
        #expect(room.turn(at: Self.at(0)) == .init(come: [ids[0], ids[1]]))
        #expect(room.turn(at: Self.at(500)) == .init())
        room.leave(ids[1])
        #expect(room.turn(at: Self.at(500)) == .init(come: [ids[2]]))
        room.leave(ids[3])
        room.leave(ids[0])
        #expect(room.turn(at: Self.at(500)) == .init())
        #expect((room.count, room.lineCount) == (1, 0))
    }

    /// An honest peer answers; who only holds a place loses it, but not while nobody wants it.
    @Test func whoIsQuietWhileOthersWaitMustGo() {
        let room = Self.room(guests: 2, ofOneHost: 2)
        let ids = Self.ids(4)
        for id in ids[...1] { #expect(room.lineUp(id, from: "10.0.0.1")) }
        _ = room.turn(at: Self.at(0))
        #expect(room.turn(at: Self.at(5_000)) == .init(), "nobody waits")
        room.heard(ids[0], at: Self.at(5_000))
        #expect(room.lineUp(ids[2], from: "10.0.0.2"))
        #expect(room.turn(at: Self.at(5_001)) == .init(out: [ids[1]], come: [ids[2]]))
        #expect(room.lineUp(ids[3], from: "10.0.0.3"))
        #expect(room.turn(at: Self.at(5_999)) == .init(), "both answered within a second")
        #expect(room.turn(at: Self.at(6_000)) == .init(out: [ids[0]], come: [ids[3]]))
    }

    @Test func aHostThatFillsItsShareDisturbsNobodyElse() {
        let room = Self.room(guests: 4, ofOneHost: 2)
        let flood = Self.ids(50)
        for id in flood { #expect(room.lineUp(id, from: "10.0.0.2")) }
        #expect(room.turn(at: Self.at(0)).come == Array(flood[..<2]))
        let other = Self.ids(2)
        for (place, id) in other.enumerated() {
            #expect(room.lineUp(id, from: "10.0.0.\(place + 5)"))
            #expect(room.turn(at: Self.at(1)) == .init(come: [id]))
        }
        // Its own who are quiet go for its own who wait.
        #expect(
            room.turn(at: Self.at(1_000))
                == .init(out: Array(flood[..<2]), come: Array(flood[2..<4])))
    }

    @Test func hostsTakeTurns() {
        let room = Self.room(guests: 1, ofOneHost: 1)
        let many = Self.ids(3)
        let one = Self.ids(1)
        for id in many { #expect(room.lineUp(id, from: "10.0.0.1")) }
        #expect(room.turn(at: Self.at(0)).come == [many[0]])
        #expect(room.lineUp(one[0], from: "10.0.0.2"))
        room.leave(many[0])
        #expect(room.turn(at: Self.at(0)).come == [many[1]])
        room.leave(many[1])
        #expect(room.turn(at: Self.at(0)).come == one)
        room.leave(one[0])
        #expect(room.turn(at: Self.at(0)).come == [many[2]])
    }

    @Test func theLineIsBounded_OfOneHostToo() {
        let room = Self.room(guests: 1, ofOneHost: 1, line: 3, lineOfOneHost: 2)
        let ids = Self.ids(8)
        #expect(room.lineUp(ids[0], from: "10.0.0.1"))
        _ = room.turn(at: Self.at(0))
        #expect(room.lineUp(ids[1], from: "10.0.0.1"))
        #expect(room.lineUp(ids[2], from: "10.0.0.1"))
        #expect(!room.lineUp(ids[3], from: "10.0.0.1"), "its host's line is full")
        #expect(room.lineUp(ids[4], from: "10.0.0.2"))
        #expect(room.lineUp(ids[5], from: "10.0.0.3"))
        #expect(room.turn(at: Self.at(0)) == .init(out: [ids[2]]), "its host had two")
        #expect(!room.lineUp(ids[6], from: "10.0.0.4"), "the line is full, and no host has two")
        #expect(room.lineCount == 3)
        room.leave(ids[1])
        #expect(room.lineUp(ids[7], from: "10.0.0.1"))
    }

    /// What one machine with four addresses can do: every line is as long as it may be.
    @Test func aLineThatFourHostsFill_HasPlacesForAFifth() {
        let room = Bench(HandshakeRoom.Bounds())
        let hosts = (1...4).map { "10.0.0.\($0)" }
        for host in hosts {
            for id in Self.ids(UplinkLimits.handshakesOfOneHostMax) {
                #expect(room.lineUp(id, from: host))
            }
            _ = room.turn(at: Self.at(0))
        }
        #expect((room.count, room.lineCount) == (UplinkLimits.handshakesMax, 0))
        var last: Set<ConnectionID> = []
        for host in hosts {
            let ids = Self.ids(UplinkLimits.handshakeLineOfOneHostMax)
            for id in ids { #expect(room.lineUp(id, from: host)) }
            last.formUnion(ids.suffix(1))
        }
        #expect(room.lineCount == UplinkLimits.handshakeLineMax)

        let honest = Self.ids(4)
        var out: [ConnectionID] = []
        for id in honest {
            #expect(room.lineUp(id, from: "10.0.0.9"))
            let moves = room.turn(at: Self.at(1))
            #expect(moves.come.isEmpty)
            out += moves.out
        }
        #expect(out.count == 4)
        #expect(Set(out) == last, "each line was the longest once, and its last one is told")
        #expect(room.lineCount == UplinkLimits.handshakeLineMax)
        for host in hosts {
            #expect(!room.lineUp(ConnectionID.next(), from: host), "a flood gets nothing back")
        }

        // And hosts take turns: those in the room have been quiet for too long.
        let come = room.turn(at: .zero + UplinkLimits.handshakeQuietMax).come
        #expect(Set(come).isSuperset(of: honest))
        #expect(come.prefix(5).contains(honest[0]))
    }

    /// The room's own books of its lines, held against a plain account of who waits.
    @Test(arguments: [UInt64(1), 2, 3])
    func whoIsPushedOutIsTheLastOfALongestLine(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        let room = Self.room(guests: 1, ofOneHost: 1, line: 12, lineOfOneHost: 5)
        let hosts = (1...6).map { "10.0.0.\($0)" }
        var guest = ConnectionID.next()
        #expect(room.lineUp(guest, from: hosts[0]))
        #expect(room.turn(at: Self.at(0)) == .init(come: [guest]))
        var waiting: [(id: ConnectionID, host: String)] = []
        var pushes = 0
        for _ in 0..<4_000 {
            #expect(room.lineCount == waiting.count)
            let lengths = hosts.map { host in waiting.count { $0.host == host } }
            let chance = Int.random(in: 0..<8, using: &random)
            if chance == 0, !waiting.isEmpty {
                // The one in the room is done.
                room.leave(guest)
                let moves = room.turn(at: Self.at(0))
                guest = try #require(moves.come.first)
                #expect(moves == .init(come: [guest]))
                waiting.removeAll { $0.id == guest }
                continue
            }
            if chance == 1, !waiting.isEmpty {
                let place = Int.random(in: 0..<waiting.count, using: &random)
                room.leave(waiting[place].id)
                waiting.remove(at: place)
                continue
            }
            let own = Int.random(in: 0..<hosts.count, using: &random)
            let longest = lengths.max() ?? 0
            let isFull = waiting.count == 12
            let id = ConnectionID.next()
            let isIn = room.lineUp(id, from: hosts[own])
            #expect(isIn == (lengths[own] < 5 && (!isFull || lengths[own] + 1 < longest)))
            let out = room.turn(at: Self.at(0)).out
            #expect(out.count == (isIn && isFull ? 1 : 0))
            if let pushed = out.first {
                let place = try #require(waiting.firstIndex { $0.id == pushed })
                let host = waiting[place].host
                #expect(waiting.count { $0.host == host } == longest)
                #expect(waiting.last { $0.host == host }?.id == pushed)
                waiting.remove(at: place)
                pushes += 1
            }
            if isIn { waiting.append((id, hosts[own])) }
        }
        #expect(pushes > 100)
    }

    @Test func aRushIsToldOnceWhenItIsOver() {
        let room = Self.room(guests: 1, ofOneHost: 1)
        let ids = Self.ids(3)
        for id in ids { #expect(room.lineUp(id, from: "10.0.0.1")) }
        _ = room.turn(at: Self.at(0))
        for (place, id) in ids[..<2].enumerated() {
            room.leave(id)
            _ = room.turn(at: Self.at(Int64(place + 1) * 100))
        }
        #expect(room.endedRush(at: Self.at(10_199)) == nil)
        let rush = room.endedRush(at: Self.at(10_200))
        #expect(rush?.most == 2)
        #expect(rush?.through == 3)
        #expect(rush?.span == .milliseconds(200))
        #expect(room.endedRush(at: Self.at(30_000)) == nil)
    }

    @Test func whoComesAloneIsNoRush() {
        let room = Self.room(guests: 2, ofOneHost: 2)
        for id in Self.ids(3) {
            #expect(room.lineUp(id, from: "10.0.0.1"))
            _ = room.turn(at: Self.at(0))
            room.leave(id)
        }
        #expect(room.endedRush(at: Self.at(60_000)) == nil)
    }
}

@Suite struct PeerHostTests {
    @Test(arguments: [
        ("192.168.1.7", "192.168.1.7"), ("::ffff:192.168.1.7", "192.168.1.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"), ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"), ("::1", "0:0:0:0::/64"),
    ])
    func aNetworkOfIPv6IsOneHost(text: String, host: String) throws {
        let address = try SocketAddress(ipAddress: text, port: 7_450)
        #expect(PeerHost.text(of: address) == host)
    }

    @Test func whatIsNoAddressOfANetworkHasNone() throws {
        let address = try SocketAddress(unixDomainSocketPath: "/tmp/a")
        #expect(PeerHost.text(of: address) == nil)
    }
}

/// A room that expectations can be put around.
private final class Bench {
    private var room: HandshakeRoom

    init(_ bounds: HandshakeRoom.Bounds) { room = HandshakeRoom(bounds) }

    var count: Int { room.count }
    var lineCount: Int { room.lineCount }
    func lineUp(_ id: ConnectionID, from host: String) -> Bool { room.lineUp(id, from: host) }
    func heard(_ id: ConnectionID, at now: Moment) { room.heard(id, at: now) }
    func leave(_ id: ConnectionID) { room.leave(id) }
    func turn(at now: Moment) -> HandshakeRoom.Moves { room.turn(at: now) }
    func endedRush(at now: Moment) -> HandshakeRoom.Rush? { room.endedRush(at: now) }
}
