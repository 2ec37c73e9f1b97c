// SPDX-License-Identifier: Apache-2.0

// How the hands pass what happened to a thread that owns something: bounded, in order, first come
// first served. Waits are measured by the monotonic clock: those of a dispatch semaphore follow the
// wall clock on Linux, and one that is set back would stretch them.

import Glibc
import QueueCore

/// A bounded queue with one reader that blocks.
public final class Mailbox<Element: Sendable>: @unchecked Sendable {
    // `items` and `isClosed` are guarded by `mutex`.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let capacity: Int
    private var items: [Element] = []
    private var isClosed = false

    /// A queue that refuses more than `capacity` items.
    public init(capacity: Int) {
        self.capacity = capacity
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(arrival, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(mutex)
        arrival.deallocate()
        mutex.deallocate()
    }

    /// Puts an item in; false when the queue is full or closed, and the item was refused.
    @discardableResult
    public func put(_ item: Element) -> Bool {
        locked {
            guard !isClosed, items.count < capacity else { return false }
            items.append(item)
            pthread_cond_signal(arrival)
            return true
        }
    }

    /// Whether nothing waits to be taken.
    public var isEmpty: Bool { locked { items.isEmpty } }

    /// How many items wait to be taken.
    public var count: Int { locked { items.count } }

    /// No more items will be taken; the reader sees the end after the last one.
    public func close() {
        locked {
            isClosed = true
            pthread_cond_broadcast(arrival)
        }
    }

    /// Waits for items until `timeout`: everything that is there, at most `countMax`; empty when the
    /// time is over, nil when the queue is closed and empty.
    public func take(countMax: Int, timeout: TimeSpan?) -> [Element]? {
        locked {
            // Who only looks is not put to sleep for nothing: the kernel would take its time to wake it.
            let waits = timeout.map { $0 > .zero } ?? true
            let until = waits ? timeout.map(Self.moment(after:)) : nil
            while waits, items.isEmpty, !isClosed {
                guard var until else {
                    pthread_cond_wait(arrival, mutex)
                    continue
                }
                if pthread_cond_timedwait(arrival, mutex, &until) == ETIMEDOUT { break }
            }
            if items.isEmpty { return isClosed ? nil : [] }
            let taken = Array(items.prefix(countMax))
            items.removeFirst(taken.count)
            return taken
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// The time on the monotonic clock after `timeout`.
    private static func moment(after timeout: TimeSpan) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = max(0, timeout.microseconds)
        time.tv_sec += time_t(microseconds / 1_000_000)
        time.tv_nsec += Int(microseconds % 1_000_000) * 1_000
        if time.tv_nsec >= 1_000_000_000 {
            time.tv_sec += 1
            time.tv_nsec -= 1_000_000_000
        }
        return time
    }
}
