// SPDX-License-Identifier: Apache-2.0

// The sheets' bills of materials, what the sheets name in their text, and what `nobatctl wiring`
// counts are one and the same.

import Foundation
import NobatConfiguration
import Testing

struct SheetPartsTests {
    @Test(arguments: Sheet.names)
    func everyRowHasAPartAndAQuantity(name: String) throws {
        let parts = try Sheet(name).parts
        #expect(parts.count >= 5)
        for row in parts {
            #expect(row.ref.wholeMatch(of: /[A-Z][A-Z]?[0-9]+/) != nil, "\(name): \(row.ref)")
            #expect(row.quantity > 0, "\(name): \(row.ref)")
            #expect(!row.part.isEmpty && !row.per.isEmpty, "\(name): \(row.ref)")
        }
    }

    /// A reference means one part in a whole sheet, but for what may stand instead of it.
    @Test(arguments: Sheet.names)
    func aReferenceMeansOnePart(name: String) throws {
        let rows = try Sheet(name).parts.filter { !$0.per.hasPrefix("instead of") }
        let byRef = Dictionary(grouping: rows, by: \.ref)
        for (ref, rows) in byRef { #expect(rows.count == 1, "\(name): \(ref)") }
    }

    /// A part that a sheet talks of can be bought from some sheet's table.
    @Test(arguments: Sheet.names)
    func partsInTheTextAreInATable(name: String) throws {
        let bought = try Sheet.all().flatMap(\.parts).map(\.part)
        let sheet = try Sheet(name)
        let text = sheet.text.components(separatedBy: "## Sources")[0]
            .replacing(/\([^)]*\.(md|py|yml|yaml|rules)\)/, with: "")
        let tokens = text.matches(
            of: /\b(?:[A-Z]{2,}[0-9]{2}[A-Z0-9]*|[A-Z]{2,4}-[0-9]{2,}[-0-9]*)\b/)
        var seen = 0
        for token in Set(tokens.map { String($0.output) }) where !Self.isNoPart(token) {
            seen += 1
            #expect(
                bought.contains { $0.contains(token) }, "\(name) talks of \(token), sold nowhere")
        }
        #expect(seen > 0, "\(name) talks of no part at all")
    }

    /// Standards, boards' own names and pins look like parts.
    static func isNoPart(_ token: String) -> Bool {
        token.wholeMatch(
            of:
                /GPIO[0-9]+|STM32.*|RS-?485|RS-232|TIA-485-?|EN-?[0-9]+|CN[0-9-]+|BUS[0-9]|FT232|DIP-[0-9]+|P[AB][0-9]+|UM[0-9]+|AN[0-9]+/
        ) != nil
    }

    /// A hall of one booth needs exactly what the sheets list per button, lamp, unit and bus.
    @Test func aHallOfOneBoothNeedsWhatTheSheetsList() throws {
        var want: [String: Int] = [:]
        for row in try Sheet.all().flatMap(\.parts)
        where ["button", "lamp", "8 lamps", "unit", "bus"].contains(row.per) && row.ref != "W1" {
            want[row.part, default: 0] += row.quantity
        }
        let hall = try Halls.wiring(Halls.file())
        let got = Dictionary(uniqueKeysWithValues: hall.parts.map { ($0.part, $0.count) })
        #expect(got == want)
    }

    /// What a kiosk adds to it: a button, a lamp, and the rows of the kiosk's own sheet.
    @Test(arguments: [
        ("/dev/serial/by-id/p", ["serial printer", "serial reader", "keyboard reader"]),
        ("tcp://10.0.0.20:9100", ["network printer", "serial reader", "keyboard reader"]),
    ])
    func aKioskNeedsWhatTheSheetsList(port: String, kinds: [String]) throws {
        var want: [String: Int] = [:]
        for row in try Sheet.all().flatMap(\.parts)
        where (["button", "lamp"] + kinds).contains(row.per) {
            want[row.part, default: 0] += row.quantity
        }
        let codes =
            "codes: { service: lab, readers: [{ port: /dev/ttyACM0 }, { input: /dev/input/k }] }"
        let kiosk = Halls.kiosk(port: port, more: codes)
        let without = Dictionary(
            uniqueKeysWithValues: try Halls.wiring(Halls.file()).parts.map { ($0.part, $0.count) })
        let with = try Halls.wiring(Halls.file(kiosk: kiosk)).parts
        let got = Dictionary(
            uniqueKeysWithValues: with.map { ($0.part, $0.count - (without[$0.part] ?? 0)) })
        #expect(got.filter { $0.value != 0 } == want)
    }
}
