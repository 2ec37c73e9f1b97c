// SPDX-License-Identifier: Apache-2.0

// Questions about a daemon's own records: backups, and who did what.

import Control
import QueueCore

/// Answers them.
public final class RecordsDesk: Sendable {
    /// Reads rows of the audit on the core's thread; false when it is too far behind.
    public typealias Reading =
        @Sendable (
            ControlRequest, _ answer: @escaping @Sendable (Result<AuditPage, ControlError>) -> Void
        ) -> Bool

    private let backups: BackupDesk
    private let read: Reading

    /// A desk.
    public init(backups: BackupDesk, read: @escaping Reading) {
        self.backups = backups
        self.read = read
    }

    /// Answers a question that ``ControlVerb/isOfTheRecords``.
    public func serve(_ question: ControlQuestion) throws(ControlError) {
        switch question.request.verb {
        case .backup: try backups.serve(question)
        default:
            let wasTaken = read(question.request) { outcome in
                switch outcome {
                case .success(let page): question.answer(page)
                case .failure(let error): question.refuse(error)
                }
            }
            guard wasTaken else {
                throw ControlError(name: "busy", detail: "too much is going on; try again")
            }
        }
    }
}
