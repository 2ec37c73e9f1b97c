// SPDX-License-Identifier: Apache-2.0

// RegisterMap.md is what the table in code says. With NOBAT_WRITE_REGISTER_MAP=1 in the environment
// this test writes the page.

import BoothUnit
import Foundation
import Testing

@Suite struct RegisterMapTests {
    private var path: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Firmware/RegisterMap.md")
    }

    @Test func pageIsWhatTheTableSays() throws {
        let page = RegisterMapPage.text
        if ProcessInfo.processInfo.environment["NOBAT_WRITE_REGISTER_MAP"] == "1" {
            try Data(page.utf8).write(to: path)
        }
        let written = try String(contentsOf: path, encoding: .utf8)
        #expect(
            written == page,
            "Firmware/RegisterMap.md is old: run the test with NOBAT_WRITE_REGISTER_MAP=1")
    }

    /// Addresses that units in the field rely on: a change here breaks every older unit.
    @Test func frozenAddressesNeverMove() {
        let frozen: [Register] = [
            .signature, .boardID, .firmwareVersion, .firmwarePatch, .mapVersion, .unitAddress,
            .identify, .addressSource, .flashKey, .restart, .revisionHigh, .revisionLow,
        ]
        #expect(frozen.map(\.rawValue) == Array(0...0x0B))
        #expect(Register.allCases.filter(\.isFrozen) == frozen)
    }

    @Test func initialValuesAreAllowed() {
        for register in Register.allCases {
            if case .number(let range) = register.access {
                #expect(range.contains(register.initialValue), "\(register)")
            }
        }
    }

    @Test func noBlinkPeriodIsShorterThanHalfASecond() {
        #expect(Register.blinkPeriod.access == .number(50...400))
    }
}
