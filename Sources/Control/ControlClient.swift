// SPDX-License-Identifier: Apache-2.0

// The asking side of a daemon's socket, blocking: for nobatctl, the demo and tests.

import Foundation

/// Why a daemon could not be asked.
public enum ControlClientError: Error, CustomStringConvertible, Equatable {
    /// Nobody listens there.
    case unreachable(path: String, reason: String)
    /// The daemon ended the connection, or said something that is not an answer.
    case noAnswer(path: String)
    /// The daemon took the question and says nothing: it is stopped, or stuck.
    case silent(path: String, seconds: Int)
    /// The path is too long for a socket's address.
    case pathTooLong(path: String)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .unreachable(let path, let reason):
            reason == String(cString: strerror(EACCES))
                ? "you may not use \(path) (\(reason)): use sudo, or join the group that it belongs to"
                : "no daemon answers at \(path) (\(reason)); is it running, and is --socket right?"
        case .noAnswer(let path):
            "the daemon at \(path) ended the connection without an answer; see its log"
        case .silent(let path, let seconds):
            "the daemon at \(path) has said nothing for \(seconds) s: it is stopped or stuck; see "
                + "its log, and whether its disk answers"
        case .pathTooLong(let path): "the socket's path is too long (107 bytes at most): \(path)"
        }
    }
}

/// A connection to a daemon's socket. Not to be shared between threads.
public final class ControlClient {
    private let path: String
    private let descriptor: Int32
    private let timeoutSeconds: Int
    private var buffer: [UInt8] = []
    private var isSilent = false

    /// Connects. Answers must come within `timeoutSeconds`; 0 waits for ever.
    public init(path: String, timeoutSeconds: Int = 10) throws(ControlClientError) {
        self.path = path
        self.timeoutSeconds = timeoutSeconds
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .pathTooLong(path: path)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // Not yet the property: once it is set, a throw runs `deinit`, which would close it again.
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var time = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else {
            let reason = String(cString: strerror(errno))
            _ = Glibc.close(descriptor)
            throw .unreachable(path: path, reason: reason)
        }
        self.descriptor = descriptor
    }

    deinit { _ = Glibc.close(descriptor) }

    /// Asks, and returns the result of the answer. A refusal is thrown as a ``ControlError``.
    public func ask<Value: Codable & Sendable>(
        _ request: ControlRequest, as type: Value.Type
    ) throws -> Value {
        try send(request)
        guard let line = readLine(),
            let answer = ControlText.decode(ControlAnswer<Value>.self, line)
        else { throw failure }
        if let error = answer.error { throw error }
        guard let result = answer.result else { throw ControlClientError.noAnswer(path: path) }
        return result
    }

    private var failure: ControlClientError {
        isSilent ? .silent(path: path, seconds: timeoutSeconds) : .noAnswer(path: path)
    }

    /// Asks without waiting for the answer.
    public func send(_ request: ControlRequest) throws(ControlClientError) {
        let bytes = Array((ControlText.encode(request) + "\n").utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .noAnswer(path: path) }
            sent += count
        }
    }

    /// Whether something was said that was not read yet, or the connection has ended.
    public var hasNews: Bool {
        if !buffer.isEmpty { return true }
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) > 0
    }

    /// The next line, without its newline; nil at the end, or when it takes too long.
    public func readLine() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            isSilent = count < 0 && errno == EAGAIN
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }
}
