// SPDX-License-Identifier: Apache-2.0

// From a board with its wires to a running hall: finds, asks, proves each booth, writes, starts.

import ArgumentParser
import Control
import DisplayDrivers
import Foundation
import Hardware
import Installation
import NobatConfiguration

struct Setup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set up a hall: find what is wired, prove each booth, write hall.yaml, start.",
        discussion: """
            Asks what it must and proposes what it finds: ports, units, GPIO chips, lines. Without a \
            terminal say --yes: what --answers does not answer (key: value, a line each) is taken as \
            proposed. Exit status: 0 done, 1 not done, 64 an answer is missing or can't be taken.
            """)

    @OptionGroup var common: Common

    @Flag(name: .long, help: "Ask nothing: take what is proposed.") var yes = false

    @Option(name: .long, help: "A file of answers, key: value a line.") var answers: String?

    @Option(name: .long, help: "Where to write the configuration.")
    var output = "/etc/nobat/hall.yaml"

    @Flag(
        name: .long, help: "Take the place of the configuration that is there; it is kept beside.")
    var replace = false

    @Flag(name: .long, help: "Do not prove the booths' buttons and displays.") var noProof = false

    @Flag(name: .long, help: "Do not start the service.") var noStart = false

    func run() throws {
        let talk = SetupTalk(isQuiet: yes)
        guard yes || isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("there is no terminal to ask at: say --yes, and --answers FILE")
        }
        guard replace || !FileManager.default.fileExists(atPath: output) else {
            throw talk.stop(
                "\(output) is there already; say --replace to set up anew (it is kept beside)")
        }
        // The ports and lines are the daemon's as long as it runs.
        let hasStopped =
            !noStart && Systemd.ask("is-active", "nobatd.service") != nil
            && Systemd.ask("stop", "nobatd.service") != nil
        var isWritten = false
        defer {
            if hasStopped, !isWritten, Systemd.ask("start", "nobatd.service") != nil {
                talk.say("nobatd runs again, as it was set up before")
            }
        }
        let hall = try interview(talk)
        let text = hall.yaml
        do throws(ConfigurationErrors) {
            _ = try ControllerConfiguration.parse(text: text, file: output)
        } catch {
            throw talk.stop("what was answered makes no configuration:\n\(error)")
        }
        if !noProof {
            let problems = try SetupProof(common, hall, talk).run()
            if !problems.isEmpty {
                talk.say("\nNot everything is as it should be:")
                for problem in problems { talk.say("- \(problem)") }
                guard yes || talk.agrees("Write the configuration all the same?", usually: true)
                else {
                    throw talk.stop("nothing was written")
                }
            }
        }
        try write(text, hall, talk)
        isWritten = true
        if !noStart { try start(talk) }
    }

    private func interview(_ talk: SetupTalk) throws -> HallProposal {
        var found = SetupDiscovery.look()
        var given = try readAnswers(talk)
        while true {
            switch Interview(found).next(given) {
            case .done(let hall): return hall
            case .ask(let question): given.values[question.key] = try talk.answer(to: question)
            case .look(let port):
                talk.say("looking for units on \(port) …")
                let units = SetupDiscovery.units(on: port, common)
                talk.say(units.isEmpty ? "no unit answers" : "units \(units) answer")
                found.ports.removeAll { $0.path == port }
                found.ports.append(Discovery.Port(path: port, units: units))
            case .refuse(let key, let reason):
                guard !yes, given.values[key] != nil else {
                    talk.say("nobatctl: \(key): \(reason)")
                    throw ExitCode(64)
                }
                talk.say(reason)
                given.values[key] = nil
            }
        }
    }

    private func readAnswers(_ talk: SetupTalk) throws -> SetupAnswers {
        guard let answers else { return SetupAnswers() }
        guard let text = try? String(contentsOfFile: answers, encoding: .utf8) else {
            throw talk.stop("the answers \(answers) can't be read")
        }
        var bad: [String] = []
        let given = SetupAnswers(text: text, bad: &bad)
        guard bad.isEmpty else { throw talk.stop("\(answers): \(bad.joined(separator: "; "))") }
        return given
    }

    // MARK: - Writing and starting

    private func write(_ text: String, _ hall: HallProposal, _ talk: SetupTalk) throws {
        let files = FileManager.default
        do {
            if files.fileExists(atPath: output) {
                let kept = "\(output).before"
                if files.fileExists(atPath: kept) { try files.removeItem(atPath: kept) }
                try files.moveItem(atPath: output, toPath: kept)
                talk.say("the old one is \(kept)")
            }
            try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
            try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: output)
        } catch {
            throw talk.stop("\(output) can't be written (\(error.localizedDescription)); use sudo")
        }
        talk.say("\(output) is written")
        let key = HallProposal.keyPath
        guard hall.hasPages, output == "/etc/nobat/hall.yaml", !files.fileExists(atPath: key) else {
            return
        }
        let secret = (0..<16).map { _ in
            let byte = UInt8.random(in: .min ... .max)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        let made = files.createFile(
            atPath: key, contents: Data((secret + "\n").utf8),
            attributes: [.posixPermissions: 0o600])
        talk.say(
            made
                ? "the key of the technician's page is in \(key); show it with: sudo cat \(key)"
                : "\(key) can't be made; nobody acts on the pages until it is there")
    }

    private func start(_ talk: SetupTalk) throws {
        guard FileManager.default.fileExists(atPath: "/run/systemd/system") else {
            return talk.say("there is no systemd here: start it with nobatd --config \(output)")
        }
        _ = Systemd.ask("enable", "nobatd.service")
        guard Systemd.ask("restart", "nobatd.service") != nil else {
            throw talk.stop("the service does not start; see: journalctl -u nobatd -n 50")
        }
        talk.say("nobatd runs")
        let probes = Probing(daemon: "nobatd", path: output, socket: common.socket).probes()
        let findings = Doctor.findings(probes)
        talk.say(DoctorCommand.text(findings))
        if findings.contains(where: { $0.severity == .fault }) { throw ExitCode(1) }
    }
}
