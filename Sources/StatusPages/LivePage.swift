// SPDX-License-Identifier: Apache-2.0

// A page of a desk, the technician's or the supervisor's: its files, its live events, and the one
// place where it acts.

import Control
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import QueueCore
import Synchronization

/// A live page whose state is one value.
public final class LivePage: PageRoutes {
    /// Who asks for something to be done.
    public struct Actor: Sendable {
        /// Where from.
        public var address: String
        /// Under which session.
        public var session: UInt64
    }

    /// What a daemon answers.
    public enum Answer: Sendable {
        /// A line of the control socket: one or, of a job, several.
        case line(String)
        /// The words for the page.
        case words(ActAnswer)
    }

    /// Asks the daemon.
    public typealias Ask =
        @Sendable (
            ControlRequest, Actor, _ answer: @escaping @Sendable (Answer) -> Void
        ) -> Void

    /// What its connections are told.
    public let feed = LiveFeed()
    private let path: String
    private let desk: PageDesk
    private let html: FixedFile
    private let script: FixedFile
    private let ask: Ask
    private let last = Mutex<[String: [UInt8]]>([:])

    private init(
        path: String, desk: PageDesk, html: [UInt8], script: [UInt8], ask: @escaping Ask
    ) {
        self.path = path
        self.desk = desk
        self.html = FixedFile(html, type: "text/html; charset=utf-8")
        self.script = FixedFile(script, type: "text/javascript; charset=utf-8")
        self.ask = ask
    }

    /// The technician's page of a controller, at `/technician`.
    public static func technician(ask: @escaping Ask) -> LivePage {
        LivePage(
            path: "/technician", desk: .controller, html: PackageResources.technician_html,
            script: PackageResources.technician_js, ask: ask)
    }

    /// The supervisor's page of the central, at `/supervisor`.
    public static func supervisor(ask: @escaping Ask) -> LivePage {
        LivePage(
            path: "/supervisor", desk: .central, html: PackageResources.supervisor_html,
            script: PackageResources.supervisor_js, ask: ask)
    }

    /// Whether somebody looks at it; when nobody does, what it was told is forgotten, so that nobody
    /// who comes later sees old news.
    public var isWatched: Bool {
        guard feed.readerCount == 0 else { return true }
        last.withLock { $0 = [:] }
        feed.forget()
        return false
    }

    /// Tells a value under a name, if it is another than before.
    public func show(_ name: String, _ value: some Encodable) {
        let bytes = Array(ControlText.encode(value).utf8)
        let isNews = last.withLock { last in
            defer { last[name] = bytes }
            return last[name] != bytes
        }
        if isNews { feed.publish(name, bytes) }
    }

    /// Tells that the daemon is alive.
    public func beat() { feed.publish("beat", Array("{}".utf8)) }

    /// Adds the page, its events, its file, and what it does.
    public func add(to router: Router<PagesContext>) {
        let (html, script, feed) = (html, script, feed)
        let file = "/assets\(path).js"
        router.get(RouterPath(path)) { request, _ in html.answer(to: request) }
        router.get(RouterPath(path + "/events")) { _, context in
            Answers.events(of: feed, for: context)
        }
        router.get(RouterPath(file)) { request, _ in script.answer(to: request) }
        router.post(RouterPath(path + "/act")) { [self] request, context in
            try await act(request, context)
        }
    }

    private func act(_ request: Request, _ context: PagesContext) async throws -> Response {
        guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
            return Answers.text(.unsupportedMediaType, "What is to be done is said in JSON.")
        }
        let body = String(buffer: try await request.body.collect(upTo: PagesLimits.bodyMax))
        let wish: ControlRequest
        do throws(ControlError) {
            wish = try PageAct.request(body, at: desk)
        } catch {
            return Answers.json(ActAnswer(error), .badRequest)
        }
        let actor = Actor(
            address: PeerAddress(context.remoteAddress).text,
            session: context.session?.serial ?? 0)
        let isJob = wish.verb.isOfABus
        let told: Answer? = await FirstAnswer.within(PagesLimits.actSpan) { done in
            ask(wish, actor) { [feed] answer in
                done(answer)
                guard isJob, case .line(let line) = answer else { return }
                let words = ControlText.encode(ActAnswer(line: line))
                feed.publish("job", Array(words.utf8), .moment)
            }
        }
        let answer: ActAnswer =
            switch told {
            case .line(let line): ActAnswer(line: line)
            case .words(let words): words
            case nil: .late
            }
        return Answers.json(answer, answer.isDone ? .ok : .conflict)
    }
}

/// The files that every desk is drawn with.
public struct DeskLook: PageRoutes {
    private let style = FixedFile(PackageResources.desk_css, type: "text/css; charset=utf-8")
    private let script = FixedFile(
        PackageResources.desk_js, type: "text/javascript; charset=utf-8")

    /// The files of the program.
    public init() {}

    /// Adds the files.
    public func add(to router: Router<PagesContext>) {
        let (style, script) = (style, script)
        router.get("/assets/desk.css") { request, _ in style.answer(to: request) }
        router.get("/assets/desk.js") { request, _ in script.answer(to: request) }
    }
}

/// Something as JSON that stays the same while the program runs, such as the wire list.
public struct FixedJSON: PageRoutes {
    private let path: String
    private let file: FixedFile

    /// A value at a path.
    public init(path: String, _ value: some Encodable) {
        self.path = path
        file = FixedFile(
            Array(ControlText.encode(value).utf8), type: "application/json; charset=utf-8")
    }

    /// Adds the way to it.
    public func add(to router: Router<PagesContext>) {
        let file = file
        router.get(RouterPath(path)) { request, _ in file.answer(to: request) }
    }
}
