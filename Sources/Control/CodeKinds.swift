// SPDX-License-Identifier: Apache-2.0

// Which lines of the log tell of tracking codes, even by their last digits: a page that hangs open in
// a hall never shows them. The log itself and the desk that books have them.

extension Narration {
    /// The kinds of lines that may hold the last digits of a code, or tell what somebody booked.
    public static let kindsWithCodes: Set<String> = [
        "arrived", "arrival-to-check", "arrival-settled", "appointment-booked",
        "appointment-unbooked", "appointment-used", "appointment-moved", "appointment-cancelled",
        "appointments-imported", "kiosk-refused", "code-again",
    ]

    /// Whether a line of this kind may be shown on a page.
    public static func isForPages(_ kind: String) -> Bool { !kindsWithCodes.contains(kind) }
}
