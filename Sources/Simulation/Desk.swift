// SPDX-License-Identifier: Apache-2.0

// A booth's button: fingers, bouncing contacts and the kernel's edges, read by the core's own
// ButtonMachine, with a count of what was meant beside what was understood.

import QueueCore

/// The button of one booth, and the clerk who sits there.
struct Desk: Sendable {
    let controller: Int
    let booth: BoothNumber
    var button: ButtonMachine
    var clerk: Clerk
    /// Edges to come, in order of time.
    private var edges: [(at: Moment, isPressed: Bool)] = []
    private var nextEdge = 0
    private var line = false
    /// Gestures meant by fingers whose edges are all seen, oldest first.
    private(set) var meant: [Gesture] = []
    /// What was meant can't be held against what is understood: edges were lost, or fingers met.
    private(set) var isBlurred = false
    private var heldUntil = Moment.zero
    /// At the last look nobody waited here, and too many elsewhere.
    var stoodIdle = false

    init(controller: Int, booth: BoothNumber, gestures: GestureMap, clerk: Clerk) {
        self.controller = controller
        self.booth = booth
        self.clerk = clerk
        button = ButtonMachine(gestures: gestures)
    }

    var edgeDue: Moment? { mutating get { nextEdge < edges.count ? edges[nextEdge].at : nil } }
    /// When the button's time comes next, with the program that reads it running.
    var due: Moment? {
        mutating get {
            let deadline = button.deadline
            guard let edge = edgeDue else { return deadline }
            return deadline.map { min($0, edge) } ?? edge
        }
    }

    var isQuiet: Bool { mutating get { edgeDue == nil && button.deadline == nil } }

    /// A finger comes, and each of its edges bounces.
    mutating func finger(_ gesture: Gesture, bounces: Int, dice: inout Dice, at now: Moment) {
        if !isQuiet || now < heldUntil { isBlurred = true }
        meant.append(gesture)
        let pauses: [TimeSpan] =
            switch gesture {
            case .short: [.milliseconds(120)]
            case .double: [.milliseconds(100), .milliseconds(120), .milliseconds(100)]
            case .long: [.milliseconds(900)]
            }
        var at = now
        var isPressed = true
        press(isPressed, bounces: bounces, dice: &dice, at: at)
        for pause in pauses {
            at = at + pause
            isPressed.toggle()
            press(isPressed, bounces: bounces, dice: &dice, at: at)
        }
    }

    private mutating func press(
        _ isPressed: Bool, bounces: Int, dice: inout Dice, at moment: Moment
    ) {
        var at = moment
        for _ in 0..<bounces {
            put(isPressed, at: at)
            at = at + dice.span(.microseconds(50), .milliseconds(2))
            put(!isPressed, at: at)
            at = at + dice.span(.microseconds(50), .milliseconds(2))
        }
        put(isPressed, at: at)
    }

    private mutating func put(_ isPressed: Bool, at moment: Moment) {
        if let last = edges.last, nextEdge < edges.count, last.at > moment {
            isBlurred = true
            return edges.append((last.at, isPressed))
        }
        edges.append((moment, isPressed))
    }

    /// Something lies on the button.
    mutating func hold(for span: TimeSpan, at now: Moment) {
        isBlurred = true
        heldUntil = now + span
        put(true, at: now)
        put(false, at: now + span)
    }

    /// The kernel's buffer ran over: the edges to come are lost, and the line is read anew.
    mutating func loseEdges(at now: Moment) {
        guard edgeDue != nil else { return }
        isBlurred = true
        if let last = edges.last { line = last.isPressed }
        dropEdges()
        button.level(isPressed: line, at: now)
    }

    private mutating func dropEdges() {
        edges.removeAll(keepingCapacity: true)
        nextEdge = 0
    }

    /// What the edges and the time up to now mean. With nobody to read it, edges are lost.
    mutating func advance(to now: Moment) -> [ButtonEvent] {
        var events: [ButtonEvent] = []
        while nextEdge < edges.count, edges[nextEdge].at <= now {
            let edge = edges[nextEdge]
            nextEdge += 1
            line = edge.isPressed
            let news = button.edge(isPressed: edge.isPressed, at: edge.at)
            if events.isEmpty { events = news } else { events += news }
        }
        if nextEdge == edges.count { dropEdges() }
        guard let deadline = button.deadline, deadline <= now else { return events }
        let news = button.tick(at: now)
        return events.isEmpty ? news : events + news
    }

    /// The program that read it is gone.
    mutating func unread(at now: Moment) {
        while nextEdge < edges.count, edges[nextEdge].at <= now {
            line = edges[nextEdge].isPressed
            nextEdge += 1
        }
        if nextEdge == edges.count { dropEdges() }
        isBlurred = true
    }

    /// A program begins to read it.
    mutating func readAnew(at now: Moment) {
        unread(at: now)
        button = ButtonMachine(timing: button.timing, gestures: button.gestures)
        button.level(isPressed: line, at: now)
    }

    /// A gesture was understood; what it should have been, when that can be said.
    mutating func understood(_ gesture: Gesture) -> String? {
        guard !isBlurred else { return nil }
        guard !meant.isEmpty else { return "a \(gesture) press that nobody made" }
        let first = meant.removeFirst()
        return first == gesture ? nil : "a \(gesture) press where a \(first) one was made"
    }

    /// After a while without edges, every finger must have been understood; then the count begins anew.
    mutating func judge() -> String? {
        guard isQuiet else { return nil }
        defer {
            meant.removeAll(keepingCapacity: true)
            isBlurred = false
        }
        return isBlurred || meant.isEmpty ? nil : "a \(meant[0]) press that was never understood"
    }
}
