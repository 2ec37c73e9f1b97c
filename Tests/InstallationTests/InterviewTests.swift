// SPDX-License-Identifier: Apache-2.0

import Installation
import NobatConfiguration
import QueueCore
import Testing

@Suite struct InterviewTests {
    static let port = "/dev/serial/by-id/usb-FTDI_X-if00-port0"

    /// A Raspberry Pi with one adapter, on which these units answer.
    static func board(units: [Int]? = [3, 7]) -> Discovery {
        Discovery(
            ports: [Discovery.Port(path: port, units: units)],
            chips: [
                Discovery.Chip(
                    label: "pinctrl-bcm2711", lines: (0..<28).map { "GPIO\($0)" })
            ])
    }

    /// All answers as proposed, but for those that are given.
    static func outcome(
        _ found: Discovery, _ given: [String: String] = [:]
    ) -> (last: Interview.Step, asked: [String]) {
        var answers = SetupAnswers()
        answers.values = given
        var asked: [String] = []
        while true {
            let step = Interview(found).next(answers)
            guard case .ask(let question) = step, let proposal = question.proposal else {
                return (step, asked)
            }
            asked.append(question.key)
            answers.values[question.key] = proposal
        }
    }

    static func hall(_ found: Discovery, _ given: [String: String] = [:]) throws -> HallProposal {
        let (step, _) = outcome(found, given)
        guard case .done(let hall) = step else { throw Unexpected(step: step) }
        return hall
    }

    struct Unexpected: Error { let step: Interview.Step }

    @Test func theUnitsThatAnswerAreTheBooths() throws {
        let hall = try Self.hall(Self.board())
        #expect(hall.booths.map(\.address) == [3, 7])
        #expect(hall.booths.map(\.button) == ["GPIO17", "GPIO22"])
        #expect(hall.booths.map(\.lamp) == ["GPIO27", "GPIO23"])
        #expect(hall.port == Self.port)
    }

    @Test func onlyThePortThatWasNamedIsLookedAt() {
        var found = Self.board(units: nil)
        found.ports.append(Discovery.Port(path: "/dev/printer"))
        #expect(Self.outcome(found).last == .look(port: Self.port))
        #expect(Self.outcome(found, ["port": "/dev/printer"]).last == .look(port: "/dev/printer"))
    }

    @Test func whatCannotBeProposedMustBeAnswered() {
        let (step, _) = Self.outcome(Self.board(units: []))
        guard case .ask(let question) = step else {
            Issue.record("asked nothing: \(step)")
            return
        }
        #expect(question.key == "booths" && question.proposal == nil)
    }

    @Test(arguments: [
        ("name", "Hall A"), ("services", "admission,,Lab"), ("services", "a, a"), ("booths", "0"),
        ("booths", "four"), ("booth-1-display", "248"), ("booth-2-services", "lab"),
        ("pages", "perhaps"), ("central", "a # b"), ("timezone", ""),
    ])
    func whatCannotBeTakenIsRefusedByItsName(key: String, answer: String) {
        guard case .refuse(let refused, let reason) = Self.outcome(Self.board(), [key: answer]).last
        else {
            Issue.record("\(key): \(answer) was taken")
            return
        }
        #expect(refused == key && !reason.isEmpty)
    }

    @Test func aPlainChipIsProposedByItsOffsets() throws {
        var found = Self.board()
        found.chips = [
            Discovery.Chip(label: "9030000.pl061", lines: [String](repeating: "", count: 8))
        ]
        let hall = try Self.hall(found)
        #expect(hall.booths.map(\.button) == ["0", "1"])
        #expect(hall.booths.map(\.lamp) == [nil, nil])
    }

    @Test func withoutPortAndChipNothingIsAskedOfThem() throws {
        let (step, asked) = Self.outcome(Discovery(), ["booths": "2"])
        guard case .done(let hall) = step else { throw Unexpected(step: step) }
        #expect(hall.port == nil && hall.chip == nil)
        #expect(!asked.contains { $0.hasSuffix("-button") || $0.hasSuffix("-display") })
    }

    /// Whatever is proposed is a configuration that nobatd takes, and says the same.
    @Test(arguments: [
        [:], ["services": "admission, lab", "pages": "no"], ["chip": "none"],
        ["port": "none", "booths": "4"],
        ["booth-1-lamp": "\\/ p:", "booth-1-button": "LED:1\\x41", "booth-2-lamp": "a, b"],
    ])
    func theProposalIsAConfiguration(given: [String: String]) throws {
        let hall = try Self.hall(Self.board(), given)
        let read = try ControllerConfiguration.parse(text: hall.yaml, file: "/etc/nobat/hall.yaml")
        #expect("\(read.plan.name)" == hall.name)
        #expect(read.plan.booths.map { Int($0.number) } == hall.booths.map(\.number))
        #expect(read.buses.map(\.port) == [hall.port].compactMap(\.self))
        #expect(read.wiring.map { $0.button?.line } == hall.booths.map(\.button))
        #expect(read.wiring.map { $0.lamp?.line } == hall.booths.map(\.lamp))
        #expect(
            read.wiring.map { ($0.display?.address).map(Int.init) } == hall.booths.map(\.address))
        #expect((read.pages?.keyPath == HallProposal.keyPath) == hall.hasPages)
        for booth in read.wiring { #expect(booth.lamp?.isActiveLow != true) }
    }

    @Test func answersOfAFile() {
        var bad: [String] = []
        let answers = SetupAnswers(
            text: "name: hall-b  # the second\n\n# nothing\nport:/dev/x\nnonsense\n", bad: &bad)
        #expect(answers.values == ["name": "hall-b", "port": "/dev/x"])
        #expect(bad.count == 1 && bad[0].contains("line 5"))
    }

    @Test func whatIsNoAnswerIsShownWithoutWhatATerminalObeys() {
        var bad: [String] = []
        _ = SetupAnswers(
            text: "a\u{1B}[2K\u{202E}b\u{85}" + String(repeating: "c", count: 99), bad: &bad)
        #expect(
            bad == [
                "line 1: \"a?[2K?b?" + String(repeating: "c", count: 52)
                    + "…\" is no answer; write key: value"
            ])
        let (step, _) = Self.outcome(Self.board(), ["name": "\u{7}hall"])
        #expect(
            step
                == .refuse(
                    key: "name", reason: "\"?hall\": a name is small letters, digits and dashes"))
    }
}
