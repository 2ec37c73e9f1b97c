// SPDX-License-Identifier: Apache-2.0

// Patients who come to a controller, with a tracking code or without one. A ticket for a code is a
// ticket as any other; the fact that it was for this code goes to the central, which judges it.

extension ControllerMachine {
    /// Gives out a ticket to somebody without an appointment, unless the central has just said that
    /// those are all given out. When it can't say so, the patient is not sent away.
    mutating func issueWalkIn(
        _ service: Name, _ priority: PriorityClass, onSlip wish: SlipWish? = nil
    ) -> Reply {
        if link.isLive, priority != .emergency, walkInsLeft[service] == 0 {
            return .refused(.appointment(.walkInsFull(service)))
        }
        return issue(service, priority, onSlip: wish)
    }

    /// Gives out a ticket for a tracking code. Whoever calls has asked the central with `CHECK`; offline
    /// the code is to be checked when the fact arrives there.
    mutating func issue(
        _ service: Name, _ priority: PriorityClass, for code: TrackingCode
    ) -> Reply {
        guard code.isSound else { return .refused(.appointment(.codeMistyped)) }
        let reply = issue(service, priority)
        if case .issued(_, let ticket, _, _) = reply { append(.arrived(ticket, code)) }
        return reply
    }
}
