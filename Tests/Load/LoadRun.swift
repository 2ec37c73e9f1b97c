// SPDX-License-Identifier: Apache-2.0

// The course of a run: all come, the load begins, the central is killed under it, the load ends, and
// what stands in the database is held against what was told.

import Control
import Foundation
import QueueCore

final class LoadRun {
    private let site: Site
    private let central: CentralProcess
    private let crowd: Crowd
    private let pace: Pace
    private var broken: [String] = []
    private var memory = MemoryWatch()
    private var strangers: [String: Int] = [:]

    /// All controllers are back so long after the central was killed.
    static let backMax = TimeSpan.seconds(30)
    /// When all come for the first time, they are lent their first numbers too.
    static let firstMax = TimeSpan.seconds(120)
    /// When the load ends, what is on its way arrives within this time.
    static let settleMax = TimeSpan.seconds(60)

    init(site: Site, central: CentralProcess, crowd: Crowd, pace: Pace) {
        self.site = site
        self.central = central
        self.crowd = crowd
        self.pace = pace
    }

    /// The promises that were broken.
    func run() async throws -> [String] {
        let files = Sockets.raiseLimit()
        let hosts = site.controllers.count
        guard files > hosts + 200 else {
            throw LoadError("\(files) open files are too few for \(hosts) links: raise ulimit -n")
        }
        say(
            "\(hosts) controllers in \(site.halls.count) halls, \(pace.minutes) min; in a second "
                + "\(pace.acts) acts and \(pace.tickets) tickets; \(pace.churn) % connect anew in a minute"
        )
        try central.start()
        let people = Thread { [crowd] in crowd.live() }
        people.start()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [crowd] in await crowd.run() }
            try await course()
            group.cancelAll()
        }
        crowd.end()
        try central.stop()
        try Judge(site: site, crowd: crowd).judge(into: &broken)
        tellNotes()
        return broken
    }

    private func course() async throws {
        try await wait("first contact", since: Clocks.now(), atMost: Self.firstMax)
        memory.begin()
        say(Row.heading)
        crowd.keep(pace)
        try await load(minutes: Double(pace.minutes) / 3)
        try await restart()
        try await load(minutes: Double(pace.minutes) * 2 / 3)
        crowd.keep(nil)
        try await settle()
        addStrangers()
        memory.judge(into: &broken)
    }

    // MARK: - Parts

    private func load(minutes: Double) async throws {
        let end = Clocks.now() + .milliseconds(Int64(minutes * 60_000))
        let every = TimeSpan.seconds(min(60, max(5, Int64(minutes * 60 / 6))))
        var next = Clocks.now() + every
        var before = Row.Counts(crowd, central)
        while Clocks.now() < end {
            try await Task.sleep(for: .milliseconds(200))
            guard central.isRunning else {
                throw LoadError("nobat-central ended; see \(central.logPath)")
            }
            guard Clocks.now() >= next else { continue }
            next = next + every
            let now = Row.Counts(crowd, central)
            say(Row(now, since: before).text)
            memory.add(anonymousKiB: now.anonymous)
            before = now
        }
    }

    private func restart() async throws {
        addStrangers()
        let killed = Clocks.now()
        central.kill()
        try await Task.sleep(for: .seconds(1))
        try central.start()
        memory.begin()
        try await wait("after kill -9 and 1 s of silence", since: killed, atMost: Self.backMax)
    }

    /// Waits until all are live, and tells how they came; the central has just been started. Who is turned
    /// away and comes again is part of a stampede like who is let in: both ends count them, and neither
    /// is taken at its word.
    private func wait(_ what: String, since start: Moment, atMost: TimeSpan) async throws {
        let hosts = site.controllers.count
        var arrivals: [Int] = []
        let before = crowd.tally[.connected]
        let awayBefore = crowd.tally[.notAdmitted]
        var last = before
        var nine = TimeSpan.zero
        var firstSeen: Moment?
        while crowd.tally.live < hosts || crowd.tally[.connected] == before {
            try await Task.sleep(for: .milliseconds(100))
            let now = Clocks.now()
            let count = crowd.tally[.connected]
            arrivals.append(count - last)
            if count > before, firstSeen == nil { firstSeen = now }
            last = count
            if crowd.tally.live * 10 < hosts * 9 { nine = now - start }
            if now - start > atMost * 4 { break }
        }
        let span = Clocks.now() - start
        let best = arrivals.indices.map { arrivals[$0..<min($0 + 10, arrivals.count)].reduce(0, +) }
            .max()
        let away = max(
            crowd.tally[.notAdmitted] - awayBefore, turnedAway().values.reduce(0, +))
        say(
            "\(what): \(crowd.tally.live) of \(hosts) live after \(seconds(span)) s, nine in ten after "
                + "\(seconds(nine)) s; \(last - before) handshakes, at most \(best ?? 0) in a second; "
                + "\(away) turned away"
        )
        if span > atMost || crowd.tally.live < hosts {
            broken.append(
                "\(what): \(seconds(span)) s until all were back; \(seconds(atMost)) s are promised"
            )
        }
        if last - before + away > hosts * 3 / 2 {
            broken.append(
                "\(what): \(last - before) handshakes and \(away) turned away are a stampede for "
                    + "\(hosts) controllers")
        }
    }

    private func settle() async throws {
        let hosts = site.controllers.count
        let start = Clocks.now()
        while crowd.settled < hosts, Clocks.now() - start < Self.settleMax {
            try await Task.sleep(for: .milliseconds(200))
        }
        let (hungUp, cut, cutsDue) = crowd.ended
        say(
            "the load ended: all was acknowledged \(seconds(Clocks.now() - start)) s later; "
                + "\(hungUp) links were ended in order meanwhile, \(cut) cut")
        // While the central is away there may be none to cut.
        if cut * 2 < cutsDue {
            broken.append("\(cut) links were cut where \(cutsDue) should have been")
        }
        if crowd.settled < hosts {
            broken.append("\(hosts - crowd.settled) controllers were not heard to the end")
        }
    }

    private func addStrangers() { strangers.merge(turnedAway(), uniquingKeysWith: +) }

    /// Whom the central has turned away since it was started, by reason.
    private func turnedAway() -> [String: Int] {
        guard let totals = (try? central.status())?.strangers?.totals else {
            broken.append("the central said nothing of itself over its socket")
            return [:]
        }
        return totals
    }

    private func tellNotes() {
        say("at the door: " + (strangers.isEmpty ? "nobody was turned away" : "\(strangers)"))
        for line in central.logLines("came at once") { say("  nobat-central: \(line)") }
        for (text, count) in crowd.tally.notes.prefix(12) { say("  \(count) × \(text)") }
        let (first, count) = crowd.witness.violations
        broken += first
        if count > first.count { broken.append("and \(count - first.count) more of these") }
    }
}
