// SPDX-License-Identifier: Apache-2.0

/// The word that says which message a line is. Each has one meaning, whoever says it.
enum Verb: String, CaseIterable, Sendable {
    // Said by clients.
    case hello = "HELLO"
    case take = "TAKE"
    case fence = "FENCE"
    case cancel = "CANCEL"
    case reaching = "REACHING"
    case book = "BOOK"
    case unbook = "UNBOOK"
    case check = "CHECK"
    case arrive = "ARRIVE"
    case absence = "ABSENCE"

    // Facts: said by controllers, under a number.
    case issued = "ISSUED"
    case called = "CALLED"
    case recalled = "RECALLED"
    case finished = "FINISHED"
    case noShow = "NO-SHOW"
    case parked = "PARKED"
    case returned = "RETURNED"
    case transferred = "TRANSFERRED"
    case cancelled = "CANCELLED"
    case undone = "UNDONE"
    case yielded = "YIELDED"
    case boothOpened = "BOOTH-OPENED"
    case boothClosed = "BOOTH-CLOSED"
    case arrived = "ARRIVED"
    case spoiled = "SPOILED"
    case dayTurned = "DAY-TURNED"
    case report = "REPORT"
    case held = "HELD"
    case holding = "HOLDING"
    case marked = "MARKED"
    case reportEnd = "REPORT-END"
    case fenceDone = "FENCE-DONE"

    // Orders: said by the central, under a number.
    case deal = "DEAL"
    case withdraw = "WITHDRAW"
    case block = "BLOCK"
    case mark = "MARK"
    case day = "DAY"
    case fenced = "FENCED"
    case void = "VOID"

    // Said by the central.
    case welcome = "WELCOME"
    case attached = "ATTACHED"
    case rank = "RANK"
    case news = "NEWS"
    case ticket = "TICKET"
    case done = "DONE"
    case booked = "BOOKED"
    case valid = "VALID"
    case tell = "TELL"
    case quota = "QUOTA"
    case refused = "REFUSED"
    case error = "ERROR"

    // Said by both.
    case acknowledge = "ACK"
    case ping = "PING"
    case pong = "PONG"
    case bye = "BYE"

    /// Whether lines of this verb belong to a log and begin with the number of a record.
    var isRecord: Bool {
        switch self {
        case .issued, .called, .recalled, .finished, .noShow, .parked, .returned, .transferred,
            .cancelled, .undone, .yielded, .boothOpened, .boothClosed, .arrived, .spoiled,
            .dayTurned, .report, .held, .holding, .marked, .reportEnd, .fenceDone, .deal,
            .withdraw, .block, .mark, .day, .fenced, .void:
            true
        case .hello, .take, .fence, .cancel, .reaching, .book, .unbook, .check, .arrive, .absence,
            .welcome, .attached, .rank, .news, .ticket, .done, .booked, .valid, .tell, .quota,
            .refused, .error, .acknowledge, .ping, .pong, .bye:
            false
        }
    }

    private static let table = Word.table(allCases)

    /// The verb that the bytes spell, or nil.
    static func spelled(_ bytes: ArraySlice<UInt8>) -> Verb? {
        Word(bytes).flatMap { table[$0] }
    }
}
