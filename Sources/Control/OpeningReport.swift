// SPDX-License-Identifier: Apache-2.0

import QueueCore

/// Whether a service that follows the clinic's sessions is open, in `nobatctl status`.
public struct OpeningReport: Codable, Sendable, Equatable {
    /// The service.
    public var service: String
    /// Whether tickets are given out now.
    public var open: Bool
    /// Until when, or when it opens, in words.
    public var text: String

    /// A report of how a service stands.
    public init(_ opening: ServiceOpening) {
        service = opening.service.description
        open = opening.isOpen
        text = opening.text
    }
}

extension StatusReport {
    /// Adds the date in words and how the services stand.
    public mutating func add(day: ServiceDay, _ openings: [ServiceOpening]) {
        date = day.dateText
        hours = openings.isEmpty ? nil : openings.map { OpeningReport($0) }
    }
}
