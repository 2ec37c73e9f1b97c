// SPDX-License-Identifier: Apache-2.0

import DaemonSupport
import Foundation
import QueueCore
import Synchronization
import Testing

@testable import NobatCentralProgram

@Suite struct BackPressureTests {
    /// A peer that says more than the core can take in is not read from, and loses nothing.
    @Test(.timeLimit(.minutes(5))) func aFloodingPeerIsSlowedDownAndNothingIsLost() async throws {
        let backlog = Mutex(SupportLimits.backlogHigh + 1)
        let taken = Mutex(0)
        let isConnected = Mutex(false)
        let place = Mutex("")
        let peers = try CentralPeers(
            address: "127.0.0.1:0",
            feed: { input in
                if case .message = input { taken.withLock { $0 += 1 } }
                if case .connected = input { isConnected.withLock { $0 = true } }
                return true
            }, backlog: { backlog.withLock { $0 } },
            tell: { text, _ in place.withLock { if $0.isEmpty { $0 = text } } })
        let running = Task { try await peers.run() }
        defer { running.cancel() }
        while place.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(5)) }
        let port = try #require(
            place.withLock { $0 }.split(separator: ":").last.flatMap { UInt16($0) })

        let count = 20_000
        let text = String(repeating: "ACK through=1\n", count: count)
        let isOver = DispatchSemaphore(value: 0)
        defer { isOver.signal() }
        let flood = Thread { Self.send(text, to: port, until: isOver) }
        flood.start()
        while !isConnected.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(300))
        let early = taken.withLock { $0 }
        #expect(early < count / 2, "\(early) lines came though the core was behind")
        backlog.withLock { $0 = 0 }
        while taken.withLock({ $0 }) < count {
            peers.resume()
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(taken.withLock { $0 } == count)
    }

    /// It reads nothing, and an end that closes with bytes unread resets the connection, which throws
    /// away what the central has not read either: so it stays until the test has seen enough.
    private static func send(_ text: String, to port: UInt16, until isOver: DispatchSemaphore) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let more = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard more > 0 else { break }
            sent += more
        }
        isOver.wait()
        close(descriptor)
    }
}
