// SPDX-License-Identifier: Apache-2.0

// Reads a hall: its services, buses and booths, and checks that no two of them claim the same
// number, address or line.

import QueueCore

/// A controller's hall as far as it is read.
struct HallReading {
    /// The services of the file's own list.
    private(set) var listed: [Name] = []
    /// Where the tickets of each service go on to.
    private(set) var steps = StepReading()
    private(set) var titles: [Name: ServiceTitle] = [:]
    private(set) var visits: [Name: TimeSpan] = [:]
    private(set) var buses: [BusConfiguration] = []
    private(set) var booths: [BoothPlan] = []
    private(set) var wiring: [BoothWiring] = []
    private(set) var flash: FlashWiring?
    private(set) var board: BoardConfiguration?
    private(set) var hours: ScheduleReading
    private(set) var kiosk: KioskConfiguration?

    private let hasList: Bool
    /// Names of buses, those of faulty ones too.
    private var busNames: [Name] = []
    /// Whether a bus has no right name, so that any name may mean it.
    private var hasNamelessBus = false
    private var lineDefaults: LineDefaults
    private var numbers = Once<Int>()
    private var addresses = Once<String>()
    /// The family of each bus that has a right one.
    private var kinds: [Name: BusFamily.Kind] = [:]
    private var lines = Once<String>()
    /// Buses whose signs all take what is said to any of them.
    private var broadcasting = Once<Name>()
    private var ports = Once<String>()

    /// Reads the hall in `file`; its database is at `database`.
    init(_ file: Fields, database: String?) {
        hasList = file.optional("services") != nil
        lineDefaults = LineDefaults(file)
        hours = ScheduleReading(file)
        readServices(file)
        readBuses(file)
        let items = file.required(
            "booths", example: "[{ number: 1, services: [admission] }]"
        )?.list(
            1...Limits.boothsMax, of: "booths",
            example: "- { number: 1, services: [admission] }")
        for item in items ?? [] { add(booth: item) }
        flash = file.optional("flash").flatMap { readFlash($0) }
        if let value = file.optional("board") { readBoard(value) }
        if let value = file.optional("kiosk") {
            kiosk = value.kiosk(&self, stripsBeside: database)
        }
        for name in booths.flatMap(\.services) where titles[name] == nil {
            titles[name] = ServiceTitle(persian: "\(name)", english: "\(name)")
        }
    }

    private mutating func readServices(_ file: Fields) {
        let example = "- { name: admission, title: { en: Admission } }"
        let items = file.optional("services")?.list(
            0...Limits.servicesMax, of: "services", example: example)
        var once = Once<Name>()
        for item in items ?? [] {
            guard
                let fields = item.fields(
                    "a service",
                    keys: ["name", "title", "then", "visit"] + ScheduleReading.serviceKeys,
                    example: "{ name: admission }")
            else { continue }
            let value = fields.required("name", example: "admission")
            let name = value?.name(example: "admission")
            let title = fields.title(of: name)
            hours.add(service: name, fields)
            steps.read(fields, of: name)
            let visit = fields.visit()
            guard let value, let name else { continue }
            once.take(
                name, at: value.place, file.reading, "the service \"\(name)\"",
                "keep one of the two")
            listed.append(name)
            titles[name] = title
            visits[name] = visit
        }
        steps.check()
        steps.check(numbersOf: hours.schedule)
    }

    private mutating func readBuses(_ file: Fields) {
        let items = file.optional("buses")?.list(
            0...ConfigurationLimits.busesMax, of: "buses",
            example: "- { name: hall, port: /dev/serial/by-id/… }")
        var names = Once<Name>()
        for item in items ?? [] {
            guard let fields = item.busFields() else {
                hasNamelessBus = true
                continue
            }
            let nameValue = fields.required("name", example: "hall")
            let name = nameValue?.name(example: "hall")
            if let name, let nameValue {
                names.take(
                    name, at: nameValue.place, file.reading, "the bus \"\(name)\"",
                    "give one of the two another name")
                busNames.append(name)
            } else {
                hasNamelessBus = true
            }
            let portValue = fields.required("port", example: "/dev/serial/by-id/…")
            let port = portValue?.port()
            if let port, let portValue {
                ports.take(
                    port, at: portValue.place, file.reading, "the port \(Reading.shown(port))",
                    "one port is one bus: give the other bus its own port")
            }
            let kind = fields.familyKind()
            if let name, let kind { kinds[name] = kind }
            if let bus = fields.bus(name: name, port: port, kind: kind) { buses.append(bus) }
        }
    }

    private mutating func add(booth item: Value) {
        guard
            let fields = item.fields(
                "a booth",
                keys: ["number", "services", "open", "gestures", "display", "button", "lamp"],
                example: "{ number: 1, services: [admission] }")
        else { return }
        let numberValue = fields.required("number", example: "1")
        let number = numberValue?.integer(1...Int(Limits.boothNumberMax), example: 1)
        if let number, let numberValue {
            numbers.take(
                number, at: numberValue.place, fields.reading, "booth \(number)",
                "give one of the two another number")
        }
        let services = boothServices(fields)
        let isOpen = fields.flag("open", otherwise: true)
        let gestures = fields.gestures()
        let display = fields.optional("display").flatMap { readDisplay($0) }
        let button = fields.optional("button").flatMap { readLine($0, .button) }
        let lamp = fields.optional("lamp").flatMap { readLine($0, .lamp) }
        guard let number, let isOpen, let booth = BoothNumber(exactly: number) else { return }
        booths.append(
            BoothPlan(number: booth, services: services, gestures: gestures, opensAtStart: isOpen))
        wiring.append(BoothWiring(booth: booth, display: display, button: button, lamp: lamp))
    }

    private func boothServices(_ fields: Fields) -> [Name] {
        let items = fields.required("services", example: "[admission]")?.list(
            1...Limits.boothServicesMax, of: "services", example: "services: [admission]")
        var once = Once<Name>()
        return (items ?? []).compactMap { item in
            guard let name = item.name(example: "admission") else { return nil }
            once.take(
                name, at: item.place, fields.reading, "the service \"\(name)\"",
                "name it once for each booth")
            if hasList, !listed.contains(name) {
                let known = listed.map(\.description)
                item.report(
                    "there is no service \"\(name)\" in this file's list of services",
                    Suggestion.nearest(to: "\(name)", among: known).map {
                        "did you mean \"\($0)\"?"
                    }
                        ?? "add it there: - { name: \(name) }")
            }
            return name
        }
    }

    private mutating func readDisplay(_ value: Value) -> DisplayWiring? {
        guard
            let fields = value.fields(
                "a display", keys: ["bus", "address"], example: "display: { bus: hall, address: 1 }"
            )
        else { return nil }
        let busValue = fields.required("bus", example: "hall")
        let addressValue = fields.required("address", example: "1")
        let bus = busValue?.name(example: "hall")
        let range = bus.flatMap { kinds[$0] }?.addresses ?? ConfigurationLimits.addresses
        let address = addressValue?.integer(range, example: range.lowerBound)
        guard let bus, let busValue else { return nil }
        guard busNames.contains(bus) || hasNamelessBus else {
            let near = Suggestion.nearest(to: "\(bus)", among: busNames.map(\.description))
            busValue.report(
                "there is no bus \"\(bus)\"",
                near.map { "did you mean \"\($0)\"?" } ?? "add it under \"buses\"")
            return nil
        }
        guard let address, let addressValue, let unit = UInt8(exactly: address) else { return nil }
        addresses.take(
            "\(bus) \(address)", at: addressValue.place, value.reading,
            "address \(address) of bus \"\(bus)\"",
            "give each display of a bus its own address, and set the unit to it")
        if case .alpha(let sign)? = buses.first(where: { $0.name == bus })?.family,
            sign.isBroadcast
        {
            broadcasting.take(
                bus, at: addressValue.place, value.reading,
                "bus \"\(bus)\" says all to every sign (broadcast: true), and its one sign",
                "leave one display on this bus, or take \"broadcast\" away")
        }
        return DisplayWiring(bus: bus, address: unit)
    }

    private mutating func readBoard(_ value: Value) {
        guard
            let fields = value.fields(
                "\"board\"", keys: ["rows", "arrows"],
                example: "board: { rows: [{ bus: board, address: 1 }] }")
        else { return }
        let items = fields.required("rows", example: "[{ bus: board, address: 1 }]")?.list(
            1...ConfigurationLimits.boardRowsMax, of: "rows",
            example: "- { bus: board, address: 1 }")
        let rows = (items ?? []).compactMap { readDisplay($0) }
        board = BoardConfiguration(rows: rows, arrows: fields.boardArrows())
    }

    /// The lines of the flashing header, both or none.
    private mutating func readFlash(_ value: Value) -> FlashWiring? {
        let example = "flash: { boot0: { line: GPIO20 }, reset: { line: GPIO4 } }"
        guard
            let fields = value.fields("\"flash\"", keys: ["boot0", "reset"], example: example)
        else { return nil }
        let boot0 = fields.required("boot0", example: "{ line: GPIO20 }")
        let reset = fields.required("reset", example: "{ line: GPIO4 }")
        guard let boot0 = boot0.flatMap({ readLine($0, .bootLine) }),
            let reset = reset.flatMap({ readLine($0, .bootLine) })
        else { return nil }
        return FlashWiring(boot0: boot0, reset: reset)
    }

    private mutating func readLine(_ value: Value, _ use: LineUse) -> LineWiring? {
        guard let wired = value.line(use, lineDefaults) else { return nil }
        lines.take(
            "\(wired.content.chip)\n\(wired.content.line)", at: wired.place, value.reading,
            "line \(wired.content.line) of \(wired.content.chip)",
            "wire one of the two to another line")
        return wired.content
    }
}

extension HallReading: KioskSurroundings {
    mutating func kioskLine(_ value: Value, _ use: LineUse) -> LineWiring? { readLine(value, use) }

    mutating func kioskDisplay(_ value: Value) -> DisplayWiring? { readDisplay(value) }

    mutating func takePort(_ port: String, at value: Value) {
        ports.take(
            port, at: value.place, value.reading, "the port \(Reading.shown(port))",
            "give each device its own port")
    }

    func knows(_ service: Name, at value: Value) -> Bool {
        let known = hasList ? listed : booths.flatMap(\.services)
        guard !known.contains(service) else { return true }
        value.report(
            "there is no service \"\(service)\" in this hall",
            Suggestion.nearest(to: "\(service)", among: known.map(\.description)).map {
                "did you mean \"\($0)\"?"
            } ?? "add it to the file's list of services")
        return false
    }
}
