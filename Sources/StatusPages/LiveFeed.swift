// SPDX-License-Identifier: Apache-2.0

// What live pages are told as it happens. The bytes of an event are made once and shared by all
// connections; of each kind of event only the newest is kept, so that a slow reader gets the newest
// state and costs no memory.

import NIOCore
import Synchronization

/// One stream of events with its readers.
public final class LiveFeed: Sendable {
    /// How long an event means something.
    public enum Lasting: Sendable {
        /// It is a state: whoever connects is told the newest.
        case state
        /// It is said once, to those who are there.
        case moment
    }

    private struct Topic {
        let name: String
        let lasting: Lasting
        var version: UInt64
        var bytes: ByteBuffer
    }

    private struct Reader {
        let signal: AsyncStream<Void>.Continuation
        let address: String?
    }

    private struct State {
        var topics: [Topic] = []
        var version: UInt64 = 0
        var readers: [UInt64: Reader] = [:]
        var lastReader: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// A feed without readers.
    public init() {}

    /// How many read it.
    public var readerCount: Int { state.withLock { $0.readers.count } }

    /// Whether one more may read it, from an address or from this machine.
    func hasRoom(for address: String? = nil) -> Bool {
        state.withLock { Self.hasRoom($0, for: address) }
    }

    private static func hasRoom(_ state: State, for address: String?) -> Bool {
        guard !state.isClosed, state.readers.count < PagesLimits.readersMax else { return false }
        guard let address else { return true }
        let count = state.readers.values.count { $0.address == address }
        return count < PagesLimits.readersPerAddress
    }

    /// Forgets what was told, so that whoever comes later is not told of the past.
    func forget() { state.withLock { $0.topics = [] } }

    /// Tells all readers; `data` is one line of text, as JSON is.
    public func publish(_ event: String, _ data: [UInt8], _ lasting: Lasting = .state) {
        precondition(!data.contains(0x0A), "the data of an event is one line")
        var bytes = ByteBuffer()
        bytes.writeString("event: \(event)\ndata: ")
        bytes.writeBytes(data)
        bytes.writeString("\n\n")
        let wanted = state.withLock { state -> [Reader] in
            state.version += 1
            let topic = Topic(
                name: event, lasting: lasting, version: state.version, bytes: bytes)
            if let index = state.topics.firstIndex(where: { $0.name == event }) {
                state.topics[index] = topic
            } else {
                state.topics.append(topic)
            }
            return Array(state.readers.values)
        }
        for reader in wanted { reader.signal.yield() }
    }

    /// Ends all readers, for good.
    public func close() {
        let readers = state.withLock { state in
            defer { state.readers = [:] }
            state.isClosed = true
            return Array(state.readers.values)
        }
        for reader in readers { reader.signal.finish() }
    }

    /// A new reader, or nil when there are too many, or none is wanted any more.
    func subscribe(from address: String? = nil) -> LiveReader? {
        let (signals, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        let reader = state.withLock { state -> LiveReader? in
            guard Self.hasRoom(state, for: address) else { return nil }
            state.lastReader += 1
            state.readers[state.lastReader] = Reader(signal: continuation, address: address)
            let moments = state.topics.filter { $0.lasting == .moment }
            let seen = Dictionary(uniqueKeysWithValues: moments.map { ($0.name, $0.version) })
            return LiveReader(id: state.lastReader, feed: self, signals: signals, seen: seen)
        }
        // What is the state already is told at once.
        continuation.yield()
        return reader
    }

    func unsubscribe(_ id: UInt64) {
        state.withLock { $0.readers.removeValue(forKey: id) }?.signal.finish()
    }

    /// What a reader has not seen yet, in order.
    func news(after seen: inout [String: UInt64]) -> [ByteBuffer] {
        let topics = state.withLock { $0.topics }
        let fresh = topics.filter { $0.version > seen[$0.name] ?? 0 }
            .sorted { $0.version < $1.version }
        for topic in fresh { seen[topic.name] = topic.version }
        return fresh.map(\.bytes)
    }
}

/// A connection that reads a feed.
struct LiveReader: Sendable {
    let id: UInt64
    let feed: LiveFeed
    /// Something is new; several times are one.
    let signals: AsyncStream<Void>
    var seen: [String: UInt64]

    /// What is new since the last time.
    mutating func take() -> [ByteBuffer] { feed.news(after: &seen) }
}
