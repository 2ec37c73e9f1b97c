// SPDX-License-Identifier: Apache-2.0

// The report of each day, made from the central's history alone, is what the world has seen.

import QueueCore

extension World {
    static let minute = TimeSpan.seconds(60)

    /// For how long the two ends of a connection may not agree that it stands: silence is noticed in
    /// 5 s, a lost record in 30.
    private static let linkDoubtSeconds: Int64 = 45

    /// The wall clock of a program, in seconds.
    func wallSeconds(_ error: Int64) -> WallTime {
        WallTime(Int64(Self.firstDay) * 86_400 + now.microseconds / 1_000_000 + error)
    }

    /// As the daemons do, which read the clock when they hand its time over.
    mutating func tellTime(_ controller: Int) {
        guard controllers[controller].answersSoon(at: now) else { return }
        let error = controllers[controller].wallError
        let isTrusted = controllers[controller].knowsTime
        feed(controller, .time(isTrusted ? wallSeconds(error) : .unknown))
    }

    mutating func tellCentralTime() {
        guard central.answersSoon(at: now) else { return }
        feedCentral(.time(central.knowsTime ? wallSeconds(central.wallError) : .unknown))
    }

    /// The central reads its clock often enough to know, after a fall, when it fell.
    mutating func passMinute() {
        tellCentralTime()
        put(.minute, after: Self.minute)
    }

    /// Whether all clocks were right all the time.
    private var clocksWereRight: Bool {
        let wrong: [FaultKind] = [.clockStep, .bootIn1970, .clockDrift, .dayOffline]
        return scenario.controllersKnowTime && wrong.allSatisfy { scenario.strikes($0) == 0 }
    }

    mutating func checkReports() {
        guard scenario.checksReports, witness.violation == nil, !witness.hasForgotten,
            !witness.hasFenced
        else { return }
        for offset in 0..<Int32(scenario.days) {
            let day = ServiceDay(Self.firstDay + offset)
            var ledger = DayLedger(day: day)
            for line in witness.history {
                if ledger.isComplete(at: line.day, controllers: names) { break }
                ledger.add(line.entry, on: line.day, at: line.time)
            }
            let midnight = Int64(day.count) * 86_400
            let report = ledger.report(controllers: names) { $0.seconds - midnight }
            check(report)
        }
    }

    private mutating func check(_ report: DayReport) {
        var truth: [FigureKey: Truth] = [:]
        for stay in witness.book.stays.values where stay.day.whole == report.day {
            for key in [FigureKey.day, .service(stay.issuedFor)] {
                truth[key, default: Truth()].issued += 1
            }
        }
        for call in witness.book.calls where call.day.whole == report.day && !call.wasTakenBack {
            let hour = hour(of: call.at, report.day)
            for key in [FigureKey.day, .service(call.service), .booth(call.place), .hour(hour)] {
                truth[key, default: Truth()].add(call)
            }
        }
        if report.figures(.day) != nil { witness.tally.count(.reportChecked) }
        for (key, seen) in truth.sorted(by: { $0.key < $1.key }) {
            if case .hour = key, !clocksWereRight { continue }
            compare(report.figures(key) ?? Figures(), seen, key, on: report.day)
        }
        checkAbsences(report)
    }

    private func hour(of moment: Moment, _ day: ServiceDay) -> Int {
        Int(moment.microseconds / 3_600_000_000) - Int(day.count - Self.firstDay) * 24
    }

    private mutating func compare(
        _ told: Figures, _ seen: Truth, _ key: FigureKey, on day: ServiceDay
    ) {
        let what = "the report of day \(day) says of \(key):"
        if case .hour = key {
            // Seconds are rounded: a call on the hour may stand in the one before.
            if abs(told.called - seen.called) > 2 {
                witness.fail(11, "\(what) \(told.called) calls, there were \(seen.called)")
            }
            return
        }
        let isSame =
            told.called == seen.called && told.served == seen.served
            && told.noShows == seen.noShows
            && (told.issued == seen.issued || key.isOfBooth)
        if !isSame {
            witness.fail(
                11,
                "\(what) issued \(told.issued), called \(told.called), served \(told.served), "
                    + "no-shows \(told.noShows); it was \(seen.issued), \(seen.called), "
                    + "\(seen.served), \(seen.noShows)")
        }
        guard clocksWereRight else { return }
        if told.unsure > 0 {
            witness.fail(11, "\(what) \(told.unsure) spans not exact, though all clocks were right")
        }
        for (name, spans, seen) in [
            ("waits", told.waiting, seen.waiting), ("services", told.service, seen.service),
        ] {
            let sum = seen.reduce(Int64(0)) { $0 + $1.microseconds } / 1_000_000
            let isNear =
                abs(spans.sum - sum) <= FigureLimits.roundingSeconds * Int64(seen.count + 1)
            if spans.count != seen.count || !isNear {
                witness.fail(
                    11,
                    "\(what) \(spans.count) \(name) of \(spans.sum) s together; there were "
                        + "\(seen.count) of \(sum) s")
            }
        }
    }

    /// A controller's time without the central, by what it saw itself.
    private mutating func checkAbsences(_ report: DayReport) {
        guard clocksWereRight, report.begins.isKnown else { return }
        let midnight = Int64(Self.firstDay) * 86_400
        let first = Moment(microseconds: (report.begins.seconds - midnight) * 1_000_000)
        let last = Moment(microseconds: (report.ends.seconds - midnight) * 1_000_000)
        for controller in names.indices {
            var gone: Int64 = 0
            var changes: Int64 = 1
            var (since, isUp) = (Moment.zero, false)
            for link in witness.links[controller] + [(last, false)] {
                let (from, to) = (max(since, first), min(link.at, last))
                if !isUp, to > from { gone += (to - from).microseconds }
                if link.at >= first, link.at <= last, isUp != link.isUp { changes += 1 }
                (since, isUp) = (link.at, link.isUp)
            }
            gone /= 1_000_000
            let told = report.absences.first {
                $0.controller == names[controller] && $0.hour == nil
            }
            let doubt =
                changes * Self.linkDoubtSeconds
                + Int64(witness.centralDeaths) * (Limits.aliveSeconds + Self.linkDoubtSeconds)
            if abs((told?.seconds ?? -1) - gone) > doubt {
                witness.fail(
                    11,
                    "the report of day \(report.day) says that \(names[controller]) was offline for "
                        + "\(told?.seconds ?? -1) s; it was \(gone) s, give or take \(doubt) s")
            }
        }
    }
}

/// What the world has seen of a group.
private struct Truth {
    var issued = 0
    var called = 0
    var served = 0
    var noShows = 0
    var waiting: [TimeSpan] = []
    var service: [TimeSpan] = []

    mutating func add(_ call: DayBook.Call) {
        called += 1
        if let since = call.readySince { waiting.append(call.at - since) }
        switch call.end {
        case .served:
            served += 1
            service.append(call.endedAt - call.at)
        case .noShow: noShows += 1
        case .other, .cancelled, nil: break
        }
    }
}

extension FigureKey {
    fileprivate var isOfBooth: Bool { if case .booth = self { true } else { false } }
}
