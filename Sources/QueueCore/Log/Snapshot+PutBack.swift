// SPDX-License-Identifier: Apache-2.0

// What a database from a backup must forget before a daemon runs on it. What it holds was true once:
// numbers that it would give out, and tickets that it would call, may since have been given out and
// called elsewhere. So it comes back as one that has lost its memory does, under a new epoch, but for
// what only it may know: what it never told, and how far the series were given out.

extension ControllerSnapshot {
    /// What to change in rows from a backup so that a controller may run on them: no number is given
    /// twice and no ticket called at two booths, whatever has happened since. Facts that were not
    /// acknowledged are told if the central has not heard them since; tickets are for the central to
    /// deal again, and numbers for it to lend anew.
    public func changesPuttingBack(under epoch: Epoch) -> [ControllerChange] {
        var changes: [ControllerChange] = []
        var meta = ControllerMeta(epoch: epoch)
        meta.rank = self.meta.rank
        meta.day = self.meta.day
        meta.closedThrough = self.meta.closedThrough
        // The log goes on under its numbers, so that the central can say which of them it has.
        meta.lastFact = self.meta.lastFact
        meta.factsAcknowledged = self.meta.factsAcknowledged
        meta.factsTold = self.meta.lastFact
        meta.copied = self.meta.copied.copied(
            from: self.meta.epoch, through: self.meta.lastFact)
        if facts.contains(where: { $0.number <= self.meta.factsAcknowledged }) {
            changes.append(.trimFacts(through: self.meta.factsAcknowledged))
        }
        for held in tickets.sorted(by: { $0.ticket.id < $1.ticket.id }) {
            changes.append(.forget(held.ticket.id))
        }
        for slip in slips { changes.append(.dropSlip(slip.ticket.id)) }
        for block in blocks { changes.append(.dropBlock(block.key)) }
        for booth in booths where booth.current != nil {
            var booth = booth
            booth.current = nil
            changes.append(.booth(booth))
        }
        return changes + [.meta(meta)]
    }
}

extension CentralSnapshot {
    /// What to change in rows from a backup so that a central may run on them: it asks all its
    /// controllers for their trays and retained logs, under a new epoch, and gives out none of the
    /// numbers that it had kept for itself.
    public func changesPuttingBack(under epoch: Epoch) -> [CentralChange] {
        var changes: [CentralChange] = []
        var meta = meta
        meta.epoch = epoch
        // Not 0 even when nothing was ever issued: it says that not all is known.
        meta.unsettledRank = max(1, meta.rank)
        for lent in blocks where lent.holder == .central {
            changes.append(.dropBlock(lent.block.key))
            guard lent.block.remaining > 0 else { continue }
            changes.append(
                .history(
                    day: meta.day,
                    .gap(
                        day: lent.block.day, series: lent.block.series, first: lent.block.next,
                        last: lent.block.last, reason: .olderCopy)))
        }
        for var record in controllers {
            changes.append(.trimOrders(controller: record.name, through: record.lastOrder))
            record.lastOrder = 0
            record.ordersAcknowledged = 0
            record.hasReported = false
            changes.append(.controller(record))
        }
        changes.append(.history(day: meta.day, .rebuilding(epoch)))
        return changes + [.meta(meta)]
    }
}
