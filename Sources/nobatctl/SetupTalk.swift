// SPDX-License-Identifier: Apache-2.0

// Questions at the keyboard, and what is found without asking.

import ArgumentParser
import Control
import DisplayDrivers
import Foundation
import Hardware
import Installation
import QueueCore

/// Talks with whoever sets up a hall.
struct SetupTalk {
    /// Nothing is asked: proposals are taken.
    let isQuiet: Bool

    func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    /// Says why it ends.
    func stop(_ text: String) -> ExitCode {
        FileHandle.standardError.write(Data("nobatctl: \(text)\n".utf8))
        return ExitCode(1)
    }

    /// The answer to a question: Enter takes what is proposed, a number one of the choices.
    func answer(to question: SetupQuestion) throws -> String {
        if isQuiet {
            guard let proposal = question.proposal else {
                say("nobatctl: \(question.key) must be answered: \(question.text)")
                throw ExitCode(64)
            }
            say("\(question.key): \(proposal)")
            return proposal
        }
        for (index, choice) in question.choices.enumerated() { say("  \(index + 1)  \(choice)") }
        while true {
            let usual = question.proposal.map { " [\($0)]" } ?? ""
            FileHandle.standardOutput.write(Data("\(question.text)\(usual): ".utf8))
            guard let line = readLine() else { throw stop("ended; nothing was written") }
            let said = line.trimmingCharacters(in: .whitespaces)
            if said.isEmpty, let proposal = question.proposal { return proposal }
            if question.choices.count > 1, let place = Int(said),
                question.choices.indices.contains(place - 1)
            {
                return question.choices[place - 1]
            }
            if !said.isEmpty { return said }
        }
    }

    /// Yes or no; Enter is what is usual, and so is silence.
    func agrees(_ question: String, usually: Bool) -> Bool {
        guard !isQuiet else { return usually }
        FileHandle.standardOutput.write(Data("\(question) [\(usually ? "Y/n" : "y/N")] ".utf8))
        let said = (readLine() ?? "").trimmingCharacters(in: .whitespaces).lowercased()
        return said.isEmpty ? usually : said.hasPrefix("y")
    }
}

/// What is found without asking anybody.
enum SetupDiscovery {
    /// The addresses that are asked in a new hall: booths are counted from 1, and no board has more.
    private static let addresses = 1...InstallationLimits.boothsMax
    /// How often each is asked: an adapter that was just opened may spoil the first frame, and a hall is
    /// proposed from who answers.
    private static let tries = 3

    static func look() -> Discovery {
        let chips = GpioChips.present().chips
        // The header's chip is the one with its names; expanders and others come after it.
        let ordered = chips.sorted { first, second in
            rank(first) != rank(second)
                ? rank(first) < rank(second) : first.name.path < second.name.path
        }
        let zone = try? String(contentsOfFile: "/etc/timezone", encoding: .utf8)
        return Discovery(
            ports: MachineProbe.ports().map { Discovery.Port(path: $0) },
            chips: ordered.map { Discovery.Chip(label: $0.name.label, lines: $0.lines) },
            timeZone: place(of: zone) ?? "Asia/Tehran",
            hasBatteryClock: FileManager.default.fileExists(atPath: "/dev/rtc0"))
    }

    private static func rank(_ chip: GpioChips.Chip) -> Int {
        chip.lines.contains("GPIO17") ? 0 : 1
    }

    /// A zone that says where the clinic is: a new image is set to UTC or to London.
    private static func place(of zone: String?) -> String? {
        let name = zone?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return ["", "Etc/UTC", "UTC", "Europe/London"].contains(name) ? nil : name
    }

    /// Asks a port's units who they are.
    static func units(on port: String, _ common: Common) -> [Int] {
        var plan = BusScan.Plan()
        plan.addresses = addresses
        plan.triesOfUnknown = tries
        var units: [Int] = []
        let talk = JobTalk(common, port: port, baud: plan.baud)
        _ = try? talk.run(ControlRequest(.busScan), BusScan(plan)) { news in
            if let unit = news.unit { units.append(unit.address) }
        }
        return units.sorted()
    }
}
