// SPDX-License-Identifier: Apache-2.0

// Displays of other makers in a controller's file: what is read, what is refused, what is remarked.

import NobatConfiguration
import Testing

struct FamilyTests {
    /// The sample hall with other lines under its bus, and lines at its end.
    static func hall(bus: String, address: Int = 1, end: String = "") -> String {
        let lines = bus.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        return Samples.hall
            .replacing("    port: /dev/ttyS0", with: "    port: /dev/ttyS0\n" + lines)
            .replacing("address: 1 }", with: "address: \(address) }") + "\n" + end
    }

    static func bus(_ lines: String, address: Int = 1) throws -> BusConfiguration {
        let hall = try ControllerConfiguration.parse(
            text: hall(bus: lines, address: address), file: "/etc/f.yaml")
        return try #require(hall.buses.first)
    }

    @Test func familiesBringTheirOwnSpeedAndFrame() throws {
        let candle = try Self.bus("family: candle", address: 32)
        #expect((candle.baud, candle.frame) == (57_600, "8N1"))
        #expect(candle.family == .candle(SignText()))
        let alpha = try Self.bus("family: alpha\nlabel: A\nchecksum: false\nblink: false")
        #expect((alpha.baud, alpha.frame, alpha.blinks) == (9_600, "7E1", false))
        #expect(alpha.family == .alpha(AlphaSign(label: 0x41, hasChecksum: false)))
        #expect(try Self.bus("family: unit").family == .unit)
        #expect(try Self.bus("baud: 9600").family == .unit)
    }

    @Test(arguments: ModbusMap.Maker.allCases)
    func everyMakersMapHasItsWord(maker: ModbusMap.Maker) throws {
        let bus = try Self.bus("family: modbus\nmap: \(maker.rawValue)\necho: true")
        #expect(bus.family == .modbus(.maker(maker), echo: true))
    }

    /// Escapes written out and escapes that YAML resolves give the same bytes.
    @Test(arguments: [#"'\x02{text}\r\n'"#, #""\x02{text}\r\n""#])
    func templatesAreReadEitherWay(template: String) throws {
        let bus = try Self.bus("family: ascii\ntemplate: \(template)")
        let pieces: [TemplatePiece] = [.bytes([2]), .place(.text), .bytes([13, 10])]
        #expect(bus.family == .ascii(SignText(template: pieces)))
    }

    @Test(arguments: [
        (
            "family: candel", 1,
            "8:13: \"candel\" is no value of \"family\"; did you mean \"candle\"?"
        ),
        (
            "family: ascii", 1,
            "6:5: a bus has no \"template\"; add a line such as "
                + #""template: '{text}\r\n'""#
        ),
        ("family: modbus", 1, "6:5: a bus has no \"map\"; add a line such as \"map: led-485\""),
        (
            "family: modbus\nmap: led", 1,
            "9:10: \"led\" is no value of \"map\"; known here: led-485, "
                + "led-485-segments, dm56a04, dn109"
        ),
        ("family: candle", 1, "13:36: 1 is out of range; \"address\" may be 32 to 127"),
        (
            "map: led-485", 1,
            "8:10: displays of the family \"unit\" have no \"map\"; remove it; it is "
                + "for: modbus"
        ),
        (
            "family: alpha\ndead-man: 10s", 1,
            "9:15: displays of the family \"alpha\" have no "
                + "\"dead-man\"; remove it; it is for: unit"
        ),
        (
            "family: ascii\ntemplate: 'x'", 1,
            "9:15: the template has no place for the number; write "
                + "{text} into it"
        ),
        (
            "family: ascii\ntemplate: '{txt}'", 1,
            "9:15: the template has no place \"txt\"; did you "
                + "mean \"text\"?"
        ),
        (
            "family: ascii\ntemplate: '{text}\\q'", 1,
            "9:15: the template has \"\\q\", which means "
                + "nothing; use \\r \\n \\t \\0 \\\\ or \\xNN"
        ),
        (
            "family: ascii\ntemplate: '{text'", 1,
            "9:15: the template has a \"{\" without a \"}\"; "
                + "write \\x7B for the character itself"
        ),
        (
            "family: ascii\ntemplate: '{text}\\x+1'", 1,
            "9:15: the template has a \\x without two hex "
                + "digits; write such as \\x0D"
        ),
        (
            "family: modbus\nregisters: { digits: pairs, first: 65535 }", 1,
            "9:40: 2 registers from "
                + "65535 on go beyond the last, 65535; begin lower, or take fewer places"
        ),
        (
            "family: modbus\nregisters: { digits: pairs, first: 0, function: 3 }", 1,
            "9:53: 3 is out "
                + "of range; \"function\" may be 6 to 16"
        ),
    ])
    func mistakesAreNamedWithTheirPlace(bus: String, address: Int, error: String) {
        #expect(Samples.hallErrors(Self.hall(bus: bus, address: address)) == [error])
    }

    @Test func boardSharesAddressesWithBooths() {
        let board =
            "board: { rows: [{ bus: hall, address: 1 }], arrows: { left: [1], right: [1] } }"
        #expect(
            Samples.hallErrors(Self.hall(bus: "baud: 9600", end: board)) == [
                "16:39: address 1 of bus \"hall\" is already at line 13; give each display of a bus "
                    + "its own address, and set the unit to it",
                "16:74: booth 1 is already at line 16; keep one way to it",
            ])
    }

    @Test func signThatHearsEverythingIsAloneOnItsBus() {
        let hall = Self.hall(
            bus: "family: alpha\nbroadcast: true",
            end: "board: { rows: [{ bus: hall, address: 2 }] }")
        #expect(
            Samples.hallErrors(hall) == [
                "17:39: bus \"hall\" says all to every sign (broadcast: true), and its one sign is "
                    + "already at line 14; leave one display on this bus, or take \"broadcast\" away"
            ])
    }

    @Test func remarksSayWhatDisplaysCanNotDo() throws {
        #expect(try Self.bus("family: unit").remarks.isEmpty)
        let names = { (bus: BusConfiguration) in bus.remarks.map(\.name) }
        #expect(
            try names(Self.bus("family: modbus\nmap: led-485")) == ["stale-number", "no-letters"])
        #expect(
            try names(Self.bus("family: modbus\nmap: dn109"))
                == ["stale-number", "unverified", "blink-rate"])
        #expect(
            try names(Self.bus("family: ascii\ntemplate: '{number}'"))
                == ["stale-number", "unverified", "no-letters"])
    }
}
