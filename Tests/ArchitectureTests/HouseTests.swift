// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The rules of the house that no compiler keeps.
@Suite struct HouseTests {
    static let folders = ["Sources", "Tests", "Firmware"]

    @Test func everyFileBeginsWithItsLicence() throws {
        for folder in Self.folders {
            for file in try Tree.own.swiftFiles(folder) where !file.hasSuffix("/Package.swift") {
                let start = "// SPDX-License-Identifier: Apache-2.0\n\n"
                #expect(try Tree.own.text(file).hasPrefix(start), "\(file)")
            }
        }
    }

    @Test func noSourceFileIsTooLongToRead() throws {
        for file in try Tree.own.swiftFiles("Sources") + Tree.own.swiftFiles("Firmware/Sources") {
            let count = try Tree.own.text(file).split(
                separator: "\n", omittingEmptySubsequences: false
            ).count
            #expect(count <= 420, "\(file) has \(count) lines; does it hold one noun?")
        }
    }

    @Test func everyModuleHasItsTests() throws {
        let tests = Set(try Tree.own.folders("Tests"))
        for module in ArrowTests.allowed.keys
        where !["CGpiod", "CMalloc", "CPangoCairo", "CSerialPort", "SoftwareHall"].contains(module)
        {
            #expect(tests.contains("\(module)Tests"), "\(module) has no tests of its own")
        }
    }

    @Test func theTopLevelHoldsWhatTheHouseAllows() throws {
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "-C", Tree.own.root.path, "ls-files"]
        let pipe = Pipe()
        git.standardOutput = pipe
        try git.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        try #require(git.terminationStatus == 0, "git lists the files of this tree")
        let names = String(decoding: data, as: UTF8.self).split(separator: "\n")
            .map { $0.split(separator: "/")[0] }.filter { !$0.hasPrefix(".") }
        let allowed: Set<Substring> = [
            "Package.swift", "Sources", "Tests", "Firmware", "Wiring", "README.md", "Makefile",
            "LICENSE",
        ]
        #expect(Set(names).subtracting(allowed).isEmpty)
    }

    /// Timers and tasks without an owner are how a daemon loses count of what it does.
    @Test func noTaskWithoutAnOwner() throws {
        for file in try Tree.own.swiftFiles("Sources") {
            let text = try Tree.own.text(file)
            #expect(!text.contains("Task.detached"), "\(file)")
            #expect(!text.contains(" Task {"), "\(file)")
        }
    }
}
