// SPDX-License-Identifier: Apache-2.0

// In words what is wrong with this installation, and what to do.

import ArgumentParser
import Control
import Foundation
import Installation

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong with this installation, and say what to do.",
        discussion: """
            Looks at the file, the service, ports, groups, GPIO chips, clock, keys and disk, and asks the \
            running daemon. As root it sees everything. Exit status: 0 all is well, 1 something is not.
            """)

    @Option(
        name: .long, help: "The configuration file; usually those in /etc/nobat that are there.")
    var config: String?

    @Option(name: .long, help: "The daemon's control socket, if not the one in the file.")
    var socket: String?

    @Flag(name: .long, help: "Look at nobat-central, not at nobatd.") var central = false

    @Flag(name: .long, help: "Print JSON, for programs.") var json = false

    func run() throws {
        let findings = places.flatMap { place in
            Doctor.findings(
                Probing(daemon: place.daemon, path: place.path, socket: socket).probes())
        }
        if json {
            print(ControlText.encode(findings))
        } else {
            print(Self.text(findings))
        }
        if !findings.isEmpty { throw ExitCode(1) }
    }

    /// The daemons that are looked at: what is named, else those of which there is a file.
    private var places: [(daemon: String, path: String)] {
        let hall = ("nobatd", "/etc/nobat/hall.yaml")
        let middle = ("nobat-central", "/etc/nobat/central.yaml")
        if let config { return [(central ? middle.0 : hall.0, config)] }
        if central { return [middle] }
        let there = [hall, middle].filter { FileManager.default.fileExists(atPath: $0.1) }
        return there.isEmpty ? [hall] : there
    }

    static func text(_ findings: [PageFinding]) -> String {
        guard !findings.isEmpty else { return "all is well" }
        return findings.map { finding in
            let mark = finding.severity == .fault ? "FAULT" : "warning"
            return "\(mark)  \(finding.name): \(finding.what.en)\n       \(finding.todo.en)"
        }.joined(separator: "\n")
    }
}
