// SPDX-License-Identifier: Apache-2.0

/// What a booth display is to show.
public enum BoothSign: Hashable, Sendable {
    /// The booth's last call; with `attention` it blinks and beeps for a while.
    case number(TicketNumber, attention: Bool)
    /// Nobody is called here.
    case dashes
    /// A press could not be recorded.
    case trouble

    /// The four characters of the sign.
    public var text: String {
        switch self {
        case .number(let number, _): number.description
        case .dashes: "----"
        case .trouble: "Err "
        }
    }
}

/// What the lamp in a booth's button tells the clerk.
public enum LampState: String, CaseIterable, Sendable {
    /// Nobody waits for this booth.
    case nobody
    /// Somebody waits for this booth.
    case waiting
    /// Nobody waits, and the central can't be reached.
    case offlineNobody = "offline-nobody"
    /// Somebody waits, and the central can't be reached: calling goes on.
    case offlineWaiting = "offline-waiting"
    /// The display, the button or the disk of this booth is out of order.
    case fault
}
