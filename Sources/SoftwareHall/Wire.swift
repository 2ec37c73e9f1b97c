// SPDX-License-Identifier: Apache-2.0

// A network cable in software: it carries bytes between a port of its own and the central's, and can
// be pulled out, or left plugged in and dead.

import Foundation
import Synchronization

/// A TCP forwarder on loopback that can be cut.
public final class Wire: Sendable {
    /// What the cable does.
    public enum Condition: Sendable {
        /// It carries everything.
        case good
        /// Connections end, and new ones are refused.
        case cut
        /// Connections stay and nothing passes: nobody is told.
        case dead
    }

    private struct Pair {
        var near: Int32
        var far: Int32
    }

    private struct State {
        var condition = Condition.good
        var isStopping = false
    }

    /// The port that a controller connects to.
    public let port: UInt16
    private let target: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    /// A good cable to the port `target` of this machine.
    public init(to target: UInt16) throws {
        self.target = target
        (listener, port) = try Self.listen()
        let thread = Thread { [self] in run() }
        thread.name = "wire"
        thread.start()
    }

    /// Pulls the cable out, plugs it in, or lets it die in place.
    public func set(_ condition: Condition) { state.withLock { $0.condition = condition } }

    /// What the cable does now.
    public var condition: Condition { state.withLock { $0.condition } }

    /// Ends the cable.
    public func stop() {
        state.withLock { $0.isStopping = true }
        ended.wait()
        ended.signal()
    }

    /// A port of this machine that nobody has at the moment.
    public static func freePort() throws -> UInt16 {
        let (descriptor, port) = try listen()
        close(descriptor)
        return port
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func listen() throws -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && Glibc.listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func run() {
        var pairs: [Pair] = []
        while true {
            let (condition, isStopping) = state.withLock { ($0.condition, $0.isStopping) }
            if isStopping { break }
            if condition == .cut {
                for pair in pairs { end(pair) }
                pairs = []
            }
            var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            if condition == .good {
                for pair in pairs {
                    polled.append(pollfd(fd: pair.near, events: Int16(POLLIN), revents: 0))
                    polled.append(pollfd(fd: pair.far, events: Int16(POLLIN), revents: 0))
                }
            }
            guard poll(&polled, nfds_t(polled.count), 10) > 0 else { continue }
            if polled[0].revents != 0 { accept(condition, &pairs) }
            carry(polled, &pairs)
        }
        for pair in pairs { end(pair) }
        close(listener)
        ended.signal()
    }

    private func accept(_ condition: Condition, _ pairs: inout [Pair]) {
        let near = Glibc.accept(listener, nil, nil)
        guard near >= 0 else { return }
        guard condition != .cut, let far = dial() else {
            close(near)
            return
        }
        pairs.append(Pair(near: near, far: far))
    }

    private func dial() -> Int32? {
        let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(target)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(far, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return far }
        close(far)
        return nil
    }

    /// Carries what has come; a pair of which one side has ended is ended.
    private func carry(_ polled: [pollfd], _ pairs: inout [Pair]) {
        let ready = Set(polled.dropFirst().filter { $0.revents != 0 }.map(\.fd))
        guard !ready.isEmpty else { return }
        pairs.removeAll { pair in
            let isAlive =
                (!ready.contains(pair.near) || copy(from: pair.near, to: pair.far))
                && (!ready.contains(pair.far) || copy(from: pair.far, to: pair.near))
            if !isAlive { end(pair) }
            return !isAlive
        }
    }

    private func copy(from source: Int32, to target: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(source, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        var sent = 0
        while sent < count {
            let more = buffer[sent..<count].withUnsafeBytes {
                send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard more > 0 else { return false }
            sent += more
        }
        return true
    }

    private func end(_ pair: Pair) {
        close(pair.near)
        close(pair.far)
    }
}
