// SPDX-License-Identifier: Apache-2.0

// Booth units in software: the units' own code behind a pseudo-terminal, as the daemon would find
// them behind an RS-485 adapter. What a display shows is read from the segments it drives.

import BoothUnit
import Foundation
import Hardware
import QueueCore
import Synchronization

/// A bus with units on it, served by a thread of its own.
public final class SoftwareBus: Sendable {
    private struct State {
        var units: [SoftwareUnit] = []
        var isStopping = false
        var isPlugged = true

        func unit(_ address: UInt8) -> DisplayUnit? {
            units.first { $0.unit.identity.address == address && $0.isRunning }?.unit
        }
    }

    /// The path that the daemon opens.
    public let path: String
    private let terminal: PseudoTerminal
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    /// Plugs in a bus at `path` with a unit at each address, and serves it until ``stop()``.
    public init(path: String, addresses: [UInt8]) throws {
        self.path = path
        terminal = try PseudoTerminal(link: path)
        state = Mutex(
            State(units: addresses.map { SoftwareUnit(address: $0) }))
        try terminal.open()
        let thread = Thread { [self] in run() }
        thread.name = "software bus"
        thread.start()
    }

    /// Major, minor and patch version of a unit's firmware.
    public typealias UnitVersion = (major: UInt8, minor: UInt8, patch: UInt16)

    /// Plugs in one more unit, at an address that another may have too.
    public func plugIn(_ address: UInt8, version: UnitVersion = (1, 0, 0)) {
        state.withLock { $0.units.append(SoftwareUnit(address: address, version: version)) }
    }

    /// Takes away whatever is at an address.
    public func unplug(_ address: UInt8) {
        state.withLock { $0.units.removeAll { $0.unit.identity.address == address } }
    }

    /// Whether a unit is at an address.
    public func hasUnit(_ address: UInt8) -> Bool {
        state.withLock { $0.unit(address) != nil }
    }

    /// Whether a unit blinks its own address.
    public func isIdentifying(_ address: UInt8) -> Bool {
        state.withLock { $0.unit(address)?.value(of: .identify) == 1 }
    }

    /// The four characters that a unit lights now; blanks while it blinks off, "" when it is dead.
    public func lit(_ address: UInt8) -> String {
        state.withLock { state in
            guard let unit = state.unit(address) else { return "" }
            return (0..<4).map { place in
                let glyph = unit.segments[place]
                let character = Segments.character(for: glyph)
                return String(UnicodeScalar(character))
            }.joined()
        }
    }

    /// The segments that a unit lights now, left to right, bits DP A–G.
    public func segments(_ address: UInt8) -> [UInt8] {
        state.withLock { state in
            guard let unit = state.unit(address) else { return [0, 0, 0, 0] }
            return (0..<4).map { unit.segments[$0] }
        }
    }

    /// The four characters that a unit is showing, whether its blinking has them lit or not.
    public func shown(_ address: UInt8) -> String {
        state.withLock { state in
            guard let unit = state.unit(address) else { return "" }
            return (0..<4).map { String(UnicodeScalar(unit.shown[$0])) }.joined()
        }
    }

    /// Whether a unit's buzzer sounds.
    public func isBeeping(_ address: UInt8) -> Bool {
        state.withLock { $0.unit(address)?.buzzer ?? false }
    }

    /// Takes a unit's power away, or gives it back: it starts anew.
    public func power(_ address: UInt8, _ isOn: Bool) {
        state.withLock { state in
            for index in state.units.indices
            where state.units[index].unit.identity.address == address {
                state.units[index].power(isOn)
            }
        }
    }

    /// Pulls the adapter out, or plugs it in again.
    public func plug(_ isPlugged: Bool) {
        state.withLock { $0.isPlugged = isPlugged }
        terminal.interrupt()
    }

    /// Ends the bus.
    public func stop() {
        state.withLock { $0.isStopping = true }
        terminal.interrupt()
        ended.wait()
        ended.signal()
        terminal.close()
    }

    private func run() {
        var bytes: [UInt8] = []
        var ticked = SystemClock.monotonic()
        var isOpen = true
        while true {
            let (isStopping, isPlugged) = state.withLock { ($0.isStopping, $0.isPlugged) }
            if isStopping { break }
            if isPlugged != isOpen {
                if isPlugged { try? terminal.open() } else { terminal.close() }
                isOpen = isPlugged
            }
            bytes.removeAll(keepingCapacity: true)
            listen(&bytes, isOpen)
            let now = SystemClock.monotonic()
            let ticks = max(0, (now - ticked).milliseconds)
            ticked = ticked + .milliseconds(ticks)
            let reply = serve(bytes, ticks: min(ticks, 1_000))
            if !reply.isEmpty { try? terminal.write(reply, until: now + .milliseconds(100)) }
        }
        ended.signal()
    }

    private func listen(_ bytes: inout [UInt8], _ isOpen: Bool) {
        let until = SystemClock.monotonic() + .milliseconds(2)
        do {
            if isOpen {
                _ = try terminal.read(into: &bytes, max: 512, until: until)
                return
            }
        } catch {
            // Nobody has the other side open.
        }
        usleep(2_000)
    }

    /// Time passes at every unit, every unit hears the bytes, and one of them may answer; two of
    /// one address both do.
    private func serve(_ bytes: [UInt8], ticks: Int64) -> [UInt8] {
        state.withLock { state in
            var reply: [UInt8] = []
            for index in state.units.indices where state.units[index].isRunning {
                reply += state.units[index].serve(bytes, ticks: ticks)
            }
            return reply
        }
    }
}
