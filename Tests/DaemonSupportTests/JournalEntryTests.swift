// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import DaemonSupport

@Suite struct JournalEntryTests {
    static func entry(_ message: String, kind: String? = "press") -> JournalEntry {
        JournalEntry(priority: 4, identifier: "nobatd", kind: kind, message: message)
    }

    @Test func fieldsAreLines() {
        #expect(
            String(decoding: Self.entry("press: A042").bytes, as: UTF8.self)
                == "PRIORITY=4\nSYSLOG_IDENTIFIER=nobatd\nNOBAT_KIND=press\nMESSAGE=press: A042\n")
        #expect(
            String(decoding: Self.entry("x", kind: nil).bytes, as: UTF8.self)
                == "PRIORITY=4\nSYSLOG_IDENTIFIER=nobatd\nMESSAGE=x\n")
    }

    /// A text that looks like fields stays a text.
    @Test func severalLinesAreToldByTheirLength() {
        let length: [UInt8] = [12, 0, 0, 0, 0, 0, 0, 0]
        let expected: [UInt8] = Array("MESSAGE\n".utf8) + length + Array("a\nPRIORITY=0\n".utf8)
        let bytes = Self.entry("a\nPRIORITY=0").bytes
        #expect(Array(bytes.suffix(expected.count)) == expected)
    }

    @Test func theJournalGetsADatagramAnEntry() throws {
        let path = "/tmp/nobat-journal-\(UInt32.random(in: 0...UInt32.max))"
        let journal = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer {
            close(journal)
            unlink(path)
        }
        var sender = JournalSocket(path: path)
        let early = sender.send(Self.entry("nobody reads"))
        #expect(!early)
        var (address, size) = try #require(NotifySocket.address(of: path))
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(journal, $0, size) }
        }
        try #require(bound == 0)
        let (one, two) = (sender.send(Self.entry("one")), sender.send(Self.entry("two")))
        #expect(one && two)
        var buffer = [UInt8](repeating: 0, count: 200)
        for text in ["one", "two"] {
            let count = recv(journal, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            #expect(Array(buffer.prefix(max(0, count))) == Self.entry(text).bytes)
        }
    }
}
