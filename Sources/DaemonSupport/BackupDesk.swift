// SPDX-License-Identifier: Apache-2.0

// Makes backups when somebody asks on the control socket, one at a time, beside everything else.

import Control
import Dispatch
import QueueCore
import Synchronization

/// Answers the question for a backup.
public final class BackupDesk: Sendable {
    private let make: @Sendable (_ path: String) throws -> BackupResult
    private let audit: AuditDesk
    private let isBusy = Mutex(false)
    private let queue = DispatchQueue(label: "nobat.backup")

    /// A desk; `make` copies the database to a path while the daemon goes on.
    public init(
        audit: AuditDesk, make: @escaping @Sendable (_ path: String) throws -> BackupResult
    ) {
        self.audit = audit
        self.make = make
    }

    /// Makes a backup at the path that is asked for, and answers when it is whole.
    public func serve(_ question: ControlQuestion) throws(ControlError) {
        guard let path = question.request.file, path.hasPrefix("/") else {
            throw ControlError(
                name: "bad-request", detail: "\"file\" is the whole path of the new backup")
        }
        let isFirst = isBusy.withLock { isBusy in
            defer { isBusy = true }
            return !isBusy
        }
        guard isFirst else {
            throw ControlError(
                name: "busy", detail: "another backup is being made; ask again when it is done")
        }
        queue.async { [self] in
            defer { isBusy.withLock { $0 = false } }
            do {
                let made = try make(path)
                audit.note(.backup, on: path, by: question.actor)
                question.answer(made)
            } catch {
                audit.note(.backup, on: path, by: question.actor, outcome: "refused")
                question.refuse(
                    ControlError(
                        name: "backup-failed",
                        detail: "\(error). The daemon itself writes the file, as its own user; "
                            + "under systemd it may write beneath /var/lib/nobat only"))
            }
        }
    }
}
