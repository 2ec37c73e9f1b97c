// SPDX-License-Identifier: Apache-2.0

// Days of a clinic with a morning and an evening: what is refused, what is carried, what is cancelled
// and by whom, and how numbers start over.

import Testing

@testable import QueueCore

@Suite struct SessionStoriesTests {
    /// Morning 8:00–12:00, evening 13:00–20:00, every day; tickets half an hour before.
    private func schedule(
        admission closing: ClosingRule, restarts: Bool = false, grace: Int = 20
    ) -> Schedule {
        let sessions = [("morning", "8:00", "12:00"), ("evening", "13:00", "20:00")].map {
            SessionPlan(
                name: name($0.0), days: .all, opens: time($0.1), closes: time($0.2))
        }
        return Schedule(
            sessions: sessions,
            hours: [
                ServiceHours(
                    service: name("admission"), sessions: sessions.map(\.name), closing: closing,
                    restarts: restarts)
            ], leadMinutes: 30, graceMinutes: grace)
    }

    private func time(_ text: String) -> LocalTime { LocalTime(text) ?? .midnight }

    private func state(_ town: Town, at hall: String, _ number: TicketNumber) -> TicketState? {
        town.controllers[name(hall)]?.tickets.values.first { $0.ticket.number == number }?.state
    }

    private func ended(_ town: Town) -> [String] {
        town.history.compactMap { entry in
            guard case .sessionEnded(let service, let session, let carried, let cancelled) = entry
            else { return nil }
            return "\(service) \(session) \(carried) \(cancelled)"
        }
    }

    private func state(_ town: Town, _ text: String) -> TicketState? {
        town.central?.tickets.values.filter { $0.ticket.number == number(text) }
            .max { $0.ticket.day < $1.ticket.day }?.state
    }

    @Test func aClosedServiceSaysWhenItOpens() throws {
        let town = Town(schedule: schedule(admission: .carry))
        town.clock(day: 20_000, at: time("7:29"))
        for reply in [
            town.take(), town.ask(.take(service: name("admission"), priority: .normal)),
        ] {
            guard case .refused(let refusal) = reply else {
                Issue.record("\(reply)")
                continue
            }
            #expect(refusal.name == "service-closed")
            #expect(
                refusal.sentence == "admission is closed; it opens on friday 1403/07/13 at 08:00, "
                    + "tickets are given out from 07:30")
        }
        #expect(town.take("lab") != .refused(.settling))
        town.clock(day: 20_000, at: time("7:30"))
        guard case .issued = town.take() else { _ = Issue.record("refused"); return }
        town.clock(day: 20_000, at: time("12:00"))
        guard case .refused(.serviceClosed(_, let next?)) = town.take() else {
            _ = Issue.record("refused"); return
        }
        #expect(next.session == name("evening"))
    }

    @Test func aClockThatIsNotTrustedClosesNothing() {
        let town = Town(schedule: schedule(admission: .cancel))
        town.cutWire("hall-a")
        town.clock(day: 20_000, at: time("3:00"), trusted: false, central: false)
        guard
            case .issued = town.ask(.take(service: name("admission"), priority: .normal))
        else { _ = Issue.record("refused"); return }
        town.clock(day: 20_000, at: time("23:00"), trusted: false, central: false)
        #expect(town.press(1) != .nobodyWaits(1, finished: nil))
    }

    @Test func thoseWhoWaitAtTheEndAreCancelledInEveryTray() {
        let town = Town(schedule: schedule(admission: .cancel))
        town.clock(day: 20_000, at: time("11:00"))
        for _ in 1...3 { town.take() }
        town.take("lab")
        town.settle()
        #expect(town.press(1) == .called(1, number("A001")))
        town.clock(day: 20_000, at: time("12:19"))
        town.settle()
        #expect(state(town, "A002") == .waiting)
        town.clock(day: 20_000, at: time("12:20"))
        town.settle()
        #expect(ended(town) == ["admission morning 0 2"])
        #expect(state(town, "A001") == .called)
        #expect(state(town, "A002") == .cancelled && state(town, "A003") == .cancelled)
        #expect(state(town, "B001") == .waiting)
        #expect(town.text(1) == "A001")
        // The same minute told again ends nothing twice, nor does a central that starts anew.
        town.clock(day: 20_000, at: time("12:20"))
        town.killCentral()
        town.startCentral()
        town.clock(day: 20_000, at: time("12:21"))
        #expect(ended(town).count == 1)
    }

    @Test func thoseWhoWaitAreCarriedWhereTheServiceSaysSo() {
        let town = Town(schedule: schedule(admission: .carry))
        town.clock(day: 20_000, at: time("11:00"))
        town.take()
        town.settle()
        town.clock(day: 20_000, at: time("12:20"))
        town.settle()
        #expect(ended(town) == ["admission morning 1 0"])
        town.clock(day: 20_000, at: time("14:00"))
        #expect(town.press(1) == .called(1, number("A001")))
    }

    @Test func aCallThatCameFirstGoesOn() {
        let town = Town(schedule: schedule(admission: .cancel))
        town.clock(day: 20_000, at: time("11:00"))
        town.take()
        town.settle()
        town.cutWire("hall-a")
        // Without the central, and with a clock that nobody trusts, the clerk works on.
        #expect(town.press(1) == .called(1, number("A001")))
        #expect(
            town.ask(.transfer(1, service: name("lab"))) == .ended(1, number("A001"), .transferred))
        town.feedCentral(
            .clock(today: ServiceDay(20_000), at: time("12:20"), isTrusted: true))
        #expect(ended(town) == ["admission morning 0 1"])
        town.healWire("hall-a")
        town.settle()
        // It goes on when the press can no longer be taken back.
        town.pass(.seconds(6))
        town.settle()
        #expect(state(town, "A001") == .waiting)
        #expect(town.press(2) == .called(2, number("A001")))
    }

    /// The printer was slow, or its paper was changed: whoever has the slip is called.
    @Test func aSlipThatIsPrintedAfterTheSessionsEndIsCalled() throws {
        let town = Town(schedule: schedule(admission: .cancel))
        town.clock(day: 20_000, at: time("11:59"))
        let reply = town.ask(.slip(service: name("admission"), priority: .normal))
        guard case .slip(let slip) = reply else {
            _ = Issue.record("\(reply)")
            return
        }
        town.clock(day: 20_000, at: time("12:20"))
        town.settle()
        #expect(ended(town) == ["admission morning 0 0"])
        town.ask(.slipPrinted(slip.ticket.id))
        town.settle()
        #expect(state(town, slip.ticket.number.description) == .waiting)
        #expect(town.press(1) == .called(1, slip.ticket.number))
    }

    @Test func aControllerAloneEndsTheSessionByItsOwnClock() {
        let town = Town(schedule: schedule(admission: .cancel))
        town.clock(day: 20_000, at: time("11:00"))
        town.take()
        town.settle()
        town.cutWire("hall-a")
        town.clock(day: 20_000, at: time("12:20"), central: false)
        #expect(town.press(1) == .nobodyWaits(1, finished: nil))
        #expect(
            town.events.contains {
                $0
                    == .sessionEnded(
                        service: name("admission"), session: name("morning"), waiting: 1,
                        areCancelled: true)
            })
        town.healWire("hall-a")
        town.settle()
        #expect(state(town, "A001") == .cancelled)
    }

    @Test func whatTheCentralHasEndedIsNotEndedAgainWhenTheWireBreaks() {
        let town = Town(schedule: schedule(admission: .cancel))
        town.clock(day: 20_000, at: time("11:00"))
        for _ in 0..<2 { town.take() }
        town.settle()
        #expect(town.press(1) == .called(1, number("A001")))
        town.ask(.noShow(1))
        town.clock(day: 20_000, at: time("12:20"))
        town.settle()
        #expect(state(town, "A002") == .cancelled)
        // Somebody who came late is taken in all the same.
        town.ask(.readmit(number("A001")))
        town.settle()
        town.cutWire("hall-a")
        for clock in ["12:20", "12:25"] {
            town.clock(day: 20_000, at: time(clock), central: false)
        }
        #expect(town.press(1) == .called(1, number("A001")))
    }

    /// A controller that slept through the morning's end does not end the evening before its time.
    @Test func aSessionThatIsStillCalledIsNotEndedWithAnEarlierOne() {
        let town = Town(schedule: schedule(admission: .cancel))
        town.clock(day: 20_000, at: time("11:00"))
        town.settle()
        town.cutWire("hall-a")
        town.feed(
            name("hall-a"),
            .clock(today: ServiceDay(20_000), at: time("19:00"), isTrusted: false))
        guard
            case .issued(let number, _, _, _) = town.ask(
                .take(service: name("admission"), priority: .normal))
        else {
            _ = Issue.record("no ticket")
            return
        }
        town.clock(day: 20_000, at: time("20:05"), central: false)
        #expect(state(town, at: "hall-a", number) == .waiting)
        town.clock(day: 20_000, at: time("20:20"), central: false)
        #expect(state(town, at: "hall-a", number) == .cancelled)
    }

    /// Noticed when the evening's tickets are out, nobody can say who came for which session.
    @Test func aLateEndCarriesAll() {
        let town = Town(schedule: schedule(admission: .cancel))
        town.clock(day: 20_000, at: time("11:00"))
        town.take()
        town.settle()
        town.clock(day: 20_000, at: time("12:40"))
        town.settle()
        #expect(ended(town) == ["admission morning 1 0"])
        #expect(state(town, "A001") == .waiting)
    }

    @Test func numbersStartOverWithTheSession() {
        let town = Town(schedule: schedule(admission: .cancel, restarts: true))
        town.clock(day: 20_000, at: time("8:00"))
        town.settle()
        town.take()
        town.take("lab")
        town.settle()
        #expect(town.press(1) == .called(1, number("A001")))
        town.clock(day: 20_000, at: time("12:30"))
        town.settle()
        #expect(town.central?.meta.day == ServiceDay(20_000, part: 2))
        #expect(town.controllers[name("hall-a")]?.meta.day == ServiceDay(20_000, part: 2))
        #expect(town.text(1) == "A001")
        guard case .issued(number("A002"), _, _, _) = town.take("admission") else {
            // A001 is at a booth still, so the evening begins with the next number.
            _ = Issue.record("\(town.issued.map(\.number))"); return
        }
        // The lab goes on counting, and what waits for it stays.
        guard case .issued(number("B002"), _, _, _) = town.take("lab") else {
            _ = Issue.record("the lab does not count on"); return
        }
        #expect(state(town, "B001") == .waiting)
        town.clock(day: 20_001, at: time("8:00"))
        town.settle()
        #expect(town.central?.meta.day == ServiceDay(20_001, part: 1))
        #expect(state(town, "B001") == nil)
    }

    @Test func aControllerAloneBeginsTheSessionWithItsOwnBlock() {
        let town = Town(schedule: schedule(admission: .cancel, restarts: true))
        town.clock(day: 20_000, at: time("8:00"))
        town.settle()
        town.cutWire("hall-a")
        town.clock(day: 20_000, at: time("12:30"), central: false)
        guard
            case .issued(let first, _, _, _) = town.ask(
                .take(service: name("admission"), priority: .normal))
        else { _ = Issue.record("refused"); return }
        // Not its local series: the block of the evening was lent ahead.
        #expect(first.series == series("A"))
        let day = town.controllers[name("hall-a")]?.tray.first?.day
        #expect(day == ServiceDay(20_000, part: 2))
    }
}
