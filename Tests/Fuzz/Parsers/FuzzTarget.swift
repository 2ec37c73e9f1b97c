// SPDX-License-Identifier: Apache-2.0

// The parsers that are fuzzed, each with what must hold of it for any bytes at all.

/// A property that does not hold.
struct Broken: Error {
    let sentence: String
}

/// A parser, and the check that any bytes must pass.
struct FuzzTarget: Sendable {
    let name: String
    let check: @Sendable ([UInt8]) throws(Broken) -> Void

    static let all = [
        FuzzTarget(name: "lines", check: LinesTarget.check),
        FuzzTarget(name: "framing", check: FramingTarget.check),
        FuzzTarget(name: "unit", check: UnitTarget.check),
        FuzzTarget(name: "masters", check: MastersTarget.check),
        FuzzTarget(name: "pages", check: PagesTarget.check),
        FuzzTarget(name: "config", check: ConfigTarget.check),
        FuzzTarget(name: "answers", check: AnswersTarget.check),
        FuzzTarget(name: "csv", check: CsvTarget.check),
        FuzzTarget(name: "codes", check: CodesTarget.check),
        FuzzTarget(name: "keys", check: KeysTarget.check),
        FuzzTarget(name: "control", check: ControlTarget.check),
        FuzzTarget(name: "printer", check: PrinterTarget.check),
        FuzzTarget(name: "files", check: FilesTarget.check),
    ]

    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

    static var names: String { all.map(\.name).joined(separator: " ") }
}

/// Tells that a property is broken, unless it holds.
func demand(_ holds: Bool, _ sentence: @autoclosure () -> String) throws(Broken) {
    if !holds { throw Broken(sentence: sentence()) }
}

/// What every sentence for a person must be: not endless, and without what would begin a line of its
/// own or do something to a terminal. With `input`, it repeats no mobile number of it.
func demandFitToPrint(
    _ sentence: String, bytesMax: Int, hiding input: [UInt8] = []
) throws(Broken) {
    try demand(sentence.utf8.count <= bytesMax, "a sentence of \(sentence.utf8.count) bytes")
    for scalar in sentence.unicodeScalars {
        let isPlain =
            switch scalar.properties.generalCategory {
            // The joiner is a part of Persian words.
            case .format: scalar == "\u{200C}"
            case .control, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        try demand(isPlain, "\(scalar.debugDescription) is in: \(sentence.debugDescription)")
    }
    let shown = Array(sentence.utf8)
    for number in mobileNumbers(input) {
        try demand(!contains(shown, number), "a mobile number is in: \(sentence.debugDescription)")
    }
}

/// The runs of eleven digits in some bytes that begin with 09.
private func mobileNumbers(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    guard bytes.count >= 11 else { return [] }
    return (0...bytes.count - 11).filter { place in
        bytes[place] == 0x30 && bytes[place + 1] == 0x39
            && bytes[place..<place + 11].allSatisfy { (0x30...0x39).contains($0) }
    }.map { bytes[$0..<$0 + 11] }
}

private func contains(_ bytes: [UInt8], _ part: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= part.count else { return false }
    return (0...bytes.count - part.count).contains { bytes[$0...].starts(with: part) }
}

/// Reads an input as a script: what to do next, and with which bytes.
struct Script {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next byte; 0 after the end.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// A number below a bound.
    mutating func draw(_ bound: Int) -> Int { Int(byte()) % bound }

    /// So many bytes, or what is left.
    mutating func take(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// Everything that is left.
    mutating func takeRest() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}
