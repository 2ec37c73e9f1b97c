// SPDX-License-Identifier: Apache-2.0

// A node whose rows are on a server waits until they are its own. Meanwhile it does not listen for
// controllers: they go to the next address of their list.

import Control
import DaemonSupport
import Dispatch
import Foundation
import Hardware
import NobatConfiguration
import QueueCore
import Store
import Synchronization

/// A node in waiting.
struct StandingBy {
    private let waiting: Waiting
    private let socketPath: String
    private let log: EventLog
    private let queue = DispatchQueue(label: "nobat-central.standby")

    /// After a server could not be reached it is tried again after this time.
    private static let retry = Duration.milliseconds(500)

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
        self.log = log
    }

    /// Waits for the rows; answers on the control socket that it waits.
    func rows() async throws -> CentralStore.Opened {
        // Often they can be had at once.
        if let opened = await look() { return opened.opened }
        let control = try ControlServer(path: socketPath) { [waiting] question in
            question.refuse(
                ControlError(name: "stands-by", detail: waiting.state.withLock { $0 }))
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await control.run() }
            defer { group.cancelAll() }
            let manager = NotifySocket(environment: ProcessInfo.processInfo.environment)
            manager?.tell("READY=1")
            while true {
                manager?.tell("WATCHDOG=1", "STATUS=" + waiting.state.withLock { $0 })
                if let found = await look() { return found }
                try await Task.sleep(
                    for: waiting.isFailing.withLock { $0 }
                        ? Self.retry : .milliseconds(StoreLimits.serverLookMs))
            }
        }.opened
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
