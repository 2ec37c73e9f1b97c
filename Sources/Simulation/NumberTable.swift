// SPDX-License-Identifier: Apache-2.0

// Something to know of each number of each service day.

import QueueCore

/// A value for every number of a series on a day; pages come into being as they are written.
struct NumberTable<Value: Sendable>: Sendable {
    private static var pageSize: Int { Int(Limits.numberValueMax) + 1 }

    private let blank: Value
    private var pages = KeyedRows<UInt64, [Value]>()
    /// The days that something is known of, earliest first.
    private(set) var days: [ServiceDay] = []

    init(blank: Value) { self.blank = blank }

    private static func key(_ day: ServiceDay, _ series: Series) -> UInt64 {
        (UInt64(UInt32(bitPattern: day.count)) << 8 | UInt64(day.part)) << 8 | UInt64(series.letter)
    }

    subscript(day: ServiceDay, series: Series, value: UInt16) -> Value {
        get { pages[Self.key(day, series)]?[Int(value)] ?? blank }
        set {
            let key = Self.key(day, series)
            let blank = blank
            if !days.contains(day) {
                days.append(day)
                days.sort()
            }
            pages[key, default: Array(repeating: blank, count: Self.pageSize)][Int(value)] =
                newValue
        }
    }
}
