// SPDX-License-Identifier: Apache-2.0

// What a person should know of a bus with displays of another maker: what they can't show, and what
// nobody can know of them.

extension BusConfiguration {
    /// The remarks of this bus, each a name for programs and a sentence; none for booth units.
    public var remarks: [(name: String, sentence: String)] {
        guard family != .unit else { return [] }
        var remarks = [
            (
                "stale-number",
                "the displays of bus \(name) (\(family.name)) keep their number when the controller "
                    + "stops or the cable is cut: they can't go to dashes by themselves as booth "
                    + "units do"
            )
        ]
        if !canReadBack {
            remarks.append(
                (
                    "unverified",
                    "the displays of bus \(name) (\(family.name)) can't be asked what they show: "
                        + "they stay unverified, and every text is sent again every few seconds"
                ))
        }
        if !showsLetters {
            remarks.append(
                (
                    "no-letters",
                    "the displays of bus \(name) show no letters: of A042 only the digits are seen, "
                        + "so give the services of these booths number ranges that do not overlap"
                ))
        }
        if blinks, let whose = ownBlinkRate {
            remarks.append(
                (
                    "blink-rate",
                    "how fast the displays of bus \(name) blink is \(whose): if it is more than "
                        + "twice a second, write blink: false"
                ))
        }
        return remarks
    }

    /// Whether its displays can be asked what they show.
    public var canReadBack: Bool {
        switch family {
        case .unit: true
        case .candle, .alpha, .ascii: false
        case .modbus(.maker(let maker), _): maker == .led485 || maker == .dm56a04
        case .modbus(.registers(let map), _): map.readBack != nil
        }
    }

    private var showsLetters: Bool {
        switch family {
        case .unit, .alpha: true
        case .candle(let text), .ascii(let text):
            text.template.map { $0.contains(.place(.text)) } ?? true
        case .modbus(.maker(let maker), _): maker == .led485Segments || maker == .dn109
        case .modbus(.registers(let map), _):
            map.hasLetters || map.digits == .segments || map.digits == .segmentsFromG
        }
    }

    private var ownBlinkRate: String? {
        switch family {
        case .unit, .ascii: nil
        case .candle: "the counter's own affair"
        case .alpha: "the sign's own affair"
        case .modbus(.maker(let maker), _): maker == .dn109 ? "the display's own affair" : nil
        case .modbus(.registers(let map), _): map.blink == nil ? nil : "the display's own affair"
        }
    }
}
