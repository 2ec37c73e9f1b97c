// SPDX-License-Identifier: Apache-2.0

// Local dates of named zones against values from another implementation (Python's zoneinfo).

import Testing

@testable import Hardware

@Suite struct ZoneRulesTests {
    /// Zone, seconds since 1970 UTC, offset in seconds, local date as days since 1970.
    static let known: [(zone: String, at: Int64, offset: Int64, day: Int)] = [
        ("Asia/Tehran", 1_774_124_999, 12_600, 20_533),  // 2026-03-21T23:59:59
        ("Asia/Tehran", 1_774_125_000, 12_600, 20_534),  // 2026-03-22T00:00:00
        ("Asia/Tehran", 1_654_111_799, 16_200, 19_144),  // summer time of 2022
        ("Asia/Tehran", 1_654_111_800, 16_200, 19_145),
        ("Asia/Tehran", 1_663_788_599, 16_200, 19_256),  // its last second
        ("Asia/Tehran", 1_663_788_600, 12_600, 19_256),
        ("Asia/Tehran", 4_102_432_200, 12_600, 47_482),
        ("Asia/Tehran", -12_601, 12_600, -1),
        ("Asia/Tehran", -2_208_988_800, 12_344, -25_567),
        ("Europe/Berlin", 1_774_745_999, 3_600, 20_541),
        ("Europe/Berlin", 1_774_746_000, 7_200, 20_541),
        ("Europe/Berlin", 2_550_704_399, 7_200, 29_522),
        ("Europe/Berlin", 2_550_704_400, 3_600, 29_522),
        ("Europe/Berlin", 2_540_325_599, 7_200, 29_401),
        ("Europe/Berlin", 2_540_325_600, 7_200, 29_402),
        ("Europe/Berlin", 2_556_140_399, 3_600, 29_584),
        ("Pacific/Auckland", 2_840_180_399, 46_800, 32_872),
        ("Pacific/Auckland", 2_840_180_400, 46_800, 32_873),
        ("Pacific/Auckland", 2_855_908_799, 43_200, 33_054),
        ("America/New_York", 2_215_061_999, -18_000, 25_637),
        ("America/New_York", 2_215_062_000, -14_400, 25_637),
        ("UTC", 1_767_225_600, 0, 20_454),
    ]

    @Test(arguments: known)
    func dayAndOffset(_ row: (zone: String, at: Int64, offset: Int64, day: Int)) throws {
        let zone = try ZoneRules(named: row.zone)
        #expect(zone.offset(at: row.at) == row.offset)
        #expect(zone.day(at: row.at) == row.day)
    }

    @Test(arguments: [
        "Mars/Olympus", "", "/etc/passwd", "../../../etc/passwd", "Asia", "Asia/", "Asia/..",
        "Asia/Teh\0ran",
    ])
    func unknownName_IsNamed(_ name: String) {
        #expect(throws: ZoneError.unknown(name: name)) { try ZoneRules(named: name) }
    }

    @Test func noZoneFile_IsRefused() {
        #expect(throws: ZoneError.self) {
            try ZoneRules(named: "x", file: Array("TZif1 and then nothing of use".utf8))
        }
    }

    /// Every cut and many flipped bytes of a real file: it is read or refused, never a crash.
    @Test func damagedFile_NeverTraps() throws {
        let good = TestZone.bytes(footer: "CET-1CEST,M3.5.0,M10.5.0/3")
        let whole = try ZoneRules(named: "made", file: good)
        #expect(whole.offset(at: 2_540_325_599) == 7_200)
        var refused = 0
        for length in 0..<good.count {
            if (try? ZoneRules(named: "cut", file: Array(good.prefix(length)))) == nil {
                refused += 1
            }
        }
        #expect(refused >= 88)
        for index in good.indices {
            for value: UInt8 in [0, 0x7F, 0xFF] {
                var bad = good
                bad[index] = value
                _ = (try? ZoneRules(named: "bad", file: bad))?.day(at: 1_774_125_000)
            }
        }
    }

    @Test func rulesThatAreNone_AreRefused() {
        for text in [
            "", "C", "CET", "CET-", "CET-1CEST", "CET-1CEST,J60,J300", "<+03", "<+03>x",
            "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
            "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-9999999999999999999999", "CET-1CEST,M3.5.0",
        ] {
            #expect(PosixZoneRule(text) == nil, "\(text)")
        }
        #expect(PosixZoneRule("<+0330>-3:30")?.offset(at: 0) == 12_600)
    }
}

/// A small TZif file made by hand after RFC 8536: no changes, one type, a rule at the end.
enum TestZone {
    static func bytes(footer: String) -> [UInt8] {
        let header =
            Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
            + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]
        let block: [UInt8] = [0, 0, 0x0E, 0x10, 0, 0] + Array("CET\0".utf8)
        return header + block + header + block + Array("\n\(footer)\n".utf8)
    }
}
