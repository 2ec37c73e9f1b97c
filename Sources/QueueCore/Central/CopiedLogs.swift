// SPDX-License-Identifier: Apache-2.0

// A controller's logs that began as copies of one another: what was heard of one was heard of all that
// have it in common.

extension ControllerRecord {
    /// A new log takes the place of the present one. Of what it is a copy of, as much has been heard of
    /// it as of all logs that have that in common with it.
    mutating func begin(_ epoch: Epoch, copied lineage: Lineage) {
        let heard = heard(of: lineage)
        // Copies of copies that were never heard of: what comes of them has parts in common through them.
        for (place, log) in lineage.enumerated().reversed()
        where !logs.contains(where: { $0.epoch == log.epoch }) {
            let origin = place + 1 < lineage.count ? lineage[place + 1] : nil
            remember(OldLog(epoch: log.epoch, heard: 0, copied: origin))
        }
        if let old = self.epoch { remember(OldLog(epoch: old, heard: self.heard, copied: copied)) }
        self.epoch = epoch
        self.have = heard
        self.heard = heard
        copied = lineage.first
    }

    private mutating func remember(_ log: OldLog) {
        if oldLogs.count == Limits.oldEpochsMax { oldLogs.removeFirst() }
        oldLogs.append(log)
    }

    /// How many facts of a new log, which began as a copy, have been heard already.
    func heard(of copied: Lineage) -> UInt64 {
        guard let oldest = copied.last else { return 0 }
        let ancestors = copied.dropLast() + lineage(of: oldest)
        var most: UInt64 = 0
        for log in logs {
            for other in lineage(of: CopiedLog(epoch: log.epoch, through: .max)) {
                for ancestor in ancestors where ancestor.epoch == other.epoch {
                    most = max(most, min(log.heard, other.through, ancestor.through))
                }
            }
        }
        return most
    }

    /// All logs that are remembered, the present one last.
    private var logs: [OldLog] {
        let present = epoch.map { OldLog(epoch: $0, heard: heard, copied: copied) }
        return Array(oldLogs) + (present.map { [$0] } ?? [])
    }

    /// A copy, what that was a copy of, and so on; each with how much of it came down.
    private func lineage(of copied: CopiedLog) -> [CopiedLog] {
        var line = [copied]
        let logs = logs
        // No log is its own ancestor, unless somebody says so.
        while line.count <= Limits.oldEpochsMax + 1, let last = line.last,
            let origin = logs.last(where: { $0.epoch == last.epoch })?.copied
        {
            line.append(
                CopiedLog(epoch: origin.epoch, through: min(origin.through, last.through)))
        }
        return line
    }
}
