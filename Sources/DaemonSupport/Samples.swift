// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Synchronization

/// The newest times of something that is measured all along, in microseconds.
public final class Samples: Sendable {
    private struct State {
        var values: [Int32] = []
        var next = 0
    }

    private let state = Mutex(State())

    /// No times yet.
    public init() {}

    /// Adds a time; the oldest goes when there are more than ``SupportLimits/samples``.
    public func add(_ span: TimeSpan) {
        let value = Int32(clamping: span.microseconds)
        state.withLock { state in
            if state.values.count < SupportLimits.samples {
                state.values.append(value)
            } else {
                state.values[state.next] = value
                state.next = (state.next + 1) % SupportLimits.samples
            }
        }
    }

    /// How many there are, the median, the 99th and 99.9th percentiles and the largest; nil when there
    /// are none.
    public var percentiles: (count: Int, p50: Int, p99: Int, p999: Int, max: Int)? {
        let sorted = state.withLock { $0.values }.sorted()
        guard let last = sorted.last else { return nil }
        let at = { (thousandths: Int) in
            Int(sorted[min(sorted.count - 1, sorted.count * thousandths / 1_000)])
        }
        return (sorted.count, at(500), at(990), at(999), Int(last))
    }
}
