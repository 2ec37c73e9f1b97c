// SPDX-License-Identifier: Apache-2.0

// What the supervisor's page shows at one moment: all halls, as the central knows them.

/// All halls as their supervisor sees them.
public struct SupervisorView: Codable, Sendable, Equatable {
    /// A state in words, as on the technician's page.
    public typealias State = TechnicianView.State

    /// A queue.
    public struct Queue: Codable, Sendable, Equatable {
        /// The service, by name.
        public var name: String
        /// The service in words.
        public var words: Bilingual
        /// How many wait.
        public var waiting: Bilingual
        /// How many are parked, or nil for nobody.
        public var parked: Bilingual?
    }

    /// A booth.
    public struct Booth: Codable, Sendable, Equatable {
        /// Its controller.
        public var controller: String
        /// Its number in words.
        public var words: Bilingual
        /// Whether it is open.
        public var open: State
        /// The number there, as far as the central has heard.
        public var current: Bilingual?
    }

    /// A controller.
    public struct Controller: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// How its link is.
        public var link: State
        /// Since when it is gone, in ISO 8601, in this run of the central.
        public var downSince: String?
        /// Waiting tickets that it alone may call.
        public var tray: Bilingual
        /// Orders that it has not heard.
        public var orders: Bilingual
        /// Whether it may be fenced: it is not connected, and is not fenced already.
        public var canBeFenced: Bool
    }

    /// A hall.
    public struct Hall: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its queues.
        public var queues: [Queue]
        /// Its booths.
        public var booths: [Booth]
        /// Its controllers.
        public var controllers: [Controller]
    }

    /// A service and its hall, as configured.
    public struct ServicePlace: Sendable {
        /// The hall.
        public var hall: String
        /// The service's name.
        public var name: String
        /// What patients call it.
        public var words: Bilingual

        /// A service in a hall.
        public init(hall: String, name: String, words: Bilingual) {
            self.hall = hall
            self.name = name
            self.words = words
        }
    }

    /// The version of the program.
    public var version: String
    /// The clinic's time zone.
    public var timeZone: String
    /// The languages of the pages, the usual one first.
    public var languages: [String]
    /// The service day in words.
    public var date: Bilingual
    /// The central itself.
    public var state: State
    /// What is wrong.
    public var findings: [PageFinding]
    /// The halls.
    public var halls: [Hall]
    /// The services that tickets may be transferred to.
    public var services: [Queue]

    /// The view of the central.
    ///
    /// - Parameters:
    ///   - report: what it tells of itself
    ///   - tickets: the tickets of the day
    ///   - displays: the booths; `bus` of each is its controller
    ///   - services: the services, in the order of the configuration
    public init(
        _ report: StatusReport, tickets: [TicketRow], displays: [DisplayRow],
        services: [ServicePlace], timeZone: String, languages: [String]
    ) {
        version = report.version
        self.timeZone = timeZone
        self.languages = languages
        date = Bilingual(dateText: report.date ?? "—")
        state =
            report.settling == true
            ? State(.uneasy, fa: "منتظر کنترلرها", en: "waiting for controllers")
            : report.day == 0
                ? State(.uneasy, fa: "روزی آغاز نشده", en: "no day has begun")
                : State(.good, fa: "در کار", en: "running")
        findings = PageFinding.all(of: report)
        var waiting: [String: Int] = [:]
        var parked: [String: Int] = [:]
        for ticket in tickets {
            if ticket.state == "waiting" { waiting[ticket.service, default: 0] += 1 }
            if ticket.state == "parked" { parked[ticket.service, default: 0] += 1 }
        }
        let queues = services.map { service in
            (
                service.hall,
                Queue(
                    name: service.name, words: service.words,
                    waiting: Bilingual(digitsOf: "\(waiting[service.name] ?? 0)"),
                    parked: parked[service.name].map { Bilingual(digitsOf: "\($0)") })
            )
        }
        self.services = queues.map(\.1)
        var names: [String] = []
        for name in services.map(\.hall) + (report.controllers ?? []).map(\.hall)
        where !names.contains(name) { names.append(name) }
        halls = names.map { name in
            let own = (report.controllers ?? []).filter { $0.hall == name }
            let ownNames = Set(own.map(\.name))
            return Hall(
                name: name, queues: queues.filter { $0.0 == name }.map(\.1),
                booths: displays.filter { ownNames.contains($0.bus ?? "") }.map(Self.booth),
                controllers: own.map(Self.controller))
        }
    }

    private static func booth(_ row: DisplayRow) -> Booth {
        Booth(
            controller: row.bus ?? "", words: BoardView.booth(UInt8(clamping: row.booth)),
            open: row.open
                ? State(.good, fa: "باز", en: "open") : State(.idle, fa: "بسته", en: "closed"),
            current: row.shows == "----" ? nil : Bilingual(digitsOf: row.shows))
    }

    private static func controller(_ report: ControllerReport) -> Controller {
        let isGone = report.link == "down" || report.link == "never-seen"
        let link: State =
            switch report.link {
            case _ where report.fenced: State(.bad, fa: "کنار گذاشته شده", en: "fenced")
            case "up": State(.good, fa: "وصل", en: "connected")
            case "reporting": State(.uneasy, fa: "در حال گزارش دادن", en: "reporting")
            case "never-seen": State(.idle, fa: "هنوز وصل نشده", en: "never connected")
            default: State(.bad, fa: "قطع", en: "offline")
            }
        return Controller(
            name: report.name, link: link, downSince: report.downSince,
            tray: Bilingual(digitsOf: "\(report.tray)"),
            orders: Bilingual(digitsOf: "\(report.orders)"),
            canBeFenced: isGone && !report.fenced)
    }
}
