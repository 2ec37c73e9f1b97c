// SPDX-License-Identifier: Apache-2.0

// Values with a rule of their own: names, series, lengths of time, network addresses.

import QueueCore

extension Value {
    /// A name of the core.
    func name(example: String) -> Name? {
        guard let word = text("a name", example: example) else { return nil }
        if let name = Name(word) { return name }
        report(
            "\"\(Reading.shown(word))\" is no name",
            "use 1 to \(Name.lengthMax) characters of a-z, 0-9 and \"-\", not \"-\" first, "
                + "as in \"\(example)\"")
        return nil
    }

    /// The letter of a series.
    func series(example: String) -> Series? {
        guard let word = text("one capital letter A to Z", example: example) else { return nil }
        if let series = Series(word) { return series }
        report(
            "\"\(Reading.shown(word))\" is no series", "write one capital letter A to Z")
        return nil
    }

    /// A length of time with its unit, within `range`.
    func span(_ range: ClosedRange<TimeSpan>, example: String) -> TimeSpan? {
        let rule = "a number with ms, s or m, such as \(example)"
        guard let word = text(rule, example: example) else { return nil }
        let digits = word.prefix { ("0"..."9").contains($0) }
        let unit = word.dropFirst(digits.count)
        if unit.isEmpty {
            report(
                "\(Reading.shown(word)) has no unit", "write \(rule)")
            return nil
        }
        let units: [Substring: Int64] = ["ms": 1_000, "s": 1_000_000, "m": 60_000_000]
        guard let scale = units[unit], !digits.isEmpty else {
            report("\"\(Reading.shown(word))\" is no length of time", "write \(rule)")
            return nil
        }
        let product = Int64(digits)?.multipliedReportingOverflow(by: scale)
        if let product, !product.overflow {
            let span = TimeSpan(microseconds: product.partialValue)
            if range.contains(span) { return span }
        }
        report(
            "\(Reading.shown(word)) is out of range",
            "\"\(key)\" may be \(range.lowerBound.shown) to \(range.upperBound.shown)")
        return nil
    }

    /// A host and a port; port 0 only where the system may choose one.
    func hostAndPort(isListener: Bool = false) -> String? {
        let example = "127.0.0.1:7450"
        guard let word = text("a host and a port", example: example) else { return nil }
        if let wrong = NetworkAddress.fault(word, lowestPort: isListener ? 0 : 1) {
            report(
                "\"\(Reading.shown(word))\" is no address: \(wrong)",
                "write host:port, as in \"\(example)\" or \"[::1]:7450\"")
            return nil
        }
        return word
    }
}

extension TimeSpan {
    /// As a configuration writes it.
    var shown: String {
        let ms = milliseconds
        if ms == 0 || ms % 1_000 != 0 { return "\(ms)ms" }
        return ms % 60_000 == 0 ? "\(ms / 60_000)m" : "\(ms / 1_000)s"
    }
}

/// The rule of `host:port`.
enum NetworkAddress {
    /// Whether `host:port` never leaves this machine; of a name only the machine's own is known to.
    static func isLoopback(_ text: String) -> Bool {
        ["127.", "[::1]:", "localhost:"].contains(where: text.hasPrefix)
    }

    /// What is wrong with `host:port`, or nil.
    static func fault(_ text: String, lowestPort: Int = 1) -> String? {
        guard let colon = text.lastIndex(of: ":") else { return "the port is missing" }
        let host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, digits == "0" || !digits.hasPrefix("0"), let port = Int(digits),
            (lowestPort...65_535).contains(port)
        else { return "the port must be \(lowestPort) to 65535" }
        if host.isEmpty { return "the host is missing" }
        if host.utf8.count > ConfigurationLimits.hostMax {
            return "the host is longer than \(ConfigurationLimits.hostMax) characters"
        }
        return fault(host: host)
    }

    private static func fault(host: Substring) -> String? {
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = host.dropFirst().dropLast()
            let isPlausible = inner.utf8.allSatisfy { byte in
                (0x30...0x3A).contains(byte) || (0x61...0x66).contains(byte)
                    || (0x41...0x46).contains(byte) || byte == 0x2E
            }
            return inner.filter { $0 == ":" }.count >= 2 && isPlausible
                ? nil : "what is in the brackets is no IPv6 address"
        }
        if host.contains(":") { return "an IPv6 address stands in brackets" }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        if parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) {
            let isQuad = parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
            return isQuad ? nil : "an IPv4 address has four numbers of 0 to 255"
        }
        let isName = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 63 && !part.hasPrefix("-") && !part.hasSuffix("-")
                && part.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
                        || (0x41...0x5A).contains(byte) || byte == 0x2D
                }
        }
        return isName ? nil : "the host has a character that no host name has"
    }
}
