// SPDX-License-Identifier: Apache-2.0

// Somebody at the wire between a peer and the central: keeps what the peer sends, and can send it
// once more.

import Foundation
import Synchronization
import Testing

/// Carries one connection to a port of this machine, and keeps the bytes of its client.
final class WireTap: Sendable {
    private struct State {
        var taken: [[UInt8]] = []
        var far: Int32 = -1
        var isOver = false
    }

    let port: UInt16
    private let state = Mutex(State())
    private let crew = Crew()

    init(to target: UInt16) throws {
        let listener = try RawListener()
        port = listener.port
        let held = Held(listener)
        crew.add { [self] in
            guard let near = try? held.listener.accept(seconds: 30),
                let far = try? RawClient(port: target)
            else { return over() }
            state.withLock { $0.far = far.descriptor }
            carry(near.descriptor, far.descriptor)
            over()
        }
    }

    /// All that the client sent, in the pieces in which it came.
    var taken: [[UInt8]] { state.withLock { $0.taken } }

    /// Whether either end has closed.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Sends the client's newest piece to the central once more.
    func repeatNewest() {
        state.withLock { state in
            guard let bytes = state.taken.last, !state.isOver else { return }
            _ = Glibc.send(state.far, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// The listener is used on the tap's thread alone.
    private struct Held: @unchecked Sendable {
        let listener: RawListener
        init(_ listener: RawListener) { self.listener = listener }
    }

    private func over() { state.withLock { $0.isOver = true } }

    private func carry(_ near: Int32, _ far: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var polled = [
                pollfd(fd: near, events: Int16(POLLIN), revents: 0),
                pollfd(fd: far, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 2, 60_000) > 0 else { return }
            for (source, target) in [(near, far), (far, near)]
            where polled.contains(where: { $0.fd == source && $0.revents != 0 }) {
                let count = recv(source, &buffer, buffer.count, 0)
                guard count > 0 else { return }
                let bytes = Array(buffer[..<count])
                let sent = state.withLock { state in
                    if source == near { state.taken.append(bytes) }
                    return Glibc.send(target, bytes, count, Int32(MSG_NOSIGNAL))
                }
                guard sent == count else { return }
            }
        }
    }
}
