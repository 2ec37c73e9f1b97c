// SPDX-License-Identifier: Apache-2.0

// The service day: numbers start over, and what is left of earlier days ends.

extension CentralMachine {
    /// Turns the day by the wall clock: forward only, and not absurdly far.
    mutating func turnDay(by today: ServiceDay) {
        guard today.count <= ServiceDay.countMax else { return }
        clockDay = today
        guard today > meta.day || today.count < meta.day.count else {
            clockTold = nil
            return
        }
        let isFar = meta.day != .unknown && today.count - meta.day.count > Limits.dayJumpMax
        if today < meta.day || isFar {
            if clockTold != today {
                clockTold = today
                effect(
                    .event(
                        isFar
                            ? .clockRefused(today: today, day: meta.day)
                            : .clockBehind(today: today, day: meta.day)))
            }
            return
        }
        clockTold = nil
        begin(today)
    }

    /// Begins a day that is too far ahead to begin by itself, on an operator's word; only the day that
    /// the clock names now, so that a slip of the finger can't carry the clinic into another year.
    mutating func confirm(_ day: ServiceDay) -> Reply {
        guard day.whole == clockDay.whole, clockDay >= meta.day else {
            return .refused(.dayNotNow(day, now: clockDay))
        }
        begin(clockDay)
        return .dayIs(meta.day)
    }

    private mutating func begin(_ day: ServiceDay) {
        guard day > meta.day else { return }
        if day.count > meta.day.count { meta.closedThrough = .midnight }
        meta.day = day
        metaChanged = true
        exhausted = []
        record(.dayTurned(day))
        for name in entryOf.keys.sorted() where links[name] == nil { record(.absent(name)) }
        voidEarlier(than: day, of: .central)
        book.beginDay(day)
        for counter in counters where counter.day.isOver(by: day) {
            output.changes.append(.dropCounter(day: counter.day, series: counter.series))
        }
        counters.removeAll { $0.day.isOver(by: day) }
        for lent in blocks where !lent.block.isLocal && lent.block.day.isOver(by: day) {
            output.changes.append(.dropBlock(lent.block.key))
            recordGap(lent.block, .dayEnded)
        }
        blocks.removeAll { !$0.block.isLocal && $0.block.day.isOver(by: day) }
        for name in links.keys.sorted() {
            order(name, .day(day))
            refills.insert(name)
        }
    }

    mutating func dayTurned(_ day: ServiceDay, of name: Name) {
        voidEarlier(than: day, of: .controller(name))
        for index in blocks.indices
        where blocks[index].holder == .controller(name) && blocks[index].block.isLocal
            && day.part <= 1
        {
            blocks[index].block.next = blocks[index].block.first
            output.changes.append(.block(blocks[index]))
        }
        refills.insert(name)
    }

    /// Ends what is left of earlier dates in somebody's hands.
    private mutating func voidEarlier(than day: ServiceDay, of holder: Holder) {
        let ended = tickets.values.filter {
            $0.holder == holder && $0.ticket.day.count < day.count && $0.state != .called
        }
        for held in ended {
            if held.state.isAlive {
                record(.cancelled(held.ticket.id, .dayEnd))
            }
            forget(held.ticket.id)
        }
    }
}
