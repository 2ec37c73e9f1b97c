// SPDX-License-Identifier: Apache-2.0

// A blocking thread with an owner: started, stopped and awaited with the other services.

import Foundation
import QueueCore
import ServiceLifecycle
import Synchronization

/// A thread that runs until it is told to stop. Its ending by itself ends the program.
public struct ThreadService: ServiceLifecycle.Service {
    private let name: String
    private let body: @Sendable () -> Void
    private let stop: @Sendable () -> Void

    /// A thread; `stop` must make `body` return soon, from any thread and any number of times.
    public init(
        _ name: String, stop: @escaping @Sendable () -> Void, body: @escaping @Sendable () -> Void
    ) {
        self.name = name
        self.body = body
        self.stop = stop
    }

    /// Runs until the group is shut down or cancelled.
    public func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread {
                    // Set before the start, the system would not hear of it.
                    Thread.current.name = String(name.prefix(15))
                    body()
                    continuation.resume()
                }
                thread.start()
            }
        } onCancelOrGracefulShutdown: {
            stop()
        }
    }
}

/// Something asynchronous that runs until it is cancelled.
public struct CancelledService: ServiceLifecycle.Service {
    private let body: @Sendable () async throws -> Void

    /// A service whose `body` returns soon after it was cancelled.
    public init(_ body: @escaping @Sendable () async throws -> Void) { self.body = body }

    /// Runs until the group is shut down or cancelled.
    public func run() async throws {
        try await cancelWhenGracefulShutdown { try await body() }
    }
}

/// Something done now and then, beginning at once.
public struct RepeatedService: ServiceLifecycle.Service {
    private let interval: TimeSpan
    private let body: @Sendable () -> Void

    /// A service that does `body` every `interval`.
    public init(every interval: TimeSpan, _ body: @escaping @Sendable () -> Void) {
        self.interval = interval
        self.body = body
    }

    /// Runs until the group is shut down or cancelled.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                body()
                try? await Task.sleep(for: .microseconds(interval.microseconds))
            }
        }
    }
}
