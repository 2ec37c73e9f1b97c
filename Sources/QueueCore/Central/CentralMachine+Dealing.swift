// SPDX-License-Identifier: Apache-2.0

// Which tray each waiting ticket is in: every one that can be dealt is dealt, so that a press never
// waits, and the trays of a hall are kept interleaved, so that the order of issue holds across them.

extension CentralMachine {
    /// A controller of a hall that may be dealt to, with the weight of its open booths.
    struct Candidate {
        let name: Name
        let booths: [BoothRecord]

        var weight: Int { max(booths.count, 1) }

        func openBooths(for service: Name) -> Int {
            booths.count { $0.services.contains(service) }
        }
    }

    mutating func deal(_ hallName: Name) {
        guard let hall = plan.halls.first(where: { $0.name == hallName }) else { return }
        let candidates = hall.controllers.compactMap { entry -> Candidate? in
            guard isReady(entry.name) else { return nil }
            let open = (booths[entry.name] ?? []).filter(\.isOpen)
            return open.isEmpty ? nil : Candidate(name: entry.name, booths: open)
        }
        guard !candidates.isEmpty else { return }
        releaseUnserved(hall, candidates)
        dealPool(hallName, candidates)
        if candidates.count > 1 { keepOrder(candidates) }
    }

    private mutating func dealPool(_ hall: Name, _ candidates: [Candidate]) {
        guard let waiting = pool[hall], !waiting.isEmpty else { return }
        for ticket in waiting.sorted(by: { $0.precedes($1) }) {
            guard ticket.rank > meta.unsettledRank, var held = tickets[ticket.id] else { continue }
            guard let taker = taker(of: ticket, candidates) else { continue }
            wanted[ticket.id] = nil
            held.holder = .controller(taker)
            put(held)
            order(taker, .deal(ticket))
        }
    }

    /// Who asked for a ticket, or else the controller with the shortest queue for its open booths.
    private func taker(of ticket: Ticket, _ candidates: [Candidate]) -> Name? {
        let able = candidates.filter {
            $0.openBooths(for: ticket.service) > 0 && (trays[$0.name]?.count ?? 0) < Limits.trayMax
                && isReady($0.name) && dropping[ticket.id]?.contains($0.name) != true
        }
        if let wisher = wanted[ticket.id], able.contains(where: { $0.name == wisher }) {
            return wisher
        }
        return able.min { left, right in
            load(left, ticket.service) < load(right, ticket.service)
        }?.name
    }

    /// Tickets waiting for each open booth, in thousandths.
    private func load(_ candidate: Candidate, _ service: Name) -> Int {
        let count = (trays[candidate.name] ?? []).count { $0.service == service }
        return (count + 1) * 1_000 / candidate.openBooths(for: service)
    }

    /// Asks tickets back that stand deep in one tray while a later one, or none, stands near the head of
    /// another. It moves a ticket only towards a place that is nearer its call, so it comes to rest.
    private mutating func keepOrder(_ candidates: [Candidate]) {
        var queues = candidates.map { candidate in
            (trays[candidate.name] ?? [])
                .filter { wanted[$0.id] == nil || wanted[$0.id] == candidate.name }
                .sorted { $0.precedes($1) }
        }
        for (index, candidate) in candidates.enumerated() {
            let coming = candidates.flatMap { other in
                (trays[other.name] ?? []).filter {
                    other.name != candidate.name && wanted[$0.id] == candidate.name
                }
            }
            if !coming.isEmpty {
                queues[index] = (queues[index] + coming).sorted { $0.precedes($1) }
            }
        }
        for taker in candidates.indices {
            for place in 0...candidates[taker].weight {
                guard let (giver, depth) = findBetter(for: taker, place, queues, candidates) else {
                    continue
                }
                let ticket = queues[giver].remove(at: depth)
                queues[taker].insert(ticket, at: min(place, queues[taker].count))
                withdraw(ticket.id, from: candidates[giver].name, for: candidates[taker].name)
            }
        }
    }

    /// The first ticket in call order that stands deeper elsewhere than `place` would be here, and goes
    /// before the one that is at `place`.
    private func findBetter(
        for taker: Int, _ place: Int, _ queues: [[Ticket]], _ candidates: [Candidate]
    ) -> (giver: Int, depth: Int)? {
        let present = place < queues[taker].count ? queues[taker][place] : nil
        var best: (giver: Int, depth: Int)?
        for giver in candidates.indices where giver != taker {
            let start =
                ((place + 1) * candidates[giver].weight + candidates[taker].weight - 1)
                / candidates[taker].weight
            guard start < queues[giver].count else { continue }
            for depth in start..<queues[giver].count {
                let ticket = queues[giver][depth]
                if let present, !ticket.precedes(present) { break }
                guard wanted[ticket.id] == nil, tickets[ticket.id]?.isWithdrawing == false,
                    candidates[taker].openBooths(for: ticket.service) > 0
                else { continue }
                if let rival = best, !ticket.precedes(queues[rival.giver][rival.depth]) { break }
                best = (giver, depth)
                break
            }
        }
        return best
    }

    /// Asks back what no open booth of its holder serves, when another's does.
    private mutating func releaseUnserved(_ hall: HallPlan, _ candidates: [Candidate]) {
        for holder in hall.controllers where isReady(holder.name) {
            let own = candidates.first { $0.name == holder.name }
            for ticket in trays[holder.name] ?? []
            where own?.openBooths(for: ticket.service) ?? 0 == 0 {
                let other = candidates.first { $0.openBooths(for: ticket.service) > 0 }
                if let other { withdraw(ticket.id, from: holder.name, for: other.name) }
            }
        }
    }

    private mutating func withdraw(_ id: TicketID, from giver: Name, for taker: Name) {
        guard var held = tickets[id], !held.isWithdrawing else { return }
        held.isWithdrawing = true
        wanted[id] = taker
        put(held)
        order(giver, .withdraw(id))
    }

    /// A later ticket was called before earlier ones in other trays; one that was overtaken too often
    /// moves to the controller that calls faster.
    mutating func noteOvertaking(_ ticket: Ticket, by name: Name) {
        guard let hall = plan.halls.first(where: { $0.name == hallOf[name] }),
            hall.controllers.count > 1
        else { return }
        for entry in hall.controllers where entry.name != name && isReady(entry.name) {
            for other in trays[entry.name] ?? []
            where other.priority == ticket.priority && other.service == ticket.service
                && other.precedes(ticket) && wanted[other.id] == nil
            {
                let count = (overtaken[other.id] ?? 0) + 1
                overtaken[other.id] = count
                if count > Limits.overtakenMax { withdraw(other.id, from: entry.name, for: name) }
            }
        }
    }
}
