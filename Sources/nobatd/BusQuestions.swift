// SPDX-License-Identifier: Apache-2.0

// Questions over the socket that are about a bus: which bus, which job, and whose connection.

import Control
import DaemonSupport
import DisplayDrivers
import NobatConfiguration
import QueueCore
import Synchronization
import Uplink

/// Hands a technician's questions to the buses that they are about.
final class BusQuestions: Sendable {
    private let outside: ControllerOutside
    /// What a connection has begun, and on which bus; the bus alone keeps an errand alive.
    private struct Begun {
        let bus: Name
        weak var end: ErrandEnd?
    }

    /// All that each connection has begun on any bus.
    private let begun = Mutex<[ConnectionID: [Begun]]>([:])

    init(outside: ControllerOutside) { self.outside = outside }

    func serve(_ question: ControlQuestion) throws(ControlError) {
        let request = question.request
        switch request.verb {
        case .busAnswer:
            let wish = BusWish.answer(question.connection, request.yes)
            // Of these buses one at most is on this connection's job; the others pass it by.
            let taken = buses(of: question.connection).map { $0.wish(wish) }
            guard taken.contains(true) else { throw nothingBegun }
        case .busEnd:
            guard end(begun.withLock { $0[question.connection] ?? [] }) else { throw nothingBegun }
        default:
            let bus = try wantedBus(request)
            let errand = BusErrand(try kind(request, bus), for: question)
            let name = bus.configuration.name
            begun.withLock {
                var all = ($0[question.connection] ?? []).filter { $0.end != nil }
                all.append(Begun(bus: name, end: errand.end))
                $0[question.connection] = all
            }
            guard bus.wish(.begin(errand)) else {
                throw ControlError(name: "busy", detail: "too much is asked of bus \(name) at once")
            }
        }
    }

    func lost(_ connection: ConnectionID) {
        _ = end(begun.withLock { $0.removeValue(forKey: connection) } ?? [])
    }

    /// Ends errands; false when there is none any more.
    private func end(_ errands: [Begun]) -> Bool {
        var isAny = false
        for errand in errands {
            guard let end = errand.end else { continue }
            isAny = true
            end.want()
            outside.buses[errand.bus]?.wake()
        }
        return isAny
    }

    private func buses(of connection: ConnectionID) -> [DisplayBus] {
        let errands = begun.withLock { $0[connection] ?? [] }
        return Set(errands.filter { $0.end != nil }.map(\.bus)).compactMap { outside.buses[$0] }
    }

    private var nothingBegun: ControlError {
        ControlError(
            name: "no-job", detail: "nothing of this connection is under way on a bus")
    }

    private func wantedBus(_ request: ControlRequest) throws(ControlError) -> DisplayBus {
        let names = outside.buses.keys.sorted().map(\.description)
        guard let wanted = request.bus else {
            if let only = outside.buses.values.first, names.count == 1 { return only }
            let detail =
                names.isEmpty
                ? "this hall has no bus; add one to \"buses\" in the configuration"
                : "say which bus: \(names.joined(separator: ", "))"
            throw ControlError(name: "which-bus", detail: detail)
        }
        guard let bus = outside.buses.first(where: { $0.key.description == wanted })?.value else {
            throw ControlError(
                name: "no-such-bus",
                detail: "there is no bus \(wanted); there is \(names.joined(separator: ", "))")
        }
        return bus
    }

    private func kind(
        _ request: ControlRequest, _ bus: DisplayBus
    ) throws(ControlError) -> BusErrand.Kind {
        let isJob = [.busScan, .busAddress, .busIdentify, .busTest].contains(request.verb)
        guard !isJob || bus.configuration.family == .unit else {
            throw ControlError(
                name: "no-units",
                detail: "bus \(bus.configuration.name) has displays of another maker "
                    + "(\(bus.configuration.family.name)): use that maker's tool, with nobatd stopped"
            )
        }
        switch request.verb {
        case .busScan:
            let bauds = ConfigurationLimits.bauds
            var plan = BusScan.Plan()
            plan.hasConfiguration = true
            plan.baud = request.baud ?? bus.configuration.baud
            plan.booths = booths(on: bus).mapValues(Int.init)
            guard bauds.contains(plan.baud) else {
                throw ControlError(
                    name: "bad-request",
                    detail: "a speed is one of \(bauds.map(String.init).joined(separator: ", "))")
            }
            let scan = BusScan(plan)
            return plan.baud == bus.configuration.baud ? .job(scan) : .visit(scan, baud: plan.baud)
        case .busAddress: return .job(try addressChange(request, bus))
        case .busIdentify:
            let span = request.seconds.map { TimeSpan.seconds(Int64(max(1, min($0, 600)))) }
            return .job(UnitIdentification(try unit(request.unit, "unit"), for: span))
        case .busTest:
            return .job(UnitTest(try unit(request.unit, "unit"), asks: request.asks ?? false))
        default:
            let most = DisplayBus.releaseMax
            guard let seconds = request.seconds else { return .release(atMost: most) }
            return .release(atMost: min(.seconds(Int64(max(1, min(seconds, 3_600)))), most))
        }
    }

    private func addressChange(
        _ request: ControlRequest, _ bus: DisplayBus
    ) throws(ControlError) -> AddressChange {
        let old = try unit(request.unit, "unit")
        let new = try unit(request.to, "to")
        guard old != new else {
            throw ControlError(name: "bad-request", detail: "the unit has address \(old) already")
        }
        let booths = booths(on: bus)
        let answers = bus.state.units.contains { $0.address == old && $0.health != .offline }
        if let booth = booths[old], answers, request.force != true {
            throw ControlError(
                name: "address-configured",
                detail: "unit \(old) is booth \(booth)'s display in the configuration, and it "
                    + "answers; if booth \(booth) is to be without it, say --force")
        }
        var advice = booths[new].map { "unit \(new) is booth \($0)'s display now" } ?? ""
        if let booth = booths[old], booths[new] == nil {
            advice =
                "booth \(booth) has address \(old) in the configuration: write "
                + "{ bus: \(bus.configuration.name), address: \(new) } there and restart nobatd"
        } else if booths[new] == nil {
            advice =
                "no booth has address \(new) yet: add display: { bus: \(bus.configuration.name), "
                + "address: \(new) } to its booth and restart nobatd"
        }
        return AddressChange(from: old, to: new, advice: advice)
    }

    private func booths(on bus: DisplayBus) -> [UnitAddress: BoothNumber] {
        let here = outside.displays.filter { $0.value.bus == bus.configuration.name }
        return Dictionary(here.map { ($0.value.unit, $0.key) }) { first, _ in first }
    }

    private func unit(_ value: Int?, _ key: String) throws(ControlError) -> UnitAddress {
        guard let value, let unit = UnitAddress(value) else {
            throw ControlError(
                name: "bad-request", detail: "\(key) is an address from 1 to 247, such as 7")
        }
        return unit
    }
}
