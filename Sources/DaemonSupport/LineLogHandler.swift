// SPDX-License-Identifier: Apache-2.0

// The log as a technician reads it: one line each, with the journal's priority in front when systemd
// reads it, else with the time.

import Foundation
import Logging

/// Writes log lines to standard error.
struct LineLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    private let timestamps: Timestamps
    private let isJournal: Bool

    init(timestamps: Timestamps) {
        self.timestamps = timestamps
        isJournal = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let head =
            isJournal
            ? "<\(Self.priority(event.level))>"
            : "\(timestamps.now) \(event.level.rawValue.uppercased()) "
        LogWriter.shared.write("\(head)\(event.message)\n")
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
