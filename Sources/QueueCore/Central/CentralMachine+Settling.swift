// SPDX-License-Identifier: Apache-2.0

// A central that has forgotten: it asks all controllers what they hold, and gives out no numbers before
// it knows.

extension CentralMachine {
    /// Whether the numbers given out today may not all be known yet.
    public var isSettling: Bool { settleUntil != nil }

    mutating func settleIfAllReported() {
        guard meta.unsettledRank != 0 || settleUntil != nil,
            entryOf.keys.allSatisfy({ name in
                controllers[name].map { $0.hasReported || $0.isFenced } ?? true
            })
        else { return }
        if meta.unsettledRank != 0 {
            meta.unsettledRank = 0
            metaChanged = true
            for hall in plan.halls { dirtyHalls.insert(hall.name) }
        }
        if settleUntil != nil { settle() }
    }

    mutating func settle() {
        settleUntil = nil
        for name in links.keys { refills.insert(name) }
        effect(.event(.settled))
    }

    /// The memory of this central is older than what its controllers have seen: a new epoch begins, and
    /// each of them is asked for a full statement.
    mutating func rebuild(_ random: UInt32) {
        meta.epoch = Epoch(random: random)
        meta.unsettledRank = meta.rank
        metaChanged = true
        burnBlocks(of: .central, except: [], reason: .olderCopy)
        settleUntil = now + Limits.settleSpan
        for name in entryOf.keys.sorted() {
            trimOrders(name, through: controllers[name]?.lastOrder ?? 0)
            lastTold[name] = 0
            change(name) {
                $0.lastOrder = 0
                $0.ordersAcknowledged = 0
                $0.hasReported = false
            }
        }
        record(.rebuilding(meta.epoch))
        for id in sessions.keys.sorted() {
            refuse(
                id, .centralRestored, "this central came back from an older copy; greet it again")
        }
    }
}
