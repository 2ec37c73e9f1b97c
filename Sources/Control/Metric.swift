// SPDX-License-Identifier: Apache-2.0

// Figures for Prometheus, in its text format (version 0.0.4).

/// A figure with its name, its meaning and its values.
public struct Metric: Sendable, Equatable {
    /// Whether it only grows.
    public enum Kind: String, Sendable {
        /// It goes up and down.
        case gauge
        /// It grows from the program's start on.
        case counter
    }

    /// One value.
    public struct Value: Sendable, Equatable {
        /// What it is of: names and values of labels, in order.
        public var labels: [(String, String)]
        /// How much.
        public var amount: Double

        /// Whether both are the same.
        public static func == (left: Value, right: Value) -> Bool {
            left.amount == right.amount && left.labels.elementsEqual(right.labels, by: ==)
        }
    }

    /// The name, with its unit last.
    public var name: String
    /// What it says.
    public var help: String
    /// How it goes.
    public var kind: Kind
    /// Its values.
    public var values: [Value]

    /// A figure without values.
    public init(_ name: String, _ help: String, _ kind: Kind = .gauge) {
        self.name = name
        self.help = help
        self.kind = kind
        values = []
    }

    /// A figure of one value.
    public init(_ name: String, _ help: String, _ kind: Kind = .gauge, _ amount: Int) {
        self.init(name, help, kind)
        add(amount)
    }

    /// Adds a value.
    public mutating func add(_ amount: Int, _ labels: (String, String)...) {
        values.append(Value(labels: labels, amount: Double(amount)))
    }

    mutating func add(_ amount: Bool, _ labels: (String, String)...) {
        values.append(Value(labels: labels, amount: amount ? 1 : 0))
    }

    mutating func add(microseconds: Int, _ labels: (String, String)...) {
        values.append(Value(labels: labels, amount: Double(microseconds) / 1_000_000))
    }

    /// The text of figures; those without values are left out.
    public static func text(_ metrics: [Metric]) -> String {
        metrics.filter { !$0.values.isEmpty }.map { metric in
            var text = "# HELP \(metric.name) \(metric.help)\n"
            text += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            for value in metric.values {
                text += metric.name
                if !value.labels.isEmpty {
                    let labels = value.labels.map { "\($0.0)=\"\(escaped($0.1))\"" }
                    text += "{" + labels.joined(separator: ",") + "}"
                }
                let whole = Int(exactly: value.amount).map(String.init)
                text += " " + (whole ?? "\(value.amount)") + "\n"
            }
            return text
        }.joined()
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
        return result
    }
}

extension Metric {
    /// The figures of a daemon's report.
    public static func all(of report: StatusReport) -> [Metric] {
        var info = Metric("nobat_info", "The program that answers.")
        info.add(1, ("daemon", report.daemon), ("name", report.name), ("version", report.version))
        var metrics = [
            info,
            Metric("nobat_service_day", "The service day, in days since 1970-01-01.", report.day),
            Metric(
                "nobat_waiting_tickets",
                "Tickets that wait in the controller's tray or, at the central, in nobody's.",
                report.tray),
        ]
        metrics += findings(report) + times(report) + controller(report) + booths(report)
        metrics += buses(report) + kiosk(report) + controllers(report)
        return metrics
    }

    private init(_ name: String, _ help: String, _ amount: Int) {
        self.init(name, help, .gauge, amount)
    }

    private static func findings(_ report: StatusReport) -> [Metric] {
        var metric = Metric("nobat_findings", "Things that somebody should look into.")
        let found = PageFinding.all(of: report)
        for severity in PageFinding.Severity.allCases {
            metric.add(
                found.count { $0.severity == severity }, ("severity", severity.rawValue))
        }
        return [metric]
    }

    private static func times(_ report: StatusReport) -> [Metric] {
        var metric = Metric(
            "nobat_step_duration_seconds",
            "Percentiles of the newest times of a press's steps: bus (to the bus, without the commit), "
                + "line (wait for the line) and commit.")
        for (step, times) in [
            ("bus", report.pressTimes), ("line", report.busTimes), ("commit", report.commitTimes),
        ] {
            guard let times else { continue }
            for (part, span) in [("0.5", times.p50), ("0.99", times.p99), ("1", times.max)] {
                metric.add(microseconds: span, ("step", step), ("part", part))
            }
        }
        return [metric]
    }

    private static func controller(_ report: StatusReport) -> [Metric] {
        var link = Metric("nobat_central_connected", "Whether the central is connected.")
        if let state = report.link?.state { link.add(state == "up") }
        var outbox = Metric("nobat_untold_facts", "Facts that the central has not acknowledged.")
        if let count = report.outbox { outbox.add(count) }
        var numbers = Metric("nobat_numbers_left", "Numbers that can still be given out here.")
        // The same labels every day: a day or a number in them would be a new series each time.
        var left: [String: [Bool: Int]] = [:]
        for block in report.blocks ?? [] {
            let isToday = block.day == 0 || block.day == report.day
            left[block.service ?? "local", default: [:]][isToday, default: 0] += block.remaining
        }
        for (service, counts) in left.sorted(by: { $0.key < $1.key }) {
            for (isToday, day) in [(true, "today"), (false, "later")] {
                guard let count = counts[isToday] else { continue }
                numbers.add(count, ("service", service), ("day", day))
            }
        }
        var settling = Metric(
            "nobat_settling", "Whether the central waits for controllers before it numbers.")
        if let isSettling = report.settling { settling.add(isSettling) }
        return [link, outbox, numbers, settling]
    }

    private static func booths(_ report: StatusReport) -> [Metric] {
        var open = Metric("nobat_booth_open", "Whether a booth is open.")
        var waiting = Metric("nobat_booth_waiting_tickets", "Tickets that a booth may call.")
        for booth in report.booths ?? [] {
            open.add(booth.open, ("booth", "\(booth.booth)"))
            waiting.add(booth.waiting, ("booth", "\(booth.booth)"))
        }
        var buttons = Metric("nobat_buttons_watched", "Whether the call buttons are read.")
        var stuck = Metric("nobat_buttons_stuck", "Call buttons that are stuck.")
        if let report = report.buttons, report.state != "none" {
            buttons.add(report.state == "watching")
            stuck.add(report.stuck.count)
        }
        return [open, waiting, buttons, stuck]
    }

    private static func buses(_ report: StatusReport) -> [Metric] {
        var open = Metric("nobat_bus_open", "Whether the port of a bus is open.")
        var online = Metric("nobat_unit_online", "Whether a unit answers.")
        var verified = Metric(
            "nobat_unit_verified", "Whether a unit shows what it was told to, read back from it.")
        var errors = Metric(
            "nobat_unit_errors_total", "Failed exchanges with a unit by their kind.", .counter)
        for bus in report.buses ?? [] {
            open.add(bus.state == "open", ("bus", bus.name))
            for unit in bus.units {
                let (address, booth) = ("\(unit.address)", "\(unit.booth)")
                online.add(
                    unit.online, ("bus", bus.name), ("unit", address), ("booth", booth))
                if unit.readBack != false {
                    verified.add(
                        unit.verified, ("bus", bus.name), ("unit", address), ("booth", booth))
                }
                for (kind, count) in unit.errors.sorted(by: { $0.key < $1.key }) {
                    errors.add(count, ("bus", bus.name), ("unit", address), ("kind", kind))
                }
            }
        }
        return [open, online, verified, errors]
    }

    private static func kiosk(_ report: StatusReport) -> [Metric] {
        guard let kiosk = report.kiosk else { return [] }
        var slips = Metric("nobat_slips_total", "Slips by what became of them.", .counter)
        slips.add(kiosk.printed, ("outcome", "printed"))
        slips.add(kiosk.failed, ("outcome", "failed"))
        var ready = Metric("nobat_printer_ready", "Whether the slip printer can print.")
        ready.add(kiosk.printer == "ready" || kiosk.printer == "paper-low")
        return [slips, ready]
    }

    private static func controllers(_ report: StatusReport) -> [Metric] {
        var connected = Metric("nobat_controller_connected", "Whether a controller is connected.")
        var fenced = Metric("nobat_controller_fenced", "Whether a controller is fenced.")
        var tray = Metric(
            "nobat_controller_tray_tickets", "Waiting tickets that a controller alone may call.")
        var orders = Metric(
            "nobat_controller_untold_orders", "Orders that a controller has not acknowledged.")
        for controller in report.controllers ?? [] {
            let labels = [("controller", controller.name), ("hall", controller.hall)]
            connected.add(controller.link == "up", labels[0], labels[1])
            fenced.add(controller.fenced, labels[0], labels[1])
            tray.add(controller.tray, labels[0], labels[1])
            orders.add(controller.orders, labels[0], labels[1])
        }
        var conflicts = Metric(
            "nobat_conflicts", "Tickets that were called at two places, in this run of the central."
        )
        if let count = report.conflicts?.count { conflicts.add(count) }
        var strangers = Metric(
            "nobat_turned_away_total",
            "Attempts to connect without a valid key, by what was wrong.", .counter)
        for (reason, count) in (report.strangers?.totals ?? [:]).sorted(by: { $0.key < $1.key }) {
            strangers.add(count, ("reason", reason))
        }
        return [connected, fenced, tray, orders, conflicts, strangers]
    }
}
