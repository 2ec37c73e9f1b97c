// SPDX-License-Identifier: Apache-2.0

// A slip against programs that others wrote: `make peers` installs them, has nobat-slip draw the strips,
// and says where they are.

import Foundation
import QueueCore
import SlipPrinter
import Testing

@Suite(.enabled(if: PeerSlips.folder != nil, "make peers runs these"))
struct PeerSlipsTests {
    @Test func slip_IsWhatOthersWouldSend_AndReadsAsPersian() throws {
        let folder = try #require(PeerSlips.folder)
        let strips = try Data(contentsOf: URL(filePath: folder + "/slips.strips"))
        let form = SlipForm(
            width: 512, header: "درمانگاه نمونه", services: ["آزمایشگاه", "پذیرش"])
        let layout = try SlipLayout(form: form, strips: StripSet(file: Array(strips)))
        let slip = SlipPaper(
            number: try #require(TicketNumber("A042")), service: "پذیرش", ahead: 12,
            wait: .minutes(35), priority: .elderly, date: JalaliDate(ServiceDay(20_780)),
            time: LocalTime(minute: 525), code: "5728190362", isToBeChecked: true)
        let bytes = layout.items(slip).commands.flatMap(\.self)
        try Data(bytes).write(to: URL(filePath: folder + "/slip.bin"))
        let python = Process()
        python.executableURL = URL(filePath: PeerSlips.python)
        python.arguments = [
            PeerSlips.script, folder + "/slip.bin", folder + "/slips.strips", PeerSlips.font,
            folder + "/slip.png",
        ]
        let pipe = Pipe()
        python.standardOutput = pipe
        try python.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        python.waitUntilExit()
        #expect(python.terminationStatus == 0, "\(said)")
        #expect(said.contains("1 code compared") && said.contains("Persian texts compared"))
    }
}

/// Where the programs and pictures are.
private enum PeerSlips {
    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }

    static var folder: String? { variable("NOBAT_SLIP_FOLDER") }
    static var python: String { variable("NOBAT_SLIP_PYTHON") ?? "/usr/bin/python3" }
    static var font: String { variable("NOBAT_SLIP_FONT") ?? "" }
    static var script: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Peers/Slips/slip_peers.py").path
    }
}
