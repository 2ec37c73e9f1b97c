// SPDX-License-Identifier: Apache-2.0

// `nobatctl wiring` as a technician types it: from a file alone, with no daemon near.

import Foundation
import Testing

extension DaemonTests {
    @Suite struct WiringCommandTests {
        static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Wiring/examples/hall.yaml").path

        @Test func wiring_PrintsThreePages() throws {
            let list = try Finished("nobatctl", "wiring", "--config", Self.example)
            #expect(list.status == 0)
            #expect(list.output.contains("B4-LAMP  pinctrl-bcm2711  GPIO26  37 "))
            #expect(list.output.contains("the unit of booth 4"))
            let labels = try Finished("nobatctl", "wiring", "--config", Self.example, "--labels")
            #expect(labels.status == 0)
            #expect(labels.output.contains("| BUS1-A "))
            #expect(!labels.output.contains("GPIO26"))
            let json = try Finished("nobatctl", "wiring", "--json", "--config", Self.example)
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
            let hall = try #require(object as? [String: Any])
            #expect((hall["booths"] as? [Any])?.count == 4)
        }

        @Test func badFile_IsRefusedWithItsPlace() throws {
            let text = try String(contentsOfFile: Self.example, encoding: .utf8)
            let bad = text.replacingOccurrences(of: "line: GPIO22 ", with: "line: GPIO17 ")
            let lines = bad.split(separator: "\n", omittingEmptySubsequences: false)
            let place = try #require(
                lines.lastIndex { $0.contains("line: GPIO17 ") }.map { $0 + 1 })
            let path = FileManager.default.temporaryDirectory
                .appendingPathComponent("nobat-wiring-\(UInt32.random(in: 0...UInt32.max)).yaml")
                .path
            try bad.write(toFile: path, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: path) }
            let run = try Finished("nobatctl", "wiring", "--config", path)
            #expect(run.status == 1)
            #expect(run.output.hasPrefix("\(path):\(place):"), "\(run.output)")
            #expect(run.output.contains("line GPIO17 of pinctrl-bcm2711"), "\(run.output)")
        }
    }
}
