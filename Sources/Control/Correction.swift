// SPDX-License-Identifier: Apache-2.0

// A supervisor's corrections at the central: which of its commands they are made of. The central
// never changes a ticket that is in a controller's tray; it gives out a new number, and cancels.

/// A correction in steps.
public struct Correction: Sendable, Equatable {
    /// The first step: a new ticket.
    public var take: ControlRequest
    /// The second step, when the first one was done; nil when the old ticket has ended already.
    public var cancel: ControlRequest?

    /// What a wish is made of, or nil when it is one command already. Throws why it can't be done.
    ///
    /// - Parameters:
    ///   - wish: `transfer` with a number and a service; `readmit` or `cancel` with a number
    ///   - tickets: the tickets of the day
    ///   - offline: the controllers without a link; what they hold they may call, whatever is said
    public static func plan(
        _ wish: ControlRequest, tickets: [TicketRow], offline: Set<String> = []
    ) throws(ControlError) -> Correction? {
        guard [.transfer, .readmit, .cancel].contains(wish.verb) else { return nil }
        let number = PageAct.number(wish.number ?? "")
        let named = tickets.filter { $0.number == number }
        let found = named.first(where: isAlive) ?? named.max(by: { $0.rank < $1.rank })
        if let found, offline.contains(found.heldBy) {
            throw ControlError(
                name: "holder-offline",
                detail: "\(found.heldBy) holds \(number) and is offline: it may still call it. "
                    + "Restore its link first, or have it done at the hall itself")
        }
        guard wish.verb != .cancel else { return nil }
        guard let ticket = found else {
            throw ControlError(
                name: "unknown-number",
                detail: "no ticket \(number) was given out today; look at the number again")
        }
        var take = ControlRequest(.take)
        take.priority = ticket.priority
        if wish.verb == .readmit {
            guard !isAlive(ticket) else {
                throw ControlError(
                    name: "still-alive", detail: "ticket \(number) is \(ticket.state) as it is")
            }
            take.service = ticket.service
            return Correction(take: take, cancel: nil)
        }
        guard ticket.state == "waiting" || ticket.state == "parked" else {
            throw ControlError(
                name: "number-not-callable",
                detail: "ticket \(number) is \(ticket.state); only one that waits is transferred "
                    + "here. The booth that called it transfers it itself")
        }
        guard let service = wish.service, service != ticket.service else {
            throw ControlError(
                name: "bad-request", detail: "name a service other than \(ticket.service)")
        }
        take.service = service
        var cancel = ControlRequest(.cancel)
        cancel.number = number
        return Correction(take: take, cancel: cancel)
    }

    /// What came of it: the new number, for the patient to be told.
    public static func answer(old: String, new: String, isTransfer: Bool) -> ActAnswer {
        let (old, new) = (Bilingual(digitsOf: old), Bilingual(digitsOf: new))
        return ActAnswer(
            isDone: true,
            words: Bilingual(
                fa: isTransfer
                    ? "\(old.fa) باطل شد و به جای آن \(new.fa) داده شد؛ به بیمار بگویید."
                    : "به جای \(old.fa) شمارهٔ \(new.fa) داده شد؛ به بیمار بگویید.",
                en:
                    "\(new.en) was given out in place of \(old.en)\(isTransfer ? ", which is cancelled" : ""); "
                    + "tell the patient."))
    }

    private static func isAlive(_ ticket: TicketRow) -> Bool {
        ["waiting", "called", "parked", "moving"].contains(ticket.state)
    }
}
