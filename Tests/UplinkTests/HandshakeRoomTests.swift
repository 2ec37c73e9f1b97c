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
        let ids = Self.ids(7)
        #expect(room.lineUp(ids[0], from: "10.0.0.1"))
        _ = room.turn(at: Self.at(0))
        #expect(room.lineUp(ids[1], from: "10.0.0.1"))
        #expect(room.lineUp(ids[2], from: "10.0.0.1"))
        #expect(!room.lineUp(ids[3], from: "10.0.0.1"), "its host's line is full")
        #expect(room.lineUp(ids[4], from: "10.0.0.2"))
        #expect(!room.lineUp(ids[5], from: "10.0.0.3"), "the line is full")
        room.leave(ids[1])
        #expect(room.lineUp(ids[6], from: "10.0.0.1"))
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
