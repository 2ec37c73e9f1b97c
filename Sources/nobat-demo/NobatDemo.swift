// SPDX-License-Identifier: Apache-2.0

// The demo: a clinic hall on one screen, made of the real programs, with units in software.

import ArgumentParser
import Control
import Foundation
import SoftwareHall

@main
struct NobatDemo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nobat-demo",
        abstract: "A clinic hall of four booths on this machine: real daemons, units in software.",
        discussion: """
            In a terminal it draws the booths' displays and keys press their buttons. Without one, or \
            with --scripted, it plays a morning and checks what it sees. Exit status: 0 every check \
            held, 1 a check failed or the hall did not come up, 64 wrong usage.
            """,
        version: "nobat-demo \(programVersion)")

    @Option(
        name: .long, help: "Where the hall's files go; it is kept. Default: a temporary folder.")
    var folder: String?

    @Flag(name: .long, help: "Play the scripted morning, in a terminal too.")
    var scripted = false

    @Flag(name: .long, help: "Keep the temporary folder: configurations, databases, logs.")
    var keep = false

    private static let introduction = """
        Nobat calls patients to the booths of a clinic. This demo runs a whole hall on this machine: the
        real nobat-central and the real nobatd, the code of four booth displays behind pseudo-terminals
        in place of serial lines, and a network cable that can be cut.


        """

    func run() throws {
        StopSignals.catchAll()
        Output.write(Self.introduction)
        try checkPrograms()
        let isLive = !scripted && isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0
        let place: DemoFolder
        do {
            place = try DemoFolder(wanted: folder, keep: keep, isFresh: !isLive)
        } catch let error as ControlError {
            throw fail(error.detail)
        }
        defer { place.close() }
        if place.isKept { Output.write("Its files are in \(place.path)\n") }
        var hasHeld = false
        do {
            let stage = try Stage(
                folder: place.path, secondsMax: isLive ? nil : Morning.secondsMax)
            defer { stage.close() }
            hasHeld = isLive ? try LiveDemo(stage).run() : try Morning(stage).play()
        } catch is Stopped {
            Output.write("\nnobat-demo: stopped\n")
        } catch let error as ControlError {
            throw fail(error.detail)
        } catch {
            throw fail("\(error)")
        }
        if let number = StopSignals.number { throw ExitCode(128 + number) }
        if !hasHeld { throw ExitCode(1) }
    }

    private func checkPrograms() throws {
        let missing = ["nobatd", "nobat-central"].filter {
            !FileManager.default.isExecutableFile(atPath: RunningDaemon.folder + "/" + $0)
        }
        guard !missing.isEmpty else { return }
        let builds = missing.map { "swift build --product \($0)" }.joined(separator: " && ")
        throw fail(
            "\(missing.joined(separator: " and ")) not found in \(RunningDaemon.folder); run\n"
                + "    \(builds)\nor name their folder in NOBAT_BIN")
    }

    private func fail(_ detail: String) -> ExitCode {
        FileHandle.standardError.write(Data("nobat-demo: \(detail)\n".utf8))
        return ExitCode(1)
    }
}
