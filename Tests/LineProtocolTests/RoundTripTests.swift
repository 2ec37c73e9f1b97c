// SPDX-License-Identifier: Apache-2.0

// Every message survives its line, and every line is short and clean enough to be one.
import QueueCore
import Testing

@testable import LineProtocol

@Suite struct RoundTripTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func clientMessages_ComeBackEqual(seed: UInt64) throws {
        var generator = Generator(seed: seed)
        var verbs: Set<Verb> = []
        for _ in 0..<5_000 {
            let message = generator.clientMessage()
            let line = message.line
            try #require(try ClientMessage(line: line) == message, "\(line)")
            try requireClean(line)
            verbs.insert(try Fields(message.bytes).verb)
        }
        let said = Set(Verb.allCases.filter { !centralVerbs.contains($0) })
        #expect(verbs == said, "the generator leaves out a verb")
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func centralMessages_ComeBackEqual(seed: UInt64) throws {
        var generator = Generator(seed: seed)
        var verbs: Set<Verb> = []
        for _ in 0..<5_000 {
            let message = generator.centralMessage()
            let line = message.line
            try #require(try CentralMessage(line: line) == message, "\(line)")
            try requireClean(line)
            verbs.insert(try Fields(message.bytes).verb)
        }
        let said = centralVerbs.union([.acknowledge, .ping, .pong, .bye])
        #expect(verbs == said, "the generator leaves out a verb")
    }

    private let centralVerbs: Set<Verb> = [
        .deal, .withdraw, .block, .mark, .day, .fenced, .void, .welcome, .attached, .rank, .news,
        .ticket, .done, .refused, .error, .valid, .booked, .tell, .quota,
    ]

    private func requireClean(_ line: String) throws {
        try #require(line.utf8.count < 1_024, "\(line)")
        try #require(
            line.unicodeScalars.allSatisfy {
                $0 == " "
                    || $0.properties.generalCategory != .control
                        && $0.properties.generalCategory != .format
                        && !$0.properties.isWhitespace
            }, "\(line)")
    }

    @Test func flagsAndDefaults_AreLeftOut_WhenNotSet() throws {
        let id = try #require(TicketID("central.5f.42"))
        let number = try #require(TicketNumber("A042"))
        let service = try #require(Name("admission"))
        var ticket = Ticket(
            id: id, number: number, day: ServiceDay(20_779), service: service, rank: 12)
        let keys =
            "ticket=central.5f.42 number=A042 day=20779 service=admission class=normal rank=12"
        #expect(CentralMessage.order(Numbered(12, .deal(ticket))).line == "12 DEAL \(keys)")
        ticket.returned = true
        ticket.dealtAgain = true
        #expect(
            CentralMessage.order(Numbered(12, .deal(ticket))).line
                == "12 DEAL \(keys) returned=1 again=1")
        #expect(
            ClientMessage.fact(Numbered(17, .called(booth: 2, ticket: ticket))).line
                == "17 CALLED booth=2 \(keys) returned=1 again=1")
    }

    @Test func details_KeepReadableText_AndEscapeTheRest() throws {
        let message = CentralMessage.error(
            .badLine, detail: "نوبت 100% = \u{202E}x\u{200C}\u{1B}[2J,é😀")
        #expect(
            message.line
                == "ERROR name=bad-line detail=نوبت%20100%25%20%3D%20%E2%80%AEx%E2%80%8C%1B[2J,é😀")
        #expect(try CentralMessage(line: message.line) == message)
    }

    @Test(arguments: ["x", " ", "é", "\u{1B}", "😀", "\u{202E}"])
    func longDetails_AreCutAfterAWholeCharacter(character: String) throws {
        let text = String(repeating: character, count: 5_000)
        for message in [
            CentralMessage.error(.centralRestored, detail: text),
            .refused(reference: countMax, name: text, detail: text),
        ] {
            #expect(message.line.utf8.count < 1_024)
            let back = try CentralMessage(line: message.line)
            #expect(back.line == message.line)
            guard case .error(_, let detail) = back else { continue }
            #expect(text.hasPrefix(detail))
            let written = message.line.utf8.count - "ERROR name=central-restored detail=".utf8.count
            #expect((589...600).contains(written))
        }
    }

    @Test func aDayBefore1970_IsSaidAsUnknown() throws {
        let line = ClientMessage.fact(Numbered(1, .dayTurned(ServiceDay(-1)))).line
        #expect(line == "1 DAY-TURNED day=0")
    }
}
