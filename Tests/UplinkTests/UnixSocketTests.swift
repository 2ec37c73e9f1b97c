// SPDX-License-Identifier: Apache-2.0

// A control socket: who may use it, whose it is, and what is left of it.

import Glibc
import QueueCore
import Testing

@testable import Uplink

@Suite(.timeLimit(.minutes(5))) struct UnixSocketTests {
    /// A path in a folder of its own, which goes when `body` is done.
    private func withPath(_ body: (String) async throws -> Void) async throws {
        var template = Array("/tmp/nobat-XXXXXX".utf8CString)
        #expect(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8($0) }, as: UTF8.self)
        let path = folder + "/control.sock"
        defer {
            _ = unlink(path)
            _ = rmdir(folder)
        }
        try await body(path)
    }

    private func listener(_ path: String, _ log: EventLog) throws -> UplinkListener {
        try UplinkListener(at: .unix(path: path), settings: .control, onEvent: log.add)
    }

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    private func listening(_ log: EventLog) async throws {
        _ = try await log.first("listening") { $0.isListening ? true : nil }
    }

    @Test func aLineIsAnswered_TheModeIsGroupOnly_TheFileGoesAtTheEnd() async throws {
        try await withPath { path in
            let log = EventLog()
            let listener = try listener(path, log)
            try await running({ try await listener.run() }) {
                try await listening(log)
                #expect(log.all == [.listening(at: "unix:\(path)")])
                #expect(mode(path) == 0o660)
                var peer = try RawPeer(path: path)
                try peer.send("STATUS\n")
                let id = try await log.line("STATUS")
                #expect(log.all[1] == .connected(id, peer: "unix:\(path), uid \(getuid())"))
                listener.send("OK", on: id)
                #expect(await peer.reads("OK\n"))
            }
            #expect(mode(path) == nil)
        }
    }

    @Test func aPeerThatHasSaidAllStillGetsItsAnswer() async throws {
        try await withPath { path in
            let log = EventLog()
            // A busy machine may take long to get to the answer.
            let settings = LinkSettings(keepAlive: nil, closeMax: .seconds(10))
            let listener = try UplinkListener(
                at: .unix(path: path), settings: settings, onEvent: log.add)
            try await running({ try await listener.run() }) {
                try await listening(log)
                var peer = try RawPeer(path: path)
                try peer.send("STATUS\n")
                peer.shutWriting()
                let id = try await log.line("STATUS")
                try await Task.sleep(for: .milliseconds(100))
                #expect(listener.send("OK", on: id) == .queued)
                #expect(await peer.reads("OK\n"))
                #expect(await peer.readsEnd())
                #expect(try await log.lost(id) == .peerClosed)
            }
        }
    }

    @Test func aPeerThatIsGoneIsLostAtOnce() async throws {
        try await withPath { path in
            let log = EventLog()
            let settings = LinkSettings(keepAlive: nil, closeMax: .seconds(3_600))
            let listener = try UplinkListener(
                at: .unix(path: path), settings: settings, onEvent: log.add)
            try await running({ try await listener.run() }) {
                try await listening(log)
                do { _ = try RawPeer(path: path) }
                #expect(try await log.lost(try await log.connected()) == .peerClosed)
            }
        }
    }

    @Test func aStaleSocketIsReplaced() async throws {
        try await withPath { path in
            let (_, descriptor) = try UnixSocketFile.bind(path: path)
            #expect(listen(descriptor, 1) == 0)
            _ = Glibc.close(descriptor)
            #expect(mode(path) == 0o660)
            let log = EventLog()
            let listener = try listener(path, log)
            try await running({ try await listener.run() }) {
                try await listening(log)
                let peer = try RawPeer(path: path)
                try peer.send("STATUS\n")
                _ = try await log.line("STATUS")
            }
        }
    }

    @Test func aLiveSocketIsRefused_AndGoesOn() async throws {
        try await withPath { path in
            let log = EventLog()
            let first = try listener(path, log)
            try await running({ try await first.run() }) {
                try await listening(log)
                let second = try listener(path, EventLog())
                let error = await #expect(throws: UplinkError.inUse("unix:\(path)")) {
                    try await second.run()
                }
                let text = error?.description ?? ""
                #expect(text.hasPrefix("unix:\(path) is already in use by a running daemon"))
                let peer = try RawPeer(path: path)
                try peer.send("STATUS\n")
                _ = try await log.line("STATUS")
            }
        }
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() async throws {
        try await withPath { path in
            let file = open(path, O_CREAT | O_WRONLY, 0o600)
            _ = Glibc.close(file)
            let listener = try listener(path, EventLog())
            await #expect(throws: UplinkError.notASocket(path: path)) { try await listener.run() }
            #expect(mode(path) == 0o600)
        }
    }

    @Test func aSocketOfAnotherDaemonIsNotRemovedAtTheEnd() async throws {
        try await withPath { path in
            let (file, descriptor) = try UnixSocketFile.bind(path: path)
            _ = unlink(path)
            let (_, other) = try UnixSocketFile.bind(path: path)
            file.remove()
            #expect(mode(path) == 0o660)
            _ = Glibc.close(descriptor)
            _ = Glibc.close(other)
        }
    }

    @Test func aPathThatCannotBeIsNamed() async throws {
        for path in ["", "/tmp/" + String(repeating: "x", count: 103), "/tmp/a\u{0}b"] {
            let listener = try listener(path, EventLog())
            await #expect(throws: UplinkError.badSocketPath(path)) { try await listener.run() }
        }
        let listener = try listener("/nowhere/at/all.sock", EventLog())
        let error = await #expect(throws: UplinkError.self) { try await listener.run() }
        #expect(error?.description.contains("No such file or directory") == true)
    }
}

extension UplinkEvent {
    fileprivate var isListening: Bool { if case .listening = self { true } else { false } }
}
