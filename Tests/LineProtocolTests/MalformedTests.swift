// SPDX-License-Identifier: Apache-2.0

// What is not a message is refused by name, at the right place, and without echoing it.
import QueueCore
import Testing

@testable import LineProtocol

@Suite struct MalformedTests {
    /// A line that a client might send, the error's name, and what its detail must say.
    struct Case: CustomTestStringConvertible, Sendable {
        let line: String
        let complaint: Complaint
        let says: String
        init(_ line: String, _ complaint: Complaint, _ says: String) {
            (self.line, self.complaint, self.says) = (line, complaint, says)
        }
        var testDescription: String { String(line.prefix(60)) }
    }

    private static let id = "ticket=central.5f.42"
    private static let ticket =
        "\(id) number=A042 day=20779 service=admission class=normal rank=12"
    private static let hello = "HELLO version=1 role=controller name=hall-a epoch=9c day=0"

    static let grammar: [Case] = [
        Case("", .badLine, "empty"),
        Case(" PING", .badLine, "column 1"),
        Case("PING ", .badLine, "stands alone"),
        Case("PING x=1", .badLine, "stands alone"),
        Case("PING\r", .badLine, "column 1"),
        Case("BYE ", .badLine, "column 5"),
        Case("BYE  x=1", .badLine, "column 5"),
        Case("BYE x=1 ", .badLine, "column 9"),
        Case("BYE x=1\r", .badLine, "column 8: a control character"),
        Case("BYE x=a\tb", .badLine, "column 8: a control character"),
        Case("BYE x=a=b", .badLine, "column 8: ="),
        Case("BYE x", .badLine, "column 5"),
        Case("BYE =1", .badLine, "column 5"),
        Case("BYE X=1", .badLine, "column 5"),
        Case("BYE 1x=1", .badLine, "column 5"),
        Case("BYE x=%", .badLine, "column 7: two hexadecimal"),
        Case("BYE x=%4", .badLine, "column 7: two hexadecimal"),
        Case("BYE x=%4g", .badLine, "column 7: two hexadecimal"),
        Case("BYE " + String(repeating: "a", count: 25) + "=1", .badLine, "column 5"),
        Case("ACK through=1 through=1", .badLine, "column 15: the key through stands"),
        Case("ping", .badLine, "column 1: a verb of"),
        Case("PiNG", .badLine, "column 1: a verb of"),
        Case(String(repeating: "A", count: 25), .badLine, "column 1: a verb of"),
        Case("FROB", .unknownVerb, "column 1: the verb FROB is"),
        Case("17 FROB =%%", .unknownVerb, "column 4: the verb FROB is"),
        Case(String(repeating: "A", count: 24), .unknownVerb, String(repeating: "A", count: 24)),
        Case("17", .badLine, "column 3: a verb must follow"),
        Case("17 ", .badLine, "column 4"),
        Case("17x REPORT", .badValue, "record number"),
        Case("017 REPORT", .badValue, "record number"),
        Case("0 REPORT", .badValue, "record number"),
        Case("9007199254740992 REPORT", .badValue, "record number"),
        Case("99999999999999999999999999 REPORT", .badValue, "record number"),
        Case("REPORT", .badLine, "REPORT needs its record number"),
        Case("1 BYE", .badLine, "BYE bears no number"),
        Case("BYE x=" + String(repeating: "y", count: 1_018), .overLong, "1024"),
        Case("BYE" + String(repeating: " x=1", count: 33), .badLine, "more than 32 keys"),
        Case("WELCOME version=1 central=5f have=0 day=1 rank=0", .unexpected, "WELCOME is for"),
        Case("1 DEAL \(ticket)", .unexpected, "DEAL is for the central"),
    ]

    static let values: [Case] = [
        Case("ACK", .missingKey, "ACK: key through is missing"),
        Case("ACK through=", .badValue, "ACK, column 13: through must be a number from 0 to 9007"),
        Case("ACK through=01", .badValue, "column 13: through"),
        Case("ACK through=+1", .badValue, "column 13: through"),
        Case("ACK through=-1", .badValue, "column 13: through"),
        Case("ACK through=1.0", .badValue, "column 13: through"),
        Case("ACK through=٣", .badValue, "column 13: through"),
        Case("ACK through=9007199254740992", .badValue, "column 13: through"),
        Case("ACK through=18446744073709551616", .badValue, "column 13: through"),
        Case("ACK through=%2", .badLine, "column 13: two hexadecimal"),
        Case("ACK through=%FF", .badValue, "column 13: through"),
        Case(
            "1 FINISHED booth=0 \(id)", .badValue, "column 18: booth must be a number from 1 to 99"),
        Case("1 FINISHED booth=100 \(id)", .badValue, "booth"),
        Case("1 FINISHED booth=256 \(id)", .badValue, "booth"),
        Case("1 FINISHED booth=2", .missingKey, "FINISHED: key ticket"),
        Case("1 FINISHED booth=2 ticket=central.5f", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=central.5f.", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=central.5f.0", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=central.5f.01", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=central.5f.4294967296", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=central.5F.1", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=central.05f.1", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=central.0.1", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=central.123456789.1", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=-x.5f.1", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=..", .badValue, "ticket must be"),
        Case("1 FINISHED booth=2 ticket=a.1.1.1", .badValue, "ticket must be"),
        Case("1 RECALLED booth=2 \(id) count=0", .badValue, "count must be a number from 1 to 255"),
        Case("1 RECALLED booth=2 \(id) count=256", .badValue, "count"),
        Case("1 PARKED booth=2 \(id) seconds=14401", .badValue, "seconds must be a number from 0"),
        Case("1 DAY-TURNED day=100000", .badValue, "day must be a number from 0 to 99999"),
        Case("1 DAY-TURNED day=-1", .badValue, "day"),
        Case("1 CANCELLED \(id) reason=why", .badValue, "reason must be one of day-end, by-clerk"),
        Case("1 CANCELLED \(id) reason=", .badValue, "reason"),
        Case(
            "1 TRANSFERRED booth=2 \(id) service=lab kept=0", .badValue, "kept must be 1, or left"),
        Case("1 BOOTH-OPENED booth=2 services=", .badValue, "services must be 1 to 8 names"),
        Case("1 BOOTH-OPENED booth=2 services=a,,b", .badValue, "services"),
        Case("1 BOOTH-OPENED booth=2 services=a,", .badValue, "services"),
        Case("1 BOOTH-OPENED booth=2 services=a,b,c,d,e,f,g,h,i", .badValue, "services"),
        Case("1 BOOTH-OPENED booth=2 services=a,B", .badValue, "services"),
        Case("1 HELD \(ticket) state=lost", .badValue, "state must be one of waiting, called"),
        Case("1 ISSUED \(ticket) returned=yes", .badValue, "returned must be 1"),
        Case("1 MARKED day=1 series=AB through=1", .badValue, "series must be a series letter"),
        Case("1 MARKED day=1 series=a through=1", .badValue, "series"),
        Case(
            "1 MARKED day=1 series=A through=1000", .badValue,
            "through must be a number from 0 to 999"),
        Case("1 HOLDING day=1 series=A first=0 last=5", .badValue, "first"),
        Case("1 HOLDING day=1 series=A first=6 last=5", .badValue, "last must be first at least"),
        Case(
            "1 HOLDING day=1 series=A first=5 last=6 next=4", .badValue, "next must be from first"),
        Case(
            "1 HOLDING day=1 series=A first=5 last=6 next=8", .badValue, "next must be from first"),
        Case("1 HOLDING day=1 series=A first=5 last=1000", .badValue, "last"),
        Case("TAKE reference=1", .missingKey, "TAKE: key service"),
        Case("TAKE reference=1 service=a_b", .badValue, "service must be a name: 1 to 16"),
        Case("TAKE reference=1 service=abcdefghijklmnopq", .badValue, "service must be a name"),
        Case("TAKE reference=1 service=", .badValue, "service must be a name"),
        Case("TAKE reference=1 service=a%00", .badValue, "service must be a name"),
        Case("TAKE reference=1 service=a class=", .badValue, "class must be one of normal"),
        Case("CANCEL reference=1 number=a042", .badValue, "number must be a ticket number"),
        Case("CANCEL reference=1 number=A42", .badValue, "number must be a ticket number"),
        Case("CANCEL reference=1 number=A000", .badValue, "number must be a ticket number"),
        Case("CANCEL reference=1 number=A0420", .badValue, "number must be a ticket number"),
        Case("HELLO version=1 name=x", .missingKey, "HELLO: key role"),
        Case("HELLO version=1 role=king name=x", .badValue, "role must be one of controller"),
        Case("HELLO version=0 role=kiosk name=x", .badValue, "version must be a number from 1"),
        Case("HELLO version=65536 role=kiosk name=x", .badValue, "version"),
        Case("HELLO version=1 role=kiosk name=x caps=A", .badValue, "caps must be capabilities"),
        Case("HELLO version=1 role=kiosk name=x caps=a,", .badValue, "caps"),
        Case("\(hello) applied=0 first=1 last=0 have=0", .missingKey, "HELLO: key central"),
        Case(
            "\(hello) central=0 applied=0 first=1 last=0 have=0", .badValue,
            "central must be an epoch: 1 to 8 of 0-9 and a-f, not beginning with 0, or none"),
        Case("\(hello) central=none applied=0 first=2 last=0 have=0", .badValue, "first must be"),
        Case("\(hello) central=none applied=0 first=0 last=0 have=0", .badValue, "first must be"),
        Case("\(hello) central=none applied=0 first=1 last=0 have=1", .badValue, "have must be"),
    ]

    @Test(arguments: grammar + values)
    func clientLine_IsRefusedByName(_ broken: Case) throws {
        let error = try #require(throws: LineError.self) { try ClientMessage(line: broken.line) }
        #expect(error.complaint == broken.complaint)
        #expect(error.detail.contains(broken.says), "\(error.detail)")
        #expect(error.detail.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }

    static let centrals: [Case] = [
        Case("HELLO version=1 role=kiosk name=x", .unexpected, "HELLO is for clients"),
        Case("1 REPORT", .unexpected, "REPORT is for clients"),
        Case("WELCOME version=1 central=none have=0 day=1 rank=0", .badValue, "central"),
        Case("ERROR name=bad-luck detail=x", .badValue, "name must be one of bad-line"),
        Case("ERROR name=bad-line", .missingKey, "ERROR: key detail"),
        Case("ERROR name=bad-line detail=%FF", .notUTF8, "ERROR, column 28: detail"),
        Case("ERROR name=bad-line detail=%ED%A0%80", .notUTF8, "detail"),
        Case("TICKET reference=1 number=A001 \(id) ahead=4294967296", .badValue, "ahead"),
        Case("NEWS hall=a controller=b booth=1 number=1", .badValue, "number"),
        Case("1 DEAL \(id)", .missingKey, "DEAL: key number"),
    ]

    @Test(arguments: centrals)
    func centralLine_IsRefusedByName(_ broken: Case) throws {
        let error = try #require(throws: LineError.self) { try CentralMessage(line: broken.line) }
        #expect(error.complaint == broken.complaint)
        #expect(error.detail.contains(broken.says), "\(error.detail)")
    }

    @Test(arguments: [[0xFF], [0x41, 0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]])
    func bytesThatAreNotUTF8_AreRefused(tail: [UInt8]) throws {
        let line = Array("BYE x=".utf8) + tail
        let error = try #require(throws: LineError.self) { try ClientMessage(bytes: line) }
        #expect(error.complaint == .notUTF8)
    }

    @Test func unknownKeys_AreIgnored_WhereverTheyStand() throws {
        let plain = try ClientMessage(line: "ACK through=5")
        for line in [
            "ACK colour=red through=5", "ACK through=5 x-2=", "ACK x=%20é through=5 x=2",
            "ACK through=5 booth=900", "ACK through=%35", "ACK abcdefghijklmnopqrst=1 through=5",
        ] {
            #expect(try ClientMessage(line: line) == plain, "\(line)")
        }
    }

    @Test func capabilities_AreReadAndForgotten() throws {
        let kiosk = "HELLO version=1 role=kiosk name=k"
        for caps in ["", "zip", "zip,x-9,news"] {
            #expect(
                try ClientMessage(line: "\(kiosk) caps=\(caps)") == ClientMessage(line: kiosk))
        }
    }

    @Test func theLongestLine_IsStillALine() throws {
        let line = "BYE x=" + String(repeating: "y", count: 1_017)
        #expect(line.utf8.count == 1_023)
        #expect(try ClientMessage(line: line) == .bye)
    }
}
