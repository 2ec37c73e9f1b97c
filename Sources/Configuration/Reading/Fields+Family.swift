// SPDX-License-Identifier: Apache-2.0

// Reads which displays a bus has. A key of another family is an error: it would change nothing, and
// nobody would know.

import QueueCore

extension Fields {
    /// The kind of the bus's displays; nil after an error.
    func familyKind() -> BusFamily.Kind? {
        guard let value = optional("family") else { return .unit }
        return value.choice(BusFamily.Kind.self)
    }

    /// What the driver of a bus is told; nil after an error.
    func family(_ kind: BusFamily.Kind) -> BusFamily? {
        let all = BusFamily.Kind.allCases.reduce(into: Set<String>()) { $0.formUnion($1.keys) }
        for key in all.subtracting(kind.keys).sorted() {
            guard let value = optional(key) else { continue }
            let owners = BusFamily.Kind.allCases.filter { $0.keys.contains(key) }
            reading.report(
                value.place, "displays of the family \"\(kind.rawValue)\" have no \"\(key)\"",
                "remove it; it is for: \(owners.map(\.rawValue).joined(separator: ", "))")
        }
        switch kind {
        case .unit: return .unit
        case .candle: return signText().map { .candle($0) }
        case .alpha: return alphaSign().map { .alpha($0) }
        case .ascii:
            let template = required("template", example: #"'{text}\r\n'"#)
            let text = signText()
            return template == nil ? nil : text.map { .ascii($0) }
        case .modbus: return modbus()
        }
    }

    private func signText() -> SignText? {
        let width = integer("width", ConfigurationLimits.signWidth, otherwise: 4)
        let pad = optional("pad").map { $0.character(example: "' '") } ?? 0x20
        guard let width, let pad else { return nil }
        guard let value = optional("template") else { return SignText(width: width, pad: pad) }
        guard let template = value.template(width: width) else { return nil }
        return SignText(template: template, width: width, pad: pad)
    }

    private func alphaSign() -> AlphaSign? {
        let label = optional("label").map { $0.character(example: "A") } ?? 0x30
        let position =
            optional("position").map { $0.choice(AlphaSign.Position.self) } ?? .middle
        let hasChecksum = flag("checksum", otherwise: true)
        let isBroadcast = flag("broadcast", otherwise: false)
        guard let text = signText(), let label, let position, let hasChecksum, let isBroadcast
        else { return nil }
        return AlphaSign(
            text: text, label: label, position: position, hasChecksum: hasChecksum,
            isBroadcast: isBroadcast)
    }

    private func modbus() -> BusFamily? {
        let echo = flag("echo", otherwise: false)
        if let section = optional("registers") {
            if let map = optional("map") {
                map.report(
                    "a bus has \"map\" and \"registers\"", "keep one of the two")
            }
            guard let map = section.registers(), let echo else { return nil }
            return .modbus(.registers(map), echo: echo)
        }
        let example = "led-485"
        guard let map = required("map", example: example)?.choice(ModbusMap.Maker.self), let echo
        else { return nil }
        return .modbus(.maker(map), echo: echo)
    }
}

extension Value {
    /// The register map of a display.
    fileprivate func registers() -> RegisterSection? {
        typealias Bounds = ConfigurationLimits
        let keys = [
            "digits", "first", "places", "function", "letters", "read-back", "blink", "brightness",
        ]
        guard
            let fields = fields(
                "\"registers\"", keys: keys,
                example: "registers: { digits: characters, first: 0, function: 16 }")
        else { return nil }
        let digits = fields.required("digits", example: "characters")?
            .choice(RegisterSection.Digits.self)
        let first = fields.required("first", example: "0")?.register()
        let places = fields.integer("places", Bounds.displayPlaces, otherwise: 4)
        let function =
            fields.optional("function").map { $0.number(of: [6, 16], example: 16) } ?? 16
        let letters = fields.flag("letters", otherwise: false)
        let readBack = fields.optional("read-back").map { $0.register() }
        let blink = fields.optional("blink").map { $0.blinkRegisters() }
        let brightness = fields.optional("brightness").map { $0.brightnessRegister() }
        guard let digits, let first, let places, let function, let letters else { return nil }
        // An inner nil is an error that has been reported.
        if case .some(.none) = readBack { return nil }
        if case .some(.none) = blink { return nil }
        if case .some(.none) = brightness { return nil }
        let section = RegisterSection(
            digits: digits, first: first, places: places, isOneFrame: function == 16,
            hasLetters: letters, readBack: readBack ?? nil, blink: blink ?? nil,
            brightness: brightness ?? nil)
        for (key, start) in [("first", section.first), ("read-back", section.readBack ?? 0)]
        where Int(start) + section.count > Bounds.registers.upperBound + 1 {
            fields.optional(key)?.report(
                "\(section.count) registers from \(start) on go beyond the last, 65535",
                "begin lower, or take fewer places")
            return nil
        }
        return section
    }

    private func register() -> UInt16? {
        integer(ConfigurationLimits.registers, example: 0).map(UInt16.init)
    }

    private func blinkRegisters() -> RegisterSection.Blink? {
        guard
            let fields = fields(
                "\"blink\"", keys: ["start", "stop", "value"],
                example: "blink: { start: 8, stop: 9 }")
        else { return nil }
        let start = fields.required("start", example: "8")?.register()
        let stop = fields.required("stop", example: "9")?.register()
        let value = fields.integer("value", ConfigurationLimits.registers, otherwise: 1)
        guard let start, let stop, let value else { return nil }
        return RegisterSection.Blink(start: start, stop: stop, value: UInt16(value))
    }

    private func brightnessRegister() -> RegisterSection.Brightness? {
        guard
            let fields = fields(
                "\"brightness\"", keys: ["register", "least", "most"],
                example: "brightness: { register: 52, least: 0, most: 15 }")
        else { return nil }
        let register = fields.required("register", example: "52")?.register()
        let least = fields.integer("least", ConfigurationLimits.registers, otherwise: 0)
        let most = fields.required("most", example: "15")?.register()
        guard let register, let least, let most else { return nil }
        guard least <= Int(most) else {
            fields.optional("most")?.report(
                "the most (\(most)) is below the least (\(least))", "write the two the other way")
            return nil
        }
        return RegisterSection.Brightness(register: register, range: UInt16(least)...most)
    }
}
