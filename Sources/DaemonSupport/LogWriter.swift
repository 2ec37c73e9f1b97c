// SPDX-License-Identifier: Apache-2.0

// Log lines on their way out. Whoever reads the log may be slow, stuck or gone: that must hold up
// nobody and end nothing.

import Foundation
import QueueCore
import Synchronization

/// Writes lines to standard error from a thread of its own.
final class LogWriter: Sendable {
    /// The one of this process.
    static let shared = LogWriter()

    /// A line as it goes out.
    enum Line: Sendable {
        /// To standard error, newline and all.
        case text(String)
        /// To the journal with its fields.
        case entry(JournalEntry)
    }

    private let lines = Mailbox<Line>(capacity: SupportLimits.logLines)
    private let dropped = Atomic<Int>(0)
    private let isIdle = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in run() }
        thread.name = "log"
        thread.start()
    }

    /// Puts a line on its way; counts it as dropped when too many wait.
    func write(_ line: Line) {
        if !lines.put(line) { dropped.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Waits until what was put on its way is out, but no longer than half a second.
    func flush() {
        lines.close()
        _ = isIdle.wait(timeout: .now() + 0.5)
    }

    private func run() {
        var journal = JournalSocket()
        while let batch = lines.take(countMax: 256, timeout: nil) {
            let lost = dropped.exchange(0, ordering: .relaxed)
            // What goes the same way goes at once.
            var text = ""
            for line in batch {
                switch line {
                case .text(let line): text += line
                case .entry(let entry): if !journal.send(entry) { text += entry.line }
                }
            }
            if lost > 0 {
                text += "WARNING \(lost) log lines were dropped: nobody read them in time\n"
            }
            put(Array(text.utf8))
        }
        isIdle.signal()
    }

    /// Errors are ignored: there is nowhere to tell them.
    private func put(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
