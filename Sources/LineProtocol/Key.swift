// SPDX-License-Identifier: Apache-2.0

/// The name of a value in a line. A key means the same wherever it stands, but for `name` and `first`
/// and `last`, which the page tells apart by verb.
enum Key: String, CaseIterable, Sendable, CustomStringConvertible {
    case version, role, name, epoch, central, applied, first, last, have, day, caps
    case booth, ticket, number, order, service, rank, returned, again, count, seconds, kept, reason
    case priority = "class"
    case uncalled, restored, services, state, series, next, through
    case reference, controller, hall, ahead, detail, sender, origin
    case clinic, doctor, mobile, code, date, time, session, move, outcome, left
    case at, wait, copied

    var description: String { rawValue }

    private static let table = Word.table(allCases)

    /// The key that the bytes spell, or nil.
    static func spelled(_ bytes: ArraySlice<UInt8>) -> Key? {
        Word(bytes).flatMap { table[$0] }
    }
}
