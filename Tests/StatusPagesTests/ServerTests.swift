// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import QueueCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import StatusPages

/// The server on a real port.
@Suite(.timeLimit(.minutes(1))) struct ServerTests {
    /// Serves a board while `body` runs; `body` gets the address and the board.
    static func serve(
        reading: ReadingRule = .open,
        _ body: @escaping @Sendable (_ address: String, _ board: BoardPage) async throws -> Void
    ) async throws {
        let (addresses, told) = AsyncStream<String>.makeStream()
        let board = BoardPage(path: "/board", look: BoardLook(font: nil))
        let server = PagesServer(
            settings: PagesSettings(host: "127.0.0.1", port: 0, reading: reading),
            pages: [HomePage(path: "/board"), board, board.look], feeds: [board.feed],
            tell: { text, isWarning in if !isWarning { told.yield(text) } })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let address = try #require(await addresses.first { _ in true })
            try await body(address, board)
            group.cancelAll()
            try? await group.waitForAll()
        }
    }

    static func get(
        _ address: String, _ headers: [String: String] = [:]
    ) async throws -> (status: Int, headers: [String: String], body: String) {
        // curl says what was on the wire; Foundation's own client caches and follows.
        let curl = Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        curl.arguments =
            ["-s", "-i", "--max-time", "20"]
            + headers.flatMap { ["-H", "\($0.key): \($0.value)"] } + [address]
        let pipe = Pipe()
        curl.standardOutput = pipe
        try curl.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        curl.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        let parts = text.split(
            separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\r\n")
        let pairs = lines.dropFirst().map { line -> (String, String) in
            let pair = line.split(separator: ":", maxSplits: 1)
            return (pair[0].lowercased(), pair[1].trimmingCharacters(in: .whitespaces))
        }
        return (
            Int(lines[0].split(separator: " ")[1]) ?? 0,
            Dictionary(pairs) { first, _ in first }, parts.count > 1 ? String(parts[1]) : ""
        )
    }

    @Test func everyAnswerForbidsWhatIsInlineOrFromElsewhere() async throws {
        try await Self.serve { address, _ in
            for path in ["board", "assets/board.js", "assets/none", ""] {
                let answer = try await Self.get(address + path)
                #expect(
                    answer.headers["content-security-policy"]?.hasPrefix("default-src 'self';")
                        == true)
                #expect(answer.headers["x-content-type-options"] == "nosniff")
            }
            let home = try await Self.get(address)
            #expect(home.headers["location"] == "/board")
        }
    }

    @Test func aFileThatIsKnownIsNotSentAgain() async throws {
        try await Self.serve { address, _ in
            let first = try await Self.get(address + "assets/board.css")
            #expect(first.status == 200)
            let tag = try #require(first.headers["etag"])
            let second = try await Self.get(address + "assets/board.css", ["If-None-Match": tag])
            #expect(second.status == 304)
            #expect(second.body.isEmpty)
            let other = try await Self.get(address + "assets/board.css", ["If-None-Match": "\"0\""])
            #expect(other.status == 200)
        }
    }

    @Test func withoutTheKeyNothingIsRead() async throws {
        try await Self.serve(reading: .key) { address, _ in
            for path in ["board", "board/events", "assets/board.css"] {
                let answer = try await Self.get(address + path)
                #expect(answer.status == 403)
            }
        }
    }

    @Test func aHeaderWithoutEndIsRefused() async throws {
        try await Self.serve { address, _ in
            let long = String(repeating: "x", count: 2 * PagesLimits.headersMax)
            let answer = try? await Self.get(address + "board", ["X-Long": long])
            #expect(answer?.status != 200)
            let next = try await Self.get(address + "board")
            #expect(next.status == 200)
        }
    }

    @Test func noPageAsksForAnythingFromElsewhere() throws {
        for file in [
            PackageResources.board_html, PackageResources.board_css, PackageResources.board_js,
            PackageResources.sound_js,
        ] {
            let text = String(decoding: file, as: UTF8.self)
                .replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
            #expect(
                !text.contains("http:") && !text.contains("https:") && !text.contains("url(\"//"))
            #expect(!text.contains("innerHTML") && !text.contains("style=\""))
        }
    }
}
