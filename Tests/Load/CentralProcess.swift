// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import QueueCore

/// The real nobat-central, as a process of its own.
final class CentralProcess {
    private let program: String
    private let site: Site
    private var process: Process?
    private var processorAtStart = 0.0

    init(program: String, site: Site) {
        self.program = program
        self.site = site
    }

    var logPath: String { site.path("central.log") }

    /// Starts it; returns at once.
    func start() throws {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw LoadError("\(program) is not there: build it, or name its folder with --programs")
        }
        if !FileManager.default.fileExists(atPath: logPath) {
            _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        }
        guard let log = FileHandle(forWritingAtPath: logPath) else {
            throw LoadError("\(logPath) can't be written")
        }
        _ = try log.seekToEnd()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--config", site.path("central.yaml")]
        process.standardOutput = log
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
    }

    /// `kill -9`; returns when it is gone.
    func kill() {
        guard let process else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends it in order; returns when it is gone.
    func stop() throws {
        guard let process else { return }
        process.terminate()
        process.waitUntilExit()
        guard process.terminationStatus == 0, process.terminationReason == .exit else {
            throw LoadError(
                "nobat-central ended with status \(process.terminationStatus); see \(logPath)")
        }
    }

    var isRunning: Bool { process?.isRunning ?? false }

    /// What it says of itself over its socket.
    func status() throws -> StatusReport {
        let client = try ControlClient(path: site.path("central.sock"), timeoutSeconds: 30)
        return try client.ask(ControlRequest(.status), as: StatusReport.self)
    }

    /// Resident and anonymous memory, in KiB.
    func memory() -> (resident: Int, anonymous: Int) {
        let fields = fields(of: "status")
        return (fields["VmRSS"] ?? 0, fields["RssAnon"] ?? 0)
    }

    /// Seconds of processor time that it has used.
    func processorSeconds() -> Double {
        guard let text = read("stat"), let end = text.lastIndex(of: ")") else { return 0 }
        let parts = text[end...].split(separator: " ")
        guard parts.count > 13, let user = Double(parts[12]), let system = Double(parts[13]) else {
            return 0
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The lines of its log that hold a text.
    func logLines(_ text: String) -> [String] {
        let log = (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
        return log.split(separator: "\n").filter { $0.contains(text) }.map(String.init)
    }

    private func fields(of file: String) -> [String: Int] {
        var fields: [String: Int] = [:]
        for line in (read(file) ?? "").split(separator: "\n") {
            let parts = line.split(whereSeparator: { ": \t".contains($0) })
            if parts.count >= 2, let value = Int(parts[1]) { fields[String(parts[0])] = value }
        }
        return fields
    }

    private func read(_ file: String) -> String? {
        guard let process else { return nil }
        return try? String(
            contentsOfFile: "/proc/\(process.processIdentifier)/\(file)", encoding: .utf8)
    }
}
