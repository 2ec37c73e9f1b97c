// SPDX-License-Identifier: Apache-2.0

// The parts of a hall's wiring: a bus, a line of a GPIO chip, what the gestures of a button do.

import QueueCore

/// What `gpio` says of all lines that do not say it themselves.
struct LineDefaults {
    var chip: String?
    /// Whether `gpio` names a chip, if only a wrong one.
    var namesChip = false
    var bias = LineBiasSetting.pullUp
    var isActiveLow = true

    /// The defaults in `file`.
    init(_ file: Fields) {
        guard
            let fields = file.optional("gpio")?.fields(
                "\"gpio\"", keys: ["chip", "bias", "active"],
                example: "gpio: { chip: pinctrl-bcm2711, bias: pull-up, active: low }")
        else { return }
        namesChip = fields.optional("chip") != nil
        chip = fields.optional("chip")?.chip()
        bias = fields.optional("bias")?.choice(LineBiasSetting.self) ?? .pullUp
        isActiveLow = fields.optional("active")?.choice(["low", "high"]) != "high"
    }
}

/// What a line of a chip is wired to.
enum LineUse {
    case button, lamp, bootLine

    /// In the words of errors.
    var words: String {
        switch self {
        case .button: "a button"
        case .lamp: "a lamp"
        case .bootLine: "a line of the flashing header"
        }
    }

    var keys: [String] {
        switch self {
        case .button: ["chip", "line", "active", "bias"]
        case .lamp: ["chip", "line", "active"]
        // BOOT0 chooses the boot loader when high, NRST resets when low, on every board.
        case .bootLine: ["chip", "line"]
        }
    }

    var exampleLine: String {
        switch self {
        case .button: "GPIO17"
        case .lamp: "GPIO27"
        case .bootLine: "GPIO20"
        }
    }
}

extension Value {
    /// The keys of a bus.
    func busFields() -> Fields? {
        fields(
            "a bus",
            keys: [
                "name", "port", "baud", "frame", "rs485", "brightness", "dead-man", "family", "map",
                "registers", "template", "width", "pad", "blink", "label", "position", "checksum",
                "broadcast", "echo",
            ],
            example: "{ name: hall, port: /dev/serial/by-id/… }")
    }

    /// The label of a GPIO chip; its number is refused, because that changes with the kernel.
    func chip() -> String? {
        let example = "pinctrl-bcm2711"
        guard let word = text("the label of a GPIO chip", example: example) else { return nil }
        let rest = word.hasPrefix("/dev/") ? word.dropFirst(5) : word[...]
        let isNumber = rest.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if isNumber || rest.hasPrefix("gpiochip") {
            report(
                "\"\(Reading.shown(word))\" is the number of a GPIO chip, which changes with "
                    + "board and kernel",
                "write the label that gpiodetect shows in brackets, such as \(example)")
            return nil
        }
        return bounded(word)
    }

    private func bounded(_ word: String) -> String? {
        guard word.utf8.count <= ConfigurationLimits.lineNameMax else {
            report(
                "\"\(Reading.shown(word))\" is longer than any name of the kernel",
                "it may have \(ConfigurationLimits.lineNameMax) bytes")
            return nil
        }
        return word
    }

    /// A line of a chip, with the place of its name.
    func line(_ use: LineUse, _ defaults: LineDefaults) -> Placed<LineWiring>? {
        let what = use.words
        let example = "\(key): { line: \(use.exampleLine) }"
        guard let fields = fields(what, keys: use.keys, example: example) else { return nil }
        let lineValue = fields.required("line", example: "GPIO17")
        let name = lineValue?.lineName()
        var chip = defaults.chip
        if let value = fields.optional("chip") {
            chip = value.chip()
        } else if !defaults.namesChip {
            reading.report(
                fields.place, "\(what) has no \"chip\", and \"gpio\" names none for all",
                "add a line such as \"gpio: { chip: pinctrl-bcm2711 }\" to the file")
        }
        var isActiveLow = defaults.isActiveLow
        if let value = fields.optional("active") {
            isActiveLow = value.choice(["low", "high"]) != "high"
        }
        var bias = use == .button ? defaults.bias : LineBiasSetting.asIs
        if let value = fields.optional("bias") {
            bias = value.choice(LineBiasSetting.self) ?? bias
        }
        guard let name, let lineValue, let chip else { return nil }
        return Placed(
            LineWiring(chip: chip, line: name, isActiveLow: isActiveLow, bias: bias),
            lineValue.place)
    }

    private func lineName() -> String? {
        guard let word = text("the name of a line, or its offset", example: "GPIO17") else {
            return nil
        }
        guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return bounded(word) }
        let max = ConfigurationLimits.lineOffsetMax
        guard let offset = Int(word), offset <= max, word == "\(offset)" else {
            report(
                "\(Reading.shown(word)) is no offset of a line",
                "write its name, such as GPIO17, or a number of 0 to \(max) without leading zeros")
            return nil
        }
        return word
    }
}

extension Fields {
    /// A bus; nil after an error.
    func bus(name: Name?, port: String?, kind: BusFamily.Kind?) -> BusConfiguration? {
        typealias Bounds = ConfigurationLimits
        let usual = kind ?? .unit
        let baud =
            optional("baud").map { $0.number(of: Bounds.bauds, example: usual.baud) } ?? usual.baud
        let frame = optional("frame").map { $0.choice(Bounds.frames) } ?? usual.frame
        let family = kind.flatMap { self.family($0) }
        let blinks = flag("blink", otherwise: true)
        let isRS485 = flag("rs485", otherwise: false)
        let brightness = integer("brightness", Bounds.brightness, otherwise: 8)
        let deadMan = span("dead-man", Bounds.deadMan, otherwise: .seconds(10))
        guard let name, let port, let baud, let frame, let isRS485, let brightness, let deadMan,
            let family, let blinks
        else { return nil }
        return BusConfiguration(
            name: name, port: port, baud: baud, frame: frame, isRS485: isRS485,
            brightness: UInt8(brightness), deadMan: deadMan, family: family, blinks: blinks)
    }

    /// What the gestures of a booth's button do.
    func gestures() -> GestureMap {
        var map = GestureMap()
        guard
            let fields = optional("gestures")?.fields(
                "\"gestures\"", keys: Gesture.allCases.map(\.rawValue),
                example: "gestures: { short: next, double: recall, long: no-show }")
        else { return map }
        let words = ButtonAction.allCases.map(\.rawValue) + ["none"]
        func action(_ gesture: Gesture, otherwise: ButtonAction?) -> ButtonAction? {
            guard let value = fields.optional(gesture.rawValue) else { return otherwise }
            return value.choice(words).flatMap(ButtonAction.init(rawValue:))
        }
        map.short = action(.short, otherwise: map.short)
        map.double = action(.double, otherwise: map.double)
        map.long = action(.long, otherwise: map.long)
        return map
    }
}
