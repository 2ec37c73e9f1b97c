// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hardware
import Synchronization
import Testing

/// The output with other programs in the place of aplay.
@Suite(.timeLimit(.minutes(5))) struct SoundOutputTests {
    final class Said: Sendable {
        let words = Mutex<[String]>([])
        func wait(for count: Int) async throws -> [String] {
            while words.withLock({ $0.count }) < count {
                try await Task.sleep(for: .milliseconds(20))
            }
            return words.withLock { $0 }
        }
    }

    /// A program of a few lines of shell.
    static func program(_ lines: String) throws -> (path: String, folder: String) {
        let folder = NSTemporaryDirectory() + "nobat-sound-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/player"
        try "#!/bin/sh\n\(lines)\n".write(
            toFile: path + ".text", atomically: true, encoding: .utf8)
        // Another process writes the program: a file that a fork of another test has inherited, open for
        // writing, can't be run.
        let copy = try Process.run(
            URL(fileURLWithPath: "/bin/cp"), arguments: [path + ".text", path])
        copy.waitUntilExit()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return (path, folder)
    }

    @Test func samplesAndTheirKindReachTheProgram() async throws {
        let (path, folder) = try Self.program(
            "cd $(dirname $0); cat > part; echo \"$@\" > words; mv part samples")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let output = SoundOutput(device: "hall", program: path) { Issue.record("\($0)") }
        let samples = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        output.play(samples, rate: 22_050)
        while !FileManager.default.fileExists(atPath: folder + "/samples") {
            try await Task.sleep(for: .milliseconds(20))
        }
        let read = try Data(contentsOf: URL(fileURLWithPath: folder + "/samples"))
        #expect(Array(read) == samples)
        let words = try String(contentsOfFile: folder + "/words", encoding: .utf8)
        #expect(words == "-q -D hall -t raw -f S16_LE -c 1 -r 22050 -\n")
    }

    @Test func aProgramThatEndsEarlyIsToldAndHarmsNobody() async throws {
        let (path, folder) = try Self.program("exit 1")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let said = Said()
        let output = SoundOutput(device: "gone", program: path) { text in
            said.words.withLock { $0.append(text) }
        }
        output.play(Array(repeating: 0, count: 4_000_000), rate: 48_000)
        let words = try await said.wait(for: 1)
        #expect(words[0].contains("gone: ") && words[0].contains("aplay -L"))
    }

    @Test func aMissingProgramIsToldWithItsPackage() async throws {
        let said = Said()
        let output = SoundOutput(device: "default", program: "/nonexistent/aplay") { text in
            said.words.withLock { $0.append(text) }
        }
        output.play([0, 0], rate: 8_000)
        let words = try await said.wait(for: 1)
        #expect(words[0].contains("alsa-utils"))
    }

    @Test func aDeviceThatTakesNothingIsGivenUp() async throws {
        let (path, folder) = try Self.program("exec sleep 600")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let said = Said()
        let output = SoundOutput(device: "stuck", program: path) { text in
            said.words.withLock { $0.append(text) }
        }
        output.play([0, 0], rate: 8_000)
        let words = try await said.wait(for: 1)
        #expect(words[0].contains("took no sound"))
    }
}
