// SPDX-License-Identifier: Apache-2.0

// Pins in the sheets are those of the example configuration and of the firmware.

import Foundation
import NobatConfiguration
import Testing

struct SheetPinsTests {
    @Test func linesOfTheSheetAreThoseOfTheExample() throws {
        let path = Sheet.root.appending(path: "Wiring/examples/hall.yaml").path
        let hall = HallWiring(try ControllerConfiguration.load(path: path))
        var want: [[String]] = []
        for booth in hall.booths {
            for (line, use) in [(booth.button, "button"), (booth.lamp, "lamp")] {
                let line = try #require(line)
                let pin = try #require(line.headerPin)
                want.append(["\(booth.booth)", use, line.line, "\(pin)", line.label])
            }
        }
        let rows = try Sheet("board-buttons-lamps").records(
            with: "booth", "use", "line", "header pin", "cable label")
        let got = rows.map { row in
            ["booth", "use", "line", "header pin", "cable label"].map { row[$0] ?? "" }
        }
        #expect(got == want)
        #expect(hall.findings.isEmpty, "the example is a plain hall")
    }

    /// The pins that the example's comments name are right too.
    @Test func pinsInTheExamplesCommentsAreRight() throws {
        let text = try Sheet.file("Wiring/examples/hall.yaml")
        var count = 0
        for match in text.matches(of: /line: (GPIO[0-9]+)[^#\n]*# pin ([0-9]+)/) {
            let pin = try #require(
                HeaderPin(chip: "pinctrl-bcm2711", line: String(match.output.1)))
            #expect("\(pin.pin)" == match.output.2, "\(match.output.1)")
            count += 1
        }
        #expect(count == 10)
    }

    /// A line that is pulled down at power-on holds NRST low enough to reset the unit, or near to it;
    /// one that is pulled up at BOOT0 starts the boot loader.
    @Test func flashingLinesOfTheExampleRestWhereTheyDoNoHarm() throws {
        let path = Sheet.root.appending(path: "Wiring/examples/hall.yaml").path
        let flash = try #require(try ControllerConfiguration.load(path: path).flash)
        let boot0 = try #require(HeaderPin(chip: flash.boot0.chip, line: flash.boot0.line))
        let reset = try #require(HeaderPin(chip: flash.reset.chip, line: flash.reset.line))
        #expect(!boot0.isHighAtPowerOn)
        #expect(reset.isHighAtPowerOn)
        #expect(boot0.otherUse == nil && reset.otherUse == nil)
        let sheet = try Sheet.file("Wiring/flashing-header.md")
        #expect(sheet.contains("pin \(boot0.pin) (GPIO\(boot0.gpio)) to BOOT0"))
        #expect(sheet.contains("pin \(reset.pin) (GPIO\(reset.gpio)) by R11 to NRST"))
    }

    @Test func furtherBoothsTakeFreeLinesThatSuitThem() throws {
        let tables = try Sheet("board-buttons-lamps").tables.filter {
            Set($0.head).isSuperset(of: ["line", "header pin", "use"])
        }
        var seen: Set<String> = []
        for row in tables.flatMap(\.records) {
            let line = try #require(row["line"])
            let pin = try #require(HeaderPin(chip: "pinctrl-rp1", line: line))
            #expect(row["header pin"] == "\(pin.pin)", "\(line)")
            #expect(pin.otherUse == nil, "\(line) has another use")
            #expect(row["use"] == "button" || !pin.isHighAtPowerOn, "\(line) lights at power-on")
            #expect(seen.insert(line).inserted, "\(line) is used twice")
        }
        #expect(seen.count == 16)
    }

    /// `static var displayData: Pin { Pin(.a, 7) }` is the sheet's row PA7, displayData.
    @Test func unitPinsAreThoseOfTheFirmware() throws {
        let source = try Sheet.file("Firmware/Boards/Image/Pin.swift")
        var firmware: [String: String] = [:]
        for match in source.matches(
            of: /static var ([a-zA-Z0-9]+): Pin \{ Pin\(\.([ab]), ([0-9]+)\) \}/)
        {
            let port = match.output.2.uppercased()
            firmware[String(match.output.1)] = "P\(port)\(match.output.3)"
        }
        #expect(firmware.count >= 15)
        // The board's own light, which nobody wires.
        firmware["light"] = nil
        let rows = try Sheet("unit-display").records(with: "pin", "Pins")
        let sheet = Dictionary(
            rows.map { ($0["Pins"] ?? "", $0["pin"] ?? "") },
            uniquingKeysWith: { first, _ in first })
        #expect(sheet == firmware)
    }

    /// The bus and flashing sheets and the drawings name the same pins as the table of all pins.
    @Test func otherSheetsAndDrawingsNameTheSamePins() throws {
        let rows = try Sheet("unit-display").records(with: "pin", "Pins", "L432KC", "L476RG")
        func row(_ pins: String) throws -> [String: String] {
            try #require(rows.first { $0["Pins"] == pins })
        }
        let bus = try Sheet("rs485-bus").records(with: "transceiver pin", "unit pin")
        let names = [
            "R": "busReceive", "/RE": "busDriverEnable", "DE": "busDriverEnable",
            "D": "busTransmit",
        ]
        for (name, pins) in names {
            #expect(
                bus.first { $0["name"] == name }?["unit pin"] == (try row(pins)["pin"]), "\(name)")
        }
        let header = try Sheet("flashing-header").records(with: "J1", "unit pin", "NUCLEO-L432KC")
        for (name, pins) in ["TX": "busTransmit", "RX": "busReceive"] {
            let line = try #require(header.first { $0["name"] == name })
            #expect(line["unit pin"] == (try row(pins)["pin"]))
            #expect(line["NUCLEO-L432KC"] == (try row(pins)["L432KC"]))
            #expect(line["NUCLEO-L476RG"] == (try row(pins)["L476RG"]))
        }
        let drawing = try Sheet.file("Wiring/drawings/unit-display.yml")
        let pins = ["displayData", "displayClock", "displayLoad", "displayEnable"]
        let heads = try pins.map { try row($0)["L432KC"] ?? "" }.joined(separator: ", ")
        #expect(drawing.contains("pins: [\(heads), 5V"))
        for name in ["unit-display.yml", "large-digit.py"] {
            let text = try Sheet.file("Wiring/drawings/\(name)")
            for (word, pin) in zip(["DIN", "CLK", "LOAD", "/G"], pins) {
                #expect(text.contains("\(try row(pin)["pin"] ?? "?") \(word)"), "\(name): \(word)")
            }
        }
    }

    @Test func switchesOfTheSheetAreThoseOfTheProgram() throws {
        let rows = try Sheet("unit-display").records(with: "address", "1", "5")
        #expect(rows.count >= 8)
        for row in rows {
            let address = try #require(UInt8(row["address"] ?? ""))
            let cells = (1...5).map { row["\($0)"] ?? "" }.joined(separator: " ")
            #expect(AddressSwitches(address: address).description == cells, "\(address)")
        }
    }

    /// Each drawing has a sheet that shows it, and each sheet its drawings.
    @Test func everyDrawingBelongsToASheet() throws {
        let folder = Sheet.root.appending(path: "Wiring/drawings").path
        let sources = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0 != "style.py" && ($0.hasSuffix(".py") || $0.hasSuffix(".yml"))
        }
        #expect(sources.count >= 6)
        let sheets = try Sheet.all()
        for source in sources {
            let name = source.split(separator: ".")[0]
            let shown = sheets.filter {
                $0.text.contains("(drawings/\(source))")
                    && $0.text.contains("`.build/wiring/\(name).svg`")
            }
            #expect(shown.count == 1, "\(source)")
        }
        for sheet in sheets {
            for match in sheet.text.matches(of: /\(drawings\/([^)]+)\)/) {
                #expect(sources.contains(String(match.output.1)), "\(sheet.name)")
            }
        }
    }

    /// Values in the drawings are those of the sheets' tables.
    @Test(arguments: [
        ("button-and-lamp.py", "board-buttons-lamps"), ("bus-ends.py", "rs485-bus"),
        ("large-digit.py", "unit-display"),
    ])
    func valuesInDrawingsAreThoseOfTheSheet(file: String, name: String) throws {
        let parts = try Sheet(name).parts
        let text = try Sheet.file("Wiring/drawings/\(file)").replacing("\\n", with: " ")
        var count = 0
        for match in text.matches(
            of: /\b([RCDU][0-9]+) +([0-9.]+ [kn]?[ΩF]|[A-Z0-9]{4,}[A-Z0-9.]*)/)
        {
            let part = try #require(parts.first { $0.ref == match.output.1 }, "\(match.output.0)")
            #expect(part.part.hasPrefix(match.output.2), "\(file): \(match.output.0)")
            count += 1
        }
        #expect(count >= 2)
    }
}
