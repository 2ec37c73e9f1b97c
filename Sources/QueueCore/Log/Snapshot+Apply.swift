// SPDX-License-Identifier: Apache-2.0

// What a change does to the rows, said in plain Swift: the meaning that Store gives it in SQL. The
// simulator's disk is made of this.

extension ControllerSnapshot {
    /// Carries out changes, one after the other.
    public mutating func apply(_ changes: [ControllerChange]) {
        for place in changes.indices { apply(changes, place) }
    }

    /// A change is looked at where it lies: it is too large to be copied for it.
    private mutating func apply(_ changes: [ControllerChange], _ place: Int) {
        switch changes[place] {
        case .meta(let value): meta = value
        case .ticket(let held): ticketRows[held.ticket.id] = held
        case .forget(let id): ticketRows.remove(id)
        case .booth(let booth): booths.replace(booth) { $0.number == booth.number }
        case .forgetBooth(let number): booths.removeAll { $0.number == number }
        case .block(let block): blocks.replace(block) { $0.key == block.key }
        case .dropBlock(let key): blocks.removeAll { $0.key == key }
        case .mark(let mark):
            marks.replace(mark) { $0.day == mark.day && $0.series == mark.series }
        case .dropMark(let day, let series):
            marks.removeAll { $0.day == day && $0.series == series }
        case .passedOver(let count):
            passedOver.replace(count) {
                $0.service == count.service && $0.priority == count.priority
            }
        case .slip(let slip): slips.append(slip)
        case .dropSlip(let id): slips.removeAll { $0.ticket.id == id }
        case .fact(let fact): facts.append(fact)
        case .stamp(let number, let time): facts.stamp(number, time)
        case .trimFacts(let number): facts.trim(through: number)
        case .clearFacts: facts = []
        }
    }
}

extension CentralSnapshot {
    /// Carries out changes, one after the other; the history is kept elsewhere.
    public mutating func apply(_ changes: [CentralChange]) {
        for place in changes.indices { apply(changes, place) }
    }

    /// A change is looked at where it lies: it is too large to be copied for it.
    private mutating func apply(_ changes: [CentralChange], _ place: Int) {
        switch changes[place] {
        case .meta(let value): meta = value
        case .controller(let record): controllers.replace(record) { $0.name == record.name }
        case .booth(let booth):
            booths.replace(booth) {
                $0.controller == booth.controller && $0.booth.number == booth.booth.number
            }
        case .ticket(let held): ticketRows[held.ticket.id] = held
        case .forget(let id): ticketRows.remove(id)
        case .block(let lent): blocks.replace(lent) { $0.block.key == lent.block.key }
        case .dropBlock(let key): blocks.removeAll { $0.block.key == key }
        case .counter(let counter):
            counters.replace(counter) { $0.day == counter.day && $0.series == counter.series }
        case .dropCounter(let day, let series):
            counters.removeAll { $0.day == day && $0.series == series }
        case .order(let name, let order): orders[name, default: []].append(order)
        case .trimOrders(let name, let number): orders[name]?.trim(through: number)
        case .appointment(let change): appointments.apply(change)
        case .history: break
        }
    }
}

extension Array {
    /// Takes out the records of a log up to a number.
    mutating func trim<Record>(through number: UInt64) where Element == Numbered<Record> {
        removeFirst(firstIndex { $0.number > number } ?? count)
    }

    /// Sets the time of the record of a number.
    fileprivate mutating func stamp<Record>(_ number: UInt64, _ time: WallTime)
    where Element == Numbered<Record> {
        guard let first, number >= first.number, number - first.number < count else { return }
        self[Int(number - first.number)].at = time
    }

    fileprivate mutating func replace(_ element: Element, where matches: (Element) -> Bool) {
        if let index = firstIndex(where: matches) {
            self[index] = element
        } else {
            append(element)
        }
    }
}
