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
        var units: [UInt8: DisplayUnit] = [:]
        var dead: Set<UInt8> = []
        var isStopping = false
        var isPlugged = true
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
            State(
                units: Dictionary(uniqueKeysWithValues: addresses.map { ($0, Self.unit($0)) })))
        try terminal.open()
        let thread = Thread { [self] in run() }
        thread.name = "software bus"
        thread.start()
    }

    private static func unit(
        _ address: UInt8, source: AddressSource = .flash, version: UnitVersion = (1, 0, 0),
        cause: ResetCause = .powerOn
    ) -> DisplayUnit {
        DisplayUnit(
            identity: UnitIdentity(
                address: address, addressSource: source, boardID: 0, version: version,
                resetCause: cause), gapTicks: 0)
    }

    /// Major, minor and patch version of a unit's firmware.
    public typealias UnitVersion = (major: UInt8, minor: UInt8, patch: UInt16)

    /// Plugs in one more unit. `place` is what it is called here; its address may be another's too,
    /// and changes when a technician changes it. A new one was never given an address.
    public func plugIn(
        _ place: UInt8, address: UInt8, isNew: Bool = false, version: UnitVersion = (1, 0, 0)
    ) {
        state.withLock {
            $0.units[place] = Self.unit(
                address, source: isNew ? .none : .flash, version: version)
        }
    }

    /// The address that a unit has now.
    public func address(of place: UInt8) -> UInt8? {
        state.withLock { $0.units[place]?.identity.address }
    }

    /// Whether a unit blinks its own address.
    public func isIdentifying(_ place: UInt8) -> Bool {
        state.withLock { $0.units[place]?.value(of: .identify) == 1 }
    }

    /// The four characters that a unit lights now; blanks while it blinks off, "" when it is dead.
    public func lit(_ address: UInt8) -> String {
        state.withLock { state in
            guard !state.dead.contains(address), let unit = state.units[address] else { return "" }
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
            guard !state.dead.contains(address), let unit = state.units[address] else {
                return [0, 0, 0, 0]
            }
            return (0..<4).map { unit.segments[$0] }
        }
    }

    /// The four characters that a unit is showing, whether its blinking has them lit or not.
    public func shown(_ address: UInt8) -> String {
        state.withLock { state in
            guard !state.dead.contains(address), let unit = state.units[address] else { return "" }
            return (0..<4).map { String(UnicodeScalar(unit.shown[$0])) }.joined()
        }
    }

    /// Whether a unit's buzzer sounds.
    public func isBeeping(_ address: UInt8) -> Bool {
        state.withLock { $0.units[address]?.buzzer ?? false }
    }

    /// Takes a unit's power away, or gives it back: it starts anew.
    public func power(_ address: UInt8, _ isOn: Bool) {
        state.withLock { state in
            if isOn {
                state.dead.remove(address)
                state.units[address] = Self.unit(address)
            } else {
                state.dead.insert(address)
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

    /// What the board of a unit does after its reply.
    private static func obeyed(_ unit: DisplayUnit) -> DisplayUnit {
        var unit = unit
        switch unit.takeAction() {
        case .adopt(let address): unit.adopted(address, isKept: true)
        case .restart, .bootLoader:
            // Software has no boot loader: it comes back as it was.
            let old = unit.identity
            return Self.unit(
                old.address, source: old.addressSource, version: old.version, cause: .software)
        case nil: break
        }
        return unit
    }

    /// Time passes at every unit, every unit hears the bytes, and one of them may answer.
    private func serve(_ bytes: [UInt8], ticks: Int64) -> [UInt8] {
        state.withLock { state in
            var reply: [UInt8] = []
            for address in state.units.keys.sorted() where !state.dead.contains(address) {
                guard var unit = state.units.removeValue(forKey: address) else { continue }
                for _ in 0..<ticks { unit.tick1ms(buttons: 0) }
                for byte in bytes { unit.receive(byte) }
                if !bytes.isEmpty { unit.frameGap() }
                while let byte = unit.nextReplyByte() { reply.append(byte) }
                state.units[address] = Self.obeyed(unit)
            }
            return reply
        }
    }
}
