// SPDX-License-Identifier: Apache-2.0

// The load program's command line: a central with thousands of controllers, people who take tickets
// and call them, wires that come and go, and a central that is killed; then what must hold.

import ArgumentParser
import Foundation
import QueueCore

@main struct LoadProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nobat-load",
        abstract: "A central under the load of a large site, held against its promises.",
        discussion: """
            The controllers are the very machines of nobatd, with links as nobatd has them, over TLS with \
            a key each; their disks are in memory. The central is the real program with its database. \
            All of it stays on this machine's loopback.
            """)

    @Option(help: "Controllers.")
    var hosts = 5_000

    @Option(help: "Halls, which have a service each.")
    var halls = 25

    @Option(help: "Minutes of load; the central is killed and started after a third of them.")
    var minutes = 30

    @Option(help: "Tickets in a second: half at a kiosk of the central, half at controllers.")
    var tickets = 6.0

    @Option(help: "Acts of clerks in a second, of all controllers together.")
    var acts = 300.0

    @Option(
        help:
            "Of a hundred controllers so many connect anew in a minute, half of them without a word."
    )
    var churn = 10.0

    @Option(help: "The folder of nobat-central; this program's own if not said.")
    var programs: String?

    @Option(help: "Where the site is made; it must not be there.")
    var folder = "/tmp/nobat-load-\(getpid())"

    @Option(help: "Seeds the people and the wires.")
    var seed: UInt64 = 1

    func run() async throws {
        let site = try Site(folder: folder, hosts: hosts, halls: halls)
        let programs = programs ?? Self.ownFolder
        try site.write()
        let central = CentralProcess(program: programs + "/nobat-central", site: site)
        let crowd = try Crowd(site: site, seed: seed)
        let run = LoadRun(
            site: site, central: central, crowd: crowd,
            pace: Pace(minutes: minutes, tickets: tickets, acts: acts, churn: churn))
        let broken = try await run.run()
        if broken.isEmpty {
            try? FileManager.default.removeItem(atPath: folder)
        } else {
            say("the site is left in \(folder)")
        }
        for promise in broken { say("BROKEN: \(promise)") }
        say(broken.isEmpty ? "every promise held" : "\(broken.count) promises broken")
        if !broken.isEmpty { throw ExitCode.failure }
    }

    private static var ownFolder: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    }
}

/// How much happens.
struct Pace: Sendable {
    let minutes: Int
    /// In a second.
    let tickets: Double
    /// In a second.
    let acts: Double
    /// Of a hundred, in a minute.
    let churn: Double
}

/// A failure of the program itself: what happened, and what to do.
struct LoadError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
