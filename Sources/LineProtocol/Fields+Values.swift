// SPDX-License-Identifier: Apache-2.0

// The values of a line by key and type: what a key must hold is said once, here, and so is the error
// when it doesn't.
import QueueCore

extension Fields {
    /// The value of a key that need not be there.
    private func optional<T>(
        _ key: Key, _ rule: @autoclosure () -> String, _ read: (ArraySlice<UInt8>) -> T?
    ) throws(LineError) -> T? {
        guard let (value, index) = raw(key) else { return nil }
        guard let found = read(value) else {
            throw .badValue(key, verb, column: index, rule())
        }
        return found
    }

    /// The value of a key that must be there.
    func required<T>(
        _ key: Key, _ rule: @autoclosure () -> String, _ read: (ArraySlice<UInt8>) -> T?
    ) throws(LineError) -> T {
        guard let found = try optional(key, rule(), read) else { throw .missing(key, verb) }
        return found
    }

    /// An error at a key whose value is of the right type but goes not with the others.
    func badValue(_ key: Key, _ must: String) -> LineError {
        .badValue(key, verb, column: raw(key)?.index ?? 0, must)
    }

    func count(
        _ key: Key, in range: ClosedRange<UInt64> = 0...LineLimits.countMax
    ) throws(LineError) -> UInt64 {
        try required(key, Value.numberRule(range)) { Value.number($0, in: range) }
    }

    /// A number that may be left out; its range is the type's unless told.
    func small<Number: FixedWidthInteger>(
        _ key: Key, in range: ClosedRange<Number>, default other: Number? = nil
    ) throws(LineError) -> Number {
        let wide = UInt64(range.lowerBound)...UInt64(range.upperBound)
        if let other, raw(key) == nil { return other }
        return Number(try count(key, in: wide))
    }

    /// When a fact happened; unknown when left out.
    func time() throws(LineError) -> WallTime {
        WallTime(try small(.at, in: 1...LineLimits.timeMax, default: 0))
    }

    /// An expected wait in seconds; nil when left out.
    func wait() throws(LineError) -> UInt32? {
        raw(.wait) == nil ? nil : try small(.wait, in: 0...UInt32.max)
    }

    func booth() throws(LineError) -> BoothNumber {
        try small(.booth, in: 1...Limits.boothNumberMax)
    }

    func boothIfAny() throws(LineError) -> BoothNumber? {
        raw(.booth) == nil ? nil : try booth()
    }

    func day() throws(LineError) -> ServiceDay {
        try required(.day, Value.dayRule, Value.day)
    }

    func name(_ key: Key) throws(LineError) -> Name {
        try required(key, Value.nameRule, Value.name)
    }

    func nameIfAny(_ key: Key) throws(LineError) -> Name? {
        try optional(key, Value.nameRule, Value.name)
    }

    func epoch(_ key: Key) throws(LineError) -> Epoch {
        try required(key, Value.epochRule, Value.epoch)
    }

    /// An epoch, or nil for the word `none`, which is no epoch.
    func epochOrNone(_ key: Key) throws(LineError) -> Epoch? {
        if let (value, _) = raw(key), value.elementsEqual("none".utf8) { return nil }
        return try required(key, Value.epochRule + ", or none", Value.epoch)
    }

    func ticketID(_ key: Key = .ticket) throws(LineError) -> TicketID {
        try required(key, Value.ticketIDRule, Value.ticketID)
    }

    func ticketIDIfAny(_ key: Key) throws(LineError) -> TicketID? {
        try optional(key, Value.ticketIDRule, Value.ticketID)
    }

    func ticketNumber() throws(LineError) -> TicketNumber {
        try required(.number, Value.ticketNumberRule, Value.ticketNumber)
    }

    func series() throws(LineError) -> Series {
        try required(.series, Value.seriesRule, Value.series)
    }

    func priority(default other: PriorityClass? = nil) throws(LineError) -> PriorityClass {
        if let other, raw(.priority) == nil { return other }
        return try word(.priority, \.word)
    }

    /// `service`, and `class` unless it is `normal`; nil without a service.
    func dueLine() throws(LineError) -> DueLine? {
        let priority = try priority(default: .normal)
        guard raw(.service) != nil else { return nil }
        return DueLine(service: try name(.service), priority: priority)
    }

    func word<Entry: CaseIterable>(
        _ key: Key, _ spelling: (Entry) -> String
    ) throws(LineError) -> Entry {
        try required(key, Value.wordRule(spelling)) { Value.word($0, spelling) }
    }

    /// `1` when set; left out when not.
    func flag(_ key: Key) throws(LineError) -> Bool {
        try optional(key, "1, or left out") { $0.elementsEqual("1".utf8) ? true : nil } ?? false
    }

    func services() throws(LineError) -> [Name] {
        let rule = "1 to \(Limits.boothServicesMax) names between commas"
        return try required(.services, rule) { bytes in
            let list = Value.list(bytes, max: Limits.boothServicesMax, Value.name)
            return list?.isEmpty == false ? list : nil
        }
    }

    /// What a log is a copy of; empty when left out.
    func copies() throws(LineError) -> Lineage {
        let rule = "1 to \(Limits.copiesMax) of EPOCH:COUNT between commas"
        return try optional(.copied, rule) { bytes in
            let list = Value.list(bytes, max: Limits.copiesMax, Value.copy)
            return list?.isEmpty == false ? list.map { Lineage($0) } : nil
        } ?? []
    }

    /// Checks the spelling of `caps` and forgets it: this version knows no capability.
    func ignoreCapabilities() throws(LineError) {
        _ = try optional(.caps, Value.capabilityRule) {
            Value.list($0, max: LineLimits.lineBytesMax, Value.capability)
        }
    }

    /// A text for people, or a name that newer versions may add to.
    func text(_ key: Key) throws(LineError) -> String {
        guard let (value, index) = raw(key) else { throw .missing(key, verb) }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw LineError(
                .notUTF8,
                "\(verb.rawValue), column \(index + 1): \(key) without its escapes is not UTF-8")
        }
        return text
    }

    func version() throws(LineError) -> UInt16 {
        try small(.version, in: 1...UInt16.max)
    }
}
