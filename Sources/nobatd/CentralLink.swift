// SPDX-License-Identifier: Apache-2.0

// The wire to the central: events of the connection become inputs, messages become lines.

import DaemonSupport
import Hardware
import LineProtocol
import QueueCore
import Synchronization
import Uplink

/// What the link last knew of itself.
struct LinkState: Sendable {
    var isConnected = false
    var isLive = false
    var since: Moment
    var peer: String
    var reason: String?
    /// What the central said when it refused this controller; nil once it has taken it.
    var refusal: (complaint: Complaint, detail: String)?
}

final class CentralLink: Sendable {
    private struct State {
        var client: UplinkClient?
        var connection: ConnectionID?
        var errors = 0
        /// Whether this connection was refused by the central.
        var isRefused = false
        var link: LinkState
    }

    private let state: Mutex<State>
    private let clock: any Clock
    private let feed: @Sendable (ControllerInput) -> Bool
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void
    private let key: CentralKey?

    /// After this many lines that could not be read the connection is given up.
    private static let errorsMax = 3

    /// A full statement goes out in one piece: as many of the longest lines as it may have.
    private static let outgoingBytesMax = Limits.reportMax * LineLimits.lineBytesMax

    init(
        addresses: [String], keyPath: String?, clock: any Clock,
        feed: @escaping @Sendable (ControllerInput) -> Bool,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) throws {
        self.clock = clock
        self.feed = feed
        self.tell = tell
        let key = keyPath.map { CentralKey($0, addresses: addresses.count, tell: tell) }
        self.key = key
        let peer = addresses.joined(separator: ", ")
        state = Mutex(State(link: LinkState(since: clock.now(), peer: peer)))
        let client = try UplinkClient(
            addresses: addresses.map { try HostPort($0) },
            key: key?.source,
            settings: LinkSettings(outgoingBytesMax: Self.outgoingBytesMax)
        ) { [weak self] event in self?.take(event) }
        state.withLock { $0.client = client }
    }

    var link: LinkState { state.withLock { $0.link } }

    func run() async {
        await state.withLock { $0.client }?.run()
    }

    func send(_ id: LinkID, _ message: ClientMessage) {
        guard let (client, connection) = current(id) else { return }
        client.send(message.line, on: connection)
    }

    func close(_ id: LinkID, _ reason: Complaint) {
        guard let (client, connection) = current(id) else { return }
        client.close(connection, reason: reason.rawValue)
    }

    /// Gives up the connection, so that the machine can begin anew.
    func reset() {
        let (client, connection) = state.withLock { ($0.client, $0.connection) }
        if let connection { client?.close(connection, reason: Complaint.storeFailed.rawValue) }
    }

    /// Opens the link anew when its key's file holds another one by now.
    func lookForNewKey() {
        let (client, connection) = state.withLock { ($0.client, $0.connection) }
        guard let key, let client, let connection, key.hasChanged() else { return }
        tell("there is a new key: the link is opened anew with it", false)
        client.close(connection, reason: "new-key")
    }

    func noteLive(_ isLive: Bool) {
        state.withLock {
            if $0.link.isLive != isLive { $0.link.since = clock.now() }
            $0.link.isLive = isLive
            if isLive { $0.link.refusal = nil }
        }
    }

    private func current(_ id: LinkID) -> (UplinkClient, ConnectionID)? {
        state.withLock { state in
            guard let client = state.client, let connection = state.connection,
                connection.number == id
            else { return nil }
            return (client, connection)
        }
    }

    private func take(_ event: UplinkEvent) {
        switch event {
        case .connected(let id, let peer):
            key?.opened()
            state.withLock {
                $0.connection = id
                $0.errors = 0
                $0.link.isConnected = true
                $0.link.peer = peer
                $0.link.reason = nil
                $0.isRefused = false
            }
            push(.connected(id.number), id)
        case .line(let id, let line):
            do throws(LineProtocol.LineError) {
                let message = try CentralMessage(line: line)
                if case .error(let complaint, let detail) = message {
                    state.withLock {
                        $0.link.refusal = (complaint, detail)
                        $0.isRefused = true
                    }
                }
                let random = UInt32.random(in: 1...UInt32.max)
                push(.message(id.number, message, random: random), id)
            } catch {
                count(error.complaint, error.detail, id)
            }
        case .malformed(let id, .overlong(let count), _):
            self.count(.overLong, "a line of \(count) bytes was discarded", id)
        case .malformed(let id, .notUTF8(let count), _):
            self.count(.notUTF8, "a line of \(count) bytes is not UTF-8", id)
        case .lost(let id, let reason):
            state.withLock {
                $0.connection = nil
                if $0.link.isConnected { $0.link.since = clock.now() }
                $0.link.isConnected = false
                $0.link.isLive = false
                // A tunnel may answer for a central that has gone.
                if !$0.isRefused { $0.link.refusal = nil }
                $0.link.reason = $0.link.refusal?.detail ?? reason.description
            }
            push(.disconnected(id.number), id)
        case .unreachable(_, let error, _):
            let isNews = state.withLock { state in
                defer { state.link.reason = "\(error)" }
                state.link.refusal = nil
                return state.link.reason != "\(error)"
            }
            if isNews { tell("\(error)", true) }
        case .listening, .refused, .identified, .turnedAway, .rush: break
        }
    }

    private func count(_ complaint: Complaint, _ detail: String, _ id: ConnectionID) {
        tell("the central sent a bad line (\(complaint.rawValue)): \(detail)", true)
        let (errors, client) = state.withLock { state in
            state.errors += 1
            return (state.errors, state.client)
        }
        if errors >= Self.errorsMax {
            client?.close(id, reason: Complaint.tooManyErrors.rawValue)
        }
    }

    private func push(_ input: ControllerInput, _ id: ConnectionID) {
        guard !feed(input) else { return }
        let client = state.withLock { $0.client }
        client?.close(id, reason: Complaint.slowPeer.rawValue)
    }
}
