// SPDX-License-Identifier: Apache-2.0

// What a change does to the rows, said in plain Swift: the meaning that Store gives it in SQL. The
// simulator's disk is made of this.

extension ControllerSnapshot {
    /// Carries out one change.
    public mutating func apply(_ change: ControllerChange) {
        switch change {
        case .meta(let value): meta = value
        case .ticket(let held):
            tickets.replace(held) { $0.ticket.id == held.ticket.id }
        case .forget(let id): tickets.removeAll { $0.ticket.id == id }
        case .booth(let booth): booths.replace(booth) { $0.number == booth.number }
        case .forgetBooth(let number): booths.removeAll { $0.number == number }
        case .block(let block): blocks.replace(block) { $0.key == block.key }
        case .dropBlock(let key): blocks.removeAll { $0.key == key }
        case .mark(let mark):
            marks.replace(mark) { $0.day == mark.day && $0.series == mark.series }
        case .dropMark(let day, let series):
            marks.removeAll { $0.day == day && $0.series == series }
        case .fact(let fact): facts.append(fact)
        case .trimFacts(let number): facts.trim(through: number)
        case .clearFacts: facts = []
        }
    }

    /// Carries out many changes, one after the other, in a time that grows with their number alone.
    public mutating func apply(contentsOf changes: some Sequence<ControllerChange>) {
        var rows = KeyedRows(tickets, by: \.ticket.id)
        for change in changes {
            switch change {
            case .ticket(let held): rows[held.ticket.id] = held
            case .forget(let id): rows.remove(id)
            default: apply(change)
            }
        }
        tickets = rows.values
    }
}

extension CentralSnapshot {
    /// Carries out one change; the history is kept elsewhere.
    public mutating func apply(_ change: CentralChange) {
        switch change {
        case .meta(let value): meta = value
        case .controller(let record): controllers.replace(record) { $0.name == record.name }
        case .booth(let booth):
            booths.replace(booth) {
                $0.controller == booth.controller && $0.booth.number == booth.booth.number
            }
        case .ticket(let held): tickets.replace(held) { $0.ticket.id == held.ticket.id }
        case .forget(let id): tickets.removeAll { $0.ticket.id == id }
        case .block(let lent): blocks.replace(lent) { $0.block.key == lent.block.key }
        case .dropBlock(let key): blocks.removeAll { $0.block.key == key }
        case .counter(let counter):
            counters.replace(counter) { $0.day == counter.day && $0.series == counter.series }
        case .dropCounter(let day, let series):
            counters.removeAll { $0.day == day && $0.series == series }
        case .order(let name, let order): orders[name, default: []].append(order)
        case .trimOrders(let name, let number): orders[name]?.trim(through: number)
        case .history: break
        }
    }

    /// Carries out many changes, one after the other, in a time that grows with their number alone.
    public mutating func apply(contentsOf changes: some Sequence<CentralChange>) {
        var rows = KeyedRows(tickets, by: \.ticket.id)
        var records = KeyedRows(controllers, by: \.name)
        for change in changes {
            switch change {
            case .ticket(let held): rows[held.ticket.id] = held
            case .forget(let id): rows.remove(id)
            case .controller(let record): records[record.name] = record
            default: apply(change)
            }
        }
        tickets = rows.values
        controllers = records.values
    }
}

extension Array {
    /// Takes out the records of a log up to a number.
    mutating func trim<Record>(through number: UInt64) where Element == Numbered<Record> {
        removeFirst(firstIndex { $0.number > number } ?? count)
    }

    fileprivate mutating func replace(_ element: Element, where matches: (Element) -> Bool) {
        if let index = firstIndex(where: matches) {
            self[index] = element
        } else {
            append(element)
        }
    }
}
