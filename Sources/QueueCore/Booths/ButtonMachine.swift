// SPDX-License-Identifier: Apache-2.0

// What a clerk's finger does to a wire, told as presses: bounce is passed over, gestures are told
// apart as early as their meaning allows, and a button held by something else is named.

/// The times by which a button's line is read.
public struct ButtonTiming: Hashable, Sendable {
    /// A change counts when the line has been quiet for this long.
    public var debounce: TimeSpan
    /// A press held this long is a long one.
    public var longPress: TimeSpan
    /// A second press that begins this soon after the first one's release makes a double one.
    public var doubleGap: TimeSpan
    /// A line held this long is stuck: no clerk holds a button for ten seconds.
    public var stuckAfter: TimeSpan

    /// The times by which a button's line is read.
    public init(
        debounce: TimeSpan = .milliseconds(20), longPress: TimeSpan = .milliseconds(700),
        doubleGap: TimeSpan = .milliseconds(300), stuckAfter: TimeSpan = .seconds(10)
    ) {
        self.debounce = debounce
        self.longPress = longPress
        self.doubleGap = doubleGap
        self.stuckAfter = stuckAfter
    }
}

/// What came of a button's line.
public enum ButtonEvent: Hashable, Sendable {
    /// The button went down: the lamp answers, whatever the gesture will turn out to be.
    case down
    /// A gesture is complete.
    case gesture(Gesture)
    /// The line is held by something other than a clerk; it is ignored until it is let go.
    case stuck
    /// A stuck line was let go.
    case free
}

/// Reads one call button. A gesture comes as soon as nothing else can be meant: at the press when the
/// map uses only `short`, at the release when it uses `long` too, and after the double gap when it
/// uses `double`. A press's length matters only when the map uses `long`, a second press only when it
/// uses `double`.
public struct ButtonMachine: Sendable {
    /// The times by which the line is read.
    public let timing: ButtonTiming
    /// The gestures that have a meaning here.
    public let gestures: GestureMap

    private var line = false
    private var lineSince = Moment.zero
    private var phase = Phase.idle
    private var now = Moment.zero
    private var events: [ButtonEvent] = []

    private enum Phase: Hashable, Sendable {
        /// Let go, and nothing is owed.
        case idle
        /// Down, and the gesture is still open.
        case held(since: Moment)
        /// Down, and whatever this press meant has been told.
        case spent(since: Moment)
        /// Let go after a press that a second one may make double.
        case between(since: Moment)
        /// Down for too long.
        case stuck
    }

    private enum Due {
        case settled, long, stuck, single
    }

    /// A button that is not pressed.
    public init(timing: ButtonTiming = ButtonTiming(), gestures: GestureMap) {
        self.timing = timing
        self.gestures = gestures
    }

    /// The line changed at a moment; returns what that and the time passed since have brought.
    public mutating func edge(isPressed: Bool, at moment: Moment) -> [ButtonEvent] {
        advance(to: moment)
        line = isPressed
        lineSince = now
        advance(to: moment)
        return takeEvents()
    }

    /// How the line stands at start-up, or after edges were lost. A line found pressed is ignored until
    /// it is let go, since nobody saw the press; a line found let go ends the press that was seen. What
    /// comes of it is returned by the next ``tick(at:)``, which ``deadline`` asks for.
    public mutating func level(isPressed: Bool, at moment: Moment) {
        advance(to: moment)
        guard isPressed != line else { return }
        line = isPressed
        lineSince = now
        guard isPressed else { return }
        switch phase {
        case .idle: phase = .spent(since: now)
        case .between:
            events.append(.gesture(.short))
            phase = .spent(since: now)
        case .held, .spent, .stuck: break
        }
    }

    /// Time has passed; wanted at ``deadline``, harmless at any other moment.
    public mutating func tick(at moment: Moment) -> [ButtonEvent] {
        advance(to: moment)
        return takeEvents()
    }

    /// When ``tick(at:)`` is wanted next, or nil while nothing is going on.
    public var deadline: Moment? { events.isEmpty ? due?.at : now }

    // MARK: - Time

    private var isDown: Bool {
        switch phase {
        case .idle, .between: false
        case .held, .spent, .stuck: true
        }
    }

    /// What the passing of time brings next. While a change of the line is not settled, only that is
    /// waited for: a press let go a moment before it would be long is not long.
    private var due: (at: Moment, what: Due)? {
        guard line == isDown else { return (lineSince + timing.debounce, .settled) }
        switch phase {
        case .idle, .stuck: return nil
        case .between(let since): return (since + timing.doubleGap, .single)
        case .spent(let since): return (since + timing.stuckAfter, .stuck)
        case .held(let since):
            let long = since + timing.longPress
            let stuck = since + timing.stuckAfter
            return gestures.long != nil && long <= stuck ? (long, .long) : (stuck, .stuck)
        }
    }

    private mutating func advance(to moment: Moment) {
        now = max(now, moment)
        while let next = due, next.at <= now {
            switch next.what {
            case .settled: isDown ? released() : pressed()
            case .long:
                events.append(.gesture(.long))
                if case .held(let since) = phase { phase = .spent(since: since) }
            case .stuck:
                events.append(.stuck)
                phase = .stuck
            case .single:
                events.append(.gesture(.short))
                phase = .idle
            }
        }
    }

    private mutating func pressed() {
        events.append(.down)
        if case .between = phase {
            events.append(.gesture(.double))
            phase = .spent(since: lineSince)
        } else if gestures.long == nil && gestures.double == nil {
            events.append(.gesture(.short))
            phase = .spent(since: lineSince)
        } else {
            phase = .held(since: lineSince)
        }
    }

    private mutating func released() {
        switch phase {
        case .held where gestures.double != nil: phase = .between(since: lineSince)
        case .held:
            events.append(.gesture(.short))
            phase = .idle
        case .stuck:
            events.append(.free)
            phase = .idle
        case .idle, .spent, .between: phase = .idle
        }
    }

    private mutating func takeEvents() -> [ButtonEvent] {
        defer { events = [] }
        return events
    }
}
