// SPDX-License-Identifier: Apache-2.0

/// What a run, or many of them, has seen.
public struct Tally: Hashable, Sendable {
    /// Clinic days.
    public var days = 0
    /// Tickets given out.
    public var tickets = 0
    /// Steps of the machines.
    public var steps = 0
    /// Faults that struck, by `FaultKind.rawValue`.
    public var faults = Array(repeating: 0, count: FaultKind.allCases.count)
    /// Situations reached, by `Situation.rawValue`.
    public var situations = Array(repeating: 0, count: Situation.allCases.count)
    /// Calls made while all were online, by how many earlier tickets of their class still waited for
    /// the same service; the last one counts all above.
    public var inversions = Array(repeating: 0, count: 32)
    /// The longest time from the end of all faults until both sides agreed, in microseconds.
    public var slowestAgreement: Int64 = 0
    /// Booths whose displays were looked at, and how often one was older than its call.
    public var looks = 0

    /// Nothing seen yet.
    public init() {}

    mutating func count(_ fault: FaultKind) { faults[fault.rawValue] += 1 }
    mutating func count(_ situation: Situation) { situations[situation.rawValue] += 1 }

    /// Takes in what another run has seen.
    public mutating func add(_ other: Tally) {
        days += other.days
        tickets += other.tickets
        steps += other.steps
        looks += other.looks
        slowestAgreement = max(slowestAgreement, other.slowestAgreement)
        for index in faults.indices { faults[index] += other.faults[index] }
        for index in situations.indices { situations[index] += other.situations[index] }
        for index in inversions.indices { inversions[index] += other.inversions[index] }
    }

    /// The inversion count that so many of a thousand calls do not exceed.
    public func inversion(perMille: Int) -> Int {
        let total = inversions.reduce(0, +)
        var seen = 0
        for (count, calls) in inversions.enumerated() {
            seen += calls
            if seen * 1_000 >= total * perMille { return count }
        }
        return inversions.count
    }
}
