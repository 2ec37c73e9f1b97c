// SPDX-License-Identifier: Apache-2.0

// What "nobatctl setup" asks, one question after the other: which comes next follows from what was found
// and what was answered, so that a person at a keyboard and a file of answers take the same way.

import QueueCore

/// A question with what is proposed.
public struct SetupQuestion: Sendable, Equatable {
    /// Its name, by which a file of answers answers it.
    public var key: String
    /// The question.
    public var text: String
    /// What is taken when nothing is answered; nil: it must be answered.
    public var proposal: String?
    /// What was found, to be chosen from.
    public var choices: [String] = []
}

/// Answers by the names of questions.
public struct SetupAnswers: Sendable, Equatable {
    /// The answers.
    public var values: [String: String] = [:]

    /// No answer yet.
    public init() {}

    /// The answers of a file: `key: value` a line, with comments after `#`. The names of lines that are
    /// no answer come back with it.
    public init(text: String, bad: inout [String]) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let said = line.prefix { $0 != "#" }
            if said.allSatisfy(\.isWhitespace) { continue }
            guard let colon = said.firstIndex(of: ":") else {
                bad.append(
                    "line \(index + 1): \(Self.shown(said)) is no answer; write key: value")
                continue
            }
            let key = Self.trimmed(said[..<colon])
            values[key] = Self.trimmed(said[said.index(after: colon)...])
        }
    }

    /// An answer in quotes, without what would do something to a terminal, and not too long.
    static func shown(_ text: some StringProtocol) -> String {
        let most = InstallationLimits.shownMax
        let safe = text.unicodeScalars.prefix(most).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "?"
            default: String(scalar)
            }
        }
        return "\"\(safe.joined())\(text.unicodeScalars.count > most ? "…" : "")\""
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0.isWhitespace }
        var end = start[...]
        while let last = end.last, last.isWhitespace { end = end.dropLast() }
        return String(end)
    }
}

/// The questions of a hall.
public struct Interview: Sendable {
    /// What comes next.
    public enum Step: Sendable, Equatable {
        /// Ask this.
        case ask(SetupQuestion)
        /// Look which units answer on this port, and come back with what was found.
        case look(port: String)
        /// An answer can't be taken: why, and what to answer instead.
        case refuse(key: String, reason: String)
        /// All is known.
        case done(HallProposal)
    }

    private let found: Discovery

    /// Questions about a board where this was found.
    public init(_ found: Discovery) { self.found = found }

    /// A missing or a bad answer, on the way to a proposal.
    private enum Stop: Error {
        case ask(SetupQuestion)
        case look(port: String)
        case refuse(key: String, reason: String)
    }

    /// The step after these answers.
    public func next(_ answers: SetupAnswers) -> Step {
        do throws(Stop) {
            return .done(try proposal(answers))
        } catch {
            switch error {
            case .ask(let question): return .ask(question)
            case .look(let port): return .look(port: port)
            case .refuse(let key, let reason): return .refuse(key: key, reason: reason)
            }
        }
    }

    private func proposal(_ answers: SetupAnswers) throws(Stop) -> HallProposal {
        let name = try word(
            answers, "name", "The name of this controller, as the central's file has it", "hall-a")
        let central = try text(
            answers, "central", "Where the central is (or this end of the tunnel to it)",
            "127.0.0.1:7450")
        let zone = try text(answers, "timezone", "The clinic's time zone", found.timeZone)
        let services = try words(
            answers, "services", "The services that patients wait for, with commas between",
            "admission")
        let ports = found.ports.map(\.path)
        let port = try text(
            answers, "port", "The serial port of the displays, or none", ports.first ?? "none",
            choices: ports)
        let units = try self.units(on: port)
        let count = try number(
            answers, "booths", "How many booths there are", units.isEmpty ? nil : units.count,
            1...InstallationLimits.boothsMax)
        let chips = found.chips.map(\.label)
        let chip = try text(
            answers, "chip", "The GPIO chip of buttons and lamps, by its label, or none",
            chips.first ?? "none", choices: chips)
        var booths: [HallProposal.Booth] = []
        for number in 1...count {
            booths.append(
                try booth(number, answers, services: services, port: port, units: units, chip: chip)
            )
        }
        let pages = try yes(
            answers, "pages", "Serve the hall board and the technician's page", true)
        return HallProposal(
            name: name, central: central, timeZone: zone, isClockAlwaysRight: found.hasBatteryClock,
            services: services, port: port == "none" ? nil : port,
            chip: chip == "none" ? nil : chip,
            booths: booths, hasPages: pages)
    }

    /// Only the port that was named is asked: another may have a printer at its end.
    private func units(on port: String) throws(Stop) -> [Int] {
        guard port != "none" else { return [] }
        guard let units = found.ports.first(where: { $0.path == port })?.units else {
            throw .look(port: port)
        }
        return units
    }

    private func booth(
        _ number: Int, _ answers: SetupAnswers, services: [String], port: String, units: [Int],
        chip: String
    ) throws(Stop) -> HallProposal.Booth {
        var booth = HallProposal.Booth(number: number)
        let key = "booth-\(number)"
        booth.services = try words(
            answers, "\(key)-services",
            "Booth \(number): the services it calls, the first is preferred",
            services.joined(separator: ", "))
        if let unknown = booth.services.first(where: { !services.contains($0) }) {
            throw .refuse(
                key: "\(key)-services",
                reason:
                    "there is no service \(SetupAnswers.shown(unknown)); there are \(services.joined(separator: ", "))"
            )
        }
        if port != "none" {
            let usual = number <= units.count ? units[number - 1] : number
            booth.address = try self.number(
                answers, "\(key)-display", "Booth \(number): the address of its unit", usual,
                1...247)
        }
        if chip != "none" {
            let usual = found.lines(of: chip, booth: number)
            let button = try text(
                answers, "\(key)-button", "Booth \(number): the line of its button, or none",
                usual?.button ?? "none")
            let lamp = try text(
                answers, "\(key)-lamp", "Booth \(number): the line of the lamp in it, or none",
                usual?.lamp ?? "none")
            booth.button = button == "none" ? nil : button
            booth.lamp = lamp == "none" ? nil : lamp
        }
        return booth
    }

    // MARK: - Kinds of answers

    private func text(
        _ answers: SetupAnswers, _ key: String, _ question: String, _ proposal: String?,
        choices: [String] = []
    ) throws(Stop) -> String {
        guard let answer = answers.values[key] else {
            throw .ask(
                SetupQuestion(key: key, text: question, proposal: proposal, choices: choices))
        }
        // What would end a YAML value early is nothing that any of these is made of.
        guard !answer.isEmpty, answer.allSatisfy({ !$0.isNewline && !"#{}[]\"'".contains($0) })
        else {
            throw .refuse(key: key, reason: "\(SetupAnswers.shown(answer)) can't be written there")
        }
        return answer
    }

    private func word(
        _ answers: SetupAnswers, _ key: String, _ question: String, _ proposal: String?
    ) throws(Stop) -> String {
        let answer = try text(answers, key, question, proposal)
        guard Self.isName(answer) else {
            throw .refuse(
                key: key,
                reason: "\(SetupAnswers.shown(answer)): a name is small letters, digits and dashes")
        }
        return answer
    }

    private func words(
        _ answers: SetupAnswers, _ key: String, _ question: String, _ proposal: String
    ) throws(Stop) -> [String] {
        let answer = try text(answers, key, question, proposal)
        let names = answer.split(separator: ",").map { SetupAnswers.trimmed($0) }
        guard !names.isEmpty, names.allSatisfy(Self.isName), Set(names).count == names.count else {
            throw .refuse(
                key: key,
                reason:
                    "\(SetupAnswers.shown(answer)): names of small letters, each once, commas between"
            )
        }
        return names
    }

    private func number(
        _ answers: SetupAnswers, _ key: String, _ question: String, _ proposal: Int?,
        _ range: ClosedRange<Int>
    ) throws(Stop) -> Int {
        let answer = try text(answers, key, question, proposal.map { "\($0)" })
        guard let value = Int(answer), range.contains(value) else {
            throw .refuse(
                key: key,
                reason:
                    "\(SetupAnswers.shown(answer)) is no number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    private func yes(
        _ answers: SetupAnswers, _ key: String, _ question: String, _ proposal: Bool
    ) throws(Stop) -> Bool {
        let answer = try text(
            answers, key, question, proposal ? "yes" : "no", choices: ["yes", "no"])
        switch answer.lowercased() {
        case "yes", "y", "true": return true
        case "no", "n", "false": return false
        default:
            throw .refuse(key: key, reason: "answer yes or no, not \(SetupAnswers.shown(answer))")
        }
    }

    private static func isName(_ text: String) -> Bool { Name(text) != nil }
}
