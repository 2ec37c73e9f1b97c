// SPDX-License-Identifier: Apache-2.0

// The appointment book at the central: who may ask it what, and what arrivals mean.

extension AppointmentRequest {
    /// Whether a client of this role may ask for it.
    func isFor(_ role: Role?) -> Bool {
        switch (self, role) {
        case (.check, .controller): true
        case (.book, .kiosk), (.check, .kiosk), (.arrive, .kiosk): true
        case (_, .system): true
        case (.absence, .supervisor): false
        case (_, .supervisor): true
        default: false
        }
    }
}

extension CentralMachine {
    mutating func answer(
        _ request: AppointmentRequest, _ reference: UInt64, _ id: LinkID, random: UInt32
    ) {
        let refusal = Refusal.appointment(.noTime)
        effect(
            .send(id, .refused(reference: reference, name: refusal.name, detail: refusal.sentence)))
    }

    mutating func arrived(_ id: TicketID, _ code: TrackingCode, at name: Name) {}
}
