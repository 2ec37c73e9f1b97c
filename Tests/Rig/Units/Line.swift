// SPDX-License-Identifier: Apache-2.0

// The wire between the machine's UART and the units. QEMU hands bytes over at once, so the time that
// they take at the line's speed passes here, in both directions: what a side says is heard when its
// last byte would have come.

import EmulatedUnits
import Foundation
import Synchronization

/// One serial line, served by the thread that calls ``run()``.
final class Line: Sendable {
    /// What units hear of what the master says.
    private enum Hearing: Equatable {
        case whole
        case first(Int)
        case deaf
    }

    /// Bytes that are on the wire.
    private struct Traffic {
        var bytes: [UInt8] = []
        var until = 0.0

        mutating func add(_ more: [UInt8], _ byteSeconds: Double) {
            guard !more.isEmpty else { return }
            bytes += more
            until = max(until, UnitPins.now()) + Double(more.count) * byteSeconds
        }

        /// What has come whole.
        mutating func arrived(_ now: Double) -> [UInt8] {
            guard !bytes.isEmpty, now >= until else { return [] }
            defer { bytes.removeAll() }
            return bytes
        }
    }

    private let machine: Int32
    private let byteSeconds: Double
    private let units: [any RigUnit]
    private let voice: Voice
    private let hearing = Mutex(Hearing.whole)

    init(path: String, baud: Int, units: [any RigUnit], voice: Voice) throws {
        machine = try Self.connected(path)
        // A start bit, eight data bits and a stop bit.
        byteSeconds = 10 / Double(baud)
        self.units = units
        self.voice = voice
    }

    /// Obeys a command of the standard input.
    func obey(_ text: String) {
        let words = text.split(separator: " ")
        hearing.withLock {
            switch words.first {
            case "whole": $0 = .whole
            case "deaf": $0 = .deaf
            case "first": $0 = .first(words.count > 1 ? Int(words[1]) ?? 0 : 0)
            default: voice.say("what is \"\(text)\"?")
            }
        }
    }

    /// Serves the line until the machine ends.
    func run() {
        var toUnits = Traffic()
        var toMachine = Traffic()
        var ticked = UnitPins.now()
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let ready = wait([machine] + units.compactMap(\.descriptor), 1)
            if ready.contains(machine) {
                let count = recv(machine, &chunk, chunk.count, 0)
                guard count > 0 else { return }
                toUnits.add(Array(chunk[..<count]), byteSeconds)
            }
            let now = UnitPins.now()
            let heard = limited(toUnits.arrived(now))
            if !heard.isEmpty { for unit in units { unit.hear(heard) } }
            let ticks = Int((now - ticked) * 1_000)
            ticked += Double(ticks) / 1_000
            var said: [UInt8] = []
            for unit in units { unit.answer(into: &said, ticks: min(ticks, 1_000)) }
            toMachine.add(said, byteSeconds)
            send(toMachine.arrived(now))
        }
    }

    private func limited(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        return hearing.withLock { hearing in
            switch hearing {
            case .whole: return bytes
            case .deaf: return []
            case .first(let count):
                hearing = .deaf
                voice.say("broke off")
                return Array(bytes.prefix(count))
            }
        }
    }

    private func wait(_ descriptors: [Int32], _ milliseconds: Int32) -> Set<Int32> {
        var set = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&set, nfds_t(set.count), milliseconds) > 0 else { return [] }
        return Set(set.filter { $0.revents != 0 }.map(\.fd))
    }

    private func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(machine, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // What nobody takes is lost, as on a wire.
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func connected(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw EmulatorError("the socket's path is too long: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            throw EmulatorError("nobody listens at \(path): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }
}
