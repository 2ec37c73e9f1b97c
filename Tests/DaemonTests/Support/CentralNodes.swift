// SPDX-License-Identifier: Apache-2.0

// Two central nodes that share a database server, each with a cable of its own to it, and controllers
// that know both. What systemd does is done here: a node that ended is started anew.

import Control
import Foundation
import SoftwareHall
import Synchronization
import Testing

final class CentralNodes: Sendable {
    /// A node and its cable to the server.
    struct Node: Sendable {
        let daemon: RunningDaemon
        let wire: Wire
        /// Where controllers reach it.
        let port: UInt16
    }

    let hall: SoftwareHall
    let server: DatabaseServerProcess
    let nodes: [Node]
    private let isStopping = Mutex(false)
    private let isOurs: Bool
    private let crew = Crew()

    /// Makes the server, unless there is one, and the nodes, and starts everything. Nodes with a
    /// `schema` keep other halls than those with another one; the node at `first` is started first.
    init(
        _ hall: SoftwareHall, server other: DatabaseServerProcess? = nil, schema: String? = nil,
        first: Int = 0
    ) throws {
        self.hall = hall
        isOurs = other == nil
        let server = try other ?? DatabaseServerProcess(folder: hall.folder + "/postgres")
        if other == nil { try server.start() }
        self.server = server
        let wires = try hall.plan.nodePorts.map { _ in try Wire(to: server.port) }
        nodes = try zip(hall.plan.nodePorts, wires).enumerated().map { index, pair in
            let daemon = try hall.addNode(
                "node-\(index + 1)", port: pair.0,
                database: server.url(port: pair.1.port, schema: schema))
            return Node(daemon: daemon, wire: pair.1, port: pair.0)
        }
        try nodes[first].daemon.start()
        _ = try waitForOwner()
        for node in nodes { crew.add { [self] in keepRunning(node.daemon) } }
        for controller in hall.controllers { try controller.daemon.start() }
    }

    /// As `Restart=always` with `RestartSec=1s` does.
    private func keepRunning(_ daemon: RunningDaemon) {
        if !daemon.isRunning { try? daemon.start() }
        while !isStopping.withLock({ $0 }) {
            usleep(10_000)
            if daemon.isRunning { continue }
            for _ in 0..<20 where !isStopping.withLock({ $0 }) { usleep(50_000) }
            if !isStopping.withLock({ $0 }) { try? daemon.start() }
        }
    }

    /// Ends everything.
    func stop() {
        isStopping.withLock { $0 = true }
        try? crew.join(10)
        for node in nodes {
            node.daemon.kill()
            node.wire.stop()
        }
        if isOurs { server.stop() }
    }

    /// The node that keeps the halls; nil when none says so.
    var owner: Node? { nodes.first { (try? $0.daemon.status()) != nil } }

    /// Waits until one node keeps the halls.
    func waitForOwner(
        besides other: Node? = nil, seconds: Double = 20,
        at location: SourceLocation = #_sourceLocation
    ) throws -> Node {
        var found: Node?
        try within(seconds, "a node keeps the halls", at: location) {
            found = nodes.first {
                $0.daemon.socketPath != other?.daemon.socketPath
                    && (try? $0.daemon.status()) != nil
            }
            return found != nil
        }
        return try need(found, "a node", at: location)
    }

    /// Waits until another node stands by for it.
    func waitForStandby(
        of owner: Node, seconds: Double = 20, at location: SourceLocation = #_sourceLocation
    ) throws {
        let other = try need(
            nodes.first { $0.daemon.socketPath != owner.daemon.socketPath }, "another node")
        try within(seconds, "the other node stands by", at: location) {
            do {
                _ = try other.daemon.status()
                return false
            } catch let error as ControlError {
                return error.name == "stands-by" && error.detail.contains("keeps the halls")
            }
        }
    }

    /// Waits until every controller has told a node all that happened.
    func waitUntilTold(
        _ seconds: Double = 30, at location: SourceLocation = #_sourceLocation
    ) throws {
        try within(seconds, "all is told", at: location) {
            try hall.controllers.allSatisfy { controller in
                let status = try controller.daemon.status()
                return status.link?.state == "up" && status.outbox == 0
            }
        }
    }

    /// How many facts of each controller are known; what a hall begins with is in no day's history.
    func knownFacts() throws -> [String: Int] {
        let reports = try need(try owner?.daemon.status().controllers, "controllers")
        return Dictionary(uniqueKeysWithValues: reports.map { ($0.name, $0.facts) })
    }

    /// Everybody whose number or call was answered is in the history of the node that keeps it now,
    /// once; facts stand in it in order, each once, and none after `known` is left out.
    func checkHistory(
        issued: [String], called: [String], since known: [String: Int],
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let rows = try need(owner, "an owner").daemon.ask(
            ControlRequest(.history), as: [HistoryRow].self)
        let told = rows.map { Told($0) }
        for (wanted, kind) in [(issued, "issued"), (called, "called")] {
            let counts = Dictionary(grouping: told.filter { $0.kind == kind }, by: \.number)
                .mapValues(\.count)
            for number in wanted {
                try check(counts[number] ?? 0, is: 1, "times \(number) was \(kind)", at: location)
            }
        }
        var facts: [String: [Int]] = [:]
        for line in told {
            guard let name = line.row.controller, let fact = line.row.fact else { continue }
            if fact > known[name] ?? 0 { facts[name, default: []].append(fact) }
        }
        let now = try knownFacts()
        try check(facts.count, is: hall.controllers.count, "controllers that told", at: location)
        for (name, numbers) in facts {
            let (first, last) = ((known[name] ?? 0) + 1, now[name] ?? 0)
            try check(last - first > 10, "\(name) told something", at: location)
            try check(numbers, is: Array(first...last), "numbers of \(name)'s facts", at: location)
        }
    }
}
