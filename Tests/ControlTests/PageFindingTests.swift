// SPDX-License-Identifier: Apache-2.0

import Control
import Testing

/// Reports as daemons make them.
enum Reports {
    static func controller() -> StatusReport {
        var report = StatusReport(
            daemon: "nobatd", name: "hall-a", version: "1.2", startedAt: "2026-11-23T05:00:00Z",
            day: 20_780, epoch: "e", tray: 4)
        report.link = LinkReport(
            state: "up", since: "2026-11-23T05:00:01Z", peer: "127.0.0.1:7450", reason: nil)
        report.outbox = 0
        report.blocks = [
            BlockReport(service: "admission", day: 20_780, next: "A010", remaining: 20)
        ]
        report.buses = [
            BusReport(
                name: "hall", port: "/dev/ttyUSB0", state: "open", since: "2026-11-23T05:00:02Z",
                error: nil, units: [unit(3), unit(5)], baud: 9_600)
        ]
        report.buttons = ButtonsReport(
            state: "watching", since: "2026-11-23T05:00:00Z", error: nil, stuck: [])
        report.booths = [
            BoothReport(
                booth: 3, open: true, services: ["admission"], current: "A009", waiting: 4),
            BoothReport(booth: 5, open: false, services: ["lab"], current: nil, waiting: 0),
        ]
        return report
    }

    static func unit(_ number: Int, online: Bool = true, shows: String? = "A009") -> UnitReport {
        UnitReport(
            address: number, booth: number, online: online, since: "2026-11-23T05:00:03Z",
            shows: shows, verified: online, board: "stm32", firmware: "1.4", finding: nil,
            uptimeSeconds: 60, errors: ["timeout": 0, "badCheck": 0])
    }

    static func central() -> StatusReport {
        var report = StatusReport(
            daemon: "nobat-central", name: "central", version: "1.2", startedAt: "", day: 20_780,
            epoch: "e", tray: 2)
        report.date = "monday 1405/09/02"
        report.controllers = [
            ControllerReport(
                name: "hall-a", hall: "main", link: "up", downSince: nil, fenced: false, tray: 3,
                orders: 0, facts: 9, openBooths: [1]),
            ControllerReport(
                name: "hall-b", hall: "main", link: "down", downSince: "2026-11-23T05:10:00Z",
                fenced: false, tray: 7, orders: 2, facts: 4, openBooths: []),
        ]
        report.conflicts = []
        return report
    }
}

@Suite struct PageFindingTests {
    static func names(_ change: (inout StatusReport) -> Void = { _ in }) -> [String] {
        var report = Reports.controller()
        change(&report)
        return PageFinding.all(of: report).map(\.name)
    }

    @Test func aHallInOrderHasNone() {
        #expect(Self.names() == [])
    }

    @Test func eachFaultHasItsName() {
        #expect(Self.names { $0.buses?[0].state = "closed" } == ["bus-closed"])
        #expect(Self.names { $0.buses?[0].units[0].online = false } == ["no-answer"])
        #expect(Self.names { $0.buses?[0].units[0].finding = "old-firmware" } == ["old-firmware"])
        #expect(Self.names { $0.buses?[0].units[0].errors["badCheck"] = 10 } == ["noise"])
        #expect(Self.names { $0.buses?[0].units[0].errors["badCheck"] = 9 } == [])
        #expect(Self.names { $0.buses?[0].units[0].errors["wrongAddress"] = 10 } == ["two-units"])
        #expect(Self.names { $0.buttons?.stuck = [5] } == ["button-stuck"])
        #expect(Self.names { $0.buttons?.state = "failed" } == ["buttons-failed"])
        #expect(Self.names { $0.buttons?.state = "none" } == [])
        #expect(Self.names { $0.link?.state = "down" } == ["central-unreachable"])
        for (refusal, name) in [
            ("version", "protocol-differs"), ("unknown-controller", "controller-refused"),
            ("name-taken", "controller-refused"), ("stopping", "central-unreachable"),
        ] {
            let names = Self.names {
                $0.link?.state = "down"
                $0.link?.refusal = refusal
            }
            #expect(names == [name])
        }
        #expect(Self.names { $0.link?.refusal = "version" } == [], "a link that is up is well")
        #expect(Self.names { $0.outbox = 1_001 } == ["outbox-high"])
        #expect(Self.names { $0.blocks = [] } == ["no-numbers"])
        #expect(Self.names { $0.blocks?[0].day += 1 } == ["no-numbers"], "of tomorrow")
        #expect(Self.names { $0.blocks?[0].day = 0 } == [], "the local series is of every day")
        #expect(Self.names { $0.day = 0 } == ["no-day"])
        #expect(Self.names { $0.diskFault = true } == ["disk-failed"])
        #expect(
            Self.names {
                $0.commitTimes = TimesReport(count: 20, p50: 9, p99: 100_001, max: 200_000)
            } == ["disk-slow"])
    }

    @Test func aBusWithoutAnyAnswerIsOneFinding() {
        let names = Self.names {
            for index in 0..<2 { $0.buses?[0].units[index].online = false }
        }
        #expect(names == ["no-answer"])
    }

    @Test func faultsComeFirst() {
        var report = Reports.controller()
        report.link?.state = "down"
        report.buttons?.stuck = [3]
        let findings = PageFinding.all(of: report)
        #expect(findings.map(\.severity) == [.fault, .warning])
        #expect(findings.first?.what.en == "The button of booth 3 is stuck.")
        #expect(findings.first?.what.fa == "دکمهٔ باجهٔ ۳ گیر کرده است.")
    }

    @Test func theCentralTellsWhoIsGoneAndWhoIsFenced() {
        var report = Reports.central()
        let gone = PageFinding.all(of: report)
        #expect(gone.map(\.name) == ["controller-offline"])
        #expect(gone.first?.what.en == "hall-b is offline; it alone may call 7 tickets.")
        #expect(gone.first?.since == "2026-11-23T05:10:00Z")
        report.controllers?[1].fenced = true
        report.controllers?[0].link = "never-seen"
        report.conflicts = [
            ConflictReport(
                number: "A012", heldBy: "hall-a", booth: 1, calledBy: "hall-b", calledAt: 4)
        ]
        report.settling = true
        #expect(
            PageFinding.all(of: report).map(\.name)
                == ["never-seen", "fenced", "conflict", "settling"])
    }

    /// Whoever reads Persian is told in Persian: no sentence was left out, and digits are Persian.
    @Test func everyFindingSpeaksBothLanguages() {
        var report = Reports.controller()
        report.link?.state = "down"
        report.buttons?.stuck = [3]
        report.buses?[0].units[0].finding = "new-firmware"
        report.buses?[0].units[1].errors["truncated"] = 44
        for finding in PageFinding.all(of: report) {
            for text in [finding.what.fa, finding.todo.fa] {
                #expect(text.unicodeScalars.contains { (0x0600...0x06FF).contains($0.value) })
            }
            #expect(!finding.what.en.isEmpty && !finding.todo.en.isEmpty)
        }
        let noise = PageFinding.all(of: report).first { $0.name == "noise" }
        #expect(noise?.what.fa.contains("۴۴") == true)
    }
}

@Suite struct HealthReportTests {
    @Test func warningsAreWell_faultsAreNot() {
        var report = Reports.controller()
        #expect(HealthReport(report).status == "well")
        report.link?.state = "down"
        #expect(HealthReport(report).status == "warnings")
        #expect(HealthReport(report).isWell)
        report.buses?[0].state = "closed"
        let health = HealthReport(report)
        #expect(health.status == "faults" && !health.isWell)
        #expect(health.reasons.map(\.name) == ["bus-closed", "central-unreachable"])
    }

    @Test func aDiskThatRefusesIsAFaultInBothLanguages() throws {
        var report = Reports.controller()
        report.diskFault = true
        let health = HealthReport(report)
        #expect(!health.isWell && health.reasons.map(\.name) == ["disk-failed"])
        let finding = try #require(PageFinding.all(of: report).first)
        for text in [finding.what.fa, finding.todo.fa] {
            #expect(text.unicodeScalars.contains { (0x0600...0x06FF).contains($0.value) })
        }
    }

    @Test func aCoreThatDoesNotAnswerIsAFault() {
        let health = HealthReport(nil)
        #expect(!health.isWell)
        #expect(health.reasons.map(\.name) == ["core-stalled"])
    }
}

@Suite struct MetricTests {
    @Test func valuesHaveTheirLabels() {
        let text = Metric.text(Metric.all(of: Reports.controller()))
        for line in [
            #"nobat_info{daemon="nobatd",name="hall-a",version="1.2"} 1"#,
            "nobat_waiting_tickets 4", "nobat_central_connected 1",
            #"nobat_unit_online{bus="hall",unit="3",booth="3"} 1"#,
            #"nobat_unit_errors_total{bus="hall",unit="5",kind="timeout"} 0"#,
            #"nobat_booth_open{booth="5"} 0"#, "# TYPE nobat_unit_errors_total counter",
            #"nobat_findings{severity="fault"} 0"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    @Test func everyNameIsToldOnceAndMeansSomething() {
        let metrics =
            Metric.all(of: Reports.controller()) + Metric.all(of: Reports.central()).dropFirst(3)
        let names = Metric.all(of: Reports.controller()).map(\.name)
        #expect(Set(names).count == names.count)
        #expect(metrics.allSatisfy { $0.name.hasPrefix("nobat_") && $0.help.hasSuffix(".") })
    }

    /// Prometheus refuses a series that is told twice, and keeps for months one that was told once.
    @Test func noSeriesIsToldTwiceOrForOneDay() {
        var report = Reports.controller()
        report.blocks = [
            BlockReport(service: "lab", day: 20_780, next: "B1", remaining: 3),
            BlockReport(service: "lab", day: 20_780, next: "B9", remaining: 4),
            BlockReport(service: "lab", day: 20_781, next: "B1", remaining: 50),
            BlockReport(service: nil, day: 0, next: "L1", remaining: 9),
        ]
        let lines = Metric.text(Metric.all(of: report)).split(separator: "\n")
        let series = lines.filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ")[0] }
        #expect(Set(series).count == series.count)
        #expect(lines.contains(#"nobat_numbers_left{service="lab",day="today"} 7"#))
        #expect(lines.contains(#"nobat_numbers_left{service="lab",day="later"} 50"#))
        #expect(lines.contains(#"nobat_numbers_left{service="local",day="today"} 9"#))
        #expect(!lines.contains { $0.contains("20780") && $0.contains("{") })
    }

    @Test func namesFromOutsideAreEscaped() {
        var metric = Metric("nobat_x", "A test.")
        metric.add(1, ("name", "a\"b\\c\nd"))
        #expect(Metric.text([metric]).hasSuffix("nobat_x{name=\"a\\\"b\\\\c\\nd\"} 1\n"))
    }
}
