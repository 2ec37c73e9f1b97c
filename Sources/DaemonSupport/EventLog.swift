// SPDX-License-Identifier: Apache-2.0

// One place where what happened becomes a line of the log and a row for watchers.

import Control
import Logging
import Synchronization

/// Writes the log and tells watchers.
public final class EventLog: Sendable {
    private let logger: Logger
    private let timestamps: Timestamps
    private let publisher = Mutex<Publisher?>(nil)

    /// Who hears of everything. A bare closure in a mutex would be wrapped once more at each look at
    /// it, so that every line told took longer than the one before and kept its wrapping for ever.
    private struct Publisher: Sendable {
        let body: @Sendable (EventRow) -> Void
    }

    /// A log of a daemon.
    public init(label: String, level: Logger.Level, timestamps: Timestamps) {
        var logger = Logger(label: label) { _ in
            LineLogHandler(label: label, timestamps: timestamps)
        }
        logger.logLevel = level
        self.logger = logger
        self.timestamps = timestamps
    }

    /// From now on watchers hear of everything that is told.
    public func publish(to body: @escaping @Sendable (EventRow) -> Void) {
        publisher.withLock { $0 = Publisher(body: body) }
    }

    /// The last line has been told; waits a moment until it is out.
    public static func finish() { LogWriter.shared.flush() }

    /// Tells something that happened.
    public func tell(_ told: Narration) { tell(told.kind, told.text, isWarning: told.isWarning) }

    /// Tells something that happened.
    public func tell(_ kind: String, _ text: String, isWarning: Bool = false) {
        logger.log(
            level: isWarning ? .warning : .info, "\(kind): \(text)",
            metadata: [LineLogHandler.kindKey: "\(kind)"])
        let row = EventRow(at: timestamps.now, kind: kind, text: text, isWarning: isWarning)
        publisher.withLock { $0 }?.body(row)
    }
}
