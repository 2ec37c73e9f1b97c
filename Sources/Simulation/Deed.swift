// SPDX-License-Identifier: Apache-2.0

// Everything that comes into the world from outside the programs: what people do and what breaks. A
// run writes its deeds down, so that a failing one can be told again with fewer of them.

import QueueCore

/// What a person or the weather does, at a time. Places are given by index, so that each deed keeps its
/// meaning when others are left out; a fault says itself how long it lasts.
enum Deed: Hashable, Sendable {
    enum Verb: UInt8, CaseIterable, Hashable, Sendable {
        case next, recall, noShow, finish, park, transfer, undo, open, close, giveBack
    }

    /// Somebody takes a ticket at the central's kiosk, which may ask twice.
    case take(service: Int, PriorityClass, asksTwice: Bool)
    /// Somebody takes a ticket at a controller: its dispenser, or `count` from a paper roll.
    case takeAt(Int, service: Int, PriorityClass, count: Int)
    /// A clerk's finger; `bounces` edges come with each true one, `echoes` repeats them later.
    case finger(Int, booth: Int, Gesture, bounces: Int)
    /// A line held by something, for so long.
    case hold(Int, booth: Int, TimeSpan)
    /// The kernel lost edges of a line: only the end of the gesture is seen.
    case lostEdges(Int, booth: Int)
    /// The clerk's screen.
    case verb(Int, booth: Int, Verb, service: Int)
    /// A number typed in, that of the `ticket`th newest ticket.
    case callNumber(Int, booth: Int, ticket: Int)
    /// A number typed in that may not exist at all.
    case callValue(Int, booth: Int, value: UInt16)
    case cancelAt(Int, ticket: Int)
    /// A no-show, the `life`th patient of all, comes late.
    case readmit(Int, life: Int)
    case cancel(ticket: Int)
    /// Somebody with an appointment, or a doctor.
    case patient(PatientDeed)
    case fence(Int)
    /// A finger on a button of a controller's kiosk, and again after a while.
    case tap(Int, button: Int, again: TimeSpan?)
    /// A tracking code at a controller's kiosk, scanned twice by chance.
    case code(Int, UInt64, isTwice: Bool)
    case paperUsedUp(Int, TimeSpan)
    case printerGone(Int, TimeSpan)

    case cut(Int, TimeSpan)
    case oneWay(Int, up: Bool, TimeSpan)
    case halfOpen(Int)
    case truncate(Int, up: Bool)
    case echo(Int)
    case lose(Int, up: Bool)
    case double(Int, up: Bool)
    case slow(Int, TimeSpan)

    case crash(Int?, CrashPoint, TimeSpan)
    case restart(Int)
    case pause(Int?, TimeSpan)
    case fullDisk(Int?, TimeSpan)
    case stalledDisk(Int?, TimeSpan)
    case backUp(Int?)
    case restoreBackup(Int?, TimeSpan)
    case restore(Int?, TimeSpan)
    case loseDatabase(Int?, TimeSpan)
    case losePower(Int, commits: Int, TimeSpan)
    case namesake(Int)

    case clockStep(Int?, seconds: Int64, isTrusted: Bool)
    case clockBack(Int?)

    case deadUnit(Int, booth: Int, TimeSpan)
    case unitRestart(Int, booth: Int)
    case framesLost(Int, perMille: Int, TimeSpan)
    case adapterGone(Int, TimeSpan)
}

/// Where in the work of a step a program dies.
enum CrashPoint: Hashable, Sendable {
    /// At once.
    case now
    /// In its next step: before the commit, after it, or after so many of its effects.
    case beforeCommit, afterCommit
    case amidEffects(Int)
}

/// A deed and its time.
struct TimedDeed: Hashable, Sendable {
    var at: Moment
    var deed: Deed
}

extension Deed {
    /// From the evening to the next morning.
    static let overnight = TimeSpan.seconds(14 * 3_600)

    /// The kind of fault that this is, if it is one.
    var fault: FaultKind? {
        switch self {
        case .take(_, _, let twice): twice ? .kioskAskedTwice : nil
        case .finger(_, _, _, let bounces):
            bounces == 0 ? nil : bounces > 4 ? .repeatedEdges : .bounce
        case .hold(_, _, let span): span > .seconds(10) ? .stuckLine : .heldLong
        case .lostEdges: .lostEdges
        case .callValue: .mistyped
        case .fence: .fenced
        case .cut(_, Self.overnight): .dayOffline
        case .cut(_, let span): span > .seconds(1_800) ? .hoursOffline : .cut
        case .oneWay(_, let up, _): up ? .oneWayUp : .oneWayDown
        case .halfOpen: .halfOpen
        case .truncate: .truncated
        case .echo: .lateEcho
        case .lose: .lostMessage
        case .double: .doubledMessage
        case .slow: .slowWire
        case .crash(let who, let point, _): Self.crash(who == nil, point)
        case .restart: .restart
        case .pause(let who, _): who == nil ? .centralPause : .pause
        case .fullDisk(let who, _): who == nil ? .centralFullDisk : .fullDisk
        case .stalledDisk(let who, _): who == nil ? .centralStalledDisk : .stalledDisk
        case .restoreBackup(let who, _): who == nil ? .centralOldBackup : .oldBackup
        case .restore(let who, _): who == nil ? .centralRestored : .restored
        case .loseDatabase(let who, _): who == nil ? .centralLostDatabase : .lostDatabase
        case .losePower: .lyingDisk
        case .namesake: .namesake
        case .clockStep(_, let seconds, let isTrusted):
            isTrusted ? .clockStep : seconds < -1_000_000_000 ? .bootIn1970 : .clockDrift
        case .deadUnit: .deadUnit
        case .unitRestart: .unitRestart
        case .framesLost: .framesLost
        case .adapterGone: .adapterGone
        case .tap(_, _, let again): again == nil ? nil : .tappedTwice
        case .code(_, _, let isTwice): isTwice ? .tappedTwice : nil
        case .paperUsedUp: .paperUsedUp
        case .printerGone: .printerGone
        case .takeAt, .verb, .callNumber, .cancelAt, .readmit, .cancel, .patient, .backUp,
            .clockBack:
            nil
        }
    }

    private static func crash(_ isCentral: Bool, _ point: CrashPoint) -> FaultKind {
        switch point {
        case .now: isCentral ? .centralCrash : .crash
        case .beforeCommit: isCentral ? .centralCrashBeforeCommit : .crashBeforeCommit
        case .afterCommit: isCentral ? .centralCrashAfterCommit : .crashAfterCommit
        case .amidEffects: isCentral ? .centralCrashAmidEffects : .crashAmidEffects
        }
    }
}
