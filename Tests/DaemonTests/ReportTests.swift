// SPDX-License-Identifier: Apache-2.0

// A day's figures from running daemons, calls of offline minutes among them, as a table, CSV and JSON.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct ReportTests {
        @Test func aDayWithAnOfflineHour_IsToldInAllFormats() async {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            plan.more = "clock: always"
            await withHall(plan) { hall in
                for _ in 0..<4 { _ = try hall.number(at: hall.central) }
                _ = try hall.callNext(1)
                hall.first.wire.set(.cut)
                try within(10, "the controller knows that it is alone") {
                    try hall.first.daemon.status().link?.state != "up"
                }
                _ = try hall.number("lab", at: hall.first.daemon)
                let cut = Date()
                _ = try hall.callNext(1)
                _ = try hall.callNext(2)
                // The central notices a cut cable by silence; so long it counts.
                while Date().timeIntervalSince(cut) < 8 { usleep(100_000) }
                hall.first.wire.set(.good)
                try hall.waitUntilAgreed()
                _ = try hall.callNext(2)
                try hall.waitUntilAgreed()

                let figures = try hall.central.ask(
                    ControlRequest(.report), as: DayFigures.self)
                let day = try need(figures.rows.first { $0.of == "day" }, "the day's figures")
                try check(day.issued, is: 5, "tickets issued")
                try check(day.called, is: 4, "calls")
                try check(day.served, is: 2, "patients served")
                try check(day.waits, is: 4, "waits")
                try check(day.unsure, is: 0, "spans that are not exact")
                try check(
                    (day.waitMax ?? 0) >= 8, "the last one waited for 8 s: \(day.waitMax ?? -1)")
                let lab = figures.rows.first { $0.of == "service" && $0.service == "lab" }
                try check(lab?.issued, is: 1, "the lab's tickets")
                let booths = figures.rows.filter { $0.of == "booth" }
                try check(booths.map(\.booth), is: [1, 2], "booths that called")
                try check(booths.map(\.called), is: [2, 2], "calls of each")
                let away = try need(
                    figures.absences.first { $0.hour == nil }, "the controller's absence")
                try check((2...40).contains(away.seconds), "offline for \(away.seconds) s")
                try Self.checkFormats(hall, figures)
            }
        }

        private static func checkFormats(_ hall: SoftwareHall, _ figures: DayFigures) throws {
            let socket = hall.central.socketPath
            let dates = [figures.date.replacing("/", with: "-"), "\(figures.day)"]
            for date in dates {
                let json = try Finished(
                    "nobatctl", "report", "--socket", socket, "--day", date, "--format", "json")
                try check(json.status, is: 0, json.output)
                let told = ControlText.decode(
                    DayFigures.self, json.output.trimmingCharacters(in: .newlines))
                try check(told == figures, "the same figures for \(date)")
            }
            let csv = try Finished("nobatctl", "report", "--socket", socket, "--format", "csv")
            let lines = csv.output.split(separator: "\r\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            try check(lines.first, is: DayFigures.columns, "the head")
            try check(
                lines.count, is: 1 + figures.rows.count + figures.absences.count, "rows of the CSV")
            try check(
                lines.allSatisfy { $0.count == DayFigures.columns.count }, "cells in each row")
            let table = try Finished("nobatctl", "report", "--socket", socket)
            try check(table.output.contains("no-shows"), "a table: \(table.output)")
            try check(table.output.contains("hall-a/2"), "with each booth: \(table.output)")
            let none = try Finished(
                "nobatctl", "report", "--socket", socket, "--day", "2001-02-03")
            try check(none.status, is: 1, "a day of which nothing is recorded")
            try check(none.output.contains("nothing is recorded of 1379/11/15"), none.output)
            let wrong = try Finished(
                "nobatctl", "report", "--socket", socket, "--day", "1405-13-01")
            try check(wrong.status, is: 64, "a day that no calendar has")
        }
    }
}
