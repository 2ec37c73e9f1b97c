// SPDX-License-Identifier: Apache-2.0

// Reads a kiosk at a controller: its printer, buttons and readers of codes.

import QueueCore

/// What a kiosk shares with the rest of its hall: lines, addresses and ports that are used once.
protocol KioskSurroundings {
    /// A line of a chip that nothing else has.
    mutating func kioskLine(_ value: Value, _ use: LineUse) -> LineWiring?
    /// A display of a bus that nothing else has.
    mutating func kioskDisplay(_ value: Value) -> DisplayWiring?
    /// Notes that a port is used.
    mutating func takePort(_ port: String, at value: Value)
    /// Whether the hall has the service; reports it when not.
    func knows(_ service: Name, at value: Value) -> Bool
}

extension Value {
    /// The kiosk that this describes, or nil after an error.
    func kiosk(
        _ hall: inout some KioskSurroundings, stripsBeside database: String?
    ) -> KioskConfiguration? {
        guard
            let fields = fields(
                "\"kiosk\"", keys: ["printer", "buttons", "codes", "display"],
                example: "kiosk: { printer: { port: /dev/serial/by-id/… }, buttons: […] }")
        else { return nil }
        let printer = fields.required("printer", example: "{ port: /dev/serial/by-id/… }")
            .flatMap { $0.printer(&hall, stripsBeside: database) }
        let buttons = fields.optional("buttons")?.list(
            0...KioskLimits.buttonsMax, of: "buttons",
            example: "- { service: admission, button: { line: GPIO5 } }")
        let wired = (buttons ?? []).compactMap { $0.kioskButton(&hall) }
        let codes = fields.optional("codes").flatMap { $0.codes(&hall) }
        let display = fields.optional("display").flatMap { hall.kioskDisplay($0) }
        if fields.optional("buttons") == nil, fields.optional("codes") == nil {
            reading.report(
                fields.place, "the kiosk has neither \"buttons\" nor \"codes\"",
                "add \"buttons: [{ service: admission, button: { line: GPIO5 } }]\"")
        }
        guard let printer else { return nil }
        return KioskConfiguration(
            printer: printer, buttons: wired, codeService: codes?.service,
            readers: codes?.readers ?? [], display: display)
    }

    private func printer(
        _ hall: inout some KioskSurroundings, stripsBeside database: String?
    ) -> PrinterConfiguration? {
        typealias Bounds = ConfigurationLimits
        guard
            let fields = fields(
                "a printer",
                keys: ["port", "baud", "frame", "width", "header", "font", "strips"],
                example: "printer: { port: /dev/serial/by-id/… }")
        else { return nil }
        let portValue = fields.required("port", example: "/dev/serial/by-id/…")
        let port = portValue?.port()
        if let portValue, let port { hall.takePort(port, at: portValue) }
        let baud = fields.optional("baud").map {
            $0.number(of: Bounds.printerBauds, example: 38_400)
        }
        let frame = fields.optional("frame").map { $0.choice(Bounds.printerFrames) }
        let width = fields.integer("width", Bounds.slipWidths, otherwise: 512)
        let header = fields.optional("header").flatMap {
            $0.shortText("the clinic's name", example: "درمانگاه نمونه")
        }
        let font = fields.optional("font").flatMap { $0.shortText("a font", example: "Titr") }
        let folder = database.flatMap { path in
            path.lastIndex(of: "/").map { String(path[...$0]) }
        }
        let usual = (folder ?? "") + "slips.strips"
        let strips = fields.optional("strips").map { $0.path(example: usual) } ?? usual
        guard let port, let width, let strips else { return nil }
        return PrinterConfiguration(
            port: port, baud: (baud ?? 38_400) ?? 38_400, frame: (frame ?? "8N1") ?? "8N1",
            width: width, header: header, font: font ?? "Titr", strips: strips)
    }

    private func shortText(_ what: String, example: String) -> String? {
        guard let text = text(what, example: example) else { return nil }
        guard text.count <= ConfigurationLimits.titleMax else {
            report(
                "\(what) has \(text.count) characters",
                "shorten it to \(ConfigurationLimits.titleMax) at most")
            return nil
        }
        return text
    }

    private func kioskButton(_ hall: inout some KioskSurroundings) -> KioskButtonWiring? {
        let example = "{ service: admission, button: { line: GPIO5 } }"
        guard
            let fields = fields(
                "a kiosk's button", keys: ["service", "class", "button", "lamp"], example: example)
        else { return nil }
        let service = fields.required("service", example: "admission").flatMap {
            $0.hallService(hall)
        }
        let priority = fields.optional("class").map { value in
            value.choice(PriorityClass.allCases.map(\.word)).flatMap { PriorityClass(word: $0) }
        }
        let line = fields.required("button", example: "{ line: GPIO5 }").flatMap {
            hall.kioskLine($0, .button)
        }
        let lamp = fields.optional("lamp").flatMap { hall.kioskLine($0, .lamp) }
        guard let service, let line else { return nil }
        return KioskButtonWiring(
            service: service, priority: (priority ?? .normal) ?? .normal, line: line, lamp: lamp)
    }

    private func hallService(_ hall: some KioskSurroundings) -> Name? {
        guard let name = name(example: "admission"), hall.knows(name, at: self) else { return nil }
        return name
    }

    private func codes(
        _ hall: inout some KioskSurroundings
    ) -> (service: Name?, readers: [ReaderConfiguration])? {
        let example = "codes: { service: admission, readers: [{ port: /dev/serial/by-id/… }] }"
        guard
            let fields = fields("\"codes\"", keys: ["service", "readers"], example: example)
        else { return nil }
        let service = fields.required("service", example: "admission").flatMap {
            $0.hallService(hall)
        }
        let items = fields.required("readers", example: "[{ port: /dev/serial/by-id/… }]")?.list(
            1...ConfigurationLimits.readersMax, of: "readers",
            example: "- { port: /dev/serial/by-id/… }")
        let readers = (items ?? []).compactMap { $0.reader(&hall) }
        return (service, readers)
    }

    private func reader(_ hall: inout some KioskSurroundings) -> ReaderConfiguration? {
        guard
            let fields = fields(
                "a reader", keys: ["port", "baud", "input"],
                example: "{ port: /dev/serial/by-id/… }")
        else { return nil }
        if let input = fields.optional("input") {
            for key in ["port", "baud"] {
                fields.optional(key)?.report(
                    "a reader is either at a \"port\" or an \"input\"", "take one of the two away")
            }
            guard let path = input.path(example: "/dev/input/by-id/…-event-kbd") else { return nil }
            hall.takePort(path, at: input)
            return .keyboard(path: path)
        }
        let portValue = fields.required("port", example: "/dev/serial/by-id/…")
        let baud = fields.optional("baud").map {
            $0.number(of: ConfigurationLimits.bauds, example: 9_600)
        }
        guard let portValue, let port = portValue.port() else { return nil }
        hall.takePort(port, at: portValue)
        return .serial(port: port, baud: (baud ?? 9_600) ?? 9_600)
    }
}
