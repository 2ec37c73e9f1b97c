// SPDX-License-Identifier: Apache-2.0

// One serial line with its units: a thread that owns the port and the driver. It opens the port again
// when it is gone, and no unit or port can hold up anything else.

import Control
import DaemonSupport
import DisplayDrivers
import Hardware
import NobatConfiguration
import QueueCore
import Synchronization

/// A text for a unit, and when the press behind it was taken in.
struct DisplayOrder: Sendable {
    var unit: UnitAddress
    var content: DisplayContent
    var received: Moment
    var commit: TimeSpan
}

/// What a bus last knew of itself.
struct BusState: Sendable {
    var isOpen = false
    var since: Moment
    var error: String?
    var units: [UnitState]
}

final class DisplayBus: Sendable {
    let configuration: BusConfiguration
    /// The turns of its thread, for the watchdog.
    let turns = TurnCounter()
    private let port: any SerialPort
    private let settings: PortSettings
    private let clock: any Clock
    private let wishes = Mailbox<BusWish>(capacity: 64)
    private let orders = Mailbox<DisplayOrder>(capacity: 1_024)
    private let published: Mutex<BusState>
    private let isStopping = Atomic<Bool>(false)
    private let first: any DisplayDriver
    private let pressTimes: Samples
    private let busTimes: Samples
    private let report: @Sendable (UnitAddress, _ works: Bool) -> Void
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void

    /// How long a port that can't be opened is left alone.
    private static let reopenAfter = TimeSpan.seconds(1)
    /// The longest that a port is left to another program: a flash takes a minute.
    static let releaseMax = TimeSpan.seconds(900)
    /// How soon a wish is noticed while the port is not this thread's to be woken by.
    private static let wishWait = TimeSpan.milliseconds(100)

    init(
        _ configuration: BusConfiguration, units: [UnitAddress], isBoard: Bool = false,
        clock: any Clock,
        pressTimes: Samples, busTimes: Samples,
        report: @escaping @Sendable (UnitAddress, Bool) -> Void,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) throws {
        self.configuration = configuration
        self.clock = clock
        self.pressTimes = pressTimes
        self.busTimes = busTimes
        self.report = report
        self.tell = tell
        settings = try PortSettings(
            address: configuration.port, baud: configuration.baud,
            format: SerialFormat(configuration.frame), isRS485: configuration.isRS485)
        port = try SerialPorts.make(settings)
        first = BusDriver.make(
            configuration, units: units, isBoard: isBoard,
            firstTag: UInt16.random(in: 1...UInt16.max), at: clock.now())
        published = Mutex(BusState(since: clock.now(), units: first.unitStates))
    }

    var state: BusState { published.withLock { $0 } }

    func show(_ order: DisplayOrder) {
        orders.put(order)
        // A port that is being opened must not be disturbed.
        if state.isOpen { port.interrupt() }
    }

    /// Asks something of the bus; false: too much is asked of it at once.
    func wish(_ wish: BusWish) -> Bool {
        guard wishes.put(wish) else { return false }
        wake()
        return true
    }

    /// Lets the bus look at once whether its errand is to end.
    func wake() { if state.isOpen { port.interrupt() } }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        orders.close()
        port.interrupt()
    }

    /// Serves the bus until ``stop()``, on the thread that calls it.
    func run() {
        var master = first
        var current = CurrentErrand()
        var complaint: String?
        while !isStopping.load(ordering: .relaxed) {
            turns.turn()
            do {
                try port.open()
                complaint = nil
                publish(open: true, nil)
                tell("bus \(configuration.name): \(port.description) is open", false)
                for remark in port.remarks { tell("bus \(configuration.name): \(remark)", false) }
                master.portReady(at: clock.now())
                try serve(&master, &current)
                if current.needsPort { close(&master, "left to a technician") }
            } catch {
                current.portLost(&master, reason: "\(error)", at: clock.now())
                close(&master, "\(error)")
                if complaint != "\(error)", !isStopping.load(ordering: .relaxed) {
                    complaint = "\(error)"
                    tell("bus \(configuration.name): \(error)", true)
                }
                waitToReopen(&master, &current)
            }
            if current.needsPort { lend(&master, &current) }
        }
        port.close()
    }

    private func close(_ master: inout any DisplayDriver, _ reason: String) {
        master.portLost(at: clock.now())
        pass(master.takeEvents())
        port.close()
        publish(open: false, reason)
    }

    /// Sends, listens and sends again until the port is gone, or wanted for something else.
    private func serve(
        _ master: inout any DisplayDriver, _ current: inout CurrentErrand
    ) throws(PortError) {
        var bytes: [UInt8] = []
        var waiting: [(order: DisplayOrder, since: Moment)] = []
        while !isStopping.load(ordering: .relaxed) {
            turns.turn()
            takeWishes(&current, master)
            if current.needsPort { return }
            for order in orders.take(countMax: 64, timeout: .zero) ?? [] {
                master.show(unit: order.unit, content: order.content, at: clock.now())
                guard order.received != .zero else { continue }
                let now = clock.now()
                let span = (now - order.received).microseconds - order.commit.microseconds
                pressTimes.add(.microseconds(max(0, span)))
                waiting.append((order, now))
            }
            current.step(&master, at: clock.now())
            switch master.next(at: clock.now()) {
            case .transmit(let frame, _, let deadline):
                try port.write(frame, until: deadline)
                measure(&waiting, frame)
            case .idle(let until):
                if orders.isEmpty, wishes.isEmpty {
                    bytes.removeAll(keepingCapacity: true)
                    let wake = current.wakeAt.map { min($0, until) } ?? until
                    _ = try port.read(into: &bytes, max: 256, until: wake)
                    master.received(bytes, at: clock.now())
                }
            }
            let events = master.takeEvents()
            pass(events)
            published.withLock { $0.units = master.unitStates }
        }
    }

    private func takeWishes(_ current: inout CurrentErrand, _ master: any DisplayDriver) {
        let new = wishes.take(countMax: 64, timeout: .zero) ?? []
        current.take(new, at: clock.now()) { errand in
            guard case .visit(_, let baud) = errand.kind,
                let unit = master.unitStates.first(where: { $0.health == .online })
            else { return nil }
            return ControlError(
                name: "wrong-speed",
                detail: "unit \(unit.address) answers at \(configuration.baud) baud: the line is "
                    + "not \(baud) baud. Scan without --bauds")
        }
    }

    /// Leaves the port to another program, or looks for units at another speed; then takes it back.
    private func lend(_ master: inout any DisplayDriver, _ current: inout CurrentErrand) {
        switch current.errand?.kind {
        case .release(let span):
            tell("bus \(configuration.name): the port is left to a technician's tool", true)
            current.errand?.tell(JobNews(.released, "port \(configuration.port) is free"))
            let end = clock.now() + span
            while !isStopping.load(ordering: .relaxed), !current.isEnding, clock.now() < end {
                idle(&master, &current)
            }
            if !current.isEnding {
                let text =
                    "the port was left for \(span.microseconds / 1_000_000) s, and nobatd takes it back"
                current.errand?.tell(.result(isGood: false, text))
            }
            current.finish()
            tell("bus \(configuration.name): the port is taken back", false)
        case .visit(_, let baud):
            do throws(PortError) {
                try visit(&master, &current, baud: baud)
            } catch {
                current.errand?.tell(.result(isGood: false, "\(error)"))
                current.finish()
            }
        case .job, nil: break
        }
    }

    private func visit(
        _ master: inout any DisplayDriver, _ current: inout CurrentErrand, baud: Int
    ) throws(PortError) {
        let visited: any SerialPort
        do {
            visited = try SerialPorts.make(
                PortSettings(
                    address: configuration.port, baud: baud, format: settings.format,
                    isRS485: settings.isRS485))
        } catch {
            throw .failed(port: configuration.port, operation: "opening", reason: "\(error)")
        }
        try visited.open()
        defer { visited.close() }
        var other: any DisplayDriver = BusMaster(
            units: [], settings: BusSettings(baud: baud), at: clock.now())
        other.portReady(at: clock.now())
        var bytes: [UInt8] = []
        while !isStopping.load(ordering: .relaxed), current.errand != nil {
            turns.turn()
            takeWishes(&current, other)
            keepOrders(&master, timeout: .zero)
            current.step(&other, at: clock.now())
            switch other.next(at: clock.now()) {
            case .transmit(let frame, _, let deadline): try visited.write(frame, until: deadline)
            case .idle(let until):
                bytes.removeAll(keepingCapacity: true)
                let wake = min(until, current.wakeAt ?? until, clock.now() + Self.wishWait)
                _ = try visited.read(into: &bytes, max: 256, until: wake)
                other.received(bytes, at: clock.now())
            }
        }
    }

    /// A while without a port: orders are kept for later, wishes are heard.
    private func idle(_ master: inout any DisplayDriver, _ current: inout CurrentErrand) {
        takeWishes(&current, master)
        keepOrders(&master, timeout: Self.wishWait)
    }

    private func keepOrders(_ master: inout any DisplayDriver, timeout: TimeSpan) {
        turns.turn()
        for order in orders.take(countMax: 64, timeout: timeout) ?? [] {
            master.show(unit: order.unit, content: order.content, at: clock.now())
        }
        published.withLock { $0.units = master.unitStates }
    }

    /// How long a text waited for the line: for the end of another exchange, and for the gap after it.
    private func measure(
        _ waiting: inout [(order: DisplayOrder, since: Moment)], _ frame: [UInt8]
    ) {
        guard !waiting.isEmpty, let address = frame.first else { return }
        let now = clock.now()
        waiting.removeAll { item in
            // Frames of other families do not begin with the address: the first one counts.
            let isUnit = configuration.family == .unit
            guard !isUnit || item.order.unit.value == address else { return false }
            busTimes.add(now - item.since)
            return true
        }
    }

    private func pass(_ events: [UnitEvent]) {
        for event in events {
            let place = "unit \(event.unit) on bus \(configuration.name)"
            switch event.kind {
            case .online: report(event.unit, true)
            case .offline: report(event.unit, false)
            case .restarted: tell("\(place) restarted; its text is sent again", false)
            case .fellSilent: tell("\(place) heard nothing for a while and showed dashes", true)
            case .mismatch(let ordered, let shows):
                tell("\(place) shows \"\(shows)\" instead of \"\(ordered)\"; sent again", true)
            case .refused(let exception):
                tell("\(place) refused a request (Modbus exception \(exception))", true)
            case .verified, .button: break
            }
        }
    }

    private func waitToReopen(_ master: inout any DisplayDriver, _ current: inout CurrentErrand) {
        let until = clock.now() + Self.reopenAfter
        while clock.now() < until, !isStopping.load(ordering: .relaxed), !current.needsPort {
            let new = wishes.take(countMax: 64, timeout: .zero) ?? []
            let error = state.error ?? "the port is closed"
            current.take(new, at: clock.now()) { errand in
                // A port that is gone can be left to others all the same.
                if case .release = errand.kind { return nil }
                return ControlError(name: "bus-closed", detail: error)
            }
            keepOrders(&master, timeout: Self.wishWait)
        }
    }

    private func publish(open: Bool, _ error: String?) {
        published.withLock {
            if $0.isOpen != open { $0.since = clock.now() }
            $0.isOpen = open
            $0.error = error
        }
    }
}
