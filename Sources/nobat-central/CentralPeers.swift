// SPDX-License-Identifier: Apache-2.0

// The central's wires: events of connections become inputs, messages become lines.

import DaemonSupport
import LineProtocol
import QueueCore
import Synchronization
import Uplink

final class CentralPeers: Sendable {
    private struct State {
        var listener: UplinkListener?
        var connections: [LinkID: ConnectionID] = [:]
        var errors: [LinkID: Int] = [:]
        var actors: [LinkID: ControlActor] = [:]
        var isStalled = false
        /// Links whose key's owner the core was told.
        var identified: Set<LinkID> = []
        var paused: Set<ConnectionID> = []
        /// Links whose end the core could not be told when too much was going on.
        var owedEnds: [LinkID] = []
    }

    private let state = Mutex(State())
    private let feed: @Sendable (CentralInput) -> Bool
    private let backlog: @Sendable () -> Int
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void
    private let keys: KeyDesk?

    /// After this many lines that could not be read a connection is closed.
    private static let errorsMax = 5

    init(
        address: String, keys: KeyDesk? = nil, feed: @escaping @Sendable (CentralInput) -> Bool,
        backlog: @escaping @Sendable () -> Int,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) throws {
        self.keys = keys
        self.feed = feed
        self.backlog = backlog
        self.tell = tell
        let listener = try UplinkListener(
            at: .tcp(try HostPort(address)), keys: keys?.ring, connectionsMax: Limits.controllersMax
        ) { [weak self] event in self?.take(event) }
        state.withLock { $0.listener = listener }
    }

    func run() async throws {
        try await state.withLock { $0.listener }?.run()
    }

    func send(_ id: LinkID, _ message: CentralMessage) {
        let (listener, connection) = state.withLock { ($0.listener, $0.connections[id]) }
        if let connection { listener?.send(message.line, on: connection) }
    }

    /// Sends messages, in order: each connection is woken once for all of its own.
    func send(_ entries: [OutgoingMessages.Entry]) {
        // The links' thread looks into the state for each line that it reads.
        let (listener, connections) = state.withLock { ($0.listener, $0.connections) }
        var lines: [(line: String, id: ConnectionID)] = []
        lines.reserveCapacity(entries.count)
        for entry in entries {
            let line = entry.message.line
            if let id = connections[entry.id] { lines.append((line, id)) }
            for other in entry.others {
                if let id = connections[other] { lines.append((line, id)) }
            }
        }
        listener?.send(lines)
    }

    func close(_ id: LinkID, _ reason: Complaint) {
        let (listener, connection) = state.withLock { ($0.listener, $0.connections[id]) }
        if let connection { listener?.close(connection, reason: reason.rawValue) }
    }

    /// Ends all connections, so that the machine can begin anew.
    func reset() {
        for id in state.withLock({ Array($0.connections.keys) }) {
            send(id, .error(.storeFailed, detail: "the central could not write; greet it again"))
            close(id, .storeFailed)
        }
    }

    /// The core does not turn: peers are let go and new ones turned away until it does, so that nobody
    /// takes a central for alive that hears nothing.
    func stall(_ isStalled: Bool) {
        state.withLock { $0.isStalled = isStalled }
        if isStalled { reset() }
    }

    private func take(_ event: UplinkEvent) {
        switch event {
        case .listening(let address): tell("listening on \(address)", false)
        case .connected(let id, let peer):
            let isStalled = state.withLock { state in
                state.connections[id.number] = id
                state.actors[id.number] = ControlActor("client", at: peer)
                return state.isStalled
            }
            push(.connected(id.number), id)
            if isStalled {
                send(id.number, .error(.storeFailed, detail: "the central's disk hangs; call on"))
                close(id.number, .storeFailed)
            }
        case .identified(let id, let shown):
            // Without its owner's name nobody is heard.
            guard feed(.identified(id.number, shown.holder)) else {
                return close(id.number, .slowPeer)
            }
            state.withLock { _ = $0.identified.insert(id.number) }
            keys?.opened(id, shown)
        case .line(let id, _) where !isTrusted(id): break
        case .line(let id, let line):
            do throws(LineError) {
                let message = try ClientMessage(line: line)
                let random = UInt32.random(in: 1...UInt32.max)
                if case .attach(_, let role, let name) = message { greeted(id, role, name) }
                push(.message(id.number, message, random: random), id)
            } catch {
                complain(error.complaint, error.detail, id)
            }
        case .malformed(let id, .overlong(let count), _):
            complain(.overLong, "a line of \(count) bytes; at most 1,024 are read", id)
        case .malformed(let id, .notUTF8, _):
            complain(.notUTF8, "the line is not UTF-8", id)
        case .lost(let id, _):
            state.withLock {
                $0.connections[id.number] = nil
                $0.actors[id.number] = nil
                $0.identified.remove(id.number)
                $0.errors[id.number] = nil
                $0.paused.remove(id)
            }
            keys?.lost(id)
            if !feed(.disconnected(id.number)) {
                state.withLock { $0.owedEnds.append(id.number) }
            }
        case .refused(let peer, let error): tell("\(peer) was turned away: \(error)", true)
        case .turnedAway(let peer, let fault, let identity):
            keys?.turnedAway(peer, fault, identity)
        case .rush(let most, let through, let lasted):
            let seconds = Double(lasted.milliseconds / 100) / 10
            tell(
                "\(through) came at once, up to \(most) waited at the door, and all were in after "
                    + "\(seconds) s", false)
        case .unreachable: break
        }
    }

    /// Whether the core knows whose key a link was opened with, where keys are shown.
    private func isTrusted(_ id: ConnectionID) -> Bool {
        keys == nil || state.withLock { $0.identified.contains(id.number) }
    }

    /// Who acts over a connection, as the audit says it.
    func actor(_ link: LinkID) -> ControlActor? { state.withLock { $0.actors[link] } }

    private func greeted(_ id: ConnectionID, _ role: Role, _ name: Name) {
        state.withLock { state in
            guard state.actors[id.number]?.who == "client" else { return }
            state.actors[id.number]?.who = "\(role.rawValue) \(name)"
        }
    }

    /// Tells the peer what is wrong with its line; the connection goes on until it happens too often.
    private func complain(_ complaint: Complaint, _ detail: String, _ id: ConnectionID) {
        let errors = state.withLock { state in
            state.errors[id.number, default: 0] += 1
            return state.errors[id.number] ?? 0
        }
        guard errors <= Self.errorsMax else { return }
        tell("connection \(id): \(complaint.rawValue): \(detail)", true)
        send(id.number, .error(complaint, detail: detail))
        if errors == Self.errorsMax {
            tell("connection \(id): \(Complaint.tooManyErrors.rawValue): it is closed", true)
            send(
                id.number,
                .error(.tooManyErrors, detail: "\(errors) bad lines; read the protocol page"))
            close(id.number, .tooManyErrors)
        }
    }

    /// Reads on from the peers that were slowed down, once the core has caught up.
    func resume() {
        guard backlog() < SupportLimits.backlogLow else { return }
        let ends = state.withLock { state in
            defer { state.owedEnds = [] }
            return state.owedEnds
        }
        for id in ends where !feed(.disconnected(id)) {
            state.withLock { $0.owedEnds.append(id) }
        }
        let (listener, paused) = state.withLock { state in
            defer { state.paused = [] }
            return (state.listener, state.paused)
        }
        for id in paused { listener?.resumeReading(id) }
    }

    private func push(_ input: CentralInput, _ id: ConnectionID) {
        guard feed(input) else { return close(id.number, .slowPeer) }
        guard backlog() > SupportLimits.backlogHigh else { return }
        let listener = state.withLock { state in
            state.paused.insert(id)
            return state.listener
        }
        listener?.pauseReading(id)
    }
}
