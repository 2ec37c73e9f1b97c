// SPDX-License-Identifier: Apache-2.0

// The audit: added to and never changed, and what was changed all the same shows.

import QueueCore
import Testing

@testable import Store

struct AuditTests {
    let folder: TestFolder
    let path: String

    init() throws {
        folder = try TestFolder()
        path = folder.file("central.db")
    }

    func open() throws -> CentralStore {
        try CentralRowsPlace.open(path: path, freshEpoch: Samples.epoch(9)).store
    }

    func entry(_ subject: String, at seconds: Int64 = 1_795_000_000) -> AuditEntry {
        AuditEntry(
            at: WallTime(seconds), act: .fence, subject: subject, who: "uid 1000", place: "socket",
            detail: "a, \"b\"")
    }

    @Test func rowsComeBackInOrder_AlsoAfterTheStoreWasClosed() throws {
        do {
            let store = try open()
            try store.commit([], audit: [entry("hall-a"), entry("hall-b")])
            try store.commit([], audit: [])
        }
        let store = try open()
        try store.commit([], audit: [entry("hall-c", at: 0)])
        let lines = try store.audit(limit: 10)
        #expect(lines.map(\.sequence) == [1, 2, 3])
        #expect(lines.map(\.entry) == [entry("hall-a"), entry("hall-b"), entry("hall-c", at: 0)])
        #expect(lines.allSatisfy { $0.isWhole })
        #expect(Set(lines.map(\.chain)).count == 3)
        #expect(try store.audit(after: 2, limit: 10).map(\.sequence) == [3])
        #expect(try store.audit(limit: 2).map(\.sequence) == [1, 2])
        // A row whose time is not known is always among them.
        #expect(try store.audit(from: 5, to: 10, limit: 10).map(\.sequence) == [3])
        #expect(try store.lastAct(.fence, on: "hall-b") == entry("hall-b"))
        #expect(try store.lastAct(.cancel, on: "hall-b") == nil)
    }

    @Test func anActAndItsRowAreOneTransaction() throws {
        let store = try open()
        let lobby = try Samples.name("lobby")
        // The order can't follow: nothing is written, and no row either.
        #expect(throws: StoreError.self) {
            try store.commit(
                [.order(controller: lobby, Numbered(7, .fence))], audit: [entry("lobby")])
        }
        #expect(try store.audit(limit: 10).isEmpty)
        try store.commit([.order(controller: lobby, Numbered(1, .fence))], audit: [entry("lobby")])
        #expect(try store.audit(limit: 10).count == 1)
        #expect(try store.snapshot().orders[lobby]?.count == 1)
        // The next commit does not bring it again.
        try store.commit([.order(controller: lobby, Numbered(2, .fence))])
        #expect(try store.audit(limit: 10).count == 1)
    }

    static let changes =
        [
            "UPDATE audit SET who = 'uid 0'", "DELETE FROM audit",
            "DELETE FROM audit WHERE sequence = 1", "UPDATE audit_bound SET through = 1",
            "DELETE FROM audit_bound",
        ]
        + (CentralRowsPlace.server == nil
            ? [
                "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence = 1",
                "INSERT OR REPLACE INTO audit_bound VALUES (1, 2, '')",
            ]
            : [
                "TRUNCATE audit", "TRUNCATE audit_bound",
                "INSERT INTO audit SELECT * FROM audit WHERE sequence = 1 "
                    + "ON CONFLICT (sequence) DO UPDATE SET who = 'uid 0'",
            ])

    @Test(arguments: changes) func theDatabaseRefusesToChangeIt(_ sql: String) throws {
        let store = try open()
        try store.commit([], audit: [entry("hall-a"), entry("hall-b")])
        let before = try store.audit(limit: 10)
        #expect(throws: (any Error).self) { try store.execute(sql) }
        #expect(try store.audit(limit: 10) == before)
    }

    @Test(arguments: [
        "UPDATE audit SET who = 'uid 0' WHERE sequence = 2", "DELETE FROM audit WHERE sequence = 2",
    ])
    func whatWasChangedBehindTheDaemonsBackShows(_ sql: String) throws {
        let store = try open()
        try store.commit([], audit: (1...4).map { entry("hall-\($0)") })
        for trigger in ["audit_is_not_changed", "audit_is_kept"] {
            let place = CentralRowsPlace.server == nil ? "" : " ON audit"
            try store.execute("DROP TRIGGER \(trigger)\(place)")
        }
        try store.execute(sql)
        let lines = try store.audit(limit: 10)
        #expect(lines.first?.isWhole == true)
        #expect(!lines.allSatisfy { $0.isWhole })
    }

    @Test func onlyTheOldestGo() throws {
        let store = try open()
        let most = StoreLimits.auditRowsMax
        for lot in 0..<(most / 1_000) {
            try store.commit([], audit: (0..<1_000).map { entry("\(lot * 1_000 + $0)") })
        }
        #expect(try store.audit(limit: 1).map(\.sequence) == [1])
        try store.commit([], audit: (0..<130).map { entry("more \($0)") })
        let first = try #require(try store.audit(limit: 1).first)
        #expect(first.sequence > 60 && first.sequence <= 131)
        // The first that is left still hangs on the last that went.
        #expect(first.isWhole)
        #expect(try store.audit(after: UInt64(most), limit: 1_000).count == 130)
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func digestsAreThoseOfTheStandard(text: String, digest: String) {
        #expect(SHA256.hex(text.utf8) == digest)
        // In pieces, the same.
        var running = SHA256()
        for byte in text.utf8 { running.add([byte]) }
        #expect(running.finish() == digest)
    }

    @Test func aMillionLettersHaveTheDigestOfTheStandard() {
        var running = SHA256()
        for size in [63, 64, 65, 999_808] { running.add([UInt8](repeating: 0x61, count: size)) }
        #expect(
            running.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}
