// SPDX-License-Identifier: Apache-2.0

// Every reading that a sheet tells to expect is worked out again from its own parts and values.

import Testing

struct ReadingsTests {
    /// A reading: what the sheet says and how it comes to it.
    struct Stated: Sendable {
        var sheet: String
        var amount: String
        var expression: String
    }

    /// Rows with an expression in backquotes, and sentences of the form: `expression` = amount.
    static func stated(_ sheet: Sheet) -> [Stated] {
        var found: [Stated] = []
        for amount in ["expect", "amount"] {
            for row in sheet.records(with: amount, "arithmetic") {
                guard let cell = row["arithmetic"], cell.hasPrefix("`"), cell.hasSuffix("`") else {
                    continue
                }
                found.append(
                    Stated(
                        sheet: sheet.name, amount: row[amount] ?? "",
                        expression: String(cell.dropFirst().dropLast())))
            }
        }
        for match in sheet.text.matches(of: /`([^`|\n]+)` = (-?[0-9]+(?:\.[0-9]+)? ?[a-zA-ZΩµ]*)/) {
            found.append(
                Stated(
                    sheet: sheet.name, amount: String(match.output.2),
                    expression: String(match.output.1)))
        }
        return found
    }

    @Test(arguments: Sheet.names)
    func everyReadingIsWorkedOutAnew(name: String) throws {
        let sheet = try Sheet(name)
        let stated = Self.stated(sheet)
        #expect(stated.count >= 8, "\(name) has lost its readings")
        for reading in stated {
            let want = try #require(
                Quantity(reading.amount), "\(name): \(reading.amount) is no amount")
            let got = try Arithmetic.value(of: reading.expression, sheet.values)
            #expect(
                abs(got - want.amount) <= want.tolerance,
                "\(name): \(reading.expression) is \(got), not \(reading.amount)")
        }
    }

    /// What is written in backquotes with a star is meant to be worked out: none may be left over.
    @Test(arguments: Sheet.names)
    func noArithmeticIsLeftUnstated(name: String) throws {
        let sheet = try Sheet(name)
        let known = Set(Self.stated(sheet).map(\.expression))
        for match in sheet.text.matches(of: /`([^`\n]*[A-Z0-9)] ?[*\/] ?[A-Z0-9(][^`\n]*)`/) {
            let expression = String(match.output.1)
            if expression.contains("/dev/") || expression.contains("://") { continue }
            #expect(known.contains(expression), "\(name): \(expression) has no amount beside it")
        }
    }

    @Test func aBusAtRestIsAQuarterVolt() throws {
        let sheet = try Sheet("rs485-bus")
        let rest = try #require(
            sheet.records(with: "step", "expect", "arithmetic").first { $0["step"] == "7" })
        #expect(rest["expect"] == "0.254 V")
        #expect(sheet.values["R3"] == 560)
        #expect(sheet.values["R1"] == 120)
    }

    @Test(arguments: [
        ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9.0), ("8 / 2 / 2", 2.0), ("R1*R2/(R1+R2)", 60.0),
        ("10 - 4 - 3", 3.0),
    ])
    func arithmeticIsRight(text: String, value: Double) throws {
        #expect(try Arithmetic.value(of: text, ["R1": 120, "R2": 120]) == value)
    }

    @Test func faultsAreFound() {
        #expect(throws: Arithmetic.Fault.unknown("R9")) { try Arithmetic.value(of: "R9 * 2", [:]) }
        #expect(throws: Arithmetic.Fault.syntax(")")) { try Arithmetic.value(of: "2)", [:]) }
    }

    @Test(arguments: [
        ("4.7 kΩ 0.25 W", 4_700.0, 50.0), ("0.254 V", 0.254, 0.0005), ("100 nF 50 V", 1e-7, 5e-10),
        ("6.0 m", 6, 0.05), ("−0.254 V", -0.254, 0.0005), ("17.5 mΩ", 0.0175, 5e-5),
    ])
    func quantitiesAreRead(text: String, amount: Double, tolerance: Double) throws {
        let quantity = try #require(Quantity(text))
        #expect(abs(quantity.amount - amount) <= abs(amount) * 1e-9)
        #expect(abs(quantity.tolerance - tolerance) <= tolerance * 1e-3)
    }
}
