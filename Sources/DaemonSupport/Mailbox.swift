// SPDX-License-Identifier: Apache-2.0

// How the hands pass what happened to a thread that owns something: bounded, in order, first come
// first served.

import Dispatch
import QueueCore
import Synchronization

/// A bounded queue with one reader that blocks.
public final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var items: [Element] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let capacity: Int

    /// A queue that refuses more than `capacity` items.
    public init(capacity: Int) { self.capacity = capacity }

    /// Puts an item in; false when the queue is full or closed, and the item was refused.
    @discardableResult
    public func put(_ item: Element) -> Bool {
        let wasTaken = state.withLock { state in
            guard !state.isClosed, state.items.count < capacity else { return false }
            state.items.append(item)
            return true
        }
        if wasTaken { signal.signal() }
        return wasTaken
    }

    /// Whether nothing waits to be taken.
    public var isEmpty: Bool { state.withLock { $0.items.isEmpty } }

    /// No more items will be taken; the reader sees the end after the last one.
    public func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }

    /// Waits for items until `timeout`: everything that is there, at most `countMax`; empty when the
    /// time is over, nil when the queue is closed and empty.
    public func take(countMax: Int, timeout: TimeSpan?) -> [Element]? {
        if let taken = grab(countMax) { return taken.isEmpty ? nil : taken }
        if let timeout {
            _ = signal.wait(timeout: .now() + .microseconds(Int(max(0, timeout.microseconds))))
        } else {
            signal.wait()
        }
        guard let taken = grab(countMax) else { return [] }
        return taken.isEmpty ? nil : taken
    }

    /// Items if there are any, an empty list when closed, nil when there is nothing yet.
    private func grab(_ countMax: Int) -> [Element]? {
        state.withLock { state in
            guard !state.items.isEmpty else { return state.isClosed ? [] : nil }
            let taken = Array(state.items.prefix(countMax))
            state.items.removeFirst(taken.count)
            return taken
        }
    }
}
