// SPDX-License-Identifier: Apache-2.0

import NIOCore
import QueueCore
import Testing

@testable import StatusPages

@Suite struct SessionTableTests {
    static let start = Moment(microseconds: 1_000_000)

    @Test func aSessionIsFoundByItsSecretAlone() {
        var table = SessionTable()
        func use(_ token: String, _ at: Moment) -> PageSession? { table.use(token, at: at) }
        let session = table.open(token: "a", pageToken: "b", at: Self.start)
        #expect(use("a", Self.start)?.serial == session.serial)
        #expect(use("b", Self.start) == nil)
        #expect(use("", Self.start) == nil)
        table.close("a")
        #expect(use("a", Self.start) == nil)
    }

    @Test func actingEndsBeforeReading() {
        var table = SessionTable()
        func use(_ token: String, _ at: Moment) -> PageSession? { table.use(token, at: at) }
        let session = table.open(token: "a", pageToken: "b", at: Self.start)
        let evening = Self.start + PagesLimits.actingSpan
        #expect(session.mayAct(at: evening))
        #expect(!session.mayAct(at: evening + .milliseconds(1)))
        // Using it makes it live longer, and act no longer.
        let month = Self.start + PagesLimits.readingSpan
        let used = use("a", month)
        #expect(used != nil && used?.mayAct(at: month) == false)
        let next = month + .seconds(1)
        #expect(use("a", next)?.mayAct(at: next) == false)
        #expect(use("a", month + PagesLimits.readingSpan) != nil)
        #expect(use("a", month + PagesLimits.readingSpan * 2 + .seconds(1)) == nil)
    }

    @Test func theTableIsBoundedAndForgetsWhatIsUsedLeast() {
        var table = SessionTable()
        func use(_ token: String, _ at: Moment) -> PageSession? { table.use(token, at: at) }
        for index in 0..<PagesLimits.sessionsMax {
            _ = table.open(token: "t\(index)", pageToken: "", at: Self.start)
        }
        _ = use("t0", Self.start + .seconds(1))
        _ = table.open(token: "new", pageToken: "", at: Self.start + .seconds(2))
        #expect(table.count == PagesLimits.sessionsMax)
        #expect(use("t0", Self.start) != nil)
        #expect(use("t1", Self.start) == nil)
        #expect(use("new", Self.start) != nil)
    }
}

@Suite struct RateTableTests {
    static let start = Moment(microseconds: 5_000_000)

    @Test func soManyAtOnceAndThenOneEachInterval() {
        var table = RateTable(burst: 3, interval: .seconds(10), placesMax: 8)
        func take(_ address: String, _ at: Moment) -> Bool { table.take(address, at: at) }
        let taken = (0..<5).map { _ in take("a", Self.start) }
        #expect(taken == [true, true, true, false, false])
        #expect(table.wait("a", at: Self.start) == .seconds(10))
        #expect(take("b", Self.start), "another address has its own share")
        #expect(!take("a", Self.start + .milliseconds(9_999)))
        #expect(take("a", Self.start + .seconds(10)))
        #expect(!take("a", Self.start + .seconds(10)))
        let later = Self.start + .seconds(1_000)
        let again = (0..<4).map { _ in take("a", later) }
        #expect(again == [true, true, true, false])
    }

    @Test func whoMeansWellBeginsAnew() {
        var table = RateTable(burst: 1, interval: .seconds(60), placesMax: 8)
        func take(_ address: String, _ at: Moment) -> Bool { table.take(address, at: at) }
        let twice = (0..<2).map { _ in take("a", Self.start) }
        #expect(twice == [true, false])
        table.forget("a")
        #expect(take("a", Self.start))
    }

    @Test func aFullTableSharesOnePlaceAndDoesNotGrow() {
        var table = RateTable(burst: 2, interval: .seconds(1), placesMax: 4)
        func take(_ address: String, _ at: Moment) -> Bool { table.take(address, at: at) }
        for index in 0..<4 { #expect(take("a\(index)", Self.start)) }
        let others = (0..<100).map { take("b\($0)", Self.start) }
        #expect(others.count(where: \.self) == 2)
        #expect(table.count <= 5)
        #expect(take("a0", Self.start), "who is known is not crowded out")
        #expect(take("late", Self.start + .seconds(60)), "old places are given back")
        #expect(table.count <= 2)
    }
}

@Suite struct PeerAddressTests {
    @Test(arguments: [
        ("192.168.1.7", "192.168.1.7", false), ("127.0.0.1", "127.0.0.1", true),
        ("127.9.9.9", "127.9.9.9", true), ("::1", "0:0:0:0", true),
        ("::ffff:192.168.1.7", "192.168.1.7", false), ("::ffff:127.0.0.1", "127.0.0.1", true),
        ("2001:db8:1:2::1", "2001:db8:1:2", false), ("2001:db8:1:2:ffff::9", "2001:db8:1:2", false),
        ("2001:db8:1:3::1", "2001:db8:1:3", false),
    ])
    func aNetworkOfIPv6CountsAsOne(text: String, place: String, isLoopback: Bool) throws {
        let peer = PeerAddress(try SocketAddress(ipAddress: text, port: 80))
        #expect(peer.text == place)
        #expect(peer.isLoopback == isLoopback)
    }

    @Test func connectionsOfAnAddressAreCounted() {
        let counts = PeerCounts()
        for _ in 0..<PagesLimits.connectionsPerAddress { #expect(counts.enter("a")) }
        #expect(!counts.enter("a"))
        #expect(counts.enter("b"))
        counts.leave("a")
        #expect(counts.enter("a"))
    }
}

@Suite(.timeLimit(.minutes(5))) struct FirstAnswerTests {
    @Test func theFirstOneCounts() async {
        let answer: Int? = await FirstAnswer.within(.seconds(30)) { done in
            done(1)
            done(2)
        }
        #expect(answer == 1)
    }

    @Test func whoNeverAnswersIsNotWaitedForForEver() async {
        let answer: Int? = await FirstAnswer.within(.milliseconds(50)) { _ in }
        #expect(answer == nil)
    }
}
