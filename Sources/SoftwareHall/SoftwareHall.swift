// SPDX-License-Identifier: Apache-2.0

// A whole clinic in a folder: a central, controllers with their buses and cables, all of it the real
// programs. The demo and the tests of the daemons stand on it.

import Control
import Foundation

/// A central and the controllers of one hall.
public final class SoftwareHall: Sendable {
    /// What the clinic is like.
    public struct Plan: Sendable {
        /// The names of the controllers.
        public var controllers = ["hall-a"]
        /// Booths of each controller, numbered on across them.
        public var booths = 4
        /// Services and their series letters.
        public var services = [("admission", "A"), ("lab", "B")]
        /// Numbers lent to a controller at once.
        public var block = 50
        /// The last value of each series, and whether it wraps.
        public var last = 999
        /// Whether the series start over within a day.
        public var wraps = false
        /// The guard time between two presses.
        public var guardTime = "800ms"
        /// After how long without its controller a unit shows dashes; nil for the daemon's default.
        public var deadMan: String?
        /// More lines for every controller's configuration.
        public var more = ""
        /// More lines for the central's configuration.
        public var centralMore = ""
        /// More keys of single services at the central, as `key: value, key: value`.
        public var serviceKeys: [String: String] = [:]

        /// Whether the controllers connect with keys; each has one then.
        public var hasKeys = false
        /// Names of others than the controllers, and their roles: each has a key as well.
        public var otherKeys: [(name: String, role: String)] = []

        /// Ports of central nodes that share a database server; the controllers try each in turn,
        /// and the hall's own central is not used. None: it is.
        public var nodePorts: [UInt16] = []

        /// One controller with four booths.
        public init() {}
    }

    /// A controller with what is around it.
    public struct Controller: Sendable {
        /// Its name.
        public let name: String
        /// Its booths.
        public let booths: [Int]
        /// Its process.
        public let daemon: RunningDaemon
        /// Its displays; the unit's address is the booth's number.
        public let bus: SoftwareBus
        /// Its cable to the central.
        public let wire: Wire
    }

    /// Where everything is.
    public let folder: String
    /// What the clinic is like.
    public let plan: Plan
    /// The central's process.
    public let central: RunningDaemon
    /// The port it listens on.
    public let centralPort: UInt16
    /// The controllers.
    public let controllers: [Controller]

    /// Makes configurations, buses and cables in `folder`; nothing runs yet.
    public init(folder: String, plan: Plan = Plan()) throws {
        self.folder = folder
        self.plan = plan
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        centralPort = try Wire.freePort()
        let files = HallFiles(folder: folder, plan: plan)
        try files.writeCentral(port: centralPort)
        if plan.hasKeys { try files.writeKeys() }
        central = RunningDaemon(
            program: "nobat-central", configPath: files.path("central.yaml"),
            socketPath: files.path("central.sock"), logPath: files.path("central.log"))
        var made: [Controller] = []
        for (index, name) in plan.controllers.enumerated() {
            let booths = Array((index * plan.booths + 1)...(index * plan.booths + plan.booths))
            let wire = try Wire(to: centralPort)
            let bus = try SoftwareBus(
                path: files.path("\(name).bus"), addresses: booths.map(UInt8.init))
            try files.writeController(name, booths: booths, port: wire.port)
            let daemon = RunningDaemon(
                program: "nobatd", configPath: files.path("\(name).yaml"),
                socketPath: files.path("\(name).sock"), logPath: files.path("\(name).log"))
            made.append(
                Controller(name: name, booths: booths, daemon: daemon, bus: bus, wire: wire))
        }
        controllers = made
    }

    /// From its next start on a controller takes the central to be at another port.
    public func redirect(_ controller: Controller, to port: UInt16) throws {
        try HallFiles(folder: folder, plan: plan).writeController(
            controller.name, booths: controller.booths, port: port)
    }

    /// A further node of the central, at one of the plan's ports, over a database server.
    public func addNode(
        _ name: String, port: UInt16, database: String
    ) throws -> RunningDaemon {
        let files = HallFiles(folder: folder, plan: plan)
        try files.writeCentral(name, port: port, database: database)
        return RunningDaemon(
            program: "nobat-central", configPath: files.path("\(name).yaml"),
            socketPath: files.path("\(name).sock"), logPath: files.path("\(name).log"))
    }

    /// Starts everything and waits until the controllers are connected.
    public func start() throws {
        try central.start()
        for controller in controllers { try controller.daemon.start() }
        guard central.waitUntilItAnswers(), waitUntilConnected() else {
            throw ControlError(
                name: "start", detail: "the hall did not come up; see the logs in \(folder)")
        }
    }

    /// Stops everything in order.
    public func stop() {
        for controller in controllers { controller.daemon.stop() }
        central.stop()
        for controller in controllers {
            controller.wire.stop()
            controller.bus.stop()
        }
    }

    /// Kills everything at once and takes away what stood around it.
    public func kill() {
        for controller in controllers { controller.daemon.kill() }
        central.kill()
        for controller in controllers {
            controller.wire.stop()
            controller.bus.stop()
        }
    }

    /// Waits until every controller whose cable is good has told all it had to tell.
    public func waitUntilConnected(seconds: Double = 30) -> Bool {
        wait(seconds) {
            self.controllers.allSatisfy { controller in
                guard controller.wire.condition == .good else { return true }
                let status = try? controller.daemon.ask(
                    ControlRequest(.status), as: StatusReport.self)
                return status?.link?.state == "up" && status?.outbox == 0
            }
        }
    }

    /// Waits until something holds.
    public func wait(_ seconds: Double, until holds: () -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if holds() { return true }
            usleep(10_000)
        }
        return holds()
    }

    /// Takes a ticket, at the central or at a controller.
    public func take(
        _ service: String = "admission", at daemon: RunningDaemon, priority: String = "normal"
    ) throws -> ActionResult {
        var request = ControlRequest(.take)
        request.service = service
        request.priority = priority
        return try daemon.ask(request, as: ActionResult.self)
    }

    /// Presses a booth's button.
    public func press(
        _ booth: Int, _ gesture: String = "short", at daemon: RunningDaemon
    ) throws -> ActionResult {
        var request = ControlRequest(.press)
        request.booth = booth
        request.gesture = gesture
        return try daemon.ask(request, as: ActionResult.self)
    }
}
