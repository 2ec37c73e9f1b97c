// SPDX-License-Identifier: Apache-2.0

// The kiosk's sheet says what the example, the configuration's reader and the kiosk's machine say.

import Foundation
import NobatConfiguration
import QueueCore
import Testing

struct KioskSheetTests {
    private static func example(_ name: String) throws -> ControllerConfiguration {
        try ControllerConfiguration.load(
            path: Sheet.root.appending(path: "Wiring/examples/\(name)").path)
    }

    @Test func linesOfTheSheetAreThoseOfTheExample() throws {
        let hall = HallWiring(try Self.example("kiosk.yaml"))
        var want: [[String]] = []
        for button in try #require(hall.kiosk).buttons {
            let lamp = try #require(button.lamp)
            for (line, use) in [(button.button, "button"), (lamp, "lamp")] {
                let pin = try #require(line.headerPin)
                want.append(["\(use) \(button.number)", line.line, "\(pin)", line.label])
            }
        }
        let columns = ["use", "line", "header pin", "cable label"]
        let rows = try Sheet("kiosk").records(with: "use", "line", "header pin", "cable label")
        #expect(rows.map { row in columns.map { row[$0] ?? "" } } == want)
        #expect(hall.findings.isEmpty, "the example is a plain kiosk")
    }

    /// The block of the sheet, added to the other example as it tells, is the example's kiosk; so its
    /// lines are free there.
    @Test func theSheetsConfigurationLoads_BesideTheBoothsOfAHall() throws {
        let sheet = try Sheet.file("Wiring/kiosk.md")
        let block = try #require(sheet.firstMatch(of: /```yaml\n([^`]+)```/)?.output.1)
        let hall = try Sheet.file("Wiring/examples/hall.yaml")
        let file = try ControllerConfiguration.parse(
            text: hall + block, file: "/etc/nobat/hall.yaml")
        #expect(file.kiosk == (try Self.example("kiosk.yaml")).kiosk)
        #expect(HallWiring(file).findings.isEmpty)
    }

    @Test func sentencesAndSignsAreThoseOfTheProgram() throws {
        let sheet = try Sheet("kiosk")
        let told = sheet.records(with: "log", "sentence").map {
            [$0["log"] ?? "", $0["sentence"] ?? ""]
        }
        #expect(
            told == PrinterCondition.allCases.map { ["`printer-\($0.rawValue)`", $0.sentence] })
        let signs: [KioskSign] = [.ready, .working, .refused, .noPaper, .outOfOrder]
        #expect(
            sheet.records(with: "display", "meaning").map { $0["display"] ?? "" }
                == signs.map { "`\($0.text)`" })
    }

    /// Figures in the sheet's sentences are the program's.
    @Test func figuresAreThoseOfTheProgram() throws {
        let text = try Sheet("kiosk").text
        let seconds = KioskLimits.entrySpan.milliseconds / 1_000
        #expect(text.contains("left alone for \(seconds) s is forgotten"))
        #expect(TrackingCode.length == 10)
        #expect(KioskLimits.buttonsMax == 8 && text.contains("at most eight in all"))
        #expect(ConfigurationLimits.readersMax == 4 && text.contains("At most four readers"))
        let values = try Sheet("kiosk").values
        let kiosk = try #require(try Self.example("kiosk.yaml").kiosk)
        #expect(values["BAUD"] == Double(kiosk.printer.baud))
        #expect(values["DOTS"] == Double(kiosk.printer.width))
        #expect(values["KEYS"] == Double(kiosk.buttons.count))
        let same = try Sheet("board-buttons-lamps").values
        for name in ["V12", "V33", "VLED", "R1", "ILAMP"] {
            #expect(values[name] == same[name], "\(name)")
        }
    }
}
