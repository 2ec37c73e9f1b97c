// SPDX-License-Identifier: Apache-2.0

// Lines without a chip: how a chip and a line are looked for, what is said when they are not there,
// lost edges. The kernel's own path (edges, levels, a chip that goes) is the rig tier's: it needs
// a virtual machine with gpio-sim, which the unit tier has not.

import Glibc
import QueueCore
import Testing

@testable import Hardware

@Suite struct LineTests {
    private static let chip = ChipName(path: "/dev/gpiochip7", label: "panel")

    @Test func noChip_IsNamed_WithWhatIsPresent() {
        let error = #expect(throws: LineError.self) {
            try GpiodButtonLines(
                chipLabel: "nobat-no-such-chip", lines: [LineChoice(.offset(0))], user: "test")
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("no GPIO chip with label \"nobat-no-such-chip\"; chips present: "))
        #expect(text.contains("correct the label in the configuration"))
        #expect(throws: LineError.self) {
            try GpiodLampLines(
                chipLabel: "nobat-no-such-chip", lines: [LineChoice(.offset(0))], user: "test")
        }
    }

    @Test func noChipSentence_ListsChips_AndThoseNotPermitted() {
        let error = LineError.noChip(
            label: "x", present: [Self.chip, ChipName(path: "/dev/gpiochip8", label: "soc")],
            unreadable: ["/dev/gpiochip9"])
        #expect(
            error.description.contains(
                "chips present: \"panel\" (/dev/gpiochip7), \"soc\" (/dev/gpiochip8); "
                    + "not permitted to look at: /dev/gpiochip9;"))
        let none = LineError.noChip(label: "x", present: [], unreadable: [])
        #expect(none.description.contains("chips present: none;"))
    }

    @Test func whatIsNoChip_IsPassedOver() throws {
        let folder = try TestFolder()
        for name in ["gpiochip10", "gpiochip2", "ttyS0"] {
            Posix.close(try Posix.call { open("\(folder.path)/\(name)", O_CREAT | O_RDWR, 0o600) })
        }
        #expect(
            GpiodChip.chipPaths(in: folder.path)
                == ["\(folder.path)/gpiochip2", "\(folder.path)/gpiochip10"])
        #expect(throws: LineError.noChip(label: "x", present: [], unreadable: [])) {
            _ = try GpiodChip.find(label: "x", in: folder.path)
        }
        #expect(GpiodChip.chipPaths(in: "/nowhere").isEmpty)
    }

    @Test func lines_AreFoundByNameOrOffset() throws {
        let search = LineSearch(chip: Self.chip, names: ["CALL1", "", "CALL2", "X", "X"])
        #expect(try search.offset(of: .named("CALL2")) == 2)
        #expect(try search.offset(of: .offset(4)) == 4)
        #expect(
            throws: LineError.noLine(
                .offset(5), chip: Self.chip, names: ["CALL1", "CALL2", "X", "X"])
        ) { try search.offset(of: .offset(5)) }
        #expect(
            throws: LineError.noLine(
                .named(""), chip: Self.chip, names: ["CALL1", "CALL2", "X", "X"])
        ) { try search.offset(of: .named("")) }
        #expect(throws: LineError.ambiguousLine(name: "X", chip: Self.chip, offsets: [3, 4])) {
            try search.offset(of: .named("X"))
        }
    }

    @Test func longListsOfNames_AreCut() {
        let error = LineError.noLine(
            .named("CALL9"), chip: Self.chip, names: (0..<60).map { "N\($0)" })
        #expect(error.description.contains("N23 and 36 more"))
        #expect(!error.description.contains("N24"))
    }

    @Test func errnos_OfLines_HaveTheirNames() {
        func fault(_ code: Int32) -> LineError {
            LineError(Errno(code), chip: Self.chip, operation: "reading")
        }
        #expect(fault(ENODEV) == .vanished(chip: Self.chip))
        #expect(fault(EACCES) == .permission(chip: Self.chip))
        #expect(fault(EINVAL).description.contains("reading failed: Invalid argument"))
    }

    @Test func numbersWithAGap_AreAnOverrun_PerLine() {
        var sequence = EdgeSequence(lines: 2)
        let notes: [(Int, UInt64, Bool)] = [
            (0, 1, false), (0, 2, false), (1, 1, false), (0, 3, false), (1, 3, true),
            (1, 4, false), (0, 6, true), (0, 7, false), (0, 0, false), (0, 8, false),
        ]
        for (line, number, isLost) in notes {
            let found = sequence.note(line: line, sequence: number)
            #expect(found == isLost, "\(line) \(number)")
        }
        var late = EdgeSequence(lines: 1)
        let isLost = late.note(line: 0, sequence: 2)
        #expect(isLost)
    }
}
