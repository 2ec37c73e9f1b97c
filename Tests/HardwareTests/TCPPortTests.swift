// SPDX-License-Identifier: Apache-2.0

// Ports over TCP against a real listener: bytes, loss, return, silence.

import Glibc
import QueueCore
import Testing

@testable import Hardware

@Suite struct TCPPortTests {
    private func port(_ listener: TestListener) throws -> TCPPort {
        try TCPPort(host: "127.0.0.1", port: listener.port)
    }

    @Test func bytes_PassBothWays() throws {
        let listener = try TestListener()
        let port = try port(listener)
        try port.open()
        let server = try listener.accept()
        defer { Posix.close(server) }
        try port.write([1, 2, 0, 255], until: farOff())
        try port.drain(until: farOff())
        var got = [UInt8](repeating: 9, count: 4)
        #expect(recv(server, &got, 4, Int32(MSG_WAITALL)) == 4)
        #expect(got == [1, 2, 0, 255])
        #expect(send(server, [8, 9] as [UInt8], 2, 0) == 2)
        #expect(try readExactly(2, from: port) == [8, 9])
        var buffer: [UInt8] = []
        #expect(try port.read(into: &buffer, max: 4, until: soon(30)) == .deadline)
    }

    @Test func theConnection_HasNoDelay_AndIsKeptAlive() throws {
        let listener = try TestListener()
        let opened = try TCPConnection.open(
            host: "127.0.0.1", port: listener.port, address: "x", until: farOff(),
            wake: WakeUp())
        func option(_ level: Int32, _ name: Int32) -> Int32 {
            var value: Int32 = -1
            var size = socklen_t(4)
            getsockopt(opened.descriptor.number, level, name, &value, &size)
            return value
        }
        #expect(option(Int32(IPPROTO_TCP), TCP_NODELAY) == 1)
        #expect(option(SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(option(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT) == 5_000)
    }

    @Test func aServerThatGoes_IsDisconnected_AndComesBack() throws {
        let listener = try TestListener()
        let port = try port(listener)
        let gone = PortError.disconnected(port: "tcp://127.0.0.1:\(listener.port)")
        for _ in 0..<3 {
            try port.open()
            let server = try listener.accept()
            let reader = OwnThread {
                var buffer: [UInt8] = []
                return try port.read(into: &buffer, max: 8, until: farOff())
            }
            usleep(20_000)
            Posix.close(server)
            #expect(throws: gone) { try reader.value() }
            #expect(throws: gone) { try port.write([1], until: farOff()) }
        }
    }

    /// Without MSG_NOSIGNAL the write after the loss would end this process.
    @Test func writingToAServerThatIsGone_IsAnError_NotASignal() throws {
        let listener = try TestListener()
        let port = try port(listener)
        try port.open()
        Posix.close(try listener.accept())
        usleep(20_000)
        #expect(throws: PortError.disconnected(port: "tcp://127.0.0.1:\(listener.port)")) {
            for _ in 0..<50 {
                try port.write([1], until: farOff())
                usleep(5_000)
            }
        }
    }

    @Test func noListener_IsNotFound() throws {
        let listener = try TestListener()
        let port = try port(listener)
        listener.close()
        #expect(throws: PortError.notFound(port: "tcp://127.0.0.1:\(listener.port)")) {
            try port.open()
        }
    }

    @Test func unknownHost_IsNamed() throws {
        let port = try TCPPort(host: "nobat-test.invalid", port: 9)
        let error = #expect(throws: PortError.self) { try port.open() }
        #expect(error?.description.contains("tcp://nobat-test.invalid:9") == true)
    }

    /// A listener whose queue is full leaves a connection without an answer.
    @Test func silentServer_EndsAtTheConnectTime_AndCanBeInterrupted() throws {
        let listener = try TestListener(backlog: 0)
        var held: [TCPPort] = []
        var isFull = false
        for _ in 0..<8 where !isFull {
            let filler = try TCPPort(
                host: "127.0.0.1", port: listener.port, connectTime: .milliseconds(200))
            do {
                try filler.open()
                held.append(filler)
            } catch {
                isFull = true
                #expect(error == .notFound(port: "tcp://127.0.0.1:\(listener.port)"))
            }
        }
        #expect(isFull)
        let port = try TCPPort(
            host: "127.0.0.1", port: listener.port, connectTime: .seconds(20))
        let opener = OwnThread { try port.open() }
        usleep(50_000)
        let start = SystemClock.monotonic()
        port.interrupt()
        let error = #expect(throws: PortError.self) { try opener.value() }
        #expect(error?.description.contains("it was interrupted") == true)
        #expect(SystemClock.monotonic() - start < .seconds(5))
        for filler in held { filler.close() }
    }

    @Test func discard_EmptiesWhatHasCome() throws {
        let listener = try TestListener()
        let port = try port(listener)
        try port.open()
        let server = try listener.accept()
        defer { Posix.close(server) }
        #expect(send(server, [1, 2, 3] as [UInt8], 3, 0) == 3)
        usleep(20_000)
        try port.discard()
        #expect(send(server, [4] as [UInt8], 1, 0) == 1)
        #expect(try readExactly(1, from: port) == [4])
    }
}
