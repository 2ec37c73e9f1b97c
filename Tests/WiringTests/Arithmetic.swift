// SPDX-License-Identifier: Apache-2.0

// Works out what the sheets say: `V5 * (R1/2) / (R1/2 + R3 + R4)` is 0.254 V.

/// An amount with its unit, such as `4.7 kΩ 0.25 W`, of which the first counts.
struct Quantity {
    /// In volts, amperes, ohms, farads, seconds, metres, watts or without a unit.
    let amount: Double
    /// Half a step of the last digit that is written.
    let tolerance: Double

    private static let prefixes: [Character: Double] = [
        "n": 1e-9, "µ": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6,
    ]
    private static let units: Set<String> = ["V", "A", "Ω", "F", "s", "m", "W"]

    init?(_ text: String) {
        let words = text.replacing("−", with: "-").split(separator: " ")
        guard let first = words.first, let number = Double(first) else { return nil }
        let decimals = first.split(separator: ".").dropFirst().first?.count ?? 0
        var factor = 1.0
        if words.count > 1, !Self.units.contains(String(words[1])),
            let prefix = words[1].first, let value = Self.prefixes[prefix],
            Self.units.contains(String(words[1].dropFirst()))
        {
            factor = value
        }
        var step = 1.0
        for _ in 0..<decimals { step /= 10 }
        amount = number * factor
        tolerance = 0.5000001 * step * factor
    }
}

/// An expression of names, numbers, + - * / and brackets.
struct Arithmetic {
    enum Fault: Error, Equatable {
        case unknown(String)
        case syntax(String)
    }

    private var rest: Substring
    private let values: [String: Double]

    /// The value of `text`.
    static func value(of text: String, _ values: [String: Double]) throws(Fault) -> Double {
        var reader = Arithmetic(rest: text[...], values: values)
        let value = try reader.sum()
        guard reader.rest.isEmpty else { throw .syntax(String(reader.rest)) }
        return value
    }

    private mutating func next() -> Character? {
        rest = rest.drop { $0 == " " }
        return rest.first
    }

    private mutating func sum() throws(Fault) -> Double {
        var value = try product()
        while let sign = next(), sign == "+" || sign == "-" {
            rest.removeFirst()
            let other = try product()
            value += sign == "+" ? other : -other
        }
        return value
    }

    private mutating func product() throws(Fault) -> Double {
        var value = try factor()
        while let sign = next(), sign == "*" || sign == "/" {
            rest.removeFirst()
            let other = try factor()
            value = sign == "*" ? value * other : value / other
        }
        return value
    }

    private mutating func factor() throws(Fault) -> Double {
        if next() == "(" {
            rest.removeFirst()
            let value = try sum()
            guard next() == ")" else { throw .syntax(String(rest)) }
            rest.removeFirst()
            return value
        }
        let word = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "." })
        rest = rest.dropFirst(word.count)
        if let number = Double(word) { return number }
        guard !word.isEmpty else { throw .syntax(String(rest)) }
        guard let value = values[word] else { throw .unknown(word) }
        return value
    }
}
