// SPDX-License-Identifier: Apache-2.0

/// Where a ticket goes when the booth is done with it: admission leads to the cashier, the cashier to a
/// doctor's room. A service without a step ends the ticket.
public struct Step: Hashable, Sendable {
    /// The next service; it may be one of another hall.
    public var service: Name
    /// Whether the patient keeps the number.
    public var numbering: Numbering

    /// What becomes of the number.
    public enum Numbering: String, CaseIterable, Sendable {
        /// The same ticket waits on, in the order of its number.
        case keep
        /// The ticket ends, and a new one of the next series begins.
        case new
    }

    /// A step to a service.
    public init(service: Name, numbering: Numbering = .keep) {
        self.service = service
        self.numbering = numbering
    }
}
