// SPDX-License-Identifier: Apache-2.0

// The story of a run in sentences: what people did, what broke, what was committed.

import QueueCore

/// Lines of a story, as they happened.
final class Trace {
    private(set) var lines: [String] = []
    /// Messages and orders are told too, not only deeds and what was committed.
    let isFull: Bool

    init(isFull: Bool) { self.isFull = isFull }

    func add(_ at: Moment, _ text: String) {
        lines.append("\(at.clockTime)  \(text)")
    }
}

extension Moment {
    /// Day and time of day in the world, `1 08:00:12.345`.
    var clockTime: String {
        let total = microseconds / 1_000
        let (day, rest) = (total / 86_400_000, total % 86_400_000)
        let parts = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60]
        let text = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        let tail = String(1_000 + rest % 1_000).dropFirst()
        return "day \(day + 1) \(text).\(tail)"
    }
}

extension TimeSpan {
    var seconds: Int64 { microseconds / 1_000_000 }
}

extension World {
    func note(_ text: @autoclosure () -> String) {
        guard trace != nil else { return }
        trace?.add(now, "    " + text())
    }

    func tell(_ deed: Deed) { trace?.add(now, sentence(deed)) }

    func tell(_ changes: [ControllerChange], of controller: Int) {
        for case .fact(let fact) in changes {
            note("\(names[controller]) commits \(fact.number): \(fact.record)")
        }
    }

    func tell(_ changes: [CentralChange]) {
        for change in changes {
            switch change {
            case .order(let name, let order):
                if trace?.isFull == true {
                    note("central orders \(name) \(order.number): \(order.record)")
                }
            case .history(_, _, .fact): break
            case .history(_, _, let entry): note("central writes: \(entry)")
            default: break
            }
        }
    }

    /// A deed in words.
    func sentence(_ deed: Deed) -> String {
        func at(_ who: Int, _ booth: Int) -> String {
            "booth \(number(who, booth)) of \(names[place(who)])"
        }
        func side(_ who: Int?) -> String { who.map { "\(names[place($0)])" } ?? "the central" }
        func service(_ index: Int) -> String {
            "\(scenario.services[index % scenario.services.count].name)"
        }
        return switch deed {
        case .take(let index, let priority, let twice):
            "somebody (\(priority.word)) takes a ticket for \(service(index)) at the kiosk"
                + (twice ? ", which asks twice" : "")
        case .takeAt(let who, let index, let priority, let count):
            "\(count) (\(priority.word)) take a ticket for \(service(index)) at \(names[place(who)])"
        case .finger(let who, let booth, let gesture, let bounces):
            "a \(gesture) press at \(at(who, booth))" + (bounces > 0 ? ", bouncing" : "")
        case .hold(let who, let booth, let span):
            "the button of \(at(who, booth)) is held for \(span.seconds) s"
        case .lostEdges(let who, let booth): "edges of \(at(who, booth)) are lost"
        case .verb(let who, let booth, let verb, let index):
            "\(verb) at \(at(who, booth))" + (verb == .transfer ? " to \(service(index))" : "")
        case .callNumber(let who, let booth, let ticket):
            "the \(ticket)th newest number is called at \(at(who, booth))"
        case .callValue(let who, let booth, let value):
            "the number \(value) is typed in at \(at(who, booth))"
        case .cancelAt(let who, let ticket):
            "\(names[place(who)]) cancels the \(ticket)th newest ticket"
        case .readmit(let who, let life):
            "the \(life + 1)th patient of all comes late to \(names[place(who)])"
        case .cancel(let ticket): "a supervisor cancels the \(ticket)th newest ticket"
        case .patient(let deed): "\(deed)"
        case .fence(let who): "an operator fences \(names[place(who)])"
        case .tap(let who, let button, let again):
            "somebody taps button \(button + 1) of \(names[place(who)])'s kiosk"
                + (again.map { ", and again after \($0.milliseconds) ms" } ?? "")
        case .code(let who, _, let isTwice):
            "a code is scanned\(isTwice ? " twice" : "") at the kiosk of \(names[place(who)])"
        case .paperUsedUp(let who, let span):
            "the slip printer of \(names[place(who)]) has no paper for \(span.seconds) s"
        case .printerGone(let who, let span):
            "the slip printer of \(names[place(who)]) is gone for \(span.seconds) s"
        case .cut(let who, let span):
            "the wire of \(names[place(who)]) is cut for \(span.seconds) s"
        case .oneWay(let who, let up, let span):
            "nothing goes \(up ? "from" : "to") \(names[place(who)]) for \(span.seconds) s"
        case .halfOpen(let who): "\(names[place(who)]) loses its connection, unseen by the central"
        case .truncate(let who, let up):
            "a line \(up ? "from" : "to") \(names[place(who)]) is torn"
        case .echo(let who):
            "\(names[place(who)]) connects anew; what it said before comes later"
        case .lose(let who, let up): "a message \(up ? "from" : "to") \(names[place(who)]) is lost"
        case .double(let who, let up):
            "a message \(up ? "from" : "to") \(names[place(who)]) comes twice"
        case .slow(let who, let span):
            "the wire of \(names[place(who)]) is slow for \(span.seconds) s"
        case .crash(let who, let point, let span):
            "\(side(who)) is killed (\(point)), back after \(span.seconds) s"
        case .restart(let who): "\(names[place(who)]) is restarted"
        case .pause(let who, let span): "\(side(who)) is stopped for \(span.milliseconds) ms"
        case .fullDisk(let who, let span): "the disk of \(side(who)) is full for \(span.seconds) s"
        case .stalledDisk(let who, let span):
            "the disk of \(side(who)) hangs for \(span.milliseconds) ms"
        case .backUp(let who): "the database of \(side(who)) is copied"
        case .restoreBackup(let who, let span):
            "\(side(who)) ends; the copy is put back; it starts after \(span.seconds) s"
        case .restore(let who, let span):
            "\(side(who)) ends and is restored from the backup; it starts after \(span.seconds) s"
        case .loseDatabase(let who, let span):
            "\(side(who)) ends and its database is lost; it starts after \(span.seconds) s"
        case .losePower(let who, let commits, let span):
            "\(names[place(who)]) loses its power and its card the last \(commits) commits; it starts "
                + "after \(span.seconds) s"
        case .namesake(let who): "another controller says that it is \(names[place(who)])"
        case .clockStep(let who, let seconds, let isTrusted):
            "the clock of \(side(who)) is \(seconds) s off, \(isTrusted ? "believed" : "not believed")"
        case .clockBack(let who): "the clock of \(side(who)) is right again"
        case .deadUnit(let who, let booth, let span):
            "the display of \(at(who, booth)) is dead for \(span.seconds) s"
        case .unitRestart(let who, let booth): "the display of \(at(who, booth)) restarts"
        case .framesLost(let who, let perMille, let span):
            "\(perMille) in 1000 frames to the displays of \(names[place(who)]) are lost for "
                + "\(span.seconds) s"
        case .adapterGone(let who, let span):
            "the serial adapter of \(names[place(who)]) is unplugged for \(span.seconds) s"
        }
    }
}
