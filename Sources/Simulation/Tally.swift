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
    /// The order of calls while all were online, at a real clinic's pace and on wires of 30 ms or less.
    public var order = Inversions()
    /// The same on slower wires, and in worlds faster than life.
    public var strainedOrder = Inversions()
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
        order.add(other.order)
        strainedOrder.add(other.strainedOrder)
    }
}

/// Calls by how many earlier tickets of their class still waited for the same service.
public struct Inversions: Hashable, Sendable {
    /// How many calls had so many earlier ones waiting; the last one counts all above.
    public private(set) var calls = Array(repeating: 0, count: 32)

    /// None yet.
    public init() {}

    /// How many calls.
    public var total: Int { calls.reduce(0, +) }

    mutating func count(_ earlier: Int) { calls[min(earlier, calls.count - 1)] += 1 }

    mutating func add(_ other: Inversions) {
        for index in calls.indices { calls[index] += other.calls[index] }
    }

    /// The count that so many of a thousand calls do not exceed.
    public func perMille(_ perMille: Int) -> Int {
        var seen = 0
        for (count, calls) in calls.enumerated() {
            seen += calls
            if seen * 1_000 >= total * perMille { return count }
        }
        return calls.count
    }
}
