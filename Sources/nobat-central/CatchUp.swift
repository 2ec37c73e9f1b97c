// SPDX-License-Identifier: Apache-2.0

// What a controller tells after it was away: calls of an hour ago among those of this moment. Nobody
// wants to hear the old ones called out in the hall.

import QueueCore

/// Tells a controller's calls of now from those that it tells late, after its link came up.
struct CatchUp: Hashable, Sendable {
    /// After this time without anything old what is told is of now.
    static let quietSpan = TimeSpan.seconds(3)
    /// Whatever is told, it is of now after this time: a clock that is wrong silences no hall for ever.
    static let longest = TimeSpan.seconds(60)
    /// What happened so many seconds ago is still worth saying.
    static let freshSeconds: Int64 = 10

    private var until: Moment?
    private var end = Moment.zero

    /// Its link came up: it begins to tell what happened meanwhile.
    mutating func linkUp(at now: Moment) {
        until = now + Self.quietSpan
        end = now + Self.longest
    }

    /// Whether something it tells is to be called out and shown as new.
    ///
    /// - Parameters:
    ///   - now: the present moment
    ///   - age: how many seconds ago it happened, by its clock and ours; nil when that is not known
    mutating func isNews(at now: Moment, age: Int64?) -> Bool {
        guard let until, now < until else {
            self.until = nil
            return true
        }
        if let age, (-Self.freshSeconds...Self.freshSeconds).contains(age) { return true }
        self.until = min(max(until, now + Self.quietSpan), end)
        return false
    }
}
