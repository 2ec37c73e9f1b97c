// SPDX-License-Identifier: Apache-2.0

import Control
import QueueCore
import Testing

@Suite struct CommandsTests {
    func request(
        _ verb: ControlVerb, _ change: (inout ControlRequest) -> Void = { _ in }
    ) -> ControlRequest {
        var request = ControlRequest(verb)
        change(&request)
        return request
    }

    @Test func aPressNamesItsBoothAndGesture() throws {
        let ask = try request(.press) {
            $0.booth = 3
            $0.gesture = "long"
        }.controllerAsk()
        #expect(ask == .press(3, .long))
        #expect(try request(.press) { $0.booth = 1 }.controllerAsk() == .press(1, .short))
    }

    @Test(arguments: [nil, 0, -1, 100, 256])
    func aBoothOutOfRangeIsRefused(booth: Int?) {
        #expect(throws: ControlError.self) {
            try request(.press) { $0.booth = booth }.controllerAsk()
        }
    }

    @Test func whatIsAskedOfTheWrongDaemonSaysWhichOneToAsk() {
        let central = #expect(throws: ControlError.self) {
            try request(.fence) { $0.controller = "hall-a" }.controllerAsk()
        }
        #expect(central?.name == "wrong-daemon")
        #expect(central?.detail.contains("central") == true)
        let controller = #expect(throws: ControlError.self) {
            try request(.press) { $0.booth = 1 }.centralCommand()
        }
        #expect(controller?.detail.contains("controller") == true)
    }

    @Test func jobsOnABusAreAskedOfAController() throws {
        for verb in ControlVerb.allCases where verb.isOfABus {
            #expect(try request(verb).controllerAsk() == nil)
            #expect(throws: ControlError.self) { try request(verb).centralCommand() }
        }
    }

    @Test func everyVerbIsUnderstoodByADaemon() {
        for verb in ControlVerb.allCases {
            let full = request(verb) {
                $0.booth = 1
                $0.service = "lab"
                $0.number = "A042"
                $0.controller = "hall-a"
                $0.day = 20_000
                $0.seconds = 60
                $0.button = 1
                $0.clinic = 12
                $0.doctor = 3
                $0.mobile = "09120000000"
                $0.code = TrackingCode(random: 7).description
                $0.question = 3
            }
            // Nil is an answer too: what only looks.
            let answers: [Any] = [
                Result { try full.controllerAsk() as Any },
                Result { try full.centralCommand() as Any },
            ].compactMap { try? $0.get() }
            #expect(!answers.isEmpty, "\(verb)")
        }
    }

    @Test func requestsSurviveTheirText() throws {
        let request = request(.call) {
            $0.booth = 2
            $0.number = "A042"
        }
        let line = ControlText.encode(request)
        #expect(!line.contains("\n"))
        #expect(ControlText.decode(ControlRequest.self, line) == request)
        #expect(ControlText.decode(ControlRequest.self, "{\"verb\":\"explode\"}") == nil)
        #expect(ControlText.decode(ControlRequest.self, "press 1") == nil)
    }

    @Test func aRefusalBecomesItsNameAndSentence() {
        let result = ActionResult.from(.refused(.recallLimit(3)))
        #expect(
            result
                == .failure(
                    ControlError(
                        name: "recall-limit",
                        detail:
                            "the ticket was recalled 3 times; mark it as no-show or call the next"))
        )
    }

    @Test func repliesBecomeSentences() throws {
        let number = try #require(TicketNumber("A007"))
        let called = try ActionResult.from(.called(2, number)).get()
        #expect(called.sentence == "booth 2: A007 called")
        #expect(called.booth == 2 && called.number == "A007" && called.outcome == "called")
        let nobody = try ActionResult.from(.nobodyWaits(1, finished: number)).get()
        #expect(nobody.sentence == "booth 1: nobody waits; A007 finished")
        #expect(try ActionResult.from(.ended(1, number, .noShow)).get().outcome == "no-show")
    }
}
