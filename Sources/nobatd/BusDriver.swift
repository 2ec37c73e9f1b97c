// SPDX-License-Identifier: Apache-2.0

// From a bus's configuration to the driver of its displays: the one place that knows every family.

import DisplayDrivers
import NobatConfiguration
import QueueCore

enum BusDriver {
    /// The driver of a bus with displays at `units`. `isBoard`: they are rows of the hall board,
    /// which show the booth too.
    static func make(
        _ bus: BusConfiguration, units: [UnitAddress], isBoard: Bool, firstTag: UInt16,
        at now: Moment
    ) -> any DisplayDriver {
        let blinks = bus.blinks ? BusSettings().blinks : 0
        let signs = SignSettings(baud: bus.baud, blinks: blinks)
        switch bus.family {
        case .unit:
            return BusMaster(
                units: units, settings: settings(bus, blinks: BusSettings().blinks),
                firstTag: firstTag, at: now)
        case .candle(let text):
            let family = CandleFamily(
                template: SignTemplate(text, isBoard: isBoard), brightness: Int(bus.brightness))
            return CandleDriver(family, signs: units, settings: signs, at: now)
        case .alpha(let sign):
            let family = AlphaFamily(
                template: SignTemplate(sign.text, isBoard: isBoard), label: sign.label,
                position: AlphaFamily.Position(sign.position), hasChecksum: sign.hasChecksum,
                isBroadcast: sign.isBroadcast)
            return AlphaDriver(family, signs: units, settings: signs, at: now)
        case .ascii(let text):
            let family = ASCIIFamily(template: SignTemplate(text, isBoard: isBoard))
            return ASCIIDriver(family, signs: units, settings: signs, at: now)
        case .modbus(let map, let echo):
            return ModbusMapDriver(
                map: RegisterMap(map), units: units, settings: settings(bus, blinks: blinks),
                echoes: echo, at: now)
        }
    }

    private static func settings(_ bus: BusConfiguration, blinks: Int) -> BusSettings {
        var settings = BusSettings(baud: bus.baud)
        settings.brightness = Int(bus.brightness)
        settings.deadManTime = bus.deadMan
        settings.blinks = blinks
        return settings
    }
}

extension SignTemplate {
    fileprivate init(_ text: SignText, isBoard: Bool) {
        let usual = isBoard ? SignTemplate.row : .text
        self.init(
            text.template?.map(Piece.init) ?? usual.pieces, width: text.width, pad: text.pad)
    }
}

extension SignTemplate.Piece {
    fileprivate init(_ piece: TemplatePiece) {
        switch piece {
        case .bytes(let bytes): self = .bytes(bytes)
        case .place(.text): self = .text
        case .place(.number): self = .number
        case .place(.booth): self = .booth
        case .place(.arrow): self = .arrow
        case .place(.address): self = .address
        }
    }
}

extension AlphaFamily.Position {
    fileprivate init(_ position: AlphaSign.Position) {
        switch position {
        case .middle: self = .middle
        case .top: self = .top
        case .bottom: self = .bottom
        case .fill: self = .fill
        }
    }
}

extension RegisterMap {
    fileprivate init(_ map: ModbusMap) {
        switch map {
        case .maker(.led485): self = .led485
        case .maker(.led485Segments): self = .led485Segments
        case .maker(.dm56a04): self = .dm56a04
        case .maker(.dn109): self = .dn109
        case .registers(let section): self.init(section)
        }
    }

    private init(_ section: RegisterSection) {
        self.init(
            digits: Digits(section.digits), first: section.first, places: section.places,
            function: section.isOneFrame ? .many : .one, hasLetters: section.hasLetters,
            readBack: section.readBack,
            blink: section.blink.map {
                Blink(start: $0.start, stop: $0.stop, value: $0.value)
            },
            brightness: section.brightness.map {
                Brightness(register: $0.register, range: $0.range)
            })
    }
}

extension RegisterMap.Digits {
    fileprivate init(_ digits: RegisterSection.Digits) {
        switch digits {
        case .characters: self = .characters
        case .pairs: self = .pairs
        case .number: self = .number
        case .segments: self = .segments
        case .segmentsFromG: self = .segmentsFromG
        }
    }
}

extension BoothArrow {
    init(_ arrow: BoardConfiguration.Arrow) {
        switch arrow {
        case .left: self = .left
        case .right: self = .right
        case .up: self = .up
        case .down: self = .down
        }
    }
}
