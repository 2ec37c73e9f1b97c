// SPDX-License-Identifier: Apache-2.0

// The wire list, the labels and the findings of a hall.

import Foundation
import NobatConfiguration
import QueueCore
import Testing

struct HallWiringTests {
    @Test func wires_NamePinsLabelsAndSwitches() throws {
        let hall = try Halls.wiring(
            Halls.file(booths: [
                Halls.booth(), Halls.booth(7, address: 21, button: "\"22\"", lamp: ""),
            ]))
        #expect(hall.booths[0].button?.headerPin == 11)
        #expect(hall.booths[0].lamp?.label == "B1-LAMP")
        #expect(hall.booths[1].button?.headerPin == 15, "an offset is a line of the header too")
        #expect(hall.booths[1].switches == "ON off ON off ON")
        #expect(hall.buses[0].units.map(\.booth) == [1, 7])
        #expect(hall.buses[0].terminators == ["the controller's adapter", "the unit of booth 7"])
        #expect(
            hall.labels == [
                "B1-BTN", "B1-LAMP", "B1-UNIT", "B1-12V", "B7-BTN", "B7-UNIT", "B7-12V", "BUS1-A",
                "BUS1-B", "BUS1-COM", "BUS1-SHIELD",
            ])
    }

    @Test func kiosk_HasPinsPortsAndAUnit() throws {
        let more = """
            codes: { service: lab, readers: [{ port: /dev/ttyACM0, baud: 19200 }, { input: /dev/k }] }
              display: { bus: hall, address: 9 }
            """
        let hall = try Halls.wiring(Halls.file(kiosk: Halls.kiosk(more: more)))
        let kiosk = try #require(hall.kiosk)
        #expect(kiosk.buttons.map(\.button.headerPin) == [31])
        #expect(kiosk.buttons.map { $0.lamp?.headerPin } == [32])
        #expect(kiosk.printer.format == "38400 8N1" && kiosk.printerDots == 512)
        #expect(kiosk.readers.map(\.format) == ["19200 8N1", nil])
        #expect(kiosk.readers.map(\.link) == [.serial, .keyboard])
        #expect(
            kiosk.labels == [
                "K-BTN1", "K-LAMP1", "K-PRN", "K-RD1", "K-RD2", "K-UNIT", "K-12V",
            ])
        #expect(Set(kiosk.labels).isSubset(of: hall.labels))
        #expect(hall.buses[0].units.map(\.booth) == [1, nil])
        #expect(hall.buses[0].units.map(\.switches).last == "ON off off ON off")
        #expect(hall.buses[0].terminators.last == "the unit of the kiosk")
        #expect(hall.findings.isEmpty)
        let list = WiringText.list(hall)
        for words in [
            "kiosk  button 1  K-BTN1", "GPIO12  32 ", "K-PRN  /dev/serial/by-id/p", "512 dots",
            "button 1  a slip for lab", "K-UNIT",
        ] {
            #expect(list.contains(words), "\(words)")
        }
    }

    @Test(
        arguments: [
            (Halls.kiosk(lamp: ""), ["no-lamp"]),
            (Halls.kiosk(lamp: "GPIO12"), ["lamp-active-low"]),
            (Halls.kiosk(lamp: "GPIO8, active: high"), ["line-in-use", "lamp-at-power-on"]),
            (Halls.kiosk(button: "GPIO15"), ["line-in-use"]),
            (Halls.kiosk(button: "\"17\""), ["shared-line"]),
            (Halls.kiosk(port: "pty:printer"), ["no-wires"]),
            (Halls.kiosk(baud: 9_600), ["slow-printer"]),
            (Halls.kiosk(port: "tcp://10.0.0.20:9100", baud: 9_600), []),
            (
                Halls.kiosk(more: "codes: { service: lab, readers: [{ input: /dev/k }] }"),
                ["no-display"]
            ),
            (Halls.kiosk(more: "display: { bus: hall, address: 40 }"), ["address-in-flash"]),
        ] as [(String, [String])])
    func findingsOfAKiosk_AreNamed(kiosk: String, names: [String]) throws {
        let findings = try Halls.wiring(Halls.file(kiosk: kiosk)).findings
        #expect(findings.map(\.name) == names)
        #expect(findings.allSatisfy { $0.sentence.contains("kiosk") })
    }

    @Test func lists_ShowEveryWire_AndLabelsTwice() throws {
        let hall = try Halls.wiring(Halls.file(kiosk: Halls.kiosk()))
        let list = WiringText.list(hall)
        for word in [
            "B1-BTN", "GPIO17  11 ", "BUS1-A/B", "the unit of booth 1", "ON off off off off",
        ] {
            #expect(list.contains(word), "\(word)")
        }
        let labels = WiringText.labels(hall)
        for label in hall.labels {
            #expect(labels.components(separatedBy: " \(label) ").count == 3, "\(label)")
        }
        let widths = Set(labels.split(separator: "\n").map(\.count))
        #expect(widths.count == 1, "a sheet of labels has straight edges")
    }

    @Test func json_HasEverything() throws {
        let data = try JSONEncoder().encode(Halls.wiring(Halls.file()))
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            Set(object.keys) == ["controller", "booths", "buses", "parts", "findings", "labels"])
        let bus = try #require((object["buses"] as? [[String: Any]])?.first)
        #expect(bus["adapter"] as? String == "usb")
        #expect((bus["terminators"] as? [String])?.count == 2)
    }

    @Test func plainHall_HasNoFindings() throws {
        #expect(try Halls.wiring(Halls.file()).findings == [])
    }

    @Test(
        arguments: [
            (Halls.file(booths: [Halls.booth(button: "", lamp: "")]), ["no-button"]),
            (Halls.file(booths: [Halls.booth(lamp: "")]), ["no-lamp"]),
            (Halls.file(booths: [Halls.booth(address: nil)]), ["no-display", "no-units"]),
            (Halls.file(booths: [Halls.booth(address: 31)]), []),
            (Halls.file(booths: [Halls.booth(address: 32)]), ["address-in-flash"]),
            (Halls.file(booths: [Halls.booth(address: 247)]), ["new-unit-address"]),
            (Halls.file(gpio: "disabled"), ["no-pull-up"]),
            (Halls.file(booths: [Halls.booth(lamp: "GPIO27")]), ["lamp-active-low"]),
            (Halls.file(booths: [Halls.booth(lamp: "GPIO6, active: high")]), ["lamp-at-power-on"]),
            (Halls.file(booths: [Halls.booth(button: "GPIO14")]), ["line-in-use"]),
            (Halls.file(booths: [Halls.booth(button: "GPIO28")]), ["no-header-pin"]),
            (Halls.file(booths: [Halls.booth(button: "\"27\"")]), ["shared-line"]),
            (Halls.file(port: "/dev/ttyAMA0", rs485: true), ["line-in-use"]),
            (Halls.file(port: "pty:bus"), ["no-wires"]),
        ] as [(String, [String])])
    func findings_AreNamed(text: String, names: [String]) throws {
        let findings = try Halls.wiring(text).findings
        #expect(findings.map(\.name) == names)
        #expect(findings.allSatisfy { $0.sentence.count > 20 })
    }

    /// The bound in the program is the one that the bus's sheet works out.
    @Test func moreUnitsThanFullLoadsFit_AreFound() throws {
        func hall(_ count: Int) throws -> HallWiring {
            let booths = (1...count).map { Halls.booth($0, address: $0, button: "", lamp: "") }
            return try Halls.wiring(Halls.file(booths: booths))
        }
        let values = try Sheet("rs485-bus").values
        let bound = Int(try Arithmetic.value(of: "ULMAX - RUL / R3", values))
        let name = "unit-load"
        #expect(try !hall(bound).findings.contains { $0.name == name })
        #expect(try hall(bound + 1).findings.contains { $0.name == name })
        let most = try Arithmetic.value(of: "(ULMAX - RUL / R3) / UL", values)
        #expect(Double(Limits.boothsMax) <= most, "the largest hall fits on one bus")
    }

    @Test func parts_FollowTheHall() throws {
        func count(_ part: String, _ text: String) throws -> Int {
            try Halls.wiring(text).parts.first { $0.part == part }?.count ?? 0
        }
        let lines = ["4", "5", "6", "12", "13", "16", "18", "19", "20"]
        let nine = Halls.file(
            booths: lines.enumerated().map { index, line in
                Halls.booth(index + 1, address: index + 1, button: "", lamp: "GPIO\(line)")
            })
        #expect(try count("ULN2803A", Halls.file()) == 1)
        #expect(try count("ULN2803A", nine) == 2)
        #expect(try count("PC817C", nine) == 0)
        #expect(try count("120 Ω 0.6 W", nine) == 2)
        let pty = Halls.file(port: "pty:bus")
        #expect(try count("120 Ω 0.6 W", pty) == 0)
        #expect(try count("NUCLEO-L432KC", pty) == 0)
        let server = Halls.file(port: "tcp://10.0.0.9:4001")
        #expect(try count("USB-RS485-WE-1800-BT", server) == 0)
        #expect(try count("NUCLEO-L432KC", server) == 1)
        let counters = Halls.file(port: "/dev/ttyUSB0, family: modbus, map: dn109")
        #expect(try count("NUCLEO-L432KC", counters) == 0)
        #expect(try count("120 Ω 0.6 W", counters) == 2)
        let signs = Halls.file(port: "/dev/ttyUSB0, family: alpha")
        #expect(try count("120 Ω 0.6 W", signs) == 0)
    }

    @Test func switches_AreTheAddressInBits() {
        for address in UInt8(1)...31 {
            #expect(AddressSwitches(address: address).address == address)
        }
        #expect(AddressSwitches(address: 1).isOn == [true, false, false, false, false])
        for address: UInt8 in [0, 32, 63, 247] {
            #expect(AddressSwitches(address: address).address == 0)
        }
    }

    @Test func headerPins_AreEachTakenOnce() {
        let pins = (0...27).compactMap { HeaderPin(chip: "pinctrl-rp1", line: "GPIO\($0)")?.pin }
        #expect(Set(pins).count == 28)
        let power = [1, 2, 4, 6, 9, 14, 17, 20, 25, 30, 34, 39]
        #expect(Set(pins).union(power) == Set(1...40), "the rest is power")
        #expect(HeaderPin(chip: "gpio-sim", line: "GPIO17") == nil)
    }
}
