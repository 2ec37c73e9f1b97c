// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import StatusPages

@Suite struct LiveFeedTests {
    static func text(_ buffers: [ByteBuffer]) -> String {
        buffers.map { String(buffer: $0) }.joined()
    }

    @Test func whoComesLateGetsTheNewestState() throws {
        let feed = LiveFeed()
        feed.publish("board", Array("1".utf8))
        feed.publish("board", Array("2".utf8))
        var reader = try #require(feed.subscribe())
        #expect(Self.text(reader.take()) == "event: board\ndata: 2\n\n")
        #expect(reader.take().isEmpty)
    }

    @Test func aMomentIsOverForWhoComesLate() throws {
        let feed = LiveFeed()
        feed.publish("call", Array("1".utf8), .moment)
        var reader = try #require(feed.subscribe())
        #expect(reader.take().isEmpty)
        feed.publish("call", Array("2".utf8), .moment)
        #expect(Self.text(reader.take()) == "event: call\ndata: 2\n\n")
    }

    @Test func aSlowReaderGetsTheNewestOfEachKindInOrder() throws {
        let feed = LiveFeed()
        var reader = try #require(feed.subscribe())
        for value in 1...1_000 {
            feed.publish("board", Array("\(value)".utf8))
            if value == 500 { feed.publish("beat", Array("x".utf8)) }
        }
        #expect(Self.text(reader.take()) == "event: beat\ndata: x\n\nevent: board\ndata: 1000\n\n")
    }

    @Test func theBytesOfAnEventAreShared() throws {
        let feed = LiveFeed()
        var readers = [try #require(feed.subscribe()), try #require(feed.subscribe())]
        feed.publish("board", Array("42".utf8))
        let places = readers.indices.map { index in
            readers[index].take()[0].withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
        }
        #expect(places[0] == places[1])
    }

    @Test func readersAreBoundedAndGivenBack() throws {
        let feed = LiveFeed()
        let readers = (0..<PagesLimits.readersMax).compactMap { _ in feed.subscribe() }
        #expect(readers.count == PagesLimits.readersMax)
        #expect(!feed.hasRoom())
        #expect(feed.subscribe() == nil)
        feed.unsubscribe(try #require(readers.first).id)
        #expect(feed.hasRoom())
        #expect(feed.readerCount == PagesLimits.readersMax - 1)
    }

    @Test(.timeLimit(.minutes(5))) func theEndEndsAllReaders() async throws {
        let feed = LiveFeed()
        let reader = try #require(feed.subscribe())
        feed.close()
        for await _ in reader.signals {}
        #expect(feed.subscribe() == nil)
    }

    @Test func oneAddressDoesNotTakeAllOfIt() throws {
        let feed = LiveFeed()
        let readers = (0..<PagesLimits.readersPerAddress).compactMap { _ in
            feed.subscribe(from: "10.0.0.7")
        }
        #expect(readers.count == PagesLimits.readersPerAddress)
        #expect(feed.subscribe(from: "10.0.0.7") == nil)
        #expect(!feed.hasRoom(for: "10.0.0.7"))
        #expect(feed.subscribe(from: "10.0.0.8") != nil)
        #expect(feed.subscribe() != nil)
        feed.unsubscribe(readers[0].id)
        #expect(feed.hasRoom(for: "10.0.0.7"))
    }

    @Test func whatIsForgottenIsNotToldToWhoComesLater() throws {
        let feed = LiveFeed()
        feed.publish("view", Array("old".utf8))
        feed.forget()
        var reader = try #require(feed.subscribe())
        #expect(reader.take().isEmpty)
        feed.publish("view", Array("new".utf8))
        #expect(Self.text(reader.take()) == "event: view\ndata: new\n\n")
    }
}
