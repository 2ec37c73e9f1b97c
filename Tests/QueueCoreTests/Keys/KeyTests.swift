// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import QueueCore

@Suite struct KeyTests {
    @Test(arguments: [
        ("hall-a.controller.key", "hall-a", Role.controller, UInt16(1)),
        ("hall-a.2.controller.key", "hall-a.2", .controller, 2),
        ("kiosk-1.9999.kiosk.key", "kiosk-1.9999", .kiosk, 9_999),
    ])
    func aFileNamesItsOwner(file: String, identity: String, role: Role, generation: UInt16) throws {
        let holder = try #require(KeyHolder(fileName: file))
        #expect(holder.fileName == file)
        #expect(holder.identity == identity)
        #expect(holder.role == role)
        #expect(holder.generation == generation)
        #expect(KeyHolder(identity: identity, role: role) == holder)
    }

    @Test(arguments: [
        "hall-a.key", "hall-a.controller", "hall-a.boss.key", "Hall.controller.key",
        "hall-a.1.controller.key", "hall-a.02.controller.key", "hall-a.0.controller.key",
        "hall-a.10000.controller.key", "hall-a.2.3.controller.key", ".controller.key",
        "hall-a..controller.key", "hall-a.controller.key.new.7", "../a.controller.key", "",
    ])
    func otherFilesNameNobody(file: String) {
        #expect(KeyHolder(fileName: file) == nil)
    }

    @Test func eachKeyIsFollowedByTheNext() throws {
        let first = try #require(KeyHolder(fileName: "hall-a.controller.key"))
        #expect(first.next?.identity == "hall-a.2")
        #expect(first.next?.next?.identity == "hall-a.3")
        let last = try #require(KeyHolder(fileName: "hall-a.9999.controller.key"))
        #expect(last.next == nil)
    }

    private static let digits = String(repeating: "0f", count: 31) + "A7"

    @Test func aLineIsAKey_AndItsTextAgain() throws {
        let key = try #require(LinkKey(line: "hall-a.2:" + Self.digits))
        #expect(key.identity == "hall-a.2")
        #expect(key.secret == [UInt8](repeating: 0x0F, count: 31) + [0xA7])
        #expect(key.line == "hall-a.2:" + Self.digits.lowercased())
        #expect(LinkKey(line: key.line) == key)
    }

    @Test(arguments: [
        "", ":", "hall-a", "hall-a:", "hall-a:00", ":" + digits, "hall a:" + digits,
        "hall-a:" + digits + "0", "hall-a:" + digits.dropLast() + "g", "hall-a:" + digits + ":1",
        "hall-a :" + digits, "hall-a: " + digits.dropLast(),
    ])
    func otherLinesAreNone(line: String) {
        #expect(LinkKey(line: line) == nil)
    }

    @Test func keysAreEqualOnlyWhenAllOfThemIs() throws {
        let key = try #require(LinkKey(line: "hall-a:" + Self.digits))
        for place in 0..<LinkKey.secretBytes {
            var secret = key.secret
            secret[place] ^= 0x10
            #expect(try #require(LinkKey(identity: "hall-a", secret: secret)) != key)
        }
        #expect(try #require(LinkKey(identity: "hall-b", secret: key.secret)) != key)
    }

    @Test func nothingPrintsASecret() throws {
        let key = try #require(LinkKey(line: "hall-a:" + Self.digits))
        var dumped = ""
        dump([key], to: &dumped)
        let texts = [
            "\(key)", String(reflecting: key), "\([key])", "\(Optional(key) as Any)", dumped,
        ]
        for text in texts {
            #expect(!text.contains("15, 15"), "\(text)")
            #expect(!text.contains("0f0f"), "\(text)")
        }
    }

    @Test func newKeysAreDrawnFromTheGenerator() throws {
        struct Counting: RandomNumberGenerator {
            var count: UInt64 = 0
            mutating func next() -> UInt64 {
                count += 1
                return count
            }
        }
        var random = Counting()
        let holder = try #require(KeyHolder(fileName: "hall-a.controller.key"))
        #expect(LinkKey(of: holder, using: &random).secret == (1...32).map { UInt8($0) })
        var system = SystemRandomNumberGenerator()
        #expect(LinkKey(of: holder, using: &system) != LinkKey(of: holder, using: &system))
    }
}

/// What the central lets the owner of a key do.
@Suite struct KeyRulesTests {
    private func open(
        _ town: Town, _ link: LinkID, _ file: String, greetsAs who: String, _ role: Role
    ) throws {
        let holder = try #require(KeyHolder(fileName: file))
        town.feedCentral(.connected(link))
        town.feedCentral(.identified(link, holder))
        town.feedCentral(
            .message(link, .attach(version: 1, role: role, name: name(who)), random: 1))
    }

    private func isAttached(_ town: Town, _ link: LinkID) -> Bool {
        (town.clientMail[link] ?? []).contains {
            if case .attached = $0 { true } else { false }
        }
    }

    @Test func anOwnerGreetsByItsNameInItsRole() throws {
        let town = Town()
        try open(town, 901, "kiosk-1.2.kiosk.key", greetsAs: "kiosk-1", .kiosk)
        #expect(isAttached(town, 901))
        try open(town, 902, "kiosk-1.kiosk.key", greetsAs: "kiosk-2", .kiosk)
        #expect(town.complaints.last == .wrongName)
        #expect(!isAttached(town, 902))
        try open(town, 903, "kiosk-1.kiosk.key", greetsAs: "kiosk-1", .supervisor)
        #expect(town.complaints.last == .role)
        #expect(!isAttached(town, 903))
    }

    @Test func aKeyTakesABoundedNumberOfLinks_AndGivesThemBack() throws {
        let town = Town()
        for link in 0..<LinkID(Limits.keyLinksMax) {
            try open(town, 900 + link, "ward.system.key", greetsAs: "ward", .system)
            #expect(isAttached(town, 900 + link))
        }
        try open(town, 990, "ward.system.key", greetsAs: "ward", .system)
        #expect(town.complaints.last == .tooManyConnections)
        #expect(!isAttached(town, 990))
        // Another's key has its own.
        try open(town, 991, "kiosk-1.kiosk.key", greetsAs: "kiosk-1", .kiosk)
        #expect(isAttached(town, 991))
        town.feedCentral(.disconnected(900))
        try open(town, 992, "ward.system.key", greetsAs: "ward", .system)
        #expect(isAttached(town, 992))
        try open(town, 993, "ward.system.key", greetsAs: "ward", .system)
        #expect(!isAttached(town, 993))
    }

    @Test func whoComesAndGoesLeavesLittle() {
        let town = Town()
        for link in 10_000..<LinkID(20_000) {
            town.feedCentral(.connected(link))
            town.feedCentral(.disconnected(link))
        }
        #expect(town.central?.newcomers.count ?? .max < 2 * Limits.newcomersSpare)
    }

    @Test func whoNeverGreetsIsTurnedAway() throws {
        let town = Town()
        town.settle()
        let linked = town.linkOf
        town.feedCentral(.connected(901))
        town.feedCentral(.identified(901, try #require(KeyHolder(fileName: "ward.system.key"))))
        try open(town, 902, "ward.system.key", greetsAs: "ward", .system)
        for _ in 0..<29 {
            town.pass(.seconds(1))
            town.feedCentral(.message(901, .ping, random: 1))
        }
        #expect(town.clientMail[901]?.last == .pong)
        let due = try #require(town.central?.deadline)
        #expect(due <= town.now + .seconds(1))
        town.pass(.seconds(1))
        #expect(town.complaints.last == .silentPeer)
        #expect(town.central?.sessions[901] == nil)
        #expect(town.central?.sessions[902] != nil)
        #expect(town.linkOf == linked, "who has greeted stays")
        #expect(town.central?.linksOfKey.values.reduce(0, +) == 1)
        #expect(town.central?.newcomers.isEmpty == true)
    }

    @Test func nobodyIsAControllerWithAnothersKey() throws {
        let town = Town()
        town.settle()
        let hello = Hello(
            version: 1, name: name("hall-a"), epoch: Epoch(random: 77), central: nil, applied: 0,
            first: 1, last: 0, acknowledged: 0, day: .unknown)
        for (link, file, complaint) in [
            (LinkID(901), "hall-a.kiosk.key", Complaint.role),
            (902, "hall-b.controller.key", .wrongName),
        ] {
            town.feedCentral(.connected(link))
            town.feedCentral(.identified(link, try #require(KeyHolder(fileName: file))))
            town.feedCentral(.message(link, .hello(hello), random: 1))
            #expect(town.complaints.last == complaint)
        }
        #expect(town.central?.links[name("hall-a")] == town.linkOf[name("hall-a")])
    }

    @Test func aRevokedKeyEndsItsOwnLinks_AndNoOthers() throws {
        let town = Town()
        try open(town, 901, "kiosk-1.kiosk.key", greetsAs: "kiosk-1", .kiosk)
        try open(town, 902, "kiosk-1.2.kiosk.key", greetsAs: "kiosk-1", .kiosk)
        // One that has not greeted yet.
        town.feedCentral(.connected(903))
        let holder = try #require(KeyHolder(fileName: "kiosk-1.kiosk.key"))
        town.feedCentral(.identified(903, holder))
        town.feedCentral(.connected(904))
        let before = town.complaints.count
        town.feedCentral(.revoked(holder))
        #expect(town.complaints.dropFirst(before).allSatisfy { $0 == .revoked })
        #expect(town.complaints.count == before + 2)
        let take = ClientMessage.take(reference: 5, service: name("admission"), priority: .normal)
        town.feedCentral(.message(901, take, random: 1))
        #expect(town.issued.isEmpty)
        town.feedCentral(.message(902, take, random: 1))
        #expect(town.issued.count == 1)
    }
}
