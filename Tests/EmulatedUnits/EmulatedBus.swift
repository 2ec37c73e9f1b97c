// SPDX-License-Identifier: Apache-2.0

// The two wires of RS-485 between a master and emulated units: each unit hears what the master says,
// the master hears what any unit says. Units do not hear each other here; a real unit's driver does
// not let it hear itself either.

import Foundation
import Synchronization

/// A bus with emulated units on it, served by a thread of its own until ``stop()``.
public final class EmulatedBus: Sendable {
    private struct State {
        var units: [EmulatedUnit]
        var isCut = false
        var isStopping = false
        var fromMaster = 0
        var fromUnits = 0
    }

    /// What a master opens: a device's path, or `tcp://127.0.0.1:port`.
    public let address: String
    private let state: Mutex<State>
    private let wake: (read: Int32, write: Int32)
    private let ended = DispatchSemaphore(value: 0)

    /// A bus whose master opens a pseudo-terminal; `link` is a path that shall lead to it.
    public convenience init(_ units: [EmulatedUnit], link: String? = nil) throws(EmulatorError) {
        try self.init(units, MasterSide(.terminal(link: link)))
    }

    /// A bus whose master connects to a TCP port of this machine, as to a device server.
    public static func server(_ units: [EmulatedUnit]) throws(EmulatorError) -> EmulatedBus {
        try EmulatedBus(units, MasterSide(.server))
    }

    private init(_ units: [EmulatedUnit], _ side: sending MasterSide) throws(EmulatorError) {
        address = side.address
        state = Mutex(State(units: units))
        var pair: [Int32] = [0, 0]
        guard pipe(&pair) == 0 else {
            throw EmulatorError("no pipe: \(String(cString: strerror(errno)))")
        }
        for end in pair {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wake = (pair[0], pair[1])
        let held = Held(side)
        let thread = Thread { [self] in
            run(held.side)
            ended.signal()
        }
        thread.name = "emulated bus"
        thread.start()
    }

    /// Handed to the bus's thread once, which alone uses it.
    private final class Held: @unchecked Sendable {
        let side: MasterSide
        init(_ side: sending MasterSide) { self.side = side }
    }

    /// Bytes so far: from the master, and from units.
    public var traffic: (fromMaster: Int, fromUnits: Int) {
        state.withLock { ($0.fromMaster, $0.fromUnits) }
    }

    /// Connects another unit.
    public func attach(_ unit: EmulatedUnit) { change { $0.units.append(unit) } }

    /// Takes a unit off the bus.
    public func detach(_ unit: EmulatedUnit) {
        change { state in state.units.removeAll { $0 === unit } }
    }

    /// Cuts the wires to all units, or mends them.
    public func cut(_ isCut: Bool) { change { $0.isCut = isCut } }

    /// Ends the bus; the units go on.
    public func stop() {
        change { $0.isStopping = true }
        ended.wait()
        ended.signal()
    }

    deinit {
        close(wake.read)
        close(wake.write)
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        var byte: UInt8 = 0
        write(wake.write, &byte, 1)
    }

    private func run(_ side: MasterSide) {
        var bytes: [UInt8] = []
        while true {
            let (units, isCut, isStopping) = state.withLock { ($0.units, $0.isCut, $0.isStopping) }
            if isStopping { return }
            let numbers = [wake.read] + side.awaited + units.map(\.uart.descriptor)
            var polled = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            let ready = Set(polled.filter { $0.revents != 0 }.map(\.fd))
            if ready.contains(wake.read) {
                var chunk = [UInt8](repeating: 0, count: 64)
                while read(wake.read, &chunk, chunk.count) > 0 {}
            }
            let said = side.take(ready)
            if !said.isEmpty, !isCut { for unit in units { unit.uart.send(said) } }
            bytes.removeAll(keepingCapacity: true)
            for unit in units where ready.contains(unit.uart.descriptor) {
                if !unit.uart.receive(into: &bytes, seconds: 0) {
                    state.withLock { state in state.units.removeAll { $0 === unit } }
                }
            }
            if !isCut { side.give(bytes) }
            state.withLock { state in
                state.fromMaster += said.count
                state.fromUnits += bytes.count
            }
        }
    }
}
