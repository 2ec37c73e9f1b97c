// SPDX-License-Identifier: Apache-2.0

// What several tests of Hardware need: threads that are joined, folders that go, a small listener.

import Glibc
import QueueCore
import Synchronization
import Testing

@testable import Hardware

/// A deadline so far off that only a hang reaches it.
func farOff() -> Moment { SystemClock.monotonic() + .seconds(20) }

/// A deadline `milliseconds` from now.
func soon(_ milliseconds: Int64) -> Moment {
    SystemClock.monotonic() + .milliseconds(milliseconds)
}

/// A thread of its own for what blocks: the tests' own threads are few.
final class OwnThread<Value: Sendable>: Sendable {
    private final class Work: Sendable {
        let body: @Sendable () throws -> Value
        let outcome = Mutex<Result<Value, any Error>?>(nil)

        init(_ body: @escaping @Sendable () throws -> Value) { self.body = body }
    }

    private let work: Work
    private let thread: pthread_t

    init(_ body: @escaping @Sendable () throws -> Value) {
        let work = Work { try body() }
        self.work = work
        let run: @Sendable () -> Void = {
            let outcome = Result { try work.body() }
            work.outcome.withLock { $0 = outcome }
        }
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(run))
        let result = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        precondition(result == 0, "a thread can be had")
        self.thread = thread
    }

    /// Waits for the thread's end and gives its result. Call it once.
    func value() throws -> Value {
        pthread_join(thread, nil)
        guard let outcome = work.outcome.withLock({ $0 }) else { throw Errno(ESRCH) }
        return try outcome.get()
    }
}

/// What a thread runs.
private final class Box: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// A folder for one test.
final class TestFolder {
    let path: String

    init() throws {
        var name = Array("/tmp/nobat-hardware-XXXXXX".utf8CString)
        guard let made = mkdtemp(&name) else { throw Errno(errno) }
        path = String(cString: made)
    }

    deinit {
        if let entries = opendir(path) {
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { text in
                    text.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(entries)
        }
        rmdir(path)
    }
}

/// The descriptors of this process that lead to a path, be it there still or not.
func descriptors(leadingTo path: String) -> [Int32] {
    (0..<4_096).filter { number in
        var target = [CChar](repeating: 0, count: 256)
        let count = readlink("/proc/self/fd/\(number)", &target, target.count)
        let found = target.prefix(max(0, count)).map(UInt8.init(bitPattern:))
        return found.elementsEqual(path.utf8) || found.elementsEqual("\(path) (deleted)".utf8)
    }
}

/// Reads until so many bytes are there.
func readExactly(
    _ count: Int, from port: any SerialPort, until deadline: Moment = farOff()
) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
        guard case .bytes = try port.read(into: &bytes, max: count - bytes.count, until: deadline)
        else { break }
    }
    return bytes
}

/// A listener on the loopback address that answers nothing by itself.
final class TestListener {
    let number: Int32
    let port: UInt16
    private var isOpen = true

    init(port wanted: UInt16 = 0, backlog: Int32 = 8) throws {
        number = try Posix.call { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        var on: Int32 = 1
        setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = wanted.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = number
        try withUnsafeMutableBytes(of: &address) { bytes in
            let place = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            _ = try Posix.call { bind(number, place, size) }
            _ = try Posix.call { listen(number, backlog) }
            guard let place else { return }
            _ = try Posix.call { getsockname(number, place, &size) }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// The next connection; the caller closes it.
    func accept() throws -> Int32 {
        let number = number
        return try Posix.call { Glibc.accept(number, nil, nil) }
    }

    func close() {
        if isOpen { Posix.close(number) }
        isOpen = false
    }

    deinit { close() }
}
