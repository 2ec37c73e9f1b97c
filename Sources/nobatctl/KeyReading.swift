// SPDX-License-Identifier: Apache-2.0

// Keys looked at, and brought from the central to their owners.

import ArgumentParser
import Control
import Foundation
import KeyFiles
import QueueCore

struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Whose keys the central takes, and who is connected.")
    @OptionGroup var options: KeyOptions

    func run() throws {
        let report = try options.asked.ask(ControlRequest(.keys), as: KeysReport.self)
        options.common.show(report, Self.text(report))
    }

    static func text(_ report: KeysReport) -> String {
        var lines = report.keys.map { row in
            let state =
                row.connections > 0
                ? "connected" : row.lastOpened.map { "last connected at \($0)" } ?? "not seen yet"
            return "\(row.identity)  \(row.role)  \(state)"
        }
        if lines.isEmpty { lines = ["no keys; make one with 'nobatctl key new NAME'"] }
        return (lines + report.faults).joined(separator: "\n")
    }
}

struct KeyShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a peer's newest key, for its owner alone: name, colon, secret.",
        discussion: "It is what stunnel's PSKsecrets wants, too.")
    @OptionGroup var options: KeyOptions
    @Argument(help: "The peer's name.") var name: Name

    func run() throws {
        guard let newest = try options.known(name).last else { return }
        let key = try options.said { () throws(KeyFault) in try options.keys.key(of: newest) }
        print(key.line)
    }
}

struct KeyPut: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Keep the key that comes on standard input, at its owner's machine.",
        discussion: """
            A running nobatd opens its link anew with it within seconds; nothing else stops. The \
            configuration names the file: "central-key".
            """)

    @Option(name: .long, help: "The file, as the configuration names it.")
    var file = KeyFolder.usualPath + "/central.key"

    func run() throws {
        let line = readLine() ?? ""
        guard let key = LinkKey(line: line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw stop("what came is no key: it is what 'nobatctl key show NAME' prints")
        }
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        do throws(KeyFault) {
            try KeyFolder(folder, credentials: nil).make()
            try KeyFile.write(key, to: file, replaces: true)
        } catch {
            throw stop("\(error)")
        }
        print("\(key) is in \(file)")
    }

    private func stop(_ detail: String) -> ExitCode {
        FileHandle.standardError.write(Data("nobatctl: \(detail)\n".utf8))
        return ExitCode(1)
    }
}
