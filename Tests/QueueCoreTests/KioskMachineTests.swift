// SPDX-License-Identifier: Apache-2.0

// What fingers, scanners and a printer do to a kiosk.

import Testing

@testable import QueueCore

@Suite struct KioskMachineTests {
    private var kiosk = KioskMachine(
        plan: KioskPlan(
            buttons: [
                KioskButton(service: name("admission")),
                KioskButton(service: name("lab"), priority: .elderly),
            ], codeService: name("admission")), firstRequest: 1_000)
    private var now = Moment.zero + .seconds(1)
    private let code = TrackingCode(random: 815)

    init() { _ = kiosk.step(.printer(.ready), at: now) }

    private func slip(_ text: String = "A007", code: TrackingCode? = nil) -> Slip {
        Slip(
            ticket: Ticket(
                id: TicketID(issuer: name("hall-a"), run: Epoch(random: 5), serial: 7),
                number: number(text), day: ServiceDay(20_780), service: name("admission"), rank: 1),
            ahead: 3, code: code)
    }

    private mutating func step(_ input: KioskInput, after span: TimeSpan = .zero) -> [KioskEffect] {
        now = now + span
        return kiosk.step(input, at: now)
    }

    private mutating func type(_ text: String) -> [KioskEffect] {
        text.flatMap { character -> [KioskEffect] in
            step(.key(character.wholeNumberValue.map { .digit(UInt8($0)) } ?? .other))
        }
    }

    /// Digits as a scanner sends them, with a line's end.
    private mutating func bring(_ text: String) -> [KioskEffect] {
        type(text) + step(.key(.enter))
    }

    /// The notes among some effects.
    private func notes(_ effects: [KioskEffect]) -> [String] {
        effects.compactMap { if case .explain(_, let name) = $0 { name } else { nil } }
    }

    /// Commands asked of the controller.
    private func asked(_ effects: [KioskEffect]) -> [ControllerCommand] {
        effects.compactMap { if case .ask(_, let command) = $0 { command } else { nil } }
    }

    /// Taps, is answered, and stands at the printer; the job.
    private mutating func tapAndPrint() throws -> UInt64 {
        let effects = step(.tap(0))
        guard case .ask(let request, _) = effects.first else { throw Unexpected(effects) }
        return try answered(request, slip())
    }

    private struct Unexpected: Error {
        var effects: [KioskEffect]
        init(_ effects: [KioskEffect]) { self.effects = effects }
    }

    private mutating func answered(_ request: RequestID, _ slip: Slip) throws -> UInt64 {
        let effects = step(.reply(request, .slip(slip)))
        guard case .print(let job, slip) = effects.first else { throw Unexpected(effects) }
        return job
    }

    @Test mutating func tap_TakesASlip_AndIssuesItWhenPrinted() throws {
        let effects = step(.tap(1))
        #expect(asked(effects) == [.slip(service: name("lab"), priority: .elderly)])
        guard case .ask(let request, _) = effects.first else { throw Unexpected(effects) }
        let job = try answered(request, slip())
        let end = step(.ended(job, .printed), after: .seconds(1))
        #expect(asked(end) == [.slipPrinted(slip().ticket.id)])
        #expect(kiosk.sign == .number(number("A007")))
        #expect(step(.ended(job, .printed)) == [])
        #expect(step(.tick, after: KioskLimits.showSpan) == [.show(.ready)])
    }

    @Test(arguments: [0, 100, 900, 1_900])
    mutating func doubleTap_GivesOneSlip(gapMs: Int64) throws {
        let first = step(.tap(0))
        #expect(asked(first).count == 1)
        guard case .ask(let request, _) = first.first else { throw Unexpected(first) }
        // The printer is so quick that the slip is out before the second tap.
        let job = try answered(request, slip())
        #expect(asked(step(.ended(job, .printed))) == [.slipPrinted(slip().ticket.id)])
        #expect(asked(step(.tap(0), after: .milliseconds(gapMs))) == [])
        #expect(asked(step(.tap(0), after: .seconds(2))).count == 1)
    }

    @Test mutating func tapWhileASlipIsPrinted_DoesNothing_AndSaysSo() throws {
        let job = try tapAndPrint()
        #expect(step(.tap(1), after: .seconds(3)) == [.refuse(1)])
        #expect(step(.tap(0), after: .seconds(3)) == [])
        #expect(asked(step(.ended(job, .printed))).count == 1)
        #expect(asked(step(.tap(1))).count == 1)
    }

    @Test mutating func failedSlip_IsTold_AndTheNextTapTriesAnew() throws {
        let job = try tapAndPrint()
        let end = step(.ended(job, .failed(.paperOut)))
        #expect(asked(end) == [.slipFailed(slip().ticket.id)])
        #expect(end.contains(.event(.notPrinted(number("A007"), .paperOut))))
        #expect(kiosk.sign == .noPaper)
        #expect(step(.printer(.paperOut)).contains(.lamps(isReady: false)))
        #expect(step(.tap(0)) == [.refuse(0)])
        #expect(step(.printer(.ready)).contains(.lamps(isReady: true)))
        #expect(asked(step(.tap(0))).count == 1)
    }

    @Test mutating func slipOfUnknownFate_CountsAsPrinted() throws {
        let job = try tapAndPrint()
        let end = step(.ended(job, .unconfirmed))
        #expect(asked(end) == [.slipPrinted(slip().ticket.id)])
        #expect(end.contains(.event(.unconfirmed(number("A007")))))
    }

    @Test mutating func withoutPaper_NoNumberIsTaken() {
        for condition in PrinterCondition.allCases where !condition.canPrint {
            _ = step(.printer(condition))
            #expect(step(.tap(0), after: .seconds(5)) == [.refuse(0)], "\(condition)")
            #expect(asked(bring(code.description)) == [], "\(condition)")
        }
    }

    @Test mutating func answerThatComesTooLate_LeavesNoNumberOpen() throws {
        let effects = step(.tap(0))
        guard case .ask(let request, _) = effects.first else { throw Unexpected(effects) }
        #expect(kiosk.deadline == now + KioskLimits.askSpan)
        _ = step(.tick, after: KioskLimits.askSpan)
        #expect(asked(step(.reply(request, .slip(slip())))) == [.slipFailed(slip().ticket.id)])
        _ = step(.tick, after: KioskLimits.explainSpan)
        #expect(asked(step(.tap(0))).count == 1)
    }

    // MARK: - Codes

    @Test mutating func code_IsEchoed_AndAskedForWhenNothingFollowsIt() {
        var effects = type(code.description)
        #expect(asked(effects) == [])
        #expect(kiosk.deadline == now + KioskLimits.settleSpan)
        effects += step(.tick, after: KioskLimits.settleSpan)
        let shown = effects.compactMap { effect -> String? in
            if case .show(.typing(let text)) = effect { text } else { nil }
        }
        #expect(shown == (1...10).map { String(code.description.prefix($0)) })
        #expect(KioskSign.typing("12").text == "  12")
        #expect(KioskSign.typing(code.description).text == String(code.description.suffix(4)))
        #expect(asked(effects) == [.codeSlip(code, otherwise: name("admission"))])
        #expect(asked(step(.key(.enter))) == [])
    }

    @Test mutating func wrongEntries_AskForNothing() {
        let digits = code.description
        let swapped = String(digits.prefix(8)) + String(digits.suffix(2).reversed())
        for entry in [swapped, String(digits.dropLast()), "x" + digits, digits.dropLast() + "-"] {
            guard entry != digits else { continue }
            let effects = bring(entry)
            #expect(asked(effects) == [], "\(entry)")
            #expect(notes(effects) == ["code-mistyped"], "\(entry)")
            #expect(effects.contains(.event(.refused("code-mistyped", code: nil))), "\(entry)")
            #expect(kiosk.sign == .refused)
            _ = step(.tick, after: KioskLimits.explainSpan)
        }
        #expect(asked(bring(digits)).count == 1)
    }

    @Test mutating func entryLeftAlone_IsForgotten() {
        _ = type("12345")
        #expect(kiosk.deadline == now + KioskLimits.entrySpan)
        #expect(step(.tick, after: KioskLimits.entrySpan) == [.show(.ready)])
        #expect(asked(bring(code.description)).count == 1)
    }

    @Test mutating func eraseAndClear_TakeDigitsBack() {
        _ = type("9")
        _ = step(.key(.erase))
        _ = type("77")
        _ = step(.key(.clear))
        #expect(asked(bring(code.description)) == [.codeSlip(code, otherwise: name("admission"))])
    }

    @Test mutating func codeBroughtTwice_GivesOneSlip() throws {
        let effects = bring(code.description)
        guard case .ask(let request, _)? = effects.first(where: { asked([$0]).count == 1 }) else {
            throw Unexpected(effects)
        }
        let job = try answered(request, slip("A009", code: code))
        #expect(asked(bring(code.description)) == [])
        _ = step(.ended(job, .printed), after: .seconds(1))
        let again = bring(code.description)
        #expect(asked(again) == [])
        #expect(again.contains(.event(.codeAgain(code, number("A009")))))
        #expect(kiosk.sign == .number(number("A009")))
    }

    @Test mutating func codeWhoseSlipFailed_MayBeBroughtAgain() throws {
        let effects = bring(code.description)
        guard case .ask(let request, _)? = effects.first(where: { asked([$0]).count == 1 }) else {
            throw Unexpected(effects)
        }
        let job = try answered(request, slip("A009", code: code))
        _ = step(.ended(job, .failed(.coverOpen)))
        #expect(asked(bring(code.description)).count == 1)
    }

    @Test mutating func refusedCode_IsExplained() throws {
        let effects = bring(code.description)
        guard case .ask(let request, _)? = effects.first(where: { asked([$0]).count == 1 }) else {
            throw Unexpected(effects)
        }
        let end = step(.reply(request, .codeRefused(name: "code-early", detail: "")))
        #expect(notes(end) == ["code-early"])
        #expect(end.contains(.event(.refused("code-early", code: code))))
        #expect(!end.contains(.refuse(0)))
        #expect(kiosk.sign == .refused)
    }

    @Test mutating func codeHeldUnderTheScanner_IsExplainedOnce() throws {
        let effects = bring(code.description)
        guard case .ask(let request, _)? = effects.first(where: { asked([$0]).count == 1 }) else {
            throw Unexpected(effects)
        }
        let end = step(.reply(request, .codeRefused(name: "code-early", detail: "")))
        guard case .explain(let job, _)? = end.last else { throw Unexpected(end) }
        // The kiosk is busy until the note is out.
        #expect(step(.tap(0), after: .seconds(1)) == [.refuse(0)])
        #expect(asked(bring(code.description)) == [])
        _ = step(.ended(job, .printed))
        for _ in 0..<30 {
            _ = step(.tick, after: .seconds(1))
            let again = bring(code.description)
            #expect(asked(again) == [] && notes(again) == [])
        }
        #expect(asked(step(.tap(0))).count == 1)
    }

    @Test mutating func refusedTap_IsExplained_ButNotOverAndOver() throws {
        for count in 0..<3 {
            let effects = step(.tap(1), after: .seconds(3))
            guard case .ask(let request, _) = effects.first else { throw Unexpected(effects) }
            let end = step(.reply(request, .refused(.serviceClosed(name("lab"), opens: nil))))
            #expect(end.contains(.refuse(1)))
            #expect(notes(end) == (count == 0 ? ["service-closed"] : []))
            if case .explain(let job, _)? = end.last { _ = step(.ended(job, .printed)) }
        }
    }

    @Test mutating func mistypedCode_LeavesTheButtonsAlone() throws {
        let job = try tapAndPrint()
        _ = step(.ended(job, .printed))
        let effects = bring("123")
        #expect(!effects.contains(.refuse(0)))
        guard case .explain(let note, _)? = effects.last else { throw Unexpected(effects) }
        _ = step(.ended(note, .printed))
        // The second tap of a doubting finger.
        #expect(step(.tap(0), after: .seconds(1)) == [])
    }

    @Test mutating func codeWithoutPaper_IsSaidToBeBroughtInVain() {
        _ = step(.printer(.coverOpen))
        let effects = bring(code.description)
        #expect(effects.contains(.event(.refused("printer-cover-open", code: code))))
        #expect(kiosk.sign == .outOfOrder && asked(effects) == [] && notes(effects) == [])
    }

    @Test mutating func codeThatBeganWhileTheKioskWasBusy_IsPassedOverWhole() throws {
        let job = try tapAndPrint()
        _ = type(String(code.description.prefix(4)))
        _ = step(.ended(job, .printed), after: .milliseconds(5))
        let rest = type(String(code.description.suffix(6))) + step(.key(.enter))
        #expect(rest == [])
        _ = step(.tick, after: .seconds(1))
        #expect(asked(bring(code.description)).count == 1)
    }

    @Test mutating func longerBarcode_IsNoCode() {
        let effects = type(code.description + "123")
        #expect(asked(effects) == [])
        let end = step(.tick, after: KioskLimits.settleSpan)
        #expect(asked(end) == [] && notes(end) == ["code-mistyped"])
    }
}
