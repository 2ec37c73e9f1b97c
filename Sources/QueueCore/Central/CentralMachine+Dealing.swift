// SPDX-License-Identifier: Apache-2.0

// Which tray each waiting ticket is in: every one that can be dealt is dealt, so that a press never
// waits, and the trays of a hall are kept interleaved, so that the order of issue holds across them.

extension CentralMachine {
    /// What the open booths of a controller can call.
    struct Capacity {
        /// How many booths are open.
        let open: Int
        /// How many of them serve each service.
        private var serving: [(service: Name, booths: Int)] = []

        init(of booths: [BoothRecord]) {
            open = booths.count(where: \.isOpen)
            for booth in booths where booth.isOpen {
                let services = booth.services
                for (place, service) in services.enumerated()
                where services.firstIndex(of: service) == place {
                    if let index = serving.firstIndex(where: { $0.service == service }) {
                        serving[index].booths += 1
                    } else {
                        serving.append((service, 1))
                    }
                }
            }
        }

        func booths(for service: Name) -> Int {
            serving.first { $0.service == service }?.booths ?? 0
        }
    }

    /// A controller of a hall that may be dealt to.
    struct Candidate {
        let name: Name
        let capacity: Capacity
    }

    mutating func deal(_ hall: Name) {
        let entries = controllers(in: hall)
        // Where one controller holds everything there is no order to keep.
        guard entries.count > 1 || pool[hall]?.isEmpty == false else { return }
        var candidates: [Candidate] = []
        for entry in entries where isReady(entry.name) {
            guard let capacity = capacities[entry.name], capacity.open > 0 else { continue }
            candidates.append(Candidate(name: entry.name, capacity: capacity))
        }
        guard !candidates.isEmpty else { return }
        if entries.count > 1 { releaseUnserved(entries, candidates) }
        dealPool(hall, candidates)
        if candidates.count > 1 { keepOrder(candidates) }
    }

    private mutating func dealPool(_ hall: Name, _ candidates: [Candidate]) {
        var place = 0
        while let waiting = pool[hall], place < waiting.count {
            let ticket = waiting[place]
            guard ticket.rank > meta.unsettledRank, var held = tickets[ticket.id],
                let taker = taker(of: ticket, candidates)
            else {
                place += 1
                continue
            }
            wanted[ticket.id] = nil
            held.holder = .controller(taker)
            held.dealtBy = (controllers[taker]?.lastOrder ?? 0) + 1
            put(held)
            order(taker, .deal(ticket))
        }
    }

    /// Who asked for a ticket, or else the controller with the shortest queue for its open booths.
    private func taker(of ticket: Ticket, _ candidates: [Candidate]) -> Name? {
        let wisher = wanted[ticket.id]
        var best: Name?
        var bestLoad = Int.max
        for candidate in candidates {
            let name = candidate.name
            let booths = candidate.capacity.booths(for: ticket.service)
            let (waiting, alike) =
                trays.read(name) { ($0.count, $0.count(of: ticket.service)) } ?? (0, 0)
            guard booths > 0, waiting < Limits.trayMax, isReady(name) else { continue }
            if name == wisher { return name }
            // Tickets waiting for each open booth, in thousandths.
            let load = (alike + 1) * 1_000 / booths
            if load < bestLoad { (best, bestLoad) = (name, load) }
        }
        return best
    }

    /// The queue of each candidate as it will be when every ticket is where it is wanted. What no open
    /// booth there serves stands in nobody's way. Of trays nothing is copied before something moves:
    /// what a call costs must not grow with how many wait.
    private func expectedQueues(_ candidates: [Candidate]) -> [TicketLine] {
        var queues = candidates.map { candidate in
            guard let tray = trays[candidate.name] else { return TicketLine([]) }
            let capacity = candidate.capacity
            guard tray.services.allSatisfy({ capacity.booths(for: $0.name) > 0 }) else {
                return TicketLine(tray.lazy.filter { capacity.booths(for: $0.service) > 0 })
            }
            return tray
        }
        for (id, taker) in wanted {
            guard let held = tickets[id], held.state == .waiting,
                let holder = held.holder.controller, holder != taker,
                let giver = candidates.firstIndex(where: { $0.name == holder }),
                queues[giver].leave(held.ticket),
                let index = candidates.firstIndex(where: { $0.name == taker })
            else { continue }
            queues[index].lineUp(held.ticket)
        }
        return queues
    }

    /// Asks tickets back that stand deep in one tray while a later one, or none, stands near the head of
    /// another. It moves a ticket only towards a place that is nearer its call, so it comes to rest.
    private mutating func keepOrder(_ candidates: [Candidate]) {
        var queues = expectedQueues(candidates)
        // Nobody gives the head of a queue away: a long hall is not searched for what few have.
        var givers = queues.indices.filter { queues[$0].count > 1 }
        for taker in candidates.indices where !givers.isEmpty {
            for place in 0...candidates[taker].capacity.open {
                let better = findBetter(for: taker, place, among: givers, queues, candidates)
                guard let (giver, depth) = better else { continue }
                let ticket = queues[giver].remove(at: depth)
                queues[taker].insert(ticket, at: min(place, queues[taker].count))
                if queues[taker].count == 2 { givers.append(taker) }
                withdraw(ticket.id, from: candidates[giver].name, for: candidates[taker].name)
            }
        }
    }

    /// The first ticket in call order that stands deeper elsewhere than `place` would be here, and goes
    /// before the one that is at `place`.
    private func findBetter(
        for taker: Int, _ place: Int, among givers: [Int], _ queues: [TicketLine],
        _ candidates: [Candidate]
    ) -> (giver: Int, depth: Int)? {
        let present = place < queues[taker].count ? queues[taker][place] : nil
        var best: (giver: Int, depth: Int)?
        for giver in givers where giver != taker {
            let isServed = queues[giver].services.contains {
                candidates[taker].capacity.booths(for: $0.name) > 0
            }
            guard isServed else { continue }
            let start =
                ((place + 1) * candidates[giver].capacity.open + candidates[taker].capacity.open - 1)
                / candidates[taker].capacity.open
            guard start < queues[giver].count else { continue }
            for depth in start..<queues[giver].count {
                let ticket = queues[giver][depth]
                if let present, !ticket.precedes(present) { break }
                guard wanted[ticket.id] == nil, tickets[ticket.id]?.isWithdrawing == false,
                    !isReached(ticket.id),
                    candidates[taker].capacity.booths(for: ticket.service) > 0
                else { continue }
                if let rival = best, !ticket.precedes(queues[rival.giver][rival.depth]) { break }
                best = (giver, depth)
                break
            }
        }
        return best
    }

    /// Asks back what no open booth of its holder serves, when another's does.
    private mutating func releaseUnserved(
        _ entries: [ControllerEntry], _ candidates: [Candidate]
    ) {
        for holder in entries {
            guard let tray = trays[holder.name], !tray.isEmpty, isReady(holder.name) else {
                continue
            }
            let own = capacities[holder.name]
            let isServedElsewhere = tray.services.contains { service in
                own?.booths(for: service.name) ?? 0 == 0
                    && candidates.contains { $0.capacity.booths(for: service.name) > 0 }
            }
            guard isServedElsewhere else { continue }
            for ticket in tray where own?.booths(for: ticket.service) ?? 0 == 0 {
                let other = candidates.first { $0.capacity.booths(for: ticket.service) > 0 }
                if let other { withdraw(ticket.id, from: holder.name, for: other.name) }
            }
        }
    }

    /// A finger is on a button: of the heads of all trays in the hall, the one whose turn it is at that
    /// booth goes to its controller, in time for the call if the wires are quick. With a line that is due
    /// there, it is the first of that line, wherever it is.
    mutating func reach(for number: BoothNumber, _ due: DueLine?, _ id: LinkID) {
        guard let name = sessions[id]?.name, let hall = hallOf[name], isReady(name),
            let services = booths[name]?.first(where: { $0.number == number })?.services
        else { return }
        let entries = controllers(in: hall)
        guard entries.count > 1 else { return }
        var line: [Ticket] = []
        var holders: [Name] = []
        for entry in entries where entry.name == name || isReady(entry.name) {
            guard let tray = trays[entry.name] else { continue }
            let head =
                if let due {
                    tray.first { $0.service == due.service && $0.priority == due.priority }
                } else { tray.next(for: services) }
            guard let head else { continue }
            line.lineUp(head)
            holders.append(entry.name)
        }
        guard let first = line.next(for: services) else { return }
        reached[name] = Reach(ticket: first.id, until: now + Limits.reachSpan)
        let holder = holders.first { trays[$0]?.contains { $0.id == first.id } == true }
        if let holder, holder != name { withdraw(first.id, from: holder, for: name) }
    }

    /// Whether a ticket was brought to a finger that is on a button, and is to stay there.
    private func isReached(_ id: TicketID) -> Bool {
        reached.values.contains { $0.ticket == id && now < $0.until }
    }

    mutating func withdraw(_ id: TicketID, from giver: Name, for taker: Name?) {
        guard var held = tickets[id], !held.isWithdrawing else { return }
        held.isWithdrawing = true
        wanted[id] = taker
        put(held)
        order(giver, .withdraw(id))
    }

    /// A later ticket was called before earlier ones in other trays; one that was overtaken too often
    /// moves to the controller that calls faster.
    mutating func noteOvertaking(_ ticket: Ticket, by name: Name) {
        guard let hall = hallOf[name] else { return }
        for entry in controllers(in: hall) where entry.name != name && isReady(entry.name) {
            for other in trays[entry.name] ?? TicketLine([]) {
                // A tray stands in call order: nobody further back was overtaken.
                guard other.precedes(ticket) else { break }
                guard other.priority == ticket.priority, other.service == ticket.service,
                    wanted[other.id] == nil
                else { continue }
                let count = (overtaken[other.id] ?? 0) + 1
                overtaken[other.id] = count
                if count > Limits.overtakenMax { withdraw(other.id, from: entry.name, for: name) }
            }
        }
    }
}
