// SPDX-License-Identifier: Apache-2.0

// What is to happen later: a heap of times.

import QueueCore

/// Things to come, earliest first; those of one moment in the order in which they were put there.
struct Agenda<Thing: Sendable>: Sendable {
    private struct Entry: Sendable {
        var at: Moment
        var order: UInt64
        var thing: Thing
    }

    private var heap: [Entry] = []
    private var count: UInt64 = 0

    private func precedes(_ one: Int, _ other: Int) -> Bool {
        heap[one].at != heap[other].at
            ? heap[one].at < heap[other].at : heap[one].order < heap[other].order
    }

    var first: Moment? { heap.isEmpty ? nil : heap[0].at }

    mutating func put(_ thing: Thing, at moment: Moment) {
        count += 1
        heap.append(Entry(at: moment, order: count, thing: thing))
        var index = heap.count - 1
        while index > 0, precedes(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func takeFirst() -> Thing? {
        guard !heap.isEmpty else { return nil }
        heap.swapAt(0, heap.count - 1)
        let taken = heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && precedes(child, least) {
                least = child
            }
            guard least != index else { return taken.thing }
            heap.swapAt(index, least)
            index = least
        }
    }
}
