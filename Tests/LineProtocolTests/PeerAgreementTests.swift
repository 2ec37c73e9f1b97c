// SPDX-License-Identifier: Apache-2.0

// The codec against one that was written from the page alone, in another language: both must read
// and write the same, or refuse for the same reason.
import Foundation
import QueueCore
import Testing

@testable import LineProtocol

/// The Python interpreter on the path, if there is one.
private let python = ProcessInfo.processInfo.environment["PATH", default: ""]
    .split(separator: ":").map { "\($0)/python3" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

@Suite(.enabled(if: python != nil, "python3 must be on the path"))
struct PeerAgreementTests {
    @Test func peerOfThePage_AgreesOnEveryLine() throws {
        let corpus = try Corpus()
        var generator = Generator(seed: 1_403)
        var lines = corpus.lines
        while lines.count < 20_000 {
            let line = corpus.mutatedLine(&generator)
            if !line.contains(0x0A) { lines.append(line) }
        }
        let verdicts = try Self.peerVerdicts(lines)
        try #require(verdicts.count == lines.count * 2)
        var messages = 0
        var disputed: [String] = []
        for (index, line) in lines.enumerated() {
            let own = [
                Self.verdict { () throws(LineError) in try ClientMessage(bytes: line).line },
                Self.verdict { () throws(LineError) in try CentralMessage(bytes: line).line },
            ]
            for (own, peer) in zip(own, verdicts[(index * 2)...]) {
                messages += own.contains("=") ? 1 : 0
                let agrees = own == peer || Self.values.isSuperset(of: [own, peer])
                if !agrees { disputed.append(String(decoding: line, as: UTF8.self)) }
            }
        }
        #expect(disputed.isEmpty, "\(disputed.count): \(disputed.prefix(5))")
        #expect(messages > 5_000)
    }

    /// When several values are wrong, the page leaves open which one is named.
    private static let values: Set<String> = ["missing-key", "bad-value", "not-utf8"]

    private static func verdict(_ body: () throws(LineError) -> String) -> String {
        do throws(LineError) {
            return try body()
        } catch {
            return error.complaint.rawValue
        }
    }

    /// Two verdicts for each line: as said by a client, as said by the central.
    private static func peerVerdicts(_ lines: [[UInt8]]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "nobat-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let asked = folder.appending(path: "asked")
        let told = folder.appending(path: "told")
        try Data(lines.flatMap { $0 + [0x0A] }).write(to: asked)
        try Data().write(to: told)
        let peer = Process()
        peer.executableURL = URL(filePath: try #require(python))
        peer.arguments = [
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Peers/nobat_peer.py").path
        ]
        let own = ["PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"]
        peer.environment = ProcessInfo.processInfo.environment.merging(own) { $1 }
        peer.standardInput = try FileHandle(forReadingFrom: asked)
        peer.standardOutput = try FileHandle(forWritingTo: told)
        try peer.run()
        peer.waitUntilExit()
        try #require(peer.terminationStatus == 0)
        let text = try Data(contentsOf: told)
        return text.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
}
