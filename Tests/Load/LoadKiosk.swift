// SPDX-License-Identifier: Apache-2.0

// A kiosk of the central: asks for tickets, and remembers which it was given.

import LineProtocol
import QueueCore
import Synchronization
import Uplink

final class LoadKiosk: Sendable {
    private struct State {
        var client: UplinkClient?
        var connection: ConnectionID?
        var isAttached = false
        var last: UInt64 = 0
        var given: [TicketID: TicketNumber] = [:]
    }

    private let state = Mutex(State())
    private let tally: Tally

    init(_ site: Site, tally: Tally) throws {
        self.tally = tally
        let key = site.kiosk
        let client = try UplinkClient(
            addresses: [HostPort(host: "127.0.0.1", port: Int(site.port))],
            key: { () throws(UplinkError) in key }
        ) { [weak self] event in self?.take(event) }
        state.withLock { $0.client = client }
    }

    func run() async { await state.withLock { $0.client }?.run() }

    /// Asks for a ticket, if it may.
    func take(_ service: Name) {
        state.withLock { state in
            guard state.isAttached, let connection = state.connection else { return }
            state.last += 1
            let wish = ClientMessage.take(
                reference: state.last, service: service, priority: .normal)
            state.client?.send(wish.line, on: connection)
        }
    }

    /// The tickets that it was given.
    var given: [TicketID: TicketNumber] { state.withLock { $0.given } }

    private func take(_ event: UplinkEvent) {
        switch event {
        case .connected(let id, _):
            state.withLock { state in
                state.connection = id
                guard let name = Name("kiosk-1") else { return }
                let greeting = ClientMessage.attach(version: 1, role: .kiosk, name: name)
                state.client?.send(greeting.line, on: id)
            }
        case .line(_, let line):
            switch try? CentralMessage(line: line) {
            case .attached: state.withLock { $0.isAttached = true }
            case .ticket(_, let number, let id, _, _):
                tally.count(.tickets)
                state.withLock { $0.given[id] = number }
            case .refused(_, let name, _): tally.note("kiosk: refused: \(name)")
            default: break
            }
        case .lost:
            state.withLock { state in
                state.connection = nil
                state.isAttached = false
            }
        default: break
        }
    }
}
