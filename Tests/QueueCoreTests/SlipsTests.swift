// SPDX-License-Identifier: Apache-2.0

// Slips of a controller's own printer: a ticket only when it is printed, a gap with its reason when it
// is not, and codes that are taken when nobody can be asked about them.

import Testing

@testable import QueueCore

@Suite struct SlipsTests {
    private let town = Town()
    private let hall = name("hall-a")
    private let code = TrackingCode(random: 4_711)

    private func slip(_ service: String = "admission") throws -> Slip {
        let reply = town.ask(.slip(service: name(service), priority: .normal))
        guard case .slip(let slip) = reply else {
            throw Refused(reply: reply)
        }
        return slip
    }

    private struct Refused: Error { var reply: Reply }

    private var gaps: [HistoryEntry] {
        town.history.filter { if case .gap = $0 { true } else { false } }
    }

    /// What the controller told of a ticket.
    private func facts(of id: TicketID) -> [Fact] {
        (town.changes[hall] ?? []).compactMap { change in
            guard case .fact(let fact) = change else { return nil }
            switch fact.record {
            case .issued(let ticket, _) where ticket.id == id: return fact.record
            case .arrived(id, _), .cancelled(id, _): return fact.record
            default: return nil
            }
        }
    }

    @Test func slip_WaitsForNobodyBeforeItIsPrinted() throws {
        let slip = try slip()
        #expect(town.press(1) == .nobodyWaits(1, finished: nil))
        #expect(town.disks[hall]?.slips == [slip])
        #expect(facts(of: slip.ticket.id) == [])
        town.ask(.slipPrinted(slip.ticket.id))
        #expect(facts(of: slip.ticket.id) == [.issued(slip.ticket)])
        #expect(town.disks[hall]?.slips == [])
        #expect(town.press(1) == .called(1, slip.ticket.number))
        town.settle()
        #expect(town.central?.tickets[slip.ticket.id]?.state == .called)
    }

    /// Where another board calls in the hall, nobody here knows how many wait.
    @Test func slip_SaysHowManyAreBefore_WhereThatIsKnown() throws {
        let first = try slip()
        #expect(first.ahead == 0)
        town.ask(.slipPrinted(first.ticket.id))
        #expect(try slip().ahead == 1)
        let shared = Town(controllers: ["hall-a", "hall-b"])
        shared.ask(.take(service: name("admission"), priority: .normal), at: "hall-b")
        #expect(shared.press(1, at: "hall-b") == .called(1, number("A021")))
        shared.settle()
        let reply = shared.ask(.slip(service: name("admission"), priority: .normal))
        guard case .slip(let other) = reply else { throw Refused(reply: reply) }
        #expect(other.ahead == nil && other.wait == nil)
    }

    @Test func spoiledSlip_IsNotIssued_AndItsNumberIsAGap() throws {
        let slip = try slip()
        #expect(town.ask(.slipFailed(slip.ticket.id)) == .cancelled(slip.ticket.number))
        let next = try self.slip()
        town.ask(.slipPrinted(next.ticket.id))
        town.settle()
        let value = slip.ticket.number.value
        #expect(next.ticket.number.value == value + 1)
        #expect(facts(of: slip.ticket.id) == [])
        #expect(town.central?.tickets[slip.ticket.id] == nil)
        #expect(
            gaps == [
                .gap(
                    day: slip.ticket.day, series: slip.ticket.number.series, first: value,
                    last: value, reason: .notPrinted(hall))
            ])
        #expect(town.ask(.slipFailed(slip.ticket.id)) == .refused(.unknownSlip))
        #expect(town.ask(.slipPrinted(slip.ticket.id)) == .refused(.unknownSlip))
    }

    @Test func slipOnItsWayAtARestart_CountsAsPrinted() throws {
        let slip = try slip()
        town.kill("hall-a")
        town.start("hall-a")
        #expect(facts(of: slip.ticket.id) == [.issued(slip.ticket)])
        #expect(town.disks[hall]?.slips == [])
        #expect(town.press(1) == .called(1, slip.ticket.number))
    }

    @Test func anotherNumber_IsToldAfterTheSlipsBeforeIt() throws {
        let slip = try slip()
        town.ask(.take(service: name("admission"), priority: .normal))
        let issued = (town.changes[hall] ?? []).compactMap { change -> UInt64? in
            guard case .fact(let fact) = change, case .issued(let ticket, _) = fact.record else {
                return nil
            }
            return ticket.rank
        }
        #expect(issued == issued.sorted() && issued.count == 2)
        #expect(town.ask(.slipFailed(slip.ticket.id)) == .cancelled(slip.ticket.number))
        #expect(
            facts(of: slip.ticket.id) == [
                .issued(slip.ticket), .cancelled(slip.ticket.id, .notPrinted),
            ])
    }

    @Test func slipAcrossADayTurn_IsNeitherLostNorCalled() throws {
        let slip = try slip()
        town.clock(day: 20_001)
        town.settle()
        #expect(facts(of: slip.ticket.id) == [.issued(slip.ticket)])
        #expect(town.ask(.slipPrinted(slip.ticket.id)) == .refused(.unknownSlip))
        #expect(town.press(1) == .nobodyWaits(1, finished: nil))
    }

    @Test func fence_TellsOfSlipsFirst() throws {
        town.cutWire("hall-a")
        let slip = try slip()
        town.feedCentral(.command(.fence(hall), 99))
        town.healWire("hall-a")
        town.settle()
        #expect(facts(of: slip.ticket.id).first == .issued(slip.ticket))
        #expect(town.central?.tickets[slip.ticket.id]?.holder == .controller(hall))
        #expect(town.disks[hall]?.slips == [])
    }

    // MARK: - Codes

    private func ask(_ code: TrackingCode) -> RequestID {
        let request = town.nextRequest
        town.nextRequest += 1
        town.feed(hall, .command(.codeSlip(code, otherwise: name("admission")), request))
        return request
    }

    private func answer(_ message: (UInt64) -> CentralMessage) throws {
        let link = try #require(town.linkOf[hall])
        let sent = town.toCentral.compactMap { mail -> UInt64? in
            if case .appointment(let reference, .check) = mail.2 { reference } else { nil }
        }
        town.toCentral = []
        let reference = try #require(sent.last)
        town.feed(hall, .message(link, message(reference), random: 1))
    }

    @Test func validCode_GivesASlipOfItsService_AndArrivesWhenPrinted() throws {
        let request = ask(code)
        #expect(town.replies[request] == nil)
        try answer {
            .appointment(reference: $0, .valid(service: name("lab"), priority: .elderly))
        }
        guard case .slip(let slip) = town.replies[request] else {
            Issue.record("no slip: \(String(describing: town.replies[request]))")
            return
        }
        #expect(slip.ticket.service == name("lab") && slip.ticket.priority == .elderly)
        #expect(slip.code == code && !slip.isUnchecked)
        town.ask(.slipPrinted(slip.ticket.id))
        #expect(
            facts(of: slip.ticket.id) == [.issued(slip.ticket), .arrived(slip.ticket.id, code)])
    }

    @Test func refusedCode_TakesNoNumber() throws {
        let blocks = town.controllers[hall]?.blocks
        let request = ask(code)
        try answer { .refused(reference: $0, name: "code-used", detail: "A007") }
        #expect(town.replies[request] == .codeRefused(name: "code-used", detail: "A007"))
        #expect(town.controllers[hall]?.blocks == blocks)
        #expect(town.linkOf[hall] != nil)
    }

    @Test(arguments: ["settling", "no-time"])
    func codeThatTheCentralCannotJudge_IsToBeChecked(name: String) throws {
        let request = ask(code)
        try answer { .refused(reference: $0, name: name, detail: "") }
        guard case .slip(let slip) = town.replies[request] else {
            Issue.record("no slip: \(String(describing: town.replies[request]))")
            return
        }
        #expect(slip.isUnchecked && slip.code == code)
    }

    @Test(arguments: [false, true])
    func codeWithoutAnAnswer_IsToBeChecked(isCut: Bool) throws {
        if isCut { town.cutWire("hall-a") }
        let request = ask(code)
        if !isCut {
            #expect(town.replies[request] == nil)
            let due = try #require(town.controllers[hall]?.deadline)
            #expect(due == town.now + Limits.codeCheckSpan)
            town.now = due
            town.feed(hall, .tick)
        }
        guard case .slip(let slip) = town.replies[request] else {
            Issue.record("no slip: \(String(describing: town.replies[request]))")
            return
        }
        #expect(slip.isUnchecked && slip.code == code)
        #expect(slip.ticket.service == name("admission"))
        town.ask(.slipPrinted(slip.ticket.id))
        town.healWire("hall-a")
        town.settle()
        #expect(town.controllers[hall]?.outboxCount == 0)
        #expect(facts(of: slip.ticket.id).contains(.arrived(slip.ticket.id, code)))
    }

    @Test func wireCutWhileAsking_IsAnsweredAtOnce() throws {
        let request = ask(code)
        town.cutWire("hall-a")
        guard case .slip(let slip) = town.replies[request] else {
            Issue.record("no slip: \(String(describing: town.replies[request]))")
            return
        }
        #expect(slip.isUnchecked)
    }

    @Test func lateAnswer_IsPassedOver_AndAnAnswerToNothingIsNot() throws {
        let request = ask(code)
        town.now = town.now + Limits.codeCheckSpan
        town.feed(hall, .tick)
        guard case .slip(let slip) = town.replies[request] else {
            Issue.record("no slip")
            return
        }
        try answer {
            .appointment(reference: $0, .valid(service: name("lab"), priority: .normal))
        }
        #expect(town.controllers[hall]?.slips == [slip])
        let link = try #require(town.linkOf[hall])
        town.feed(
            hall, .message(link, .refused(reference: 77, name: "x", detail: ""), random: 1))
        #expect(town.linkOf[hall] == nil)
    }

    @Test func mistypedCode_IsRefusedHere() {
        let wrong = TrackingCode(value: code.value % 10 == 9 ? code.value - 1 : code.value + 1)
        let request = ask(wrong ?? code)
        #expect(town.replies[request] == .refused(.appointment(.codeMistyped)))
    }
}
