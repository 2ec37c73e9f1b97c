// SPDX-License-Identifier: Apache-2.0

// A program that runs to its end by itself.

import Foundation
import SoftwareHall
import Testing

/// What a program said, and how it ended.
struct Finished {
    /// Both its outputs.
    let output: String
    /// Its exit status.
    let status: Int32

    init(
        _ program: String, _ arguments: String..., seconds: Double = 20,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        try self.init(program, arguments, seconds: seconds, at: location)
    }

    /// Runs a program of ours, or one by its path, and waits for its end.
    init(
        _ program: String, _ arguments: [String], seconds: Double = 20,
        environment: [String: String] = [:], at location: SourceLocation = #_sourceLocation
    ) throws {
        let process = Process()
        let path = program.hasPrefix("/") ? program : RunningDaemon.folder + "/" + program
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("nobat-out-\(UInt32.random(in: 0...UInt32.max))")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.begin()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        try within(seconds, "\(program) \(arguments) ends", at: location) { !process.isRunning }
        try handle.close()
        output = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        status = process.terminationStatus
    }
}
