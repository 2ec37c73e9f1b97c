// SPDX-License-Identifier: Apache-2.0

// The page "from a blank SD card to the first call" against the programs and the packages: a technician
// types what stands there, letter by letter.

import Foundation
import Testing

extension DaemonTests {
    @Suite struct FirstBootTests {
        private static let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()

        private static func text(_ path: String) throws -> String {
            try String(contentsOf: root.appending(path: path), encoding: .utf8)
        }

        private static let page = Result { try text("Wiring/first-boot.md") }

        /// The page's blocks, each as its lines.
        private static func blocks() throws -> [[Substring]] {
            let parts = try page.get().components(separatedBy: "```\n")
            return parts.enumerated().filter { $0.offset % 2 == 1 }.map {
                $0.element.split(separator: "\n")
            }
        }

        /// What stands between `…` in the page's sentences.
        private static func spans() throws -> [Substring] {
            let parts = try page.get().components(separatedBy: "```\n")
            return parts.enumerated().filter { $0.offset % 2 == 0 }.flatMap { part in
                part.element.matches(of: /`([^`\n]+)`/).map(\.output.1)
            }
        }

        /// All commands of our programs on the page, in words, without what is only for the shell.
        private static func commands() throws -> [[Substring]] {
            (try blocks().flatMap(\.self) + spans()).flatMap { line in
                line.prefix { $0 != "#" }.split(separator: "&&").map { command in
                    let words = command.split(separator: " ")
                    return words.first == "sudo" ? Array(words.dropFirst()) : words
                }
            }.filter {
                ["nobatctl", "nobatd", "nobat-central"].contains($0.first ?? "") && $0.count > 1
            }
        }

        /// A command as the program itself tells of it.
        private struct Command: Decodable {
            struct Root: Decodable { let command: Command }
            struct Argument: Decodable {
                struct Name: Decodable { let name: String }
                let kind: String
                let names: [Name]?
            }
            let commandName: String
            let arguments: [Argument]?
            let subcommands: [Command]?

            func option(_ name: some StringProtocol) -> Argument? {
                arguments?.first { $0.names?.contains { $0.name == name } == true }
            }
        }

        /// What is wrong with a command; nil when the program has it so.
        private static func wrong(_ words: [Substring], _ program: Command) -> String? {
            var (command, rest) = (program, words.dropFirst())
            while let next = command.subcommands?.first(where: {
                $0.commandName == rest.first ?? ""
            }) {
                command = next
                rest = rest.dropFirst()
            }
            var positional = 0
            while let word = rest.popFirst() {
                guard word.hasPrefix("--") else {
                    positional += 1
                    continue
                }
                guard let option = command.option(word.dropFirst(2)) else {
                    return "\(command.commandName) has no option \(word)"
                }
                if option.kind == "option", rest.popFirst() == nil {
                    return "\(word) needs a value"
                }
            }
            let places = (command.arguments ?? []).filter { $0.kind == "positional" }.count
            return positional <= places ? nil : "\(command.commandName) takes \(places) words"
        }

        private static func told(by program: String) throws -> Command {
            let run = try Finished(program, "--experimental-dump-help")
            return try JSONDecoder().decode(Command.Root.self, from: Data(run.output.utf8)).command
        }

        @Test func eachCommandIsOneThatTheProgramsHave() throws {
            let programs = try Dictionary(
                uniqueKeysWithValues: ["nobatctl", "nobatd", "nobat-central"].map {
                    ($0, try Self.told(by: $0))
                })
            let commands = try Self.commands()
            #expect(commands.count >= 10, "the page is read: \(commands)")
            for words in commands {
                let program = try #require(programs[String(words[0])])
                let wrong = Self.wrong(words, program)
                #expect(wrong == nil, "\(words.joined(separator: " ")): \(wrong ?? "")")
            }
            let ctl = try #require(programs["nobatctl"])
            #expect(Self.wrong(["nobatctl", "bus", "adress", "247", "1"], ctl) != nil)
            #expect(Self.wrong(["nobatctl", "setup", "--answer", "x"], ctl) != nil)
        }

        @Test func eachFileAndUnitIsOneThatThePackagesBring() throws {
            let build = try Self.text(".debian/build")
            let page = try Self.page.get()
            for match in page.matches(of: /\]\(([^)#]+)\)/) {
                let path = Self.root.appending(path: "Wiring/\(match.output.1)").path
                #expect(FileManager.default.fileExists(atPath: path), "\(match.output.1)")
                #expect(build.contains(match.output.1.dropLast(3)), "it goes with the package too")
            }
            // What setup writes is no package's; the packages bring all else that is named.
            let written = [
                "/etc/nobat/hall.yaml", "/etc/nobat/central.yaml", "/etc/nobat/keys/pages.key",
            ]
            let paths = page.matches(of: /\/(?:usr|etc)\/[a-z0-9\/.-]*[a-z0-9]/).map(\.output)
            #expect(paths.count > 6)
            for path in paths where !written.contains(String(path)) {
                #expect(build.contains(path.dropFirst()), "\(path)")
            }
            let units = page.matches(of: /systemctl [a-z]+ ([a-z-]+)/).map(\.output.1)
            #expect(units.count >= 2)
            for unit in units {
                let path = Self.root.appending(path: "Wiring/systemd/\(unit).service").path
                #expect(FileManager.default.fileExists(atPath: path), "\(unit)")
            }
        }

        /// The answers of the page, and each key that it names, are ones that setup takes.
        @Test func theAnswersAreTaken_AndEachKeyIsOne() throws {
            let page = try Self.page.get()
            let block = try #require(try Self.blocks().first { $0[0].contains("<<END") })
            let answers = block.dropFirst().prefix { $0 != "END" }.joined(separator: "\n") + "\n"
            let folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("nobat-fb-\(UInt32.random(in: 0...UInt32.max))").path
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let (hall, file) = (folder + "/hall.yaml", folder + "/answers")
            // Whatever is plugged into this machine is not asked.
            try (answers + "port: none\nchip: none\n").write(
                toFile: file, atomically: true, encoding: .utf8)
            let run = try Finished(
                "nobatctl", "setup", "--yes", "--answers", file, "--output", hall, "--no-start")
            #expect(run.status == 0, "\(run.output)")
            let check = try Finished("nobatd", "--config", hall, "--check-config")
            #expect(check.status == 0 && check.output.contains("4 booths"), "\(check.output)")

            let keys = try #require(page.firstMatch(of: /Keys: ([^.]*)\./)).output.1
            let named = keys.matches(of: /`([a-z0-9-]+)`/).map { String($0.output.1) }
            let asked = try Self.text("Sources/Installation/Interview.swift")
                .matches(of: /answers, "(?:([a-z]+)|\\\(key\)(-[a-z]+))"/)
                .map {
                    $0.output.1.map(String.init) ?? "booth-1" + ($0.output.2.map(String.init) ?? "")
                }
            #expect(asked.count > 8)
            #expect(Set(named) == Set(asked))
        }

        /// The wires of step 3 are those that setup proposes for booth 1, on the pins that nobatctl names.
        @Test func theWiresOfBoothOneAreThoseThatSetupProposes() throws {
            let proposed = try Self.text("Sources/Installation/Discovery.swift")
            let lines = try #require(
                proposed.firstMatch(of: /headerLines = \[\s*\("(\w+)", "(\w+)"\)/))
            let list = try Finished("nobatctl", "wiring", "--config", WiringCommandTests.example)
            let page = try Self.page.get()
            for line in [lines.output.1, lines.output.2] {
                let pin = try #require(
                    page.firstMatch(of: try Regex("\(line), pin ([0-9]+)"))?.output[1].substring)
                #expect(list.output.firstMatch(of: try Regex("\(line) +\(pin) ")) != nil, "\(line)")
            }
        }
    }
}
