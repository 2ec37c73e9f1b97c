// SPDX-License-Identifier: Apache-2.0

// In one commit a busy controller changes its rows many times: only the last of each is worth writing.

import QueueCore

extension CentralRows {
    /// A row that a change replaces or takes out, whatever was there.
    private enum Place: Hashable {
        case meta
        case controller(Name)
        case booth(Name, BoothNumber)
        case ticket(TicketID)
        case block(BlockKey)
        case counter(ServiceDay, Series)

        init?(_ change: CentralChange) {
            switch change {
            case .meta: self = .meta
            case .controller(let record): self = .controller(record.name)
            case .booth(let booth): self = .booth(booth.controller, booth.booth.number)
            case .ticket(let held): self = .ticket(held.ticket.id)
            case .forget(let ticket): self = .ticket(ticket)
            case .block(let block): self = .block(block.block.key)
            case .dropBlock(let key): self = .block(key)
            case .counter(let counter): self = .counter(counter.day, counter.series)
            case .dropCounter(let day, let series): self = .counter(day, series)
            case .order, .trimOrders, .appointment, .history: return nil
            }
        }
    }

    /// Of each change, whether it stands when all are made: no later one is of the same row.
    static func standing(_ changes: [CentralChange]) -> [Bool] {
        var stands = Array(repeating: true, count: changes.count)
        guard changes.count > 1 else { return stands }
        var later: Set<Place> = []
        for index in changes.indices.reversed() {
            guard let place = Place(changes[index]) else { continue }
            stands[index] = later.insert(place).inserted
        }
        return stands
    }
}
