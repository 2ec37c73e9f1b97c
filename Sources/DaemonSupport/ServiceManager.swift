// SPDX-License-Identifier: Apache-2.0

// Tells systemd how the daemon is: ready when every thread has turned once and the control socket
// listens, alive as long as every thread goes on turning, stopping when it was asked to.

import Foundation
import QueueCore
import ServiceLifecycle

/// The daemon's word to the service manager. Run it beside the other services.
public struct ServiceManager: ServiceLifecycle.Service {
    private let socket: NotifySocket
    private let threads: [Turning]
    private let isListening: @Sendable () -> Bool
    private let ready: String
    private let tell: @Sendable (String) -> Void

    /// How soon it is noticed that the daemon is ready.
    private static let beginningPause = TimeSpan.milliseconds(50)
    /// How often threads are looked at when the manager does not watch: only the status is told then.
    private static let usualPause = TimeSpan.seconds(5)
    /// Looks within the manager's time. Half of it is what sd_watchdog_enabled(3) asks for; with four, a
    /// thread that was late once has another chance.
    private static let looksPerSpan: Int64 = 4

    /// The manager that the environment names; nil when there is none. `ready` is the status when all is
    /// well, `tell` hears of threads that have not turned for most of the manager's time.
    public init?(
        environment: [String: String] = ProcessInfo.processInfo.environment, threads: [Turning],
        isListening: @escaping @Sendable () -> Bool, ready: String,
        tell: @escaping @Sendable (String) -> Void
    ) {
        guard let socket = NotifySocket(environment: environment) else { return nil }
        self.socket = socket
        self.threads = threads
        self.isListening = isListening
        self.ready = ready
        self.tell = tell
    }

    /// Runs until the group is shut down or cancelled.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await watch() }
        socket.tell("STOPPING=1", "STATUS=stopping")
    }

    private func watch() async {
        var judge = WatchdogJudge()
        var isReady = false
        while !Task.isCancelled {
            for thread in threads { thread.nudge() }
            let pause = isReady ? span : Self.beginningPause
            try? await Task.sleep(for: .microseconds(pause.microseconds))
            guard !Task.isCancelled else { return }
            guard isReady || isListening() else { continue }
            switch judge.look(threads.map(\.turns)) {
            case .feed where isReady: socket.tell("WATCHDOG=1", "STATUS=\(ready)")
            case .feed:
                isReady = true
                socket.tell("READY=1", "WATCHDOG=1", "STATUS=\(ready)")
            case .wait(let stuck, let looks) where isReady:
                let names = stuck.joined(separator: ", ")
                socket.tell("STATUS=does not turn: \(names)")
                guard looks == Int(Self.looksPerSpan) - 1, socket.watchdogMicroseconds != nil else {
                    continue
                }
                tell("\(names): no turn for too long; if it stays so, systemd starts it anew")
            case .wait: break
            }
        }
    }

    private var span: TimeSpan {
        socket.watchdogMicroseconds.map { .microseconds($0 / Self.looksPerSpan) } ?? Self.usualPause
    }
}
