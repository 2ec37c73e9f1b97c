// SPDX-License-Identifier: Apache-2.0

// The rows of one kind that a machine holds in memory, each under its key. A dictionary would do, but
// Swift scatters those differently in each process: here the same inputs give the same order
// everywhere, and a key is found in a few nanoseconds, which a million simulated days are made of.

/// What rows are kept under.
public protocol RowKey: Hashable, Sendable {
    /// Bits that tell this key from others, in any place of the word; equal for equal keys.
    var hint: UInt64 { get }
}

/// Rows by their keys, in an order that only depends on what was put in and taken out.
public struct KeyedRows<Key: RowKey, Row> {
    /// The keys, in the same order as ``values``.
    @inlinable public var keys: [Key] { rowKeys }
    /// The rows; a new one comes last, and the last one takes the place of one that is taken out.
    @inlinable public var values: [Row] { rows }
    @usableFromInline var rowKeys: [Key] = []
    @usableFromInline var rows: [Row] = []
    /// A hash table with linear probing: place + 1 of a key near where its hint points, 0 when free. A
    /// power of two in size, half of it free at least; empty while the keys are so few that looking
    /// through them is faster.
    @usableFromInline var slots: [UInt32] = []

    @usableFromInline static var unslottedMax: Int { 8 }

    /// No rows.
    @inlinable
    public init() {}

    /// Rows from a list; of two with the same key the later one stays.
    @inlinable
    public init(_ list: some Sequence<Row>, by key: (Row) -> Key) {
        rowKeys.reserveCapacity(list.underestimatedCount)
        rows.reserveCapacity(list.underestimatedCount)
        makeSlots(for: list.underestimatedCount)
        for row in list { self[key(row)] = row }
    }

    /// How many rows there are.
    @inlinable
    public var count: Int { rowKeys.count }

    /// Whether there are none.
    @inlinable
    public var isEmpty: Bool { rowKeys.isEmpty }

    /// The row under a key; setting it to nil takes it out.
    public subscript(key: Key) -> Row? {
        @inlinable get { place(of: key).map { rows[$0] } }
        @inlinable set {
            guard let row = newValue else { return remove(key) }
            if let place = place(of: key) {
                rows[place] = row
            } else {
                append(key, row)
            }
        }
    }

    /// The row under a key, changed in its place; put in when there was none.
    public subscript(key: Key, default row: @autoclosure () -> Row) -> Row {
        @inlinable get { place(of: key).map { rows[$0] } ?? row() }
        @inlinable _modify {
            let place = place(of: key) ?? append(key, row())
            yield &rows[place]
        }
    }

    /// A part of the row under a key, without a copy of the whole.
    @inline(__always)
    func read<Part>(_ key: Key, _ part: (borrowing Row) -> Part) -> Part? {
        place(of: key).map { part(rows[$0]) }
    }

    /// Changes the row under a key in its place, when there is one.
    @inlinable
    public mutating func update(_ key: Key, _ body: (inout Row) -> Void) {
        if let place = place(of: key) { body(&rows[place]) }
    }

    /// Puts a row in and returns the one that it replaces.
    @inlinable
    public mutating func replace(_ key: Key, with row: Row) -> Row? {
        guard let place = place(of: key) else {
            append(key, row)
            return nil
        }
        let old = rows[place]
        rows[place] = row
        return old
    }

    /// Takes out the row under a key.
    @inlinable
    public mutating func remove(_ key: Key) {
        guard let place = place(of: key) else { return }
        let last = rowKeys.count - 1
        if !slots.isEmpty {
            free(slot(of: key))
            if place != last { slots[slot(of: rowKeys[last])] = UInt32(place + 1) }
        }
        rowKeys.swapAt(place, last)
        rowKeys.removeLast()
        rows.swapAt(place, last)
        rows.removeLast()
    }

    /// Takes out all rows; the room that they had is kept for others.
    @inlinable
    public mutating func removeAll() {
        guard !isEmpty else { return }
        while rowKeys.popLast() != nil {}
        while rows.popLast() != nil {}
        if !slots.isEmpty { slots = [] }
    }

    /// The keys in their own order.
    public func sortedKeys() -> [Key] where Key: Comparable {
        count < 2 ? rowKeys : rowKeys.sorted()
    }

    // MARK: - Finding, inlinable for callers in other modules

    @inlinable
    @inline(__always)
    func place(of key: Key) -> Int? {
        guard !slots.isEmpty else { return rowKeys.firstIndex(of: key) }
        let slot = slot(of: key)
        return slots[slot] == 0 ? nil : Int(slots[slot]) - 1
    }

    /// Where a key would be if nothing else were there.
    @inlinable
    @inline(__always)
    func home(of key: Key) -> Int {
        // Multiplied by the golden ratio, the high bits depend on all bits of the hint.
        let scattered = key.hint &* 0x9E37_79B9_7F4A_7C15
        return Int(scattered >> UInt64(64 - slots.count.trailingZeroBitCount))
    }

    /// The slot of a key, or the free one where it belongs.
    @inlinable
    func slot(of key: Key) -> Int {
        var slot = home(of: key)
        while slots[slot] != 0, rowKeys[Int(slots[slot]) - 1] != key {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    @discardableResult
    @inlinable
    mutating func append(_ key: Key, _ row: Row) -> Int {
        rowKeys.append(key)
        rows.append(row)
        if rowKeys.count > Self.unslottedMax, rowKeys.count * 2 > slots.count {
            makeSlots(for: rowKeys.count)
            for (place, key) in rowKeys.enumerated() { slots[slot(of: key)] = UInt32(place + 1) }
        } else if !slots.isEmpty {
            slots[slot(of: key)] = UInt32(rowKeys.count)
        }
        return rowKeys.count - 1
    }

    /// Makes an empty hash table with room for so many keys and as many again; none for a few.
    @inlinable
    mutating func makeSlots(for count: Int) {
        guard count > Self.unslottedMax else { return }
        var size = Self.unslottedMax * 4
        while size < count * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
    }

    /// Frees a slot and moves up what stood behind it for want of a better one.
    @inlinable
    mutating func free(_ slot: Int) {
        let mask = slots.count - 1
        var hole = slot
        var next = (slot + 1) & mask
        while slots[next] != 0 {
            let wanted = home(of: rowKeys[Int(slots[next]) - 1])
            if (next - wanted) & mask >= (next - hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = 0
    }
}

extension KeyedRows where Row == Void {
    /// Puts a key in, when it is not there yet.
    mutating func insert(_ key: Key) { self[key] = () }

    /// Whether a key is there.
    func contains(_ key: Key) -> Bool { self[key] != nil }
}

extension KeyedRows: Sequence {
    /// Goes through keys and rows, in the order of ``keys``.
    public func makeIterator() -> Zip2Sequence<[Key], [Row]>.Iterator {
        zip(keys, values).makeIterator()
    }
}

extension KeyedRows: Sendable where Row: Sendable {}

extension KeyedRows: Equatable where Row: Equatable {
    /// The same rows under the same keys, in whatever order.
    public static func == (left: KeyedRows, right: KeyedRows) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0] == $1 }
    }
}

extension KeyedRows: Hashable where Row: Hashable {
    /// Takes in how many rows there are: their order doesn't count.
    public func hash(into hasher: inout Hasher) { hasher.combine(count) }
}

extension UInt64: RowKey {
    /// The number itself.
    public var hint: UInt64 { self }
}

extension Name: RowKey {}

extension TicketID: RowKey {
    /// The distinguishing parts; issuers hardly ever share a run.
    public var hint: UInt64 { UInt64(run.mark) << 32 | UInt64(serial) }
}

extension TicketNumber: RowKey {
    /// Letter and value.
    public var hint: UInt64 { UInt64(series.letter) << 16 | UInt64(value) }
}
