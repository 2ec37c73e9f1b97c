// SPDX-License-Identifier: Apache-2.0

// A PostgreSQL server of its own for a test, by Tests/Postgres/server.

import Foundation
import SoftwareHall
import Testing

/// A server in a folder.
struct DatabaseServerProcess {
    let folder: String
    let port: UInt16

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Postgres/server").path

    /// Makes its files; it does not run yet.
    init(folder: String) throws {
        self.folder = folder
        port = try Wire.freePort()
        try Self.run("make", folder, "\(port)")
    }

    func start() throws { try Self.run("start", folder) }

    /// Kills it with all its sessions, as a power cut would end it.
    func kill() throws { try Self.run("kill", folder) }

    func stop() { try? Self.run("stop", folder) }

    /// Carries out statements in its database, and returns when they are done.
    func execute(_ sql: String) throws { try Self.run("sql", folder, sql) }

    /// A schema for the rows of one central.
    func makeSchema(_ name: String) throws { try Self.run("sql", folder, "CREATE SCHEMA \(name)") }

    /// The address of its database, or of a schema in it, over a port that leads to it.
    func url(port: UInt16, schema: String? = nil) -> String {
        let options = schema.map { "?options=-csearch_path%3D\($0)" } ?? ""
        return "postgresql://nobat@127.0.0.1:\(port)/nobat\(options)"
    }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: script)
        process.arguments = arguments
        // The server outlives the script: it must not hold a pipe of ours.
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.begin()
        process.waitUntilExit()
        try check(process.terminationStatus == 0, "\(script) \(arguments.joined(separator: " "))")
    }
}
