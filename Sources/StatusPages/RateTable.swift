// SPDX-License-Identifier: Apache-2.0

// How often each address may do something. Of an address no more is kept than the moment until which
// it has used up its share, so the table stays small; when it is full, all others share one place.

import QueueCore

/// So many at once, and one more after each interval.
struct RateTable: Sendable {
    private let burst: Int
    private let interval: TimeSpan
    private let placesMax: Int
    private var busyUntil: [String: Moment] = [:]

    /// The place of all addresses that found the table full.
    private static let others = ""

    /// `burst` at once, and one more each `interval`; at most `placesMax` addresses are told apart.
    init(burst: Int, interval: TimeSpan, placesMax: Int) {
        precondition(burst > 0 && placesMax > 0 && interval > .zero, "a rate that allows nothing")
        self.burst = burst
        self.interval = interval
        self.placesMax = placesMax
    }

    /// How many addresses are kept.
    var count: Int { busyUntil.count }

    /// Whether `address` may once more; it counts when it may.
    mutating func take(_ address: String, at now: Moment) -> Bool {
        let place = place(of: address, at: now)
        let until: Moment = max(busyUntil[place] ?? now, now)
        let used: TimeSpan = until - now
        guard used <= interval * Int64(burst - 1) else { return false }
        busyUntil[place] = until + interval
        return true
    }

    /// After which time an address that was refused may try again.
    func wait(_ address: String, at now: Moment) -> TimeSpan {
        guard let until = busyUntil[address] ?? busyUntil[Self.others] else { return .zero }
        let used: TimeSpan = until - now
        let free: TimeSpan = interval * Int64(burst - 1)
        return used > free ? .microseconds(used.microseconds - free.microseconds) : .zero
    }

    /// An address has shown that it means well.
    mutating func forget(_ address: String) { busyUntil[address] = nil }

    private mutating func place(of address: String, at now: Moment) -> String {
        if busyUntil[address] != nil { return address }
        if busyUntil.count >= placesMax { busyUntil = busyUntil.filter { $0.value > now } }
        return busyUntil.count < placesMax ? address : Self.others
    }
}
