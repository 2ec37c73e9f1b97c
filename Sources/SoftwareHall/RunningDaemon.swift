// SPDX-License-Identifier: Apache-2.0

// One of our programs as a process: started, asked, stopped in order, or killed.

import Control
import Foundation
import Synchronization

/// A daemon that can be started and killed over and over; its log is appended to one file.
public final class RunningDaemon: @unchecked Sendable {
    // `process` is guarded by `lock`.

    /// The program's name.
    public let program: String
    /// Its control socket.
    public let socketPath: String
    /// Where its log goes.
    public let logPath: String
    private let configPath: String
    private let lock = NSLock()
    private var process: Process?
    private var environment: [String: String] = [:]
    private var launcher: [String] = []
    private var programs: String?

    /// A daemon that is not running yet.
    public init(program: String, configPath: String, socketPath: String, logPath: String) {
        self.program = program
        self.configPath = configPath
        self.socketPath = socketPath
        self.logPath = logPath
    }

    /// Where our programs are: `$NOBAT_BIN`, or beside the program that asks.
    public static var folder: String {
        ProcessInfo.processInfo.environment["NOBAT_BIN"] ?? ownFolder
    }

    /// Where the program that asks is.
    public static var ownFolder: String {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: own ?? CommandLine.arguments[0])
            .deletingLastPathComponent().path
    }

    /// Whether it runs.
    public var isRunning: Bool { lock.withLock { process?.isRunning ?? false } }

    /// Its process id; 0 when it does not run.
    public var processID: Int32 { lock.withLock { process?.processIdentifier ?? 0 } }

    /// From the next start on it runs with these variables besides those of this program, and by
    /// `launcher`: a program and its arguments, to which the daemon's own command line is added.
    public func prepare(environment: [String: String], launcher: [String] = []) {
        lock.withLock {
            self.environment = environment
            self.launcher = launcher
        }
    }

    /// From the next start on it is the program of this folder; nil for those of ``folder``.
    public func prepare(programs: String?) { lock.withLock { self.programs = programs } }

    /// Starts it; nothing when it runs.
    public func start() throws {
        try lock.withLock {
            if process?.isRunning == true { return }
            let next = Process()
            let binary = (programs ?? Self.folder) + "/" + program
            let command = launcher + [binary, "--config", configPath]
            next.executableURL = URL(fileURLWithPath: command[0])
            next.arguments = Array(command.dropFirst())
            next.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            if !FileManager.default.fileExists(atPath: logPath) {
                _ = FileManager.default.createFile(atPath: logPath, contents: nil)
            }
            let log = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
            try log.seekToEnd()
            next.standardError = log
            next.standardOutput = log
            next.standardInput = FileHandle.nullDevice
            try next.begin()
            try? log.close()
            process = next
        }
    }

    /// Kills it at once (SIGKILL) and waits until it is gone.
    public func kill() { signal(SIGKILL) }

    /// Asks it to stop (SIGTERM) and waits until it is gone; one that does not end within `seconds`
    /// is killed. Its exit status, or the signal that ended it.
    @discardableResult
    public func stop(seconds: Double = 10) -> Int32 {
        guard let running = lock.withLock({ process }) else { return 0 }
        if running.isRunning {
            _ = Foundation.kill(running.processIdentifier, SIGTERM)
            let end = Date().addingTimeInterval(seconds)
            while running.isRunning, Date() < end { usleep(5_000) }
            kill()
        }
        return running.terminationStatus
    }

    /// Freezes it, or lets it go on.
    public func freeze(_ isFrozen: Bool) {
        let id = processID
        if id != 0 { _ = Foundation.kill(id, isFrozen ? SIGSTOP : SIGCONT) }
    }

    private func signal(_ number: Int32) {
        guard let running = lock.withLock({ process }), running.isRunning else { return }
        _ = Foundation.kill(running.processIdentifier, number)
        running.waitUntilExit()
    }

    /// Waits until it answers on its socket; false when it does not within `seconds`.
    public func waitUntilItAnswers(seconds: Double = 20) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if (try? ask(ControlRequest(.status), as: StatusReport.self)) != nil { return true }
            usleep(20_000)
        }
        return false
    }

    /// Asks it something.
    public func ask<Value: Codable & Sendable>(
        _ request: ControlRequest, as type: Value.Type
    ) throws -> Value {
        try ControlClient(path: socketPath).ask(request, as: type)
    }

    /// All that it has logged so far.
    public var log: String {
        (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
    }
}
