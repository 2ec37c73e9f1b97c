// SPDX-License-Identifier: Apache-2.0

import Control
import QueueCore
import Testing

@Suite struct TechnicianViewTests {
    static func view(
        _ change: (inout StatusReport, inout [DisplayRow]) -> Void = { _, _ in }
    ) -> TechnicianView {
        var report = Reports.controller()
        var rows = [
            DisplayRow(
                booth: 3, shows: "A009", ordered: "A009", verified: true, since: "", online: true,
                bus: "hall", address: 3, lamp: "waiting", open: true),
            DisplayRow(
                booth: 5, shows: "----", ordered: "----", verified: false, since: "", online: nil,
                bus: nil, address: nil, lamp: "fault", open: false),
        ]
        change(&report, &rows)
        return TechnicianView(
            report, displays: rows,
            presses: [3: LastPress(at: "2026-11-23T06:00:00Z", gesture: "double")], buttons: [3],
            timeZone: "Asia/Tehran", languages: ["fa", "en"], segments: { Array($0.utf8) })
    }

    @Test func aBoothIsToldWithEverythingAtIt() throws {
        let booth = try #require(Self.view().booths.first)
        #expect(booth.words == Bilingual(fa: "باجهٔ ۳", en: "Booth 3"))
        #expect(booth.current == Bilingual(fa: "A۰۰۹", en: "A009"))
        #expect(booth.mirror?.segments == Array("A009".utf8))
        #expect(booth.mirror?.state.mood == .good)
        #expect(booth.button.mood == .good && booth.lamp.mood == .good)
        #expect(booth.pressed?.en == "double" && booth.pressedAt == "2026-11-23T06:00:00Z")
    }

    @Test func aBoothWithoutDisplayAndButtonSaysSo() throws {
        let booth = try #require(Self.view().booths.last)
        #expect(booth.mirror == nil)
        #expect(booth.button.words.en == "no button" && booth.open.mood == .idle)
        #expect(booth.lamp.mood == .bad)
    }

    @Test func whatIsNotReadBackNeverLooksRead() {
        let offline = Self.view { _, rows in rows[0].online = false }
        #expect(offline.booths.first?.mirror?.state.mood == .bad)
        let other = Self.view { _, rows in rows[0].verified = false }
        #expect(other.booths.first?.mirror?.state.mood == .uneasy)
        let unread = Self.view { _, rows in rows[0].shows = "????" }
        #expect(unread.booths.first?.mirror?.segments == [])
        let blind = Self.view { _, rows in
            rows[0].readBack = false
            rows[0].verified = false
        }
        #expect(blind.booths.first?.mirror?.state.words.en == "can't be read back")
    }

    @Test func stuckAndUnreadButtonsAreTold() {
        #expect(
            Self.view { report, _ in report.buttons?.stuck = [3] }.booths[0].button.mood == .bad)
        let failed = Self.view { report, _ in report.buttons?.state = "failed" }
        #expect(failed.booths[0].button.words.en == "can't be read")
    }

    /// What changes each second is drawn anew each second, and a click on it gets lost.
    @Test func aSecondChangesNothingOnACard() {
        let views = [120, 121, 179, 180].map { seconds in
            Self.view { report, _ in report.buses?[0].units[0].uptimeSeconds = seconds }
        }
        #expect(views[0] == views[1] && views[1] == views[2] && views[2] != views[3])
    }

    @Test func unitsTellTheErrorsThatHappened() throws {
        let view = Self.view { report, _ in
            report.buses?[0].units[0].errors = ["timeout": 3, "badCheck": 0]
            report.buses?[0].units[1].readBack = false
            report.buses?[0].units[1].shows = nil
        }
        let units = try #require(view.buses.first).units
        #expect(units[0].errors.map(\.words.en) == ["no reply: 3"])
        #expect(units[0].errors.first?.words.fa == "بی‌پاسخ: ۳")
        #expect(units[0].isOurs && !units[1].isOurs)
        #expect(units[1].mirror.segments.isEmpty)
    }
}

@Suite struct SupervisorViewTests {
    static func ticket(_ service: String, _ state: String) -> TicketRow {
        TicketRow(
            number: "A001", state: state, booth: nil, service: service, heldBy: "hall-a",
            priority: "normal", id: "x", rank: 1, dealtAgain: false)
    }

    static func view() -> SupervisorView {
        SupervisorView(
            Reports.central(),
            tickets: [
                ticket("admission", "waiting"), ticket("admission", "waiting"),
                ticket("admission", "finished"), ticket("admission", "parked"),
                ticket("lab", "called"),
            ],
            displays: [
                DisplayRow(
                    booth: 1, shows: "A009", ordered: "", verified: false, since: "", online: nil,
                    bus: "hall-a", address: nil, lamp: "", open: true),
                DisplayRow(
                    booth: 2, shows: "----", ordered: "", verified: false, since: "", online: nil,
                    bus: "hall-b", address: nil, lamp: "", open: false),
            ],
            services: [
                .init(
                    hall: "main", name: "admission", words: Bilingual(fa: "پذیرش", en: "Admission")),
                .init(
                    hall: "main", name: "lab", words: Bilingual(fa: "آزمایشگاه", en: "Laboratory")),
            ], timeZone: "Asia/Tehran", languages: ["fa"])
    }

    @Test func whoWaitsIsCountedOverAllControllers() throws {
        let hall = try #require(Self.view().halls.first)
        #expect(hall.queues.map(\.waiting.fa) == ["۲", "۰"])
        #expect(hall.queues[0].parked?.en == "1" && hall.queues[1].parked == nil)
        #expect(hall.booths.map(\.current?.en) == ["A009", nil])
    }

    @Test func theDateIsPersianInPersian() {
        #expect(Self.view().date == Bilingual(fa: "دوشنبه ۱۴۰۵/۰۹/۰۲", en: "monday 1405/09/02"))
        #expect(Bilingual(dateText: "1405/09/02").fa == "۱۴۰۵/۰۹/۰۲")
    }

    @Test func onlyWhoIsGoneMayBeFenced() throws {
        let controllers = try #require(Self.view().halls.first).controllers
        #expect(controllers.map(\.canBeFenced) == [false, true])
        #expect(controllers[1].downSince == "2026-11-23T05:10:00Z")
        #expect(controllers[1].link.mood == .bad)
    }
}

@Suite struct DayChartTests {
    static func figures(_ waits: [(hour: Int, mean: Int, p90: Int)]) throws -> DayFigures {
        let rows = waits.map { wait in
            """
            {"of":"hour","hour":\(wait.hour),"called":3,"served":2,"noShows":1,"waits":3,"issued":5,
            "waitMean":\(wait.mean),"waitP90":\(wait.p90),"waitMax":\(wait.p90),"services":0,"unsure":0}
            """
        }
        let day = """
            {"of":"day","called":3,"served":2,"noShows":1,"waits":3,"issued":5,"waitMean":90,
            "waitP90":120,"waitMax":125,"services":0,"unsure":0}
            """
        let text = """
            {"day":20780,"date":"1405/09/02","untimed":0,"absences":[],
            "rows":[\(([day] + rows).joined(separator: ","))]}
            """
        return try #require(ControlText.decode(DayFigures.self, text))
    }

    @Test func barsAreSharesOfARoundHeight() throws {
        let chart = DayChart(try Self.figures([(8, 300, 600), (10, 0, 60)]))
        #expect(chart.hours.map(\.label.fa) == ["۸", "۹", "۱۰"])
        // Ten minutes are the longest: the chart is twenty high, in lines of five.
        #expect(chart.lines.map(\.words.en) == ["5 min", "10 min", "15 min", "20 min"])
        #expect(chart.hours[0].mean == 250 && chart.hours[0].most == 500)
        #expect(chart.hours[1].mean == nil && chart.hours[1].called == 0)
        #expect(chart.hours[2].mean == 0 && chart.hours[2].most == 50)
        #expect(
            chart.hours[0].words.en == "8:00: 3 calls, mean wait 5.0, nine of ten up to 10.0 min")
        #expect(chart.rows.first?.cells.map(\.en) == ["5", "3", "2", "1", "1.5", "2.1"])
    }

    @Test func aDayWithoutCallsHasNoBars() throws {
        let chart = DayChart(try Self.figures([]))
        #expect(chart.hours.isEmpty && chart.lines.isEmpty && chart.rows.count == 1)
    }

    @Test(arguments: [
        (1, 4), (240, 4), (241, 8), (1_200, 20), (7_200, 120), (7_201, 240), (50_000, 960),
    ])
    func theHeightHoldsTheLongestWait(seconds: Int, minutes: Int) throws {
        let chart = DayChart(try Self.figures([(8, 1, seconds)]))
        #expect(chart.lines.last?.words.en == "\(minutes) min")
        #expect((chart.hours.first?.most ?? 0) <= 1_000)
    }
}
