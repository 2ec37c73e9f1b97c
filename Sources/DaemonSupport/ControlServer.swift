// SPDX-License-Identifier: Apache-2.0

// The answering side of a daemon's control socket: questions in, answers and watched events out.

import Control
import QueueCore
import Synchronization
import Uplink

/// A question and where its answer goes.
public struct ControlQuestion: Sendable {
    /// What is asked.
    public let request: ControlRequest
    /// The connection that it came over.
    public let connection: ConnectionID
    /// Who asks.
    public let actor: ControlActor
    private let reply: @Sendable (String) -> Void

    /// A question; `reply` gets a line for each answer.
    public init(
        request: ControlRequest, connection: ConnectionID, by actor: ControlActor = .unknown,
        reply: @escaping @Sendable (String) -> Void
    ) {
        self.request = request
        self.connection = connection
        self.actor = actor
        self.reply = reply
    }

    /// Answers with a result.
    public func answer(_ result: some Codable & Sendable) {
        reply(ControlText.encode(ControlAnswer(result: result)))
    }

    /// Answers with the reason why there is none.
    public func refuse(_ error: ControlError) {
        reply(ControlText.encode(ControlAnswer<Bool>(error: error)))
    }

    /// Answers with what the core replied.
    public func answer(_ reply: Reply) {
        if case .appointment(let reply) = reply { return answer(AppointmentResult(reply)) }
        switch ActionResult.from(reply) {
        case .success(let result): answer(result)
        case .failure(let error): refuse(error)
        }
    }
}

/// A daemon's control socket.
public final class ControlServer: Sendable {
    private struct State {
        var watchers: Set<ConnectionID> = []
        var actors: [ConnectionID: ControlActor] = [:]
        var recent: [EventRow] = []
        var pending: [RequestID: ControlQuestion] = [:]
        var nextRequest: RequestID = 1
        var listener: UplinkListener?
        var isListening = false
    }

    private let state = Mutex(State())
    /// Held while rows are sent, so that what a new watcher missed comes before what is new. A connection
    /// that ends meanwhile needs `state` alone.
    private let order = Mutex(())
    private let serve: @Sendable (ControlQuestion) -> Void
    private let lost: @Sendable (ConnectionID) -> Void

    /// A socket at `path`; `serve` gets every question but `watch`, and `lost` every connection that
    /// ended, on the event loop's thread.
    public init(
        path: String, lost: @escaping @Sendable (ConnectionID) -> Void = { _ in },
        serve: @escaping @Sendable (ControlQuestion) -> Void
    ) throws(UplinkError) {
        self.serve = serve
        self.lost = lost
        let listener = try UplinkListener(
            at: .unix(path: path), settings: .control, connectionsMax: SupportLimits.watchers * 8
        ) { [weak self] event in self?.take(event) }
        state.withLock { $0.listener = listener }
    }

    /// Whether somebody who asks is heard.
    public var isListening: Bool { state.withLock(\.isListening) }

    /// Listens until cancelled.
    public func run() async throws {
        try await state.withLock { $0.listener }?.run()
    }

    /// Keeps a question until the core replies to the number that is returned.
    public func expect(_ question: ControlQuestion) -> RequestID {
        state.withLock { state in
            let id = state.nextRequest
            state.nextRequest += 1
            state.pending[id] = question
            return id
        }
    }

    /// Who waits for the reply to a number.
    public func actor(of id: RequestID) -> ControlActor? {
        state.withLock { $0.pending[id]?.actor }
    }

    /// Hands the core's reply to whoever asked.
    public func reply(_ id: RequestID, _ reply: Reply) {
        state.withLock { $0.pending.removeValue(forKey: id) }?.answer(reply)
    }

    /// Tells all watchers of something, and remembers it for the next one.
    public func publish(_ row: EventRow) {
        order.withLock { _ in
            let (watchers, listener) = state.withLock { state in
                state.recent.append(row)
                if state.recent.count > SupportLimits.events { state.recent.removeFirst() }
                return (state.watchers, state.listener)
            }
            guard !watchers.isEmpty else { return }
            let line = ControlText.encode(row)
            for id in watchers { listener?.send(line, on: id) }
        }
    }

    private func take(_ event: UplinkEvent) {
        switch event {
        case .line(let id, let line): take(line, id)
        case .malformed(let id, _, _):
            send("the request is not a line of UTF-8 of at most 1,023 bytes", to: id)
        case .lost(let id, _):
            state.withLock { state in
                state.watchers.remove(id)
                state.actors[id] = nil
            }
            lost(id)
        case .listening: state.withLock { $0.isListening = true }
        case .connected(let id, let peer):
            state.withLock { $0.actors[id] = .peer(peer) }
        case .identified, .refused, .turnedAway, .rush, .unreachable: break
        }
    }

    private func take(_ line: String, _ id: ConnectionID) {
        guard let request = ControlText.decode(ControlRequest.self, line) else {
            let verbs = ControlVerb.allCases.map(\.rawValue).joined(separator: ", ")
            return send("a request is a JSON object with a verb, one of \(verbs)", to: id)
        }
        guard request.verb != .watch else { return watch(id) }
        let (listener, actor) = state.withLock { ($0.listener, $0.actors[id]) }
        serve(
            ControlQuestion(request: request, connection: id, by: actor ?? .unknown) {
                listener?.send($0, on: id)
            })
    }

    private func watch(_ id: ConnectionID) {
        order.withLock { _ in beginWatching(id) }
    }

    private func beginWatching(_ id: ConnectionID) {
        let (recent, listener) = state.withLock { state -> ([EventRow]?, UplinkListener?) in
            guard state.watchers.count < SupportLimits.watchers else {
                return (nil, state.listener)
            }
            state.watchers.insert(id)
            return (state.recent, state.listener)
        }
        guard let recent else { return send("too many watchers; end one first", to: id) }
        for row in recent { listener?.send(ControlText.encode(row), on: id) }
    }

    private func send(_ detail: String, to id: ConnectionID) {
        let error = ControlError(name: "bad-request", detail: detail)
        let listener = state.withLock { $0.listener }
        listener?.send(ControlText.encode(ControlAnswer<Bool>(error: error)), on: id)
    }
}
