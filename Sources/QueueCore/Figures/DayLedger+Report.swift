// SPDX-License-Identifier: Apache-2.0

// From what a ledger has kept to the figures of the day.

extension DayLedger {
    /// The report of what was taken in. `controllers` are those whose absences are told;
    /// `secondOfDay` gives the local seconds since the midnight that began the day.
    public func report(
        controllers: [Name], secondOfDay: (WallTime) -> Int64
    ) -> DayReport {
        var groups: [FigureKey: Figures] = [:]
        var span: (first: WallTime, last: WallTime)?
        var untimed = 0
        for visit in visits {
            for time in [visit.since, visit.calledAt, visit.endedAt] where time.at.isKnown {
                span =
                    span.map { (min($0.first, time.at), max($0.last, time.at)) }
                    ?? (time.at, time.at)
            }
            if visit.place != nil, !visit.calledAt.at.isKnown { untimed += 1 }
            count(visit, in: &groups, secondOfDay)
        }
        let absences = absences(
            controllers, from: span?.first ?? .unknown, to: span?.last ?? .unknown, secondOfDay)
        return DayReport(
            day: ServiceDay(day.count), begins: span?.first ?? .unknown,
            ends: span?.last ?? .unknown,
            groups: groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            absences: absences, untimed: untimed)
    }

    private func count(
        _ visit: Visit, in groups: inout [FigureKey: Figures], _ secondOfDay: (WallTime) -> Int64
    ) {
        func hour(_ time: HistoryTime) -> Int? {
            guard time.at.isKnown else { return nil }
            let second = secondOfDay(time.at)
            return second < 0 ? 0 : min(Int(second / 3_600), FigureLimits.hourMax)
        }
        if visit.isIssue {
            for key in keys(visit.service, nil, hour(visit.since)) {
                groups[key, default: Figures()].issued += 1
            }
        }
        guard let place = visit.place else { return }
        var figures = Figures()
        figures.called = 1
        figures.served = visit.isServed ? 1 : 0
        figures.noShows = visit.end == .noShow ? 1 : 0
        figures.measure(\.waiting, from: visit.since, to: visit.calledAt)
        if visit.isServed {
            figures.measure(\.service, from: visit.calledAt, to: visit.endedAt)
        }
        for key in keys(visit.service, place, hour(visit.calledAt)) {
            groups[key, default: Figures()].add(figures)
        }
    }

    /// The groups that something belongs to.
    private func keys(_ service: Name, _ place: BoothPlace?, _ hour: Int?) -> [FigureKey] {
        var keys: [FigureKey] = [.day, .service(service)]
        if let place { keys.append(.booth(place)) }
        guard let hour else { return keys }
        keys += [.hour(hour), .serviceHour(service, hour)]
        if let place { keys.append(.boothHour(place, hour)) }
        return keys
    }

    private func absences(
        _ controllers: [Name], from first: WallTime, to last: WallTime,
        _ secondOfDay: (WallTime) -> Int64
    ) -> [OfflineSpan] {
        var all: [Name: Int64] = [:]
        var hours: [Name: [Int: Int64]] = [:]
        for gap in links.all(controllers) where first.isKnown {
            var at = max(gap.from, first)
            let end = min(gap.to ?? last, last)
            while at < end {
                let second = secondOfDay(at)
                let left = 3_600 - (second % 3_600 + 3_600) % 3_600
                let next = min(end, WallTime(at.seconds + left))
                let hour = min(max(0, Int(second / 3_600)), FigureLimits.hourMax)
                hours[gap.controller, default: [:]][hour, default: 0] += next.seconds - at.seconds
                all[gap.controller, default: 0] += next.seconds - at.seconds
                at = next
            }
        }
        return controllers.flatMap { name -> [OfflineSpan] in
            let whole = OfflineSpan(controller: name, hour: nil, seconds: all[name] ?? 0)
            let parts = (hours[name] ?? [:]).sorted { $0.key < $1.key }
            return [whole]
                + parts.map { OfflineSpan(controller: name, hour: $0.key, seconds: $0.value) }
        }
    }
}

extension Figures {
    /// Measures a span between two times that are known.
    fileprivate mutating func measure(
        _ spans: WritableKeyPath<Figures, Spans>, from: HistoryTime, to: HistoryTime
    ) {
        guard var span = to.at - from.at else { return }
        if (-FigureLimits.roundingSeconds..<0).contains(span) { span = 0 }
        if span < 0 || from.isArrival || to.isArrival { unsure += 1 }
        // A clock that went back between the two tells nothing of the span.
        if span >= 0 { self[keyPath: spans].add(span) }
    }

    fileprivate mutating func add(_ other: Figures) {
        issued += other.issued
        called += other.called
        served += other.served
        noShows += other.noShows
        waiting.add(other.waiting)
        service.add(other.service)
        unsure += other.unsure
    }
}

extension Spans {
    fileprivate mutating func add(_ other: Spans) { for span in other.all { add(span) } }
}
