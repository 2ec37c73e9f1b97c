// SPDX-License-Identifier: Apache-2.0

// Reads what a central is told. Services, controllers and series must each be one in the whole
// file, not only in their hall.

import QueueCore

extension CentralConfiguration {
    /// The configuration in the file at `path`.
    public static func load(path: String) throws(ConfigurationErrors) -> CentralConfiguration {
        let text = try ConfigurationText(path: path)
        var configuration = try read(Reading(text, zoneFolder: zoneFolder))
        configuration.fingerprint = text.fingerprint
        return configuration
    }

    /// The configuration in `text`; `file` names it in errors and is where relative paths begin.
    public static func parse(
        text: String, file: String
    ) throws(ConfigurationErrors) -> CentralConfiguration {
        try read(Reading(ConfigurationText(text, file: file), zoneFolder: zoneFolder))
    }

    static func read(_ reading: Reading) throws(ConfigurationErrors) -> CentralConfiguration {
        let keys = [
            "listen", "keys", "socket", "database", "timezone", "clock", "history-days", "schedule",
            "halls", "clinics", "pages",
        ]
        let example = "listen: 127.0.0.1:7450"
        guard let file = reading.root(keys: keys, example: example) else {
            try reading.finish()
            preconditionFailure("no root and no error")
        }
        let (listen, keyFolder) = file.listener()
        let database = file.databaseOrServer(example: "/var/lib/nobat/central.db")
        let socket = file.socket(example: "/run/nobat/central.sock", database: database?.file)
        let zone = file.timeZone()
        let clock = file.clock(otherwise: .always)
        let days = file.integer("history-days", ConfigurationLimits.historyDays, otherwise: 400)
        var site = SiteReading(file)
        let halls = file.required("halls", example: "[{ name: main, services: […], … }]")
        let items = halls?.list(
            1...ConfigurationLimits.hallsMax, of: "halls", example: "- name: main")
        for hall in items ?? [] { site.add(hall: hall) }
        site.checkTotals(halls)
        let pages = file.pages()
        var clinics = ClinicsReading(
            schedule: site.hours.schedule, services: site.services.map(\.name))
        clinics.read(file)
        try reading.finish()
        guard let listen, let socket, let database, let zone, let clock, let days else {
            preconditionFailure("a value is missing without an error")
        }
        var plan = CentralPlan(
            halls: site.halls, services: site.services, appointments: clinics.plan,
            schedule: site.hours.schedule)
        plan.visits = site.visits
        var configuration = CentralConfiguration(
            plan: plan, titles: site.titles,
            listenAddress: listen, socketPath: socket,
            databasePath: database.file?.content ?? "",
            timeZone: zone, clock: clock, historyDays: days, pages: pages,
            keysPath: keyFolder)
        configuration.databaseServer = database.server
        return configuration
    }
}

/// Where Linux keeps its time zones.
let zoneFolder = "/usr/share/zoneinfo"

/// The halls of a central as far as they are read.
private struct SiteReading {
    var halls: [HallPlan] = []
    var services: [Service] = []
    var titles: [Name: ServiceTitle] = [:]
    var hours: ScheduleReading
    private var steps = StepReading()
    var visits: [Name: TimeSpan] = [:]
    private var serviceCount = 0
    private var controllerCount = 0
    private var hallNames = Once<Name>()
    private var serviceNames = Once<Name>()
    private var controllerNames = Once<Name>()
    private var series = Once<Series>()

    init(_ file: Fields) { hours = ScheduleReading(file) }

    mutating func add(hall value: Value) {
        guard
            let fields = value.fields(
                "a hall", keys: ["name", "services", "controllers"],
                example: "{ name: main, services: […], controllers: […] }")
        else { return }
        let nameValue = fields.required("name", example: "main")
        let name = nameValue?.name(example: "main")
        if let name, let nameValue {
            hallNames.take(
                name, at: nameValue.place, fields.reading, "the hall \"\(name)\"",
                "give one of the two another name")
        }
        let serviceItems = fields.required(
            "services", example: "[{ name: admission, series: A }]"
        )?.list(
            1...Limits.servicesMax, of: "services", example: "- { name: admission, series: A }")
        for item in serviceItems ?? [] { add(service: item, hall: name) }
        let controllerItems = fields.required(
            "controllers", example: "[{ name: hall-a, local-series: L }]"
        )?.list(
            1...Limits.controllersMax, of: "controllers",
            example: "- { name: hall-a, local-series: L }")
        let controllers = (controllerItems ?? []).compactMap { controller($0) }
        if let name { halls.append(HallPlan(name: name, controllers: controllers)) }
    }

    private mutating func add(service value: Value, hall: Name?) {
        serviceCount += 1
        guard
            let fields = value.fields(
                "a service",
                keys: [
                    "name", "title", "series", "first", "last", "wrap", "block", "then", "visit",
                ]
                    + ScheduleReading.serviceKeys,
                example: "{ name: admission, series: A }")
        else { return }
        let nameValue = fields.required("name", example: "admission")
        let name = nameValue?.name(example: "admission")
        if let name, let nameValue {
            serviceNames.take(
                name, at: nameValue.place, fields.reading, "the service \"\(name)\"",
                "give one of the two another name")
        }
        let title = fields.title(of: name)
        hours.add(service: name, fields)
        let then = steps.read(fields, of: name)
        if let name, let visit = fields.visit() { visits[name] = visit }
        let letter = takeSeries(fields.required("series", example: "A"), example: "A")
        let values = 1...Int(Limits.numberValueMax)
        let first = fields.integer("first", values, otherwise: 1)
        let last = fields.integer("last", values, otherwise: values.upperBound)
        let wraps = fields.flag("wrap", otherwise: false)
        let block = fields.optional("block").map { $0.integer(values, example: 50) }
        guard let first, let last else { return }
        guard first <= last else {
            let place = (fields.optional("last") ?? fields.optional("first"))?.place
            return fields.reading.report(
                place ?? fields.place, "the series ends at \(last) before it begins at \(first)",
                "make \"last\" at least \"first\"")
        }
        let length = last - first + 1
        let blockSize: Int
        switch block {
        case nil: blockSize = min(50, length)
        case .some(nil): return
        case .some(.some(let size)): blockSize = size
        }
        guard blockSize <= length else {
            fields.optional("block")?.report(
                "a block of \(blockSize) is longer than the series of \(length) numbers",
                "make it \(length) or less")
            return
        }
        guard let name, let hall, let letter, let wraps else { return }
        titles[name] = title
        services += [
            Service(
                name: name, hall: hall, series: letter, first: UInt16(first), last: UInt16(last),
                wraps: wraps, blockSize: UInt16(blockSize), then: then)
        ].compactMap { $0 }
    }

    private mutating func controller(_ value: Value) -> ControllerEntry? {
        controllerCount += 1
        guard
            let fields = value.fields(
                "a controller", keys: ["name", "local-series"],
                example: "{ name: hall-a, local-series: L }")
        else { return nil }
        let nameValue = fields.required("name", example: "hall-a")
        let name = nameValue?.controllerName()
        if let name, let nameValue {
            controllerNames.take(
                name, at: nameValue.place, fields.reading, "the controller \"\(name)\"",
                "give one of the two another name")
        }
        // A site with more controllers than letters leaves it out.
        guard let letter = fields.optional("local-series") else {
            return name.map { ControllerEntry(name: $0) }
        }
        guard let series = takeSeries(letter, example: "L"), let name else { return nil }
        return ControllerEntry(name: name, localSeries: series)
    }

    private mutating func takeSeries(_ value: Value?, example: String) -> Series? {
        guard let value, let letter = value.series(example: example) else { return nil }
        series.take(
            letter, at: value.place, value.reading, "the series \(letter)",
            "give each service and each controller a letter of its own")
        return letter
    }

    func checkTotals(_ halls: Value?) {
        steps.check()
        steps.check(numbersOf: hours.schedule)
        guard serviceCount <= Limits.servicesMax else {
            halls?.report(
                "the halls have \(serviceCount) services together, but may have "
                    + "\(Limits.servicesMax)", "take some away")
            return
        }
        if controllerCount > Limits.controllersMax {
            halls?.report(
                "the halls have \(controllerCount) controllers together, but may have "
                    + "\(Limits.controllersMax)", "take some away")
        }
    }
}

extension Value {
    /// The name of a controller: the central's own is taken.
    func controllerName() -> Name? {
        guard let name = name(example: "hall-a") else { return nil }
        guard name != .central else {
            report(
                "\"central\" is the name that the central issues its own tickets under",
                "give the controller another name, such as hall-a")
            return nil
        }
        return name
    }
}
