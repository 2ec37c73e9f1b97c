// SPDX-License-Identifier: Apache-2.0

// The pages of a daemon without its port: the router that a server has, and what it asks and tells.

import Control
import Dispatch
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import QueueCore
import StatusPages
import Synchronization

final class Site: Sendable {
    /// An answer as its asker gets it.
    struct Answer: Sendable {
        let head: HTTPResponse
        let body: [UInt8]
    }

    /// The key of the daemon; an input that has it may come in.
    static let key = "0123456789abcdef"

    private static let board = BoardPage(path: "/board", look: BoardLook(font: nil))
    private static let deskLook = DeskLook()
    private static let channel = NIOAsyncTestingChannel()
    private static let quiet = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }

    private struct State {
        var asked: [ControlRequest] = []
        var told: [String] = []
        var secrets: PageSecrets?
    }

    private let state: Keeper<State>
    private let responder: RouterResponder<PagesContext>

    init(reading: ReadingRule) {
        let state = Keeper(State())
        let desk = LivePage.technician { request, _, answer in
            state.change { $0.asked.append(request) }
            let result = ActionResult(outcome: "called", booth: request.booth)
            answer(.line(ControlText.encode(ControlAnswer(result: result))))
        }
        let tower = Watchtower { answer in
            answer(
                StatusReport(
                    daemon: "nobatd", name: "hall-a", version: "0", startedAt: "", day: 20_780,
                    epoch: "", tray: 3))
        }
        let server = PagesServer(
            settings: PagesSettings(
                host: "127.0.0.1", port: 0, reading: reading, name: "hall-a",
                key: AccessKey(Self.key)),
            pages: [
                HomePage(path: "/board"), Self.board, Self.board.look, desk, Self.deskLook, tower,
            ],
            feeds: [], now: { .zero },
            tell: { text, _ in state.change { $0.told.append(text) } })
        self.state = state
        responder = server.router().buildResponder()
    }

    /// What somebody has who has logged in.
    var secrets: PageSecrets? { state.change { $0.secrets } }

    /// What the daemon was asked since this was last asked.
    func takeAsked() -> [ControlRequest] {
        state.change { state in
            defer { state.asked = [] }
            return state.asked
        }
    }

    /// What was told for the log since this was last asked.
    func takeTold() -> [String] {
        state.change { state in
            defer { state.told = [] }
            return state.told
        }
    }

    /// The answer; nil when it ended with an error that nobody made into one.
    func answer(to sent: SentRequest) -> Answer? {
        let (done, kept) = (DispatchSemaphore(value: 0), Keeper<Answer?>(nil))
        let responder = responder
        Task {
            let answer = try? await Self.answer(to: sent, by: responder)
            kept.change { $0 = answer }
            done.signal()
        }
        done.wait()
        return kept.change { $0 }
    }

    private static func answer(
        to sent: SentRequest, by responder: RouterResponder<PagesContext>
    ) async throws -> Answer {
        let request = Request(
            head: sent.head, body: RequestBody(buffer: ByteBuffer(string: sent.body)))
        let context = PagesContext(
            source: ApplicationRequestContextSource(channel: channel, logger: quiet))
        let response = try await responder.respond(to: request, context: context)
        let body = Keeper<[UInt8]>([])
        // A live page's events have no end.
        if response.headers[.contentType]?.hasPrefix("text/event-stream") != true {
            try await response.body.write(Collector(body: body))
        }
        return Answer(head: response.head, body: body.change { $0 })
    }

    /// Keeps the cookie of an answer, and asks for the token of its session.
    func keepSecrets(of head: HTTPResponse) {
        struct Word: Decodable { var token: String? }
        guard let cookie = head.headerFields[.setCookie]?.prefix(while: { $0 != ";" }) else {
            return
        }
        let ask = SentRequest("GET /session\nCookie: \(cookie)\n", secrets: nil)
        guard let ask, let answer = answer(to: ask),
            let word = try? JSONDecoder().decode(Word.self, from: Data(answer.body)),
            let token = word.token
        else { return }
        state.change { $0.secrets = PageSecrets(cookie: String(cookie), token: token) }
    }
}

/// A value that several threads change.
final class Keeper<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { body(&$0) }
    }
}

/// Takes the body of an answer.
private struct Collector: ResponseBodyWriter {
    let body: Keeper<[UInt8]>

    mutating func write(_ buffer: ByteBuffer) async throws {
        body.change { $0 += Array(buffer.readableBytesView) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
