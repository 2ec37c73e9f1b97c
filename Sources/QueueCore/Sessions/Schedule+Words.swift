// SPDX-License-Identifier: Apache-2.0

// The schedule as people ask for it: what is open now, until when, and what opens when.

/// How a service stands at a time.
public struct ServiceOpening: Hashable, Sendable {
    /// The service.
    public let service: Name
    /// Whether tickets are given out.
    public let isOpen: Bool
    /// In words: `morning until 12:00`, `opens on monday 1405/09/02 at 13:00`.
    public let text: String
}

extension Schedule {
    /// How each service that follows sessions stands at a time.
    public func openings(on day: ServiceDay, at time: LocalTime) -> [ServiceOpening] {
        hours.map { hours in
            if let now = sitting(of: hours.service, on: day, at: time) {
                let begins =
                    time < now.opens
                    ? "tickets for \(now.session) from \(now.opens)" : "\(now.session)"
                return ServiceOpening(
                    service: hours.service, isOpen: true, text: "\(begins) until \(now.closes)")
            }
            let next = nextSitting(of: hours.service, after: day, at: time)
            let text =
                next.map { "opens on \($0.day.dateText) at \($0.opens)" }
                ?? "not within \(Limits.openingSearchMax) days"
            return ServiceOpening(service: hours.service, isOpen: false, text: text)
        }
    }
}

extension ControllerMachine {
    /// How the services that follow sessions stand; empty when the time is not known.
    public var openings: [ServiceOpening] {
        localTime.map { plan.schedule.openings(on: meta.day, at: $0) } ?? []
    }
}

extension CentralMachine {
    /// How the services that follow sessions stand; empty when the time is not known.
    public var openings: [ServiceOpening] {
        localTime.map { plan.schedule.openings(on: meta.day, at: $0) } ?? []
    }
}
