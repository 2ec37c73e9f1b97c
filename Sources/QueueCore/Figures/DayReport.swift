// SPDX-License-Identifier: Apache-2.0

// What a service day was like: how long people waited, how long they were served, who did not come, and
// how long controllers were alone. Made from the central's history by ``DayLedger``.

/// The figures of a service day.
public struct DayReport: Hashable, Sendable {
    /// The day; all its parts together when numbers start over with each session.
    public let day: ServiceDay
    /// The first and the last thing that a ticket of the day met with; unknown when none did.
    public let begins: WallTime
    /// See `begins`.
    public let ends: WallTime
    /// The figures of each group that has any, in order.
    public let groups: [(key: FigureKey, figures: Figures)]
    /// How long each controller was not connected between `begins` and `ends`, in all and by hour.
    public let absences: [OfflineSpan]
    /// Calls of which nobody knew the time: they are counted, in no hour and without their spans.
    public let untimed: Int

    /// The same day with the same figures.
    public static func == (left: DayReport, right: DayReport) -> Bool {
        left.day == right.day && left.begins == right.begins && left.ends == right.ends
            && left.untimed == right.untimed && left.absences == right.absences
            && left.groups.elementsEqual(right.groups) {
                $0.key == $1.key && $0.figures == $1.figures
            }
    }

    /// Takes in the day and its groups.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(day)
        for group in groups { hasher.combine(group.figures) }
    }

    /// The figures of a group; none for one without any.
    public func figures(_ key: FigureKey) -> Figures? {
        groups.first { $0.key == key }?.figures
    }
}

/// What figures are of. Hours are the clinic's own, counted from the day's midnight: 24 is the first of
/// the next day.
public enum FigureKey: Hashable, Comparable, Sendable {
    case day
    case service(Name)
    case booth(BoothPlace)
    case hour(Int)
    case serviceHour(Name, Int)
    case boothHour(BoothPlace, Int)
}

/// The figures of a group. A call, and the wait before it and the service after it, belong to the hour of
/// the call; an issue to its own hour.
public struct Figures: Hashable, Sendable {
    /// Tickets issued; a booth has none.
    public var issued = 0
    /// Calls, but for those taken back; a patient called again after an absence counts again.
    public var called = 0
    /// Calls that ended with the patient served, or sent on to another service.
    public var served = 0
    /// Calls that nobody came for.
    public var noShows = 0
    /// From the issue of a ticket, or its return or arrival from another service, to its call.
    public var waiting = Spans()
    /// From a call to the end of the service.
    public var service = Spans()
    /// Spans one end of which is the time at which the central heard of it, or was told by a clock that
    /// went back.
    public var unsure = 0

    /// No figures yet.
    public init() {}
}

/// Lengths of time, in seconds.
public struct Spans: Hashable, Sendable {
    private var spans: [Int64] = []

    /// How many there are.
    public var count: Int { spans.count }
    /// All together.
    public var sum: Int64 { spans.reduce(0, +) }
    /// The mean, rounded; nil when there are none.
    public var mean: Int64? { spans.isEmpty ? nil : (sum + Int64(count) / 2) / Int64(count) }
    /// The longest.
    public var max: Int64? { spans.max() }
    /// What nine of ten do not exceed.
    public var p90: Int64? {
        spans.isEmpty ? nil : spans.sorted()[(count * 9 + 9) / 10 - 1]
    }

    /// Each of them.
    var all: [Int64] { spans }

    mutating func add(_ span: Int64) { spans.append(span) }
}

/// How long a controller was not connected to the central.
public struct OfflineSpan: Hashable, Sendable {
    /// The controller.
    public let controller: Name
    /// The hour; nil for the whole day.
    public let hour: Int?
    /// The time without a connection, in seconds.
    public let seconds: Int64

    /// An absence from its parts.
    public init(controller: Name, hour: Int?, seconds: Int64) {
        self.controller = controller
        self.hour = hour
        self.seconds = seconds
    }
}
