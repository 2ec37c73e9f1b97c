// SPDX-License-Identifier: Apache-2.0

// A program that runs beside a test, and is ended with it.

import Foundation
import SoftwareHall
import Testing

/// A program under way.
final class Background {
    private let process = Process()
    private let file: URL

    /// Starts a program of ours, or one by its path.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws {
        let path = program.hasPrefix("/") ? program : RunningDaemon.folder + "/" + program
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        file = FileManager.default.temporaryDirectory
            .appendingPathComponent("nobat-out-\(UInt32.random(in: 0...UInt32.max))")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let handle = try FileHandle(forWritingTo: file)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.begin()
        try handle.close()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: file)
    }

    /// All that it has said so far.
    var output: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

    /// Whether it runs.
    var isRunning: Bool { process.isRunning }

    /// Its exit status, once it has ended.
    var status: Int32 { process.terminationStatus }

    /// Sends it a signal.
    func send(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for its end.
    func wait(_ seconds: Double, at location: SourceLocation = #_sourceLocation) throws {
        try within(seconds, "the program ends; it said: \(output)", at: location) {
            !self.process.isRunning
        }
    }
}
