// SPDX-License-Identifier: Apache-2.0

// Reads what a controller is told, but for its hall's wiring, which HallReading reads.

import QueueCore

extension ControllerConfiguration {
    /// The configuration in the file at `path`.
    public static func load(path: String) throws(ConfigurationErrors) -> ControllerConfiguration {
        let text = try ConfigurationText(path: path)
        var configuration = try read(Reading(text, zoneFolder: zoneFolder))
        configuration.fingerprint = text.fingerprint
        return configuration
    }

    /// The configuration in `text`; `file` names it in errors and is where relative paths begin.
    public static func parse(
        text: String, file: String
    ) throws(ConfigurationErrors) -> ControllerConfiguration {
        try read(Reading(ConfigurationText(text, file: file), zoneFolder: zoneFolder))
    }

    private static let keys = [
        "name", "central", "central-key", "database", "socket", "timezone", "clock", "schedule",
        "services",
        "calls",
        "buttons", "buses", "gpio", "flash", "booths", "board", "pages", "kiosk",
    ]

    static func read(_ reading: Reading) throws(ConfigurationErrors) -> ControllerConfiguration {
        guard let file = reading.root(keys: keys, example: "name: hall-a") else {
            try reading.finish()
            preconditionFailure("no root and no error")
        }
        let name = file.required("name", example: "hall-a")?.controllerName()
        let central = file.centralAddresses()
        let centralKey = file.centralKey()
        let database = file.database(example: "/var/lib/nobat/nobatd.db")
        let socket = file.socket(example: "/run/nobat/nobatd.sock", database: database)
        let zone = file.timeZone()
        let clock = file.clock(otherwise: .synchronised)
        let calls = file.callTimes()
        let buttons = file.buttonTimes()
        let hall = HallReading(file, database: database?.content)
        let pages = file.pages()
        try reading.finish()
        guard let name, let central, let database, let socket, let zone, let clock, let calls,
            let buttons
        else { preconditionFailure("a value is missing without an error") }
        let served = Set(hall.booths.flatMap(\.services))
        var plan = ControllerPlan(
            name: name, booths: hall.booths,
            services: hall.listed.filter { !served.contains($0) },
            guardSpan: calls.guardSpan, undoSpan: calls.undoSpan, recallMax: calls.recallMax,
            parkSeconds: UInt32(calls.parkSpan.milliseconds / 1_000),
            passedOverMax: UInt16(calls.passedOverMax), then: hall.steps.steps,
            lateReturnSpan: calls.lateReturnSpan, schedule: hall.hours.schedule)
        plan.visits = hall.visits
        return ControllerConfiguration(
            plan: plan, titles: hall.titles, centralAddresses: central,
            databasePath: database.content,
            socketPath: socket, timeZone: zone, clock: clock, buttons: buttons, buses: hall.buses,
            wiring: hall.wiring, flash: hall.flash, board: hall.board,
            pages: pages, kiosk: hall.kiosk, centralKeyPath: centralKey)
    }
}

/// The times of a call.
private struct CallTimes {
    var guardSpan: TimeSpan
    var undoSpan: TimeSpan
    var recallMax: Int
    var parkSpan: TimeSpan
    var passedOverMax: Int
    var lateReturnSpan: TimeSpan
}

extension Fields {
    fileprivate func centralAddresses() -> [String]? {
        guard let value = required("central", example: "127.0.0.1:7450") else { return nil }
        guard value.isList else { return value.centralAddress(self).map { [$0] } }
        let items = value.list(
            1...ConfigurationLimits.centralAddressesMax, of: "addresses",
            example: "central: [10.0.0.5:7450, 10.0.0.6:7450]")
        var once = Once<String>()
        return items?.compactMap { item in
            guard let address = item.centralAddress(self) else { return nil }
            once.take(
                address, at: item.place, reading, "the address \(address)", "keep one of the two")
            return address
        }
    }

    fileprivate func callTimes() -> CallTimes? {
        let usual = CallTimes(
            guardSpan: .milliseconds(800), undoSpan: .seconds(5), recallMax: 3,
            parkSpan: .seconds(600), passedOverMax: 3, lateReturnSpan: .seconds(1_800))
        guard let value = optional("calls") else { return usual }
        guard
            let fields = value.fields(
                "\"calls\"", keys: ["guard", "undo", "recalls", "park", "passed-over", "late"],
                example: "calls: { guard: 800ms, undo: 5s, recalls: 3, park: 10m, late: 30m }")
        else { return nil }
        typealias Bounds = ConfigurationLimits
        let hold = fields.span("guard", Bounds.guardSpan, otherwise: usual.guardSpan)
        let undo = fields.span("undo", Bounds.undoSpan, otherwise: usual.undoSpan)
        let recalls = fields.integer("recalls", Bounds.recalls, otherwise: usual.recallMax)
        let park = fields.span("park", Bounds.parkSpan, otherwise: usual.parkSpan)
        let late = fields.span("late", Bounds.lateReturnSpan, otherwise: usual.lateReturnSpan)
        if let park, park.microseconds % 1_000_000 != 0 {
            fields.optional("park")?.report(
                "\(park.shown) is no whole number of seconds", "write it in s or m, such as 10m")
        }
        let passed = fields.integer(
            "passed-over", Bounds.passedOver, otherwise: usual.passedOverMax)
        guard let hold, let undo, let recalls, let park, let late, let passed else { return nil }
        return CallTimes(
            guardSpan: hold, undoSpan: undo, recallMax: recalls, parkSpan: park,
            passedOverMax: passed, lateReturnSpan: late)
    }

    fileprivate func buttonTimes() -> ButtonTimes? {
        let usual = ButtonTimes()
        guard let value = optional("buttons") else { return usual }
        guard
            let fields = value.fields(
                "\"buttons\"", keys: ["debounce", "long", "double", "stuck"],
                example: "buttons: { debounce: 20ms, long: 700ms, double: 300ms, stuck: 10s }")
        else { return nil }
        typealias Bounds = ConfigurationLimits
        let debounce = fields.span("debounce", Bounds.debounce, otherwise: usual.debounce)
        let long = fields.span("long", Bounds.longPress, otherwise: usual.longPress)
        let double = fields.span("double", Bounds.doubleGap, otherwise: usual.doubleGap)
        let stuck = fields.span("stuck", Bounds.stuckAfter, otherwise: usual.stuckAfter)
        guard let debounce, let long, let double, let stuck else { return nil }
        let orders = [
            ("double", double, "debounce", debounce), ("long", long, "debounce", debounce),
            ("stuck", stuck, "long", long),
        ]
        for (key, span, other, bound) in orders where span <= bound {
            let place = (fields.optional(key) ?? fields.optional(other))?.place ?? fields.place
            reading.report(
                place,
                "\"\(key)\" (\(span.shown)) is not longer than \"\(other)\" (\(bound.shown))",
                "make \"\(key)\" longer, or \"\(other)\" shorter")
        }
        return ButtonTimes(
            debounce: debounce, longPress: long, doubleGap: double, stuckAfter: stuck)
    }

    /// How long a visit to a service is expected to take, if it is said.
    func visit() -> TimeSpan? {
        optional("visit")?.span(ConfigurationLimits.expectedVisit, example: "5m")
    }

    /// A length of time, or its default.
    func span(_ key: String, _ range: ClosedRange<TimeSpan>, otherwise: TimeSpan) -> TimeSpan? {
        guard let value = optional(key) else { return otherwise }
        return value.span(range, example: otherwise.shown)
    }
}
