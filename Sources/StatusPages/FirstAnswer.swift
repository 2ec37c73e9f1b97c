// SPDX-License-Identifier: Apache-2.0

// From answers that come by a call to one that is awaited, but not for ever: a core whose disk hangs
// answers nobody.

import QueueCore

enum FirstAnswer {
    /// What `ask` hands over first, or nil when that takes longer than `span`.
    static func within<Value: Sendable>(
        _ span: TimeSpan, _ ask: (@escaping @Sendable (Value) -> Void) -> Void
    ) async -> Value? {
        let (answers, continuation) = AsyncStream<Value>.makeStream(
            bufferingPolicy: .bufferingOldest(1))
        ask { continuation.yield($0) }
        return await withTaskGroup(of: Value?.self) { group in
            group.addTask {
                for await answer in answers { return answer }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: .microseconds(span.microseconds))
                return nil
            }
            defer {
                group.cancelAll()
                continuation.finish()
            }
            return await group.next() ?? nil
        }
    }
}
