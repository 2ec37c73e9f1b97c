// SPDX-License-Identifier: Apache-2.0

// The numbers that a log on disk bears, so that a gap or a repetition is noticed before it is
// written: both ends of the line protocol count on numbers without gaps.

/// From where to where a log is kept.
struct LogSpan: Hashable {
    /// The first number kept; `last + 1` when none is.
    private(set) var first: UInt64
    /// The last number ever written, 0 for none.
    private(set) var last: UInt64

    /// A log that begins.
    init() {
        first = 1
        last = 0
    }

    /// A log of which nothing is kept any more up to `last`.
    init(emptyAfter last: UInt64) {
        first = last &+ 1
        self.last = last
    }

    /// The span of the numbers as read, in order; nil when they have a gap.
    init?(_ numbers: some Collection<UInt64>) {
        self.init()
        guard let start = numbers.first else { return }
        guard start > 0 else { return nil }
        self.init(emptyAfter: start - 1)
        for number in numbers {
            guard accept(number) else { return nil }
        }
    }

    /// Whether nothing is kept.
    var isEmpty: Bool { first > last }

    /// Takes the next number; false when it is not the next one.
    mutating func accept(_ number: UInt64) -> Bool {
        guard last < .max, number == last + 1 else { return false }
        last = number
        return true
    }

    /// Forgets the numbers up to `through`.
    mutating func trim(through: UInt64) {
        guard through >= first else { return }
        first = min(through, last) &+ 1
    }
}
