// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Hardware

@Suite struct SyncMarkTests {
    let mark = SyncMark(text: "12.50 40.10\n", written: 1_800_000_000)

    @Test func aClockThatRanOnIsVouchedFor() throws {
        let mark = try #require(mark)
        #expect(mark.vouches(forWall: 1_800_000_000, uptime: 12))
        #expect(
            mark.vouches(forWall: 1_800_086_400 + 20, uptime: 86_412), "corrected by some seconds")
    }

    @Test func aClockThatSomebodySetIsNot() throws {
        let mark = try #require(mark)
        #expect(!mark.vouches(forWall: 1_800_003_600, uptime: 12), "an hour ahead")
        #expect(!mark.vouches(forWall: 0, uptime: 100), "1970")
        #expect(!mark.vouches(forWall: 1_800_000_000, uptime: 11), "a mark of another boot")
    }

    @Test(arguments: ["", "x", "-4 1", " 12"])
    func rubbishIsNoMark(text: String) {
        #expect(SyncMark(text: text, written: 0) == nil)
    }

    @Test func itIsReadFromItsFile() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("nobat-mark-\(UInt32.random(in: 0...UInt32.max))").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(SyncMark.read(path) == nil)
        try "77.01 3.00\n".write(toFile: path, atomically: true, encoding: .utf8)
        let read = try #require(SyncMark.read(path))
        #expect(read.uptime == 77)
        #expect(abs(read.wall - Int64(Date().timeIntervalSince1970)) < 60)
    }
}
