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
}

final class CentralLink: Sendable {
    private struct State {
        var client: UplinkClient?
        var connection: ConnectionID?
        var errors = 0
        var link: LinkState
    }

    private let state: Mutex<State>
    private let clock: any Clock
    private let feed: @Sendable (ControllerInput) -> Bool
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void

    /// After this many lines that could not be read the connection is given up.
    private static let errorsMax = 3

    /// A full statement goes out in one piece: as many of the longest lines as it may have.
    private static let outgoingBytesMax = Limits.reportMax * LineLimits.lineBytesMax

    init(
        addresses: [String], clock: any Clock,
        feed: @escaping @Sendable (ControllerInput) -> Bool,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) throws {
        self.clock = clock
        self.feed = feed
        self.tell = tell
        let peer = addresses.joined(separator: ", ")
        state = Mutex(State(link: LinkState(since: clock.now(), peer: peer)))
        let client = try UplinkClient(
            addresses: addresses.map { try HostPort($0) },
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

    func noteLive(_ isLive: Bool) {
        state.withLock {
            if $0.link.isLive != isLive { $0.link.since = clock.now() }
            $0.link.isLive = isLive
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
            state.withLock {
                $0.connection = id
                $0.errors = 0
                $0.link.isConnected = true
                $0.link.peer = peer
                $0.link.reason = nil
            }
            push(.connected(id.number), id)
        case .line(let id, let line):
            do throws(LineProtocol.LineError) {
                let message = try CentralMessage(line: line)
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
                $0.link.reason = reason.description
            }
            push(.disconnected(id.number), id)
        case .unreachable(_, let error, _):
            let isNews = state.withLock { state in
                defer { state.link.reason = "\(error)" }
                return state.link.reason != "\(error)"
            }
            if isNews { tell("\(error)", true) }
        case .listening, .refused: break
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
