// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import Glibc
import QueueCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import StatusPages

/// What the daemon behind the pages is asked, and how it is.
final class Seen: Sendable {
    let asked = Mutex<[ControlRequest]>([])
    let isStuck = Mutex(false)
    let isSilent = Mutex(false)
}

/// The server on a real port.
@Suite(.timeLimit(.minutes(5))) struct ServerTests {
    static let key = "0123456789abcdef"
    static let start = ContinuousClock().now

    /// Serves a board while `body` runs; `body` gets the address and the board.
    static func serve(
        reading: ReadingRule = .open, countsLoopback: Bool = false,
        seen: Seen = Seen(),
        _ body: @escaping @Sendable (_ address: String, _ board: BoardPage) async throws -> Void
    ) async throws {
        let (addresses, told) = AsyncStream<String>.makeStream()
        let board = BoardPage(path: "/board", look: BoardLook(font: nil))
        let desk = LivePage.technician { request, _, answer in
            seen.asked.withLock { $0.append(request) }
            var result = ActionResult(outcome: "called", booth: request.booth)
            result.number = "A007"
            answer(.line(ControlText.encode(ControlAnswer(result: result))))
        }
        let tower = Watchtower { answer in
            if seen.isSilent.withLock(\.self) { return }
            var report = StatusReport(
                daemon: "nobatd", name: "hall-a", version: "0", startedAt: "", day: 20_780,
                epoch: "", tray: 3)
            report.blocks = [
                BlockReport(service: "admission", day: 20_780, next: "A001", remaining: 9)
            ]
            report.buttons = ButtonsReport(
                state: "watching", since: "", error: nil,
                stuck: seen.isStuck.withLock { $0 } ? [3] : [])
            answer(report)
        }
        var settings = PagesSettings(
            host: "127.0.0.1", port: 0, reading: reading, name: "hall-a",
            key: AccessKey(Self.key))
        settings.countsLoopback = countsLoopback
        let server = PagesServer(
            settings: settings,
            pages: [HomePage(path: "/board"), board, board.look, desk, DeskLook(), tower],
            feeds: [board.feed, desk.feed],
            now: {
                let (seconds, rest) = (ContinuousClock().now - Self.start).components
                return Moment(microseconds: seconds * 1_000_000 + rest / 1_000_000_000_000)
            },
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
        _ address: String, _ headers: [String: String] = [:], _ more: [String] = []
    ) async throws -> (status: Int, headers: [String: String], body: String) {
        // It waits for the server, whose tasks need the threads that tests run on.
        let text = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try curl(address, headers, more) })
            }
        }
        return parts(of: text)
    }

    /// What curl prints: it says what was on the wire; Foundation's own client caches and follows.
    static func curl(
        _ address: String, _ headers: [String: String], _ more: [String]
    ) throws -> String {
        let curl = Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        curl.arguments =
            ["-s", "-i", "--max-time", "20"]
            + headers.flatMap { ["-H", "\($0.key): \($0.value)"] } + more + [address]
        let pipe = Pipe()
        curl.standardOutput = pipe
        try curl.run()
        // Foundation's own reading ends the program when a signal interrupts it.
        var data: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(pipe.fileHandleForReading.fileDescriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            data += part.prefix(count)
        }
        curl.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    static func parts(
        of text: String
    ) -> (status: Int, headers: [String: String], body: String) {
        let parts = text.split(
            separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\r\n")
        // Cut off without an answer.
        guard !lines.isEmpty else { return (0, [:], "") }
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
            for path in ["board", "board/events", "technician", "metrics", "health", "none"] {
                #expect(try await Self.get(address + path).status == 401, "\(path)")
            }
            let person = try await Self.get(address + "technician", ["Accept": "text/html,*/*"])
            #expect(person.status == 303)
            #expect(person.headers["location"] == "/login?to=/technician")
            #expect(try await Self.get(address + "login").status == 200)
            #expect(try await Self.get(address + "assets/desk.css").status == 200)
            let program = ["Authorization": "Bearer \(Self.key)"]
            #expect(try await Self.get(address + "metrics", program).status == 200)
            let wrong = ["Authorization": "Bearer 0123456789abcdee"]
            #expect(try await Self.get(address + "metrics", wrong).status == 401)
        }
    }

    /// Shows the key as the form does; the cookie, if there was one.
    static func login(
        _ address: String, _ key: String, _ headers: [String: String] = [:]
    ) async throws -> (status: Int, cookie: String?, fields: String, to: String?) {
        let answer = try await get(
            address + "login", headers,
            ["--data-urlencode", "key=\(key)", "--data", "to=/technician"])
        let fields = answer.headers["set-cookie"]
        return (
            answer.status, fields.map { String($0.prefix { $0 != ";" }) }, fields ?? "",
            answer.headers["location"]
        )
    }

    static func pageToken(_ address: String, _ cookie: String) async throws -> String? {
        let session = try await get(address + "session", ["Cookie": cookie]).body
        return session.split(separator: "\"token\":\"").last.map {
            String($0.prefix { $0 != "\"" })
        }
    }

    static func act(
        _ address: String, _ headers: [String: String], _ body: String
    ) async throws -> (status: Int, body: String) {
        let answer = try await get(
            address + "technician/act",
            headers.merging(["Content-Type": "application/json"]) { own, _ in own },
            ["--data", body])
        return (answer.status, answer.body)
    }

    @Test func whoShowsTheKeyActs() async throws {
        let seen = Seen()
        try await Self.serve(seen: seen) { address, _ in
            let login = try await Self.login(address, Self.key)
            #expect(login.status == 303 && login.to == "/technician")
            #expect(login.fields.contains("HttpOnly") && login.fields.contains("SameSite=Strict"))
            let cookie = try #require(login.cookie)
            #expect(cookie.hasPrefix("nobat-hall-a=") && cookie.utf8.count > 60)
            let token = try #require(try await Self.pageToken(address, cookie))
            let good = ["Cookie": cookie, "X-Nobat-Token": token]
            let press = #"{"verb":"press","booth":3,"confirm":"3"}"#
            let done = try await Self.act(address, good, press)
            #expect(done.status == 200 && done.body.contains("A۰۰۷"))
            #expect(seen.asked.withLock { $0.map(\.booth) } == [3])

            // Nothing less is enough.
            let others = [
                [:], ["Cookie": cookie], ["X-Nobat-Token": token],
                ["Cookie": cookie, "X-Nobat-Token": token + "0"],
                good.merging(["Origin": "http://evil.example"]) { $1 },
                good.merging(["Sec-Fetch-Site": "cross-site"]) { $1 },
                ["Authorization": "Bearer \(Self.key)", "X-Nobat-Token": token],
            ]
            for headers in others {
                let status = try await Self.act(address, headers, press).status
                #expect(status == 401 || status == 403, "\(headers.keys)")
            }
            let form = good.merging(["Content-Type": "text/plain"]) { $1 }
            #expect(try await Self.act(address, form, press).status == 415)
            let unconfirmed = #"{"verb":"press","booth":3}"#
            #expect(try await Self.act(address, good, unconfirmed).status == 400)
            let large =
                #"{"verb":"press","booth":3,"confirm":"3","x":""#
                + String(repeating: "x", count: PagesLimits.bodyMax) + "\"}"
            #expect(try await Self.act(address, good, large).status == 413)
            #expect(seen.asked.withLock { $0.count } == 1)

            _ = try await Self.get(address + "logout", good, ["-X", "POST"])
            #expect(try await Self.act(address, good, press).status == 401)
        }
    }

    @Test func wrongKeysAreSlowedDown() async throws {
        try await Self.serve { address, _ in
            for _ in 0..<PagesLimits.loginBurst {
                let wrong = try await Self.login(address, "wrong-wrong-wrong")
                #expect(wrong.status == 403 && wrong.cookie == nil)
            }
            let right = try await Self.get(
                address + "login", [:], ["--data-urlencode", "key=\(Self.key)"])
            #expect(right.status == 429 && right.headers["set-cookie"] == nil)
            #expect(Int(right.headers["retry-after"] ?? "") ?? 0 > 0)
            let elsewhere = try await Self.login(
                address, Self.key, ["Origin": "http://evil.example"])
            #expect(elsewhere.status == 403 && elsewhere.cookie == nil)
        }
    }

    @Test func whoAsksTooOftenWaits() async throws {
        try await Self.serve(countsLoopback: true) { address, _ in
            // One connection, many requests: the rate counts, not the connections.
            func answers(_ path: String) async throws -> String {
                let many = Array(
                    repeating: address + path, count: PagesLimits.requestBurst * 2)
                return try await Self.get(address + path, [:], many).body
            }
            // The files of a page are asked for by every television at once.
            let files = try await answers("assets/icon.svg")
            #expect(!files.contains("429 Too Many Requests"))
            let last = try await answers("login")
            let count = last.components(separatedBy: "429 Too Many Requests").count - 1
            #expect(count > 0)
            #expect(last.lowercased().contains("retry-after: "))
        }
    }

    @Test func anAddressHasSoManyConnections() async throws {
        try await Self.serve(countsLoopback: true) { address, _ in
            let port = try #require(Int(address.split(separator: ":")[2].dropLast()))
            let sockets = (0..<PagesLimits.connectionsPerAddress + 8).map { _ in
                Self.connect(port)
            }
            var refused = 0
            while refused < 8 {
                refused = sockets.count { Self.isEnded($0) }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(refused == 8)
            // What is given up is free again; and the server has taken every connection before it ends.
            for socket in sockets { close(socket) }
            var status = 0
            while status != 200 { status = try await Self.get(address + "board").status }
        }
    }

    static func connect(_ port: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }

    static func isEnded(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }

    @Test func healthSaysWhyNot() async throws {
        let seen = Seen()
        try await Self.serve(seen: seen) { address, _ in
            let well = try await Self.get(address + "health")
            #expect(well.status == 200 && well.body.contains(#""status":"well""#))
            seen.isStuck.withLock { $0 = true }
            let not = try await Self.get(address + "health")
            #expect(not.status == 503)
            #expect(not.body.contains("button of booth 3 is stuck"))
            let metrics = try await Self.get(address + "metrics")
            #expect(metrics.status == 200)
            #expect(metrics.body.contains("nobat_buttons_stuck 1\n"))
            seen.isSilent.withLock { $0 = true }
            let hung = try await Self.get(address + "health")
            #expect(hung.status == 503 && hung.body.contains("core-stalled"))
            #expect(try await Self.get(address + "metrics").status == 503)
            #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
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
            PackageResources.sound_js, PackageResources.desk_js, PackageResources.desk_css,
            PackageResources.technician_html, PackageResources.technician_js,
            PackageResources.supervisor_html, PackageResources.supervisor_js,
            PackageResources.login_html,
        ] {
            let text = String(decoding: file, as: UTF8.self)
                .replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
            #expect(
                !text.contains("http:") && !text.contains("https:") && !text.contains("url(\"//"))
            #expect(!text.contains("innerHTML") && !text.contains("style=\""))
        }
    }
}
