// SPDX-License-Identifier: Apache-2.0

// Numbering: the central's own tickets, and the blocks it lends to controllers.

extension CentralMachine {
    mutating func obey(_ command: CentralCommand, _ request: RequestID) {
        let reply: Reply
        switch command {
        case .take(let service, let priority): reply = issueWalkIn(service, priority)
        case .appointments(let command): reply = obey(command)
        case .fence(let name): reply = fence(name)
        case .cancel(let number): reply = cancel(number)
        case .turnDay(let day):
            reply = confirm(day)
        }
        effect(.reply(request, reply))
    }

    /// Gives out the next number of a service.
    mutating func issue(_ service: Name, _ priority: PriorityClass) -> Reply {
        guard let queue = serviceOf[service] else { return .refused(.unknownService(service)) }
        guard meta.day != .unknown else { return .refused(.noDay) }
        if let refusal = closed(service) { return .refused(refusal) }
        guard !isSettling else { return .refused(.settling) }
        guard tickets.count < Limits.centralTicketsMax else { return .refused(.trayFull) }
        guard let number = takeFreeNumber(queue) else {
            return .refused(.seriesExhausted(queue.series))
        }
        issuedInRun += 1
        meta.rank += 1
        metaChanged = true
        let ticket = Ticket(
            id: TicketID(issuer: .central, run: run, serial: issuedInRun), number: number,
            day: numberDays(of: service)[0], service: service, priority: priority,
            rank: meta.rank)
        let (ahead, wait) = wait(for: ticket, hall: queue.hall)
        put(CentralTicket(ticket: ticket))
        record(.issued(ticket))
        shareRank(hall: queue.hall, except: nil)
        return .issued(number, ticket.id, ahead: ahead, wait: wait)
    }

    mutating func takeNumber(_ service: Service) -> TicketNumber? {
        let day = numberDays(of: service.name)[0]
        let isOwn: (CentralBlock) -> Bool = {
            $0.holder == .central && $0.block.day == day && $0.block.series == service.series
                && $0.block.remaining > 0
        }
        if !blocks.contains(where: isOwn) {
            _ = lend(service, day: day, to: .central)
        }
        guard let index = blocks.firstIndex(where: isOwn) else { return nil }
        let value = blocks[index].block.next
        blocks[index].block.next += 1
        let changed = blocks[index]
        if changed.block.remaining == 0 {
            blocks.remove(at: index)
            output.changes.append(.dropBlock(changed.block.key))
        } else {
            output.changes.append(.block(changed))
        }
        return TicketNumber(series: service.series, value: value)
    }

    mutating func cancel(_ number: TicketNumber) -> Reply {
        let named = tickets.values.filter { $0.ticket.number == number }
        let alive = named.filter(\.state.isAlive)
        guard let held = alive.min(by: { $0.ticket.id < $1.ticket.id }) else {
            guard let ended = named.max(by: { $0.ticket.rank < $1.ticket.rank }) else {
                return .refused(.unknownNumber(number))
            }
            return .refused(.numberNotCallable(number, ended.state, booth: ended.booth))
        }
        switch held.holder {
        case .central: void(held, .bySupervisor)
        case .controller(let name):
            doomed[held.ticket.id] = .bySupervisor
            order(name, .cancel(held.ticket.id, .bySupervisor))
        }
        return .cancelled(number)
    }

    mutating func void(_ held: CentralTicket, _ reason: CancelReason) {
        var held = held
        held.state = .cancelled
        put(held)
        record(.cancelled(held.ticket.id, reason))
    }

    // MARK: - Blocks

    /// Lends the next free run of a series; nil when the series is used up.
    private mutating func lend(_ service: Service, day: ServiceDay, to holder: Holder) -> Block? {
        var counter =
            counters.first { $0.day == day && $0.series == service.series }
            ?? SeriesCounter(day: day, series: service.series, through: service.first - 1)
        let taken = takenValues(service.series, day)
        var first = counter.through + 1
        while true {
            if first > service.last {
                guard service.wraps, !(counter.hasWrapped && counter.through < service.first) else {
                    return tellExhausted(service.series)
                }
                counter.hasWrapped = true
                counter.through = service.first - 1
                first = service.first
                if taken.count(where: \.self) > Int(service.last - service.first) {
                    return tellExhausted(service.series)
                }
            }
            guard taken[Int(first)] else { break }
            first += 1
        }
        var last = first
        let size = lot(service)
        while last < service.last, last - first + 1 < size, !taken[Int(last) + 1] {
            last += 1
        }
        if first > counter.through + 1 {
            record(
                .gap(
                    day: day, series: service.series, first: counter.through + 1, last: first - 1,
                    reason: .inUse))
        }
        counter.through = last
        store(counter)
        let block = Block(
            day: day, series: service.series, service: service.name, first: first, last: last,
            next: first)
        store(CentralBlock(holder: holder, block: block))
        let witnesses = controllers(in: service.hall).lazy.filter { [self] in isReady($0.name) }
            .prefix(Limits.markWitnesses)
        for entry in Array(witnesses) { sendMarks(entry.name) }
        return block
    }

    /// How many numbers are lent at once: as configured, but of a short series never so many that what
    /// lies unused in blocks would be missed.
    private func lot(_ service: Service) -> UInt16 {
        let holders = (lenders[service.name] ?? 0) + 1
        let share = Int(service.last - service.first + 1) / (4 * holders)
        return min(service.blockSize, UInt16(clamping: max(1, share)))
    }

    private mutating func tellExhausted(_ series: Series) -> Block? {
        if exhausted.insert(series).inserted { effect(.event(.seriesExhausted(series))) }
        return nil
    }

    /// Which values of a series must be passed over: alive, called within the last hour, such as may be
    /// called again, lent, or the name of a block, its first value, that somebody still has.
    private func takenValues(_ series: Series, _ day: ServiceDay) -> [Bool] {
        var taken = Array(repeating: false, count: Int(Limits.numberValueMax) + 1)
        for held in tickets.values where held.ticket.number.series == series {
            taken[Int(held.ticket.number.value)] =
                taken[Int(held.ticket.number.value)] || held.state.isAlive || rests(held, day)
                || mayComeBack(held, day)
        }
        for lent in blocks where lent.block.series == series && lent.block.day == day {
            taken[Int(lent.block.first)] = true
            for value in Int(lent.block.next)..<max(Int(lent.block.next), Int(lent.block.last) + 1)
            where value < taken.count {
                taken[value] = true
            }
        }
        return taken
    }

    /// Whether a ticket's number was called so lately that it must not be given out again.
    private func rests(_ held: CentralTicket, _ day: ServiceDay) -> Bool {
        guard held.booth != nil, held.ticket.day == day else { return false }
        return now < (lastCalled[held.ticket.number] ?? startedAt) + Limits.numberRest
    }

    /// Whether a ticket that is over may be called all the same: a no-show who comes late, or one that a
    /// controller which is gone has not been told of.
    private func mayComeBack(_ held: CentralTicket, _ day: ServiceDay) -> Bool {
        guard held.ticket.day == day else { return false }
        if held.state == .noShow { return true }
        guard let holder = held.holder.controller else { return false }
        return held.state == .cancelled && controllers.read(holder) { $0.isFenced } == true
    }

    /// Keeps a connected controller's blocks ahead of need, for today and for the next service day.
    mutating func refill(_ name: Name) {
        guard isReady(name), !isSettling, meta.day != .unknown, let hall = hallOf[name] else {
            return
        }
        for service in lends[hall] ?? [] {
            for day in numberDays(of: service.name) {
                let left = blocks.reduce(0) { sum, lent in
                    let counts =
                        lent.holder == .controller(name) && lent.block.day == day
                        && lent.block.service == service.name
                    return counts ? sum + lent.block.remaining : sum
                }
                guard left * 2 < Int(lot(service)) else { continue }
                keepFirstNumbers(service, day)
                if let block = lend(service, day: day, to: .controller(name)) {
                    order(name, .block(block))
                }
            }
        }
        lendLocal(name)
    }

    /// The first numbers of a day are the central's own, so that its kiosk begins at the beginning.
    private mutating func keepFirstNumbers(_ service: Service, _ day: ServiceDay) {
        let isUntouched = !counters.contains { $0.day == day && $0.series == service.series }
        if isUntouched { _ = lend(service, day: day, to: .central) }
    }

    private mutating func lendLocal(_ name: Name) {
        guard let series = entryOf[name]?.localSeries, let record = controllers[name],
            !blocks.contains(where: { $0.holder == .controller(name) && $0.block.isLocal })
        else { return }
        // A lease that was lost may have been used today, whenever it was given.
        var first = record.localFirst == 0 ? 1 : record.localFirst + Limits.localLeaseSize
        if first > Limits.numberValueMax { first = 1 }
        let today = meta.day
        let lostFirst = record.localDay.count < today.count ? record.localFirst : record.localLost
        guard first != lostFirst else { return effect(.event(.localSeriesExhausted(name))) }
        change(name) {
            $0.localFirst = first
            $0.localDay = today
            $0.localLost = lostFirst == 0 ? first : lostFirst
        }
        let block = Block(
            day: .unknown, series: series, service: nil, first: first,
            last: first + Limits.localLeaseSize - 1, next: first)
        store(CentralBlock(holder: .controller(name), block: block))
        order(name, .block(block))
    }

    /// Takes note that a controller issued from a block of its own.
    mutating func noteIssued(_ ticket: Ticket, by name: Name) {
        noteTaken(ticket.number, of: ticket.day, by: name)
    }

    /// A controller took a number for a slip that it could not print.
    mutating func spoiled(_ number: TicketNumber, _ day: ServiceDay, by name: Name) {
        noteTaken(number, of: day, by: name)
        record(
            .gap(
                day: day, series: number.series, first: number.value, last: number.value,
                reason: .notPrinted(name)))
    }

    private mutating func noteTaken(_ number: TicketNumber, of day: ServiceDay, by name: Name) {
        countSeries(day, number.series, number.value)
        guard
            let index = blocks.firstIndex(where: {
                $0.holder == .controller(name) && $0.block.series == number.series
                    && ($0.block.isLocal || $0.block.day == day)
                    && ($0.block.first...$0.block.last).contains(number.value)
            })
        else { return }
        refills.insert(name)
        let next = blocks[index].block.next
        if next < number.value, !blocks[index].block.isLocal {
            // It passed over a number whose ticket of yesterday is still at a booth.
            record(
                .gap(
                    day: day, series: number.series, first: next, last: number.value - 1,
                    reason: .inUse))
        }
        blocks[index].block.next = max(next, number.value + 1)
        let changed = blocks[index]
        if changed.block.remaining == 0, !changed.block.isLocal {
            blocks.remove(at: index)
            output.changes.append(.dropBlock(changed.block.key))
        } else {
            output.changes.append(.block(changed))
        }
    }

    mutating func adopt(_ block: Block, of name: Name) {
        countSeries(block.day, block.series, block.last)
        if block.isLocal, let record = controllers[name], record.localFirst != block.first {
            let today = meta.day
            change(name) {
                $0.localFirst = block.first
                $0.localDay = today
            }
        }
        blocks.removeAll { $0.block.key == block.key }
        store(CentralBlock(holder: .controller(name), block: block))
    }

    /// Takes blocks from a controller that no longer knows them; their numbers stay unused.
    mutating func burnBlocks(of holder: Holder, except kept: Set<BlockKey>, reason: GapReason) {
        let burned = blocks.filter {
            $0.holder == holder && !kept.contains($0.block.key)
        }
        for lent in burned {
            blocks.removeAll { $0.block.key == lent.block.key }
            output.changes.append(.dropBlock(lent.block.key))
            recordGap(lent.block, reason)
        }
    }

    mutating func recordGap(_ block: Block, _ reason: GapReason) {
        guard block.remaining > 0 else { return }
        record(
            .gap(
                day: block.day, series: block.series, first: block.next, last: block.last,
                reason: reason))
    }

    private mutating func store(_ lent: CentralBlock) {
        blocks.append(lent)
        output.changes.append(.block(lent))
    }

    private mutating func store(_ counter: SeriesCounter) {
        counters.removeAll { $0.day == counter.day && $0.series == counter.series }
        counters.append(counter)
        output.changes.append(.counter(counter))
    }

    /// Learns from a controller that a series was given out up to a value.
    mutating func countSeries(_ day: ServiceDay, _ series: Series, _ through: UInt16) {
        guard plan.services.contains(where: { $0.series == series }) else { return }
        let known = counters.first { $0.day == day && $0.series == series }
        if let known, known.hasWrapped || known.through >= through { return }
        guard !day.isOver(by: meta.day) else { return }
        store(SeriesCounter(day: day, series: series, through: through))
    }

    /// A controller says how far a series was given out, as it was told. Of a central that has forgotten
    /// nothing it was told more than is true: it passes over the rest, and the history says so.
    mutating func hear(mark day: ServiceDay, _ series: Series, _ through: UInt16, of name: Name) {
        let known = counters.first { $0.day == day && $0.series == series }
        countSeries(day, series, through)
        guard !isSettling, meta.unsettledRank == 0, let known,
            counters.contains(where: {
                $0.day == day && $0.series == series && $0.through > known.through
            })
        else { return }
        record(
            .gap(
                day: day, series: series, first: known.through + 1, last: through,
                reason: .announced(name)))
    }

    /// Asks a controller to remember how far the series of its hall are given out, if it does not yet.
    mutating func sendMarks(_ name: Name) {
        guard isReady(name), let hall = hallOf[name] else { return }
        for counter in counters where !counter.day.isOver(by: meta.day) {
            guard
                let service = plan.services.first(where: {
                    $0.series == counter.series && $0.hall == hall
                })
            else { continue }
            let place = marksSent[name]?.firstIndex {
                $0.day == counter.day && $0.series == counter.series
            }
            var mark = counter
            mark.through += markReserve(service, after: counter.through)
            if let place, let last = marksSent[name]?[place] {
                let isCovered = (counter.through...mark.through).contains(last.through)
                if isCovered, last.hasWrapped == counter.hasWrapped { continue }
                marksSent.update(name) { $0[place] = mark }
            } else {
                marksSent[name, default: []].append(mark)
            }
            order(name, .mark(day: mark.day, series: mark.series, through: mark.through))
        }
    }

    /// How far marks run ahead of what is given out. In a hall of few controllers, not at all: a central
    /// that has forgotten goes on with the very next number. In a large one each number that is lent
    /// would make an order for every witness: a mark covers a quarter of what all of them hold at a time,
    /// and of the last numbers of a series at most half of those that are left.
    private func markReserve(_ service: Service, after through: UInt16) -> UInt16 {
        let holders = lenders[service.name] ?? 0
        guard holders > Limits.markWitnesses else { return 0 }
        let left = Int(service.last) - Int(through)
        return UInt16(clamping: max(0, min(Int(lot(service)) * holders / 4, left / 2)))
    }
}
