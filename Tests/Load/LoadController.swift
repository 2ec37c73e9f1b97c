// SPDX-License-Identifier: Apache-2.0

// One controller: the machine of nobatd and its link. Its disk is this object: what is committed stays
// when the link goes.

import LineProtocol
import QueueCore
import Synchronization
import Uplink

final class LoadController: Sendable {
    private struct State {
        var machine: ControllerMachine
        var client: UplinkClient?
        var connection: ConnectionID?
        var epoch: Epoch
        /// What was told, or is to be, in order; but for full statements, which are not in the history.
        var told: [Numbered<Fact>] = []
        var isReporting = false
        var isLive = false
    }

    let place: Site.Place
    private let state: Mutex<State>
    private let tally: Tally
    private let witness: Witness

    init(_ place: Site.Place, of site: Site, tally: Tally, witness: Witness) throws {
        self.place = place
        self.tally = tally
        self.witness = witness
        let service = site.halls[place.hall].service
        let plan = ControllerPlan(
            name: place.name, booths: [BoothPlan(number: 1, services: [service])],
            guardSpan: .zero)
        let epoch = Epoch(random: UInt32.random(in: 1...UInt32.max))
        let run = Epoch(random: UInt32.random(in: 1...UInt32.max))
        var machine = ControllerMachine(
            plan: plan, snapshot: ControllerSnapshot(epoch: epoch), run: run)
        let first = machine.start(at: Clocks.now())
        state = Mutex(State(machine: machine, epoch: epoch))
        let key = place.key
        let client = try UplinkClient(
            addresses: [HostPort(host: "127.0.0.1", port: Int(site.port))],
            key: { () throws(UplinkError) in key }, from: place.source
        ) { [weak self] event in self?.take(event) }
        state.withLock { state in
            state.client = client
            carryOut(first, &state)
        }
        tellTime()
    }

    func run() async { await state.withLock { $0.client }?.run() }

    // MARK: - What happens

    func feed(_ input: ControllerInput) {
        state.withLock { step(input, &$0) }
    }

    /// The clock is read, and what is due is done.
    func tellTime() {
        let (day, time) = Clocks.today()
        feed(.time(time))
        feed(.clock(today: day, at: Clocks.timeOfDay(), isTrusted: true))
    }

    func tickIfDue() {
        state.withLock { state in
            guard let due = state.machine.deadline, due <= Clocks.now() else { return }
            step(.tick, &state)
        }
    }

    /// A clerk does something: mostly calls who waits, at times goes for a break or comes back.
    func act(_ chance: Int) {
        state.withLock { state in
            guard let booth = state.machine.booths.first else { return }
            let isBusy = booth.record.current != nil
            if !booth.record.isOpen {
                step(.command(.open(1), 0), &state)
            } else if isBusy || !state.machine.tray.isEmpty {
                step(.press(1, chance % 20 == 0 ? .long : .short, nil), &state)
            } else if chance % 2 == 0 {
                step(.command(.close(1), 0), &state)
            }
        }
    }

    /// A patient takes a ticket at the controller's own dispenser.
    func issue(_ service: Name) {
        feed(.command(.take(service: service, priority: .normal), 0))
    }

    /// Ends the link in order; the client connects again by itself.
    func hangUp() {
        state.withLock { state in
            guard let connection = state.connection else { return }
            state.client?.close(connection, reason: "churn")
        }
    }

    // MARK: - What is asked at the end

    /// Whether everything that was told is acknowledged.
    var isSettled: Bool {
        state.withLock {
            $0.isLive && $0.machine.meta.factsAcknowledged == $0.machine.meta.lastFact
        }
    }

    var isLive: Bool { state.withLock { $0.isLive } }

    /// The epoch of its log, what it has told, and the last fact that was acknowledged.
    var log: (epoch: Epoch, told: [Numbered<Fact>], acknowledged: UInt64) {
        state.withLock { ($0.epoch, $0.told, $0.machine.meta.factsAcknowledged) }
    }

    /// Who waits here.
    var tray: [TicketID] { state.withLock { $0.machine.tray.map(\.id) } }

    // MARK: - The link

    private func take(_ event: UplinkEvent) {
        switch event {
        case .connected(let id, _):
            tally.count(.connected)
            state.withLock { state in
                state.connection = id
                step(.connected(id.number), &state)
            }
        case .line(let id, let line):
            do throws(LineError) {
                let message = try CentralMessage(line: line)
                state.withLock { state in
                    guard state.connection == id else { return }
                    note(message, state.machine.meta.ordersApplied)
                    let random = UInt32.random(in: 1...UInt32.max)
                    step(.message(id.number, message, random: random), &state)
                }
            } catch {
                witness.violation("the central said what is no line to \(place.name): \(line)")
            }
        case .malformed: witness.violation("the central sent \(place.name) a broken line")
        case .lost(let id, let reason):
            tally.count(.lost)
            tally.note("lost: \(reason.name)")
            state.withLock { state in
                state.connection = nil
                step(.disconnected(id.number), &state)
            }
        case .unreachable(_, let error, _):
            guard case .notAdmitted(_, let why) = error else { return tally.count(.unreachable) }
            tally.count(.notAdmitted)
            tally.note("not admitted: \(why)")
        case .listening, .identified, .refused, .turnedAway, .rush: break
        }
    }

    private func note(_ message: CentralMessage, _ applied: UInt64) {
        switch message {
        case .order(let order) where order.number > applied:
            tally.count(.orders)
            switch order.record {
            case .deal(let ticket): witness.dealt(ticket.id, to: place.name)
            case .block(let block): witness.lent(block, to: place.name)
            default: break
            }
        case .error(let complaint, let detail): tally.note("ERROR \(complaint.rawValue): \(detail)")
        default: break
        }
    }

    private func step(_ input: ControllerInput, _ state: inout State) {
        let output = state.machine.step(input, at: Clocks.now())
        carryOut(output, &state)
    }

    private func carryOut(_ output: ControllerOutput, _ state: inout State) {
        for change in output.changes {
            switch change {
            case .fact(let fact): keep(fact, &state)
            case .clearFacts: witness.violation("\(place.name) had to begin a new epoch")
            default: break
            }
        }
        state.machine.committed(at: Clocks.now())
        for effect in output.effects {
            guard let connection = state.connection else { continue }
            switch effect {
            case .send(let id, let message) where id == connection.number:
                state.client?.send(message.line, on: connection)
            case .close(let id, let why) where id == connection.number:
                state.client?.close(connection, reason: why.rawValue)
            case .event(.complaint(let complaint, let detail)):
                tally.note("\(complaint.rawValue): \(detail)")
            default: break
            }
        }
        let isLive = state.machine.link.isLive
        if isLive != state.isLive {
            state.isLive = isLive
            tally.live(isLive)
        }
    }

    private func keep(_ fact: Numbered<Fact>, _ state: inout State) {
        if case .reportBegan = fact.record { state.isReporting = true }
        if !state.isReporting {
            state.told.append(fact)
            tally.count(.facts)
        }
        if case .reportEnded = fact.record { state.isReporting = false }
        if case .yielded(let id, _) = fact.record { witness.yielded(id, by: place.name) }
    }
}
