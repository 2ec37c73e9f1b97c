// SPDX-License-Identifier: Apache-2.0

// The log as a technician reads it: entries of the journal with their fields when systemd reads it, else
// lines with the time in front.

import Foundation
import Logging

/// Writes log lines to standard error.
struct LineLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    private let timestamps: Timestamps
    private let isJournal: Bool
    private let label: String

    /// The name of what an event's kind is handed over as.
    static let kindKey = "kind"

    init(label: String, timestamps: Timestamps) {
        self.label = label
        self.timestamps = timestamps
        isJournal = Self.isJournal(
            ProcessInfo.processInfo.environment["JOURNAL_STREAM"], descriptor: STDERR_FILENO)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard isJournal else {
            let head = "\(timestamps.now) \(event.level.rawValue.uppercased()) "
            return LogWriter.shared.write(.text("\(head)\(event.message)\n"))
        }
        let entry = JournalEntry(
            priority: Self.priority(event.level), identifier: label,
            kind: event.metadata?[Self.kindKey].map { "\($0)" }, message: "\(event.message)")
        LogWriter.shared.write(.entry(entry))
    }

    /// Whether the descriptor is the very stream that systemd has named, `device:inode`: a program that
    /// was started from a service with its output elsewhere has inherited the name only.
    static func isJournal(_ stream: String?, descriptor: Int32) -> Bool {
        guard let stream else { return false }
        var about = stat()
        guard fstat(descriptor, &about) == 0 else { return false }
        return stream == "\(about.st_dev):\(about.st_ino)"
    }

    /// The priorities of syslog(3).
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
