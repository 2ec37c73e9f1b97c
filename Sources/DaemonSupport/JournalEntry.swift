// SPDX-License-Identifier: Apache-2.0

// A line of the log with its fields, as the journal takes them: `journalctl NOBAT_KIND=button-stuck` finds
// what a search for words would miss. Source: "Native Journal Protocol", systemd.io.

import Glibc

/// Fields of one entry, in order.
struct JournalEntry: Hashable, Sendable {
    /// Where the journal takes entries.
    static let socketPath = "/run/systemd/journal/socket"

    /// The syslog priority, 2–7.
    var priority: Int
    /// The name that `journalctl -t` looks for.
    var identifier: String
    /// What kind of thing happened; nil for what is no event.
    var kind: String?
    /// The text.
    var message: String

    /// The line without fields, for the stream that the journal reads too.
    var line: String { "<\(priority)>\(message)\n" }

    /// The entry as one datagram.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        Self.add("PRIORITY", "\(priority)", to: &bytes)
        Self.add("SYSLOG_IDENTIFIER", identifier, to: &bytes)
        if let kind { Self.add("NOBAT_KIND", kind, to: &bytes) }
        Self.add("MESSAGE", message, to: &bytes)
        return bytes
    }

    /// A text of several lines is told by its length: 64 bits, the lowest byte first.
    private static func add(_ field: String, _ text: String, to bytes: inout [UInt8]) {
        bytes += field.utf8
        if text.utf8.contains(UInt8(ascii: "\n")) {
            bytes.append(UInt8(ascii: "\n"))
            let length = UInt64(text.utf8.count)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += text.utf8
        bytes.append(UInt8(ascii: "\n"))
    }
}

/// The journal's socket, opened when it is first wanted.
struct JournalSocket: ~Copyable {
    private let path: String
    private var descriptor: Int32 = -1

    init(path: String = JournalEntry.socketPath) { self.path = path }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Hands an entry over; false when the journal does not take it.
    mutating func send(_ entry: JournalEntry) -> Bool {
        if descriptor < 0 {
            let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
            descriptor = socket(AF_UNIX, type, 0)
        }
        guard descriptor >= 0, let target = NotifySocket.address(of: path) else { return false }
        return NotifySocket.send(entry.bytes, over: descriptor, to: target)
    }
}
