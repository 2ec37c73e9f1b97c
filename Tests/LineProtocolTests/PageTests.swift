// SPDX-License-Identifier: Apache-2.0

// The page is the protocol: whoever builds from it alone must meet what the code does.
import QueueCore
import Testing

@testable import LineProtocol

@Suite struct PageTests {
    private let page: Page

    init() throws { page = try Page() }

    @Test func examples_GoThroughTheCodecUnchanged() throws {
        var verbs: Set<Verb> = []
        for example in page.examples {
            let place = "LineProtocol.md:\(example.place)"
            do throws(LineError) {
                let again =
                    example.isClients
                    ? try ClientMessage(line: example.line).line
                    : try CentralMessage(line: example.line).line
                #expect(again == example.line, "\(place)")
                verbs.insert(try Fields(Array(example.line.utf8)).verb)
            } catch {
                Issue.record("\(place): \(error.complaint.rawValue): \(error.detail)")
            }
        }
        #expect(verbs == Set(Verb.allCases), "a verb has no example")
    }

    @Test func verbs_AreThoseOfTheCode() {
        #expect(page.names(under: "## Verbs").sorted() == Verb.allCases.map(\.rawValue).sorted())
    }

    @Test func keys_AreThoseOfTheCode() {
        #expect(page.names(under: "### Keys").sorted() == Key.allCases.map(\.rawValue).sorted())
    }

    @Test func errorNames_AreThoseOfTheCode() {
        #expect(
            page.names(under: "## Error names").sorted()
                == Complaint.allCases.map(\.rawValue).sorted())
    }

    @Test func refusalNames_AreThoseOfTheCode() throws {
        var names: [String] = []
        var refusal: Refusal? = .guardTime(remaining: .zero)
        while let known = refusal {
            names.append(known.name)
            refusal = try Self.successor(of: known)
        }
        #expect(page.names(under: "## Refusal names").sorted() == names.sorted())
        #expect(names.allSatisfy { $0.utf8.count <= LineLimits.refusalNameBytesMax })
    }

    /// Leads through all refusals; a new one doesn't compile until it is here.
    private static func successor(of refusal: Refusal) throws -> Refusal? {
        let name = try #require(Name("x"))
        let number = try #require(TicketNumber("A001"))
        return switch refusal {
        case .guardTime: .unknownBooth(1)
        case .unknownBooth: .boothHasNoTicket(1)
        case .boothHasNoTicket: .gestureUnused(.double)
        case .gestureUnused: .recallLimit(1)
        case .recallLimit: .nothingToUndo(1)
        case .nothingToUndo: .unknownService(name)
        case .unknownService: .unknownNumber(number)
        case .unknownNumber: .numberElsewhere(number, holder: name)
        case .numberElsewhere: .numberNotCallable(number, .called, booth: nil)
        case .numberNotCallable: .parkTooLong(seconds: 1)
        case .parkTooLong: .noSender(number)
        case .noSender: .tooLate(number, minutes: 1)
        case .tooLate: .noNumbers(name)
        case .noNumbers: .notIntroduced
        case .notIntroduced: .seriesExhausted(number.series)
        case .seriesExhausted: .settling
        case .settling: .trayFull
        case .trayFull: .outboxFull
        case .outboxFull: .unknownController(name)
        case .unknownController: .alreadyFenced(name)
        case .alreadyFenced: .noDay
        case .noDay: .serviceClosed(name, opens: nil)
        case .serviceClosed: .dayNotNow(ServiceDay(1), now: ServiceDay(2))
        case .dayNotNow: .diskFailed("")
        case .diskFailed: .unknownSlip
        case .unknownSlip: .appointment(.unknownClinic(1))
        case .appointment(let refusal): refusal.successor.map { .appointment($0) }
        }
    }

    @Test func words_AreThoseOfTheCode() throws {
        let types = Dictionary(
            page.rows(under: "### Types of values").map { ($0[0], Page.quoted($0[1])) },
            uniquingKeysWith: { $1 })
        let classes = PriorityClass.allCases.sorted().map(\.word)
        #expect(types["class"] == classes)
        #expect(types["state"] == TicketState.allCases.filter(\.isTold).map(\.word))
        #expect(types["reason"] == CancelReason.allCases.map(\.word))
        #expect(types["role"] == Role.allCases.map(\.rawValue))
        #expect(
            page.rows(under: "### Who may say what").dropFirst().map { $0[0] }
                == Role.allCases.map(\.rawValue))
    }

    @Test func limits_AreThoseOfTheCode() throws {
        let seconds = { (span: TimeSpan) in UInt64(span.milliseconds / 1_000) }
        let figures: [String: UInt64] = [
            "LineLimits.lineBytesMax": UInt64(LineLimits.lineBytesMax),
            "LineLimits.wordLengthMax": UInt64(LineLimits.wordLengthMax),
            "LineLimits.keysMax": UInt64(LineLimits.keysMax),
            "LineLimits.countMax": LineLimits.countMax,
            "LineLimits.dayMax": UInt64(LineLimits.dayMax),
            "LineLimits.dayPartMax": UInt64(LineLimits.dayPartMax),
            "LineLimits.detailBytesMax": UInt64(LineLimits.detailBytesMax),
            "LineLimits.refusalNameBytesMax": UInt64(LineLimits.refusalNameBytesMax),
            "LineLimits.pingAfter": seconds(LineLimits.pingAfter),
            "LineLimits.silenceMax": seconds(LineLimits.silenceMax),
            "Name.lengthMax": UInt64(Name.lengthMax),
            "Limits.keyLinksMax": UInt64(Limits.keyLinksMax),
            "Limits.greetingSpan": seconds(Limits.greetingSpan),
            "Limits.numberValueMax": UInt64(Limits.numberValueMax),
            "Limits.boothNumberMax": UInt64(Limits.boothNumberMax),
            "Limits.boothServicesMax": UInt64(Limits.boothServicesMax),
            "Limits.parkMax": seconds(Limits.parkMax),
            "Limits.controllerTicketsMax": UInt64(Limits.controllerTicketsMax),
            "Limits.trayMax": UInt64(Limits.trayMax),
            "Limits.outboxMax": UInt64(Limits.outboxMax),
            "Limits.retainedFactsMax": UInt64(Limits.retainedFactsMax),
            "Limits.factsInFlightMax": UInt64(Limits.factsInFlightMax),
            "Limits.ordersInFlightMax": UInt64(Limits.ordersInFlightMax),
            "Limits.ordersMax": UInt64(Limits.ordersMax),
            "Limits.blocksMax": UInt64(Limits.blocksMax),
            "Limits.localLeaseSize": UInt64(Limits.localLeaseSize),
            "Limits.newsMax": UInt64(Limits.newsMax),
            "Limits.settleSpan": seconds(Limits.settleSpan),
            "Limits.acknowledgeSpan": seconds(Limits.acknowledgeSpan),
        ]
        var told: [String: UInt64] = [:]
        for row in page.rows(under: "## Limits").dropFirst() {
            told[try #require(Page.quoted(row[0]).last)] = UInt64(row[1])
        }
        #expect(told == figures)
    }

    @Test func figuresOfTheProse_AreThoseOfTheCode() {
        let park = Limits.parkMax.milliseconds / 1_000
        let ping = LineLimits.pingAfter.milliseconds / 1_000
        let silence = LineLimits.silenceMax.milliseconds / 1_000
        let lineBytes = LineLimits.lineBytesMax
        for sentence in [
            "With its LF it is at most \(lineBytes) bytes",
            "A reader that has \(lineBytes) bytes without an LF",
            "verb = UPPER *\(LineLimits.wordLengthMax - 1)(",
            "key = LOWER *\(LineLimits.wordLengthMax - 1)(",
            "At most \(LineLimits.keysMax) keys stand in a line",
            "more than \(LineLimits.keysMax) keys",
            "| 0…\(LineLimits.countMax) (2^53 − 1) |",
            "| 0…\(LineLimits.dayMax); 1…\(LineLimits.dayPartMax) |",
            "| booth | number | 1…\(Limits.boothNumberMax) |",
            "| 1…\(Limits.numberValueMax) |",
            "| `at` | number 1…\(LineLimits.timeMax) |",
            "| name | 1 to \(Name.lengthMax) of",
            "| names | 1 to \(Limits.boothServicesMax) names",
            "words of at most \(LineLimits.wordLengthMax) of",
            "escaped; at most \(LineLimits.detailBytesMax) bytes",
            "A name takes at most \(LineLimits.refusalNameBytesMax) bytes",
            "| number 0…\(park) |", "longer than \(park) s", "number 1…\(UInt8.max)",
            "check digit (Damm's algorithm). One",
            "1…\(AppointmentLimits.codeMax) |",
            "kept for the asker for \(AppointmentLimits.reservationSpan.milliseconds / 1_000) s",
            "After \(AppointmentLimits.guessesMax) unknown codes within "
                + "\(AppointmentLimits.guessSpan.milliseconds / 1_000) s",
            "nothing is free within \(AppointmentLimits.bookingDaysMax) days",
            "number has \(AppointmentLimits.mobileBookingsMax) appointments",
            "At most \(Limits.factsInFlightMax) facts, and as many orders, are on the way",
            "at most \(Limits.outboxMax) facts that wait",
            "up to \(Limits.retainedFactsMax) acknowledged",
            "that has \(Limits.ordersMax) orders outstanding",
            "the newest calls (at most \(Limits.newsMax))",
            "waits up to \(Limits.settleSpan.milliseconds / 1_000) s for statements",
            "has sent nothing for \(ping) s sends `PING`",
            "has received nothing at all for \(silence) s",
            "nothing was heard for \(silence) s",
            "line protocol, version \(protocolVersion)",
        ] {
            let isThere = page.text.contains(sentence)
            #expect(isThere, "\(sentence)")
        }
    }
}
