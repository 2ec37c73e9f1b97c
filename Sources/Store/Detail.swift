// SPDX-License-Identifier: Apache-2.0

// What a record carries beyond the columns that all records share, as `key=value key=value`. Values
// are words, names and numbers without spaces; only `reason`, which comes last, runs to the end of
// the text. A key that the record's kind does not need is ignored.

import QueueCore

/// The `detail` column of a record.
struct Detail: Hashable {
    private(set) var text: String

    /// A detail without anything.
    init() { text = "" }

    /// A detail as read.
    init(text: String) { self.text = text }

    /// Adds a value without spaces.
    mutating func add(_ key: String, _ value: some CustomStringConvertible) {
        if !text.isEmpty { text += " " }
        text += key
        text += "="
        text += value.description
    }

    /// Adds a value unless there is none.
    mutating func add(_ key: String, ifAny value: (some CustomStringConvertible)?) {
        if let value { add(key, value) }
    }

    /// Adds the key when the flag is set.
    mutating func add(_ key: String, if flag: Bool) {
        if flag { add(key, "yes") }
    }

    /// Adds a free text; nothing may follow.
    mutating func addReason(_ reason: String) { add("reason", reason) }

    /// Adds what a ticket has beyond identity, number and service.
    mutating func add(_ ticket: Ticket) {
        add("day", ticket.day)
        add("class", ticket.priority.word)
        add("rank", ticket.rank)
        add("returned", if: ticket.returned)
        add("dealt-again", if: ticket.dealtAgain)
        add("sender", ifAny: ticket.sender)
    }

    /// The value of the key, or nil.
    subscript(key: String) -> Substring? {
        var rest = text[...]
        while !rest.isEmpty {
            let name = rest.prefix { $0 != "=" }
            rest = rest.dropFirst(name.count + 1)
            let value = name == "reason" ? rest : rest.prefix { $0 != " " }
            if name == key { return value }
            rest = rest.dropFirst(value.count + 1)
        }
        return nil
    }

    /// The value of the key, read by `parse`.
    func value<Value>(
        _ key: String, _ parse: (Substring) -> Value?
    ) throws(BadRow) -> Value {
        guard let text = self[key], let value = parse(text) else {
            throw BadRow(what: "no sound \"\(key)\" in the detail \"\(text)\"")
        }
        return value
    }

    /// The value of the key, or nil when the key is not there.
    func valueIfAny<Value>(
        _ key: String, _ parse: (Substring) -> Value?
    ) throws(BadRow) -> Value? {
        guard self[key] != nil else { return nil }
        return try value(key, parse)
    }

    /// Whether the key is there.
    func flag(_ key: String) -> Bool { self[key] != nil }

    /// The service day under `day`.
    func day() throws(BadRow) -> ServiceDay {
        try value("day") { ServiceDay($0) }
    }

    /// The series under `series`.
    func series() throws(BadRow) -> Series { try value("series") { Series($0) } }
}
