// SPDX-License-Identifier: Apache-2.0

// A node whose rows are on a server waits until they are its own. Meanwhile it does not listen for
// controllers: they go to the next address of their list.

import Control
import DaemonSupport
import Dispatch
import Foundation
import Hardware
import KeyFiles
import NobatConfiguration
import QueueCore
import Store
import Synchronization

/// A node in waiting.
struct StandingBy {
    private let waiting: Waiting
    private let socketPath: String
    private let keysPath: String?
    private let log: EventLog
    private let queue = DispatchQueue(label: "nobat-central.standby")

    /// After a server could not be reached it is tried again after this time.
    private static let retry = Duration.milliseconds(500)
    /// A look may take so many times five seconds: as long as a start, by the unit's TimeoutStartSec.
    private static let longestLook = 60

    init(
        _ server: DatabaseServer, _ configuration: CentralConfiguration, clock: any Clock,
        log: EventLog
    ) {
        let host = ProcessInfo.processInfo.hostName
        let node = "\(host) (\(configuration.listenAddress))"
        waiting = Waiting(
            standby: CentralStandby(url: server.url, place: server.shown, node: node),
            clock: clock)
        socketPath = configuration.socketPath
        keysPath = configuration.keysPath
        self.log = log
    }

    /// Identities of keys that were revoked here while it waited: what systemd has handed over holds
    /// them still.
    var revoked: Set<String> { waiting.revoked.withLock { $0 } }

    /// Waits for the rows; answers on the control socket that it waits.
    func rows() async throws -> CentralStore.Opened {
        // Often they can be had at once.
        if let opened = await look() { return opened.opened }
        let control = try ControlServer(path: socketPath) { answer($0) }
        return try await withThrowingTaskGroup(of: Found?.self) { group in
            group.addTask {
                try await control.run()
                return nil
            }
            group.addTask { try await wait() }
            defer { group.cancelAll() }
            // A socket that fails ends the wait, before any rows are this node's.
            while let ended = try await group.next() {
                if let found = ended { return found }
            }
            throw CancellationError()
        }.opened
    }

    /// Looks until the rows are this node's.
    private func wait() async throws -> Found {
        let manager = NotifySocket(environment: ProcessInfo.processInfo.environment)
        manager?.tell("READY=1")
        while true {
            manager?.tell("WATCHDOG=1", "STATUS=" + waiting.state.withLock { $0 })
            if let found = await fedLook(manager) { return found }
            try await Task.sleep(
                for: waiting.isFailing.withLock { $0 }
                    ? Self.retry : .milliseconds(StoreLimits.serverLookMs))
        }
    }

    private func fedLook(_ manager: NotifySocket?) async -> Found? {
        async let _ = feed(manager)
        return await look()
    }

    /// Answers what can be answered without rows: keys are files of each node, and whoever changes
    /// them here has nothing to end.
    private func answer(_ question: ControlQuestion) {
        switch (question.request.verb, keysPath) {
        case (.keys, let path?), (.keysRead, let path?):
            question.answer(keys(path))
        case (.keyRevoke, let path?):
            question.answer(keys(path, revoking: question.request.controller))
        default:
            question.refuse(
                ControlError(name: "stands-by", detail: waiting.state.withLock { $0 }))
        }
    }

    private func keys(_ path: String, revoking name: String? = nil) -> KeysReport {
        var report = KeysReport(keys: [], faults: [])
        do throws(KeyFault) {
            let folder = KeyFolder(path)
            let contents = try folder.read()
            let own = contents.keys.filter { $0.holder.name.description == name }
            let revoked = waiting.revoked.withLock { revoked in
                if folder.isHandedOver { revoked.formUnion(own.map(\.holder.identity)) }
                return revoked
            }
            let valid = contents.keys.filter { !revoked.contains($0.holder.identity) }
            report.keys = valid.map { holder, _ in
                KeysReport.Row(
                    identity: holder.identity, name: holder.name.description,
                    role: holder.role.rawValue, connections: 0, lastOpened: nil)
            }
            report.faults = contents.faults.map { "\($0)" }
        } catch {
            report.faults = ["\(error)"]
        }
        report.isOfOneNode = true
        return report
    }

    /// Feeds the service manager's watchdog during a look: once the rows are this node's, a year of
    /// them is read. Not for ever; the manager ends a look that hangs.
    private func feed(_ manager: NotifySocket?) async {
        for _ in 0..<Self.longestLook {
            do { try await Task.sleep(for: .seconds(5)) } catch { return }
            manager?.tell("WATCHDOG=1")
        }
    }

    /// One look, away from the threads that others need: it may take seconds.
    private func look() async -> Found? {
        await withCheckedContinuation { continuation in
            queue.async { [waiting, log] in
                continuation.resume(returning: waiting.look(log))
            }
        }
    }

    /// The rows are the server's to back up.
    static func backupIsTheServers(_ server: DatabaseServer) -> StoreError {
        StoreError(
            kind: .other, path: server.shown,
            sentence: "the rows of this central are on \(server.shown): back them up there, with "
                + "pg_dump or what the server's own backup is")
    }
}

/// Rows on their way to the thread that will keep them.
private struct Found: @unchecked Sendable {
    // Made on one thread, then used by another alone.
    let opened: CentralStore.Opened
}

/// What looks, on one queue.
private final class Waiting: @unchecked Sendable {
    // `standby` is touched on the queue of `StandingBy` alone.
    private let standby: CentralStandby
    private let clock: any Clock
    /// What the node does at present, in a sentence.
    let state = Mutex("this node has not looked at its database yet")
    let isFailing = Mutex(false)
    let revoked = Mutex<Set<String>>([])

    init(standby: CentralStandby, clock: any Clock) {
        self.standby = standby
        self.clock = clock
    }

    func look(_ log: EventLog) -> Found? {
        do throws(StoreError) {
            switch try standby.look(at: clock.now(), freshEpoch: Epoch.fresh()) {
            case .taken(let store, let snapshot, let report):
                return Found(opened: (store, snapshot, report))
            case .held(let by):
                isFailing.withLock { $0 = false }
                let who = by.map { "the node \($0)" } ?? "another node"
                tell("this node stands by: \(who) keeps the halls", log, isWarning: false)
            }
        } catch {
            isFailing.withLock { $0 = true }
            tell("\(error)", log, isWarning: true)
        }
        return nil
    }

    /// Tells what is new.
    private func tell(_ text: String, _ log: EventLog, isWarning: Bool) {
        let isNew = state.withLock { state in
            defer { state = text }
            return state != text
        }
        if isNew { log.tell("database", text, isWarning: isWarning) }
    }
}
