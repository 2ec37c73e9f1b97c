// SPDX-License-Identifier: Apache-2.0

import Control
import Testing

@Suite struct PageActTests {
    static func refusal(_ text: String, _ desk: PageDesk = .controller) -> String? {
        do throws(ControlError) {
            _ = try PageAct.request(text, at: desk)
            return nil
        } catch {
            return error.name
        }
    }

    @Test func whatIsConfirmedIsWhatIsMeant() throws {
        let press = try PageAct.request(
            #"{"verb":"press","booth":3,"gesture":"double","confirm":"3"}"#, at: .controller)
        #expect(press.booth == 3 && press.gesture == "double")
        for wrong in [#""4""#, #""""#, "null", #""33""#] {
            let text = #"{"verb":"press","booth":3,"confirm":\#(wrong)}"#
            #expect(Self.refusal(text) == "not-confirmed", "\(wrong)")
        }
        #expect(Self.refusal(#"{"verb":"press","booth":3}"#) == "not-confirmed")
        #expect(Self.refusal(#"{"verb":"press","confirm":"3"}"#) == "bad-request")
    }

    @Test func aFenceIsConfirmedByTheName() {
        let text = #"{"verb":"fence","controller":"hall-a","confirm":"hall-b"}"#
        #expect(Self.refusal(text, .central) == "not-confirmed")
        #expect(
            Self.refusal(#"{"verb":"fence","controller":"hall-a","confirm":"hall-a"}"#, .central)
                == nil)
    }

    @Test(arguments: [
        "take", "next", "turn-day", "book", "appointments", "to-check", "history", "report",
        "bus-release", "bus-address", "import-rows", "watch", "queue",
    ])
    func mostIsNotDoneFromAPage(verb: String) {
        for desk in [PageDesk.controller, .central] {
            let text = #"{"verb":"\#(verb)","booth":1,"number":"A001","confirm":"1"}"#
            #expect(Self.refusal(text, desk) == "not-here", "\(verb)")
        }
    }

    @Test func eachDeskHasItsOwn() {
        #expect(Self.refusal(#"{"verb":"fence","controller":"a","confirm":"a"}"#) == "not-here")
        #expect(
            Self.refusal(#"{"verb":"press","booth":1,"confirm":"1"}"#, .central) == "not-here")
    }

    @Test func nothingElseComesThrough() throws {
        let text =
            #"{"verb":"bus-identify","unit":7,"bus":"hall","seconds":99999,"force":true,"mobile":"x"}"#
        let request = try PageAct.request(text, at: .controller)
        #expect(request.seconds == PageLimits.identifyMax)
        #expect(request.force == nil && request.mobile == nil)
        #expect(try PageAct.request(text, at: .controller).unit == 7)
        let test = try PageAct.request(
            #"{"verb":"bus-test","unit":7,"asks":true,"confirm":"7"}"#, at: .controller)
        #expect(test.asks == false, "nobody answers a question there")
        #expect(PageAct.text(test) == "bus-test unit 7")
    }

    @Test(arguments: ["A042", "A42", "a42", "A۰۴۲", "A٠٤٢", "a۴۲"])
    func numbersAreReadAsTheyAreShown(typed: String) throws {
        for confirm in [typed, "A042"] {
            let request = try PageAct.request(
                #"{"verb":"cancel","number":"\#(typed)","confirm":"\#(confirm)"}"#, at: .central)
            #expect(request.number == "A042")
        }
        let other = #"{"verb":"cancel","number":"\#(typed)","confirm":"A043"}"#
        #expect(Self.refusal(other, .central) == "not-confirmed")
    }

    @Test func aRefusalTurnsNoTextAround() {
        let error = #expect(throws: ControlError.self) {
            try PageAct.request(
                #"{"verb":"cancel","number":"a\u202Eb\u001B[2K","confirm":"c"}"#, at: .central)
        }
        #expect(
            error?.detail == "cancel must be confirmed by naming a?b?[2K once more")
    }

    @Test func whatIsAskedForIsOneLineOfTheLog() {
        var request = ControlRequest(.fence)
        request.controller = "a\nwarning: forged\u{1B}[2K\u{2028}\u{202E}b\u{85}"
        #expect(PageAct.text(request) == "fence a?warning: forged?[2K??b?")
        request.controller = String(repeating: "x", count: 41)
        #expect(PageAct.text(request) == "fence " + String(repeating: "x", count: 40) + "…")
        let changes: [(inout ControlRequest) -> Void] = [
            { $0.number = "\r\n" }, { $0.service = "\n" }, { $0.bus = "\n" },
            { $0.gesture = "\n" },
        ]
        for change in changes {
            change(&request)
            let breaks = PageAct.text(request).count { $0.isNewline }
            #expect(breaks == 0)
        }
    }

    @Test(arguments: ["", "{", "[]", "null", #"{"verb":"explode"}"#, #"{"verb":7}"#])
    func whatIsNoWishIsRefused(text: String) {
        #expect(Self.refusal(text) == "bad-request")
    }

    @Test func answersSpeakBothLanguages() {
        var result = ActionResult(outcome: "fenced")
        result.controller = "hall-a"
        result.tickets = 12
        let done = ActAnswer(line: ControlText.encode(ControlAnswer(result: result)))
        #expect(done.isDone && done.words.fa.contains("۱۲") && done.words.en.contains("12"))
        let error = ControlError(name: "already-fenced", detail: "hall-a is fenced already")
        let refused = ActAnswer(line: ControlText.encode(ControlAnswer<Bool>(error: error)))
        #expect(!refused.isDone && refused.words.en == "hall-a is fenced already")
        #expect(refused.words.fa.hasPrefix("انجام نشد: ") && refused.name == "already-fenced")
        #expect(!ActAnswer(line: "garbage").isDone)
    }
}

@Suite struct CorrectionTests {
    static func row(_ number: String, _ state: String, rank: Int = 1) -> TicketRow {
        TicketRow(
            number: number, state: state, booth: nil, service: "admission", heldBy: "hall-a",
            priority: "elderly", id: "x", rank: rank, dealtAgain: false)
    }

    static func wish(
        _ verb: ControlVerb, _ number: String, _ service: String? = nil
    )
        -> ControlRequest
    {
        var wish = ControlRequest(verb)
        wish.number = number
        wish.service = service
        return wish
    }

    @Test func aTransferIsANewNumberAndTheEndOfTheOld() throws {
        let plan = try #require(
            try Correction.plan(
                Self.wish(.transfer, "A001", "lab"), tickets: [Self.row("A001", "waiting")]))
        #expect(plan.take.service == "lab" && plan.take.priority == "elderly")
        #expect(plan.cancel?.verb == .cancel && plan.cancel?.number == "A001")
    }

    @Test func whoIsReopenedGetsANewNumberOfTheSameQueue() throws {
        let plan = try #require(
            try Correction.plan(
                Self.wish(.readmit, "A001"), tickets: [Self.row("A001", "no-show")]))
        #expect(plan.take.service == "admission" && plan.cancel == nil)
    }

    @Test func otherWishesAreCommandsAsTheyAre() throws {
        #expect(try Correction.plan(Self.wish(.cancel, "A001"), tickets: []) == nil)
    }

    @Test(arguments: [
        (ControlVerb.transfer, "waiting", "admission", "bad-request"),
        (.transfer, "called", "lab", "number-not-callable"),
        (.transfer, "finished", "lab", "number-not-callable"),
        (.readmit, "waiting", "", "still-alive"), (.readmit, "called", "", "still-alive"),
    ])
    func whatCannotBeIsSaid(verb: ControlVerb, state: String, service: String, name: String) {
        #expect(throws: ControlError.self) {
            try Correction.plan(Self.wish(verb, "A001", service), tickets: [])
        }
        do throws(ControlError) {
            _ = try Correction.plan(
                Self.wish(verb, "A001", service), tickets: [Self.row("A001", state)])
            Issue.record("it was planned")
        } catch {
            #expect(error.name == name)
        }
    }

    @Test(arguments: ["A42", "a042", "A۰۴۲"])
    func aNumberIsFoundHoweverItIsWritten(typed: String) throws {
        let plan = try Correction.plan(
            Self.wish(.transfer, typed, "lab"), tickets: [Self.row("A042", "waiting")])
        #expect(plan?.cancel?.number == "A042")
    }

    /// An offline hall goes on calling what it holds: nothing is promised of that here.
    @Test(arguments: [
        (ControlVerb.transfer, "waiting"), (.readmit, "no-show"), (.cancel, "waiting"),
    ])
    func whatAnOfflineControllerHoldsIsLeftToIt(verb: ControlVerb, state: String) throws {
        let wish = Self.wish(verb, "A001", "lab")
        let tickets = [Self.row("A001", state)]
        do throws(ControlError) {
            _ = try Correction.plan(wish, tickets: tickets, offline: ["hall-a"])
            Issue.record("it was planned")
        } catch {
            #expect(error.name == "holder-offline" && error.detail.contains("hall-a"))
            #expect(ActAnswer(error).words.fa.contains("در دسترس نیست"))
        }
        _ = try Correction.plan(wish, tickets: tickets, offline: ["hall-b"])
    }

    @Test func aNumberThatLivesIsMeantRatherThanOneThatEnded() throws {
        let rows = [Self.row("A001", "finished", rank: 9), Self.row("A001", "waiting", rank: 2)]
        #expect(try Correction.plan(Self.wish(.transfer, "A001", "lab"), tickets: rows) != nil)
    }
}
