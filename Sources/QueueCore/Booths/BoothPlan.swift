// SPDX-License-Identifier: Apache-2.0

// How a booth is meant to work: what it serves and what its button does.

/// How a button was pressed.
public enum Gesture: String, CaseIterable, Sendable {
    case short, double, long
}

/// What a press asks for.
public enum ButtonAction: String, CaseIterable, Sendable {
    case next
    case recall
    case noShow = "no-show"
    case undo
}

/// What each gesture of a booth's button asks for; nil is "nothing".
public struct GestureMap: Hashable, Sendable {
    /// A short press.
    public var short: ButtonAction?
    /// Two short presses in a row.
    public var double: ButtonAction?
    /// A press held for a while.
    public var long: ButtonAction?

    /// A map; without arguments the common one: next, recall, no-show.
    public init(
        short: ButtonAction? = .next, double: ButtonAction? = .recall, long: ButtonAction? = .noShow
    ) {
        self.short = short
        self.double = double
        self.long = long
    }

    /// What a gesture asks for.
    public subscript(gesture: Gesture) -> ButtonAction? {
        switch gesture {
        case .short: short
        case .double: double
        case .long: long
        }
    }
}

/// A booth as configured.
public struct BoothPlan: Hashable, Sendable {
    /// The booth.
    public var number: BoothNumber
    /// What it serves, in order of preference.
    public var services: [Name]
    /// What its button does.
    public var gestures: GestureMap
    /// Whether it is open when it is first seen.
    public var opensAtStart: Bool

    /// A booth as configured.
    public init(
        number: BoothNumber, services: [Name], gestures: GestureMap = GestureMap(),
        opensAtStart: Bool = true
    ) {
        self.number = number
        self.services = services
        self.gestures = gestures
        self.opensAtStart = opensAtStart
    }
}

/// A controller as configured.
public struct ControllerPlan: Hashable, Sendable {
    /// The controller's name.
    public var name: Name
    /// Its booths.
    public var booths: [BoothPlan]
    /// Services that a ticket may be issued for or transferred to, besides those of the booths.
    public var services: [Name]
    /// After a call, a press for the next patient is held off for this long.
    public var guardSpan: TimeSpan
    /// For this long a press can be taken back.
    public var undoSpan: TimeSpan
    /// How often a ticket may be recalled.
    public var recallMax: Int
    /// The length of a timed absence when the clerk names none.
    public var parkSeconds: UInt32
    /// How many calls may pass over a waiting priority class before it is due.
    public var passedOverMax: UInt16
    /// Where tickets of a service go on to.
    public var then: [Name: Step]
    /// For this long a no-show who comes late is let in again.
    public var lateReturnSpan: TimeSpan
    /// When services are open; ``Schedule/always`` when only the central knows.
    public var schedule: Schedule

    /// How long a visit is expected to take, by service, until the day's own are known.
    public var visits: [Name: TimeSpan] = [:]

    /// A controller as configured.
    public init(
        name: Name, booths: [BoothPlan], services: [Name] = [],
        guardSpan: TimeSpan = .milliseconds(800), undoSpan: TimeSpan = .seconds(5),
        recallMax: Int = 3, parkSeconds: UInt32 = 600, passedOverMax: UInt16 = 3,
        then: [Name: Step] = [:], lateReturnSpan: TimeSpan = .seconds(1_800),
        schedule: Schedule = .always
    ) {
        self.name = name
        self.booths = booths
        self.services = services
        self.guardSpan = guardSpan
        self.undoSpan = undoSpan
        self.recallMax = recallMax
        self.parkSeconds = parkSeconds
        self.passedOverMax = passedOverMax
        self.then = then
        self.lateReturnSpan = lateReturnSpan
        self.schedule = schedule
    }

    /// Whether tickets of the service can be handled in this hall at all.
    public func knows(_ service: Name) -> Bool {
        services.contains(service) || serves(service)
    }

    /// Whether one of the booths here serves the service.
    public func serves(_ service: Name) -> Bool {
        booths.contains { $0.services.contains(service) }
    }
}
