// SPDX-License-Identifier: Apache-2.0

// The file of strips, whole and damaged, and the slips that are laid out of it.

import QueueCore
import Testing

@testable import SlipPrinter

/// Strips that need no fonts: each text is a black block, as wide as it has letters.
enum Blocks {
    static let form = SlipForm(width: 384, header: "Clinic", services: ["Lab"])

    static func strips(_ form: SlipForm = form) -> StripSet {
        var strips: [StripKey: Bitmap] = [:]
        for key in form.keys {
            var picture = Bitmap(width: 8 * key.text.count, height: key.style.lineHeight)
            for x in 0..<picture.width { picture[x, 4] = true }
            strips[key] = picture
        }
        return StripSet(strips)
    }
}

@Suite struct StripFileTests {
    private let strips = Blocks.strips()

    @Test func file_ComesBack() throws {
        #expect(try StripSet(file: strips.file) == strips)
    }

    @Test func damagedFiles_AreRefused() {
        let file = strips.file
        for count in stride(from: 0, to: file.count, by: 97) where count != 0 {
            let cut = Array(file.prefix(count))
            if let read = try? StripSet(file: cut) {
                // Cut between two strips: some are missing, and the layout says so.
                #expect(read.missing(of: Blocks.form.keys) != nil)
            }
        }
        for place in stride(from: 0, to: file.count, by: 31) {
            var bent = file
            bent[place] ^= 0x5A
            _ = try? StripSet(file: bent)
        }
        #expect(throws: StripFileError.self) { _ = try StripSet(file: Array("GIF89a".utf8)) }
        #expect(throws: StripFileError.self) { _ = try StripSet(file: file + [0x41]) }
    }

    @Test func missingText_IsNamed() {
        let other = SlipForm(width: 384, header: "Clinic", services: ["Lab", "X-ray"])
        let error = #expect(throws: StripFileError.self) {
            _ = try SlipLayout(form: other, strips: strips)
        }
        #expect(error?.description == "it has no picture of \"X-ray\" (title)")
    }

    @Test func slip_FitsItsPaper_AndHasItsCode() throws {
        let layout = try SlipLayout(form: Blocks.form, strips: strips)
        let slip = SlipPaper(
            number: try #require(TicketNumber("A042")), service: "Lab", ahead: 12,
            priority: .disabled, date: JalaliDate(ServiceDay(20_780)),
            time: LocalTime(minute: 525), code: "5728190362", isToBeChecked: true)
        let items = layout.items(slip)
        #expect(items.contains(.qr("5728190362")))
        for case .picture(let picture) in items { #expect(picture.width <= 384) }
        let commands = items.commands
        #expect(commands.first == ESCPOS.begin && commands.last == ESCPOS.cut)
        // Nothing in a slip asks or clears anything but by itself.
        #expect(commands.allSatisfy { $0.count < 8 + 48 * 24 + 1 })
    }

    @Test func expectedWait_IsALineOfItsOwn() throws {
        let layout = try SlipLayout(form: Blocks.form, strips: strips)
        var slip = SlipPaper(
            number: try #require(TicketNumber("A042")), service: "Lab", ahead: 12, date: nil,
            time: nil, code: "")
        let without = layout.items(slip)
        let added = [RoundedWait.minutes(35), .hours(2)].map { wait in
            slip.wait = wait
            return layout.items(slip).filter { !without.contains($0) }
        }
        #expect(added.map(\.count) == [1, 1])
        #expect(added[0] != added[1])
    }

    @Test func figures_StandFromLeftToRight_InALineFromRightToLeft() throws {
        let layout = try SlipLayout(form: Blocks.form, strips: strips)
        func lines(_ number: String) throws -> [SlipItem] {
            layout.items(
                SlipPaper(
                    number: try #require(TicketNumber(number)), service: "Lab", ahead: 0,
                    date: nil, time: nil, code: ""))
        }
        // Blocks of four figures of eight dots each, beside each other.
        let widths = try lines("A042").compactMap { item -> Int? in
            if case .picture(let picture) = item, picture.height == StripStyle.number.lineHeight {
                picture.width
            } else {
                nil
            }
        }
        #expect(widths == [32])
    }

    @Test func notes_SayWhatAPatientCanUse() throws {
        let layout = try SlipLayout(form: Blocks.form, strips: strips)
        let words = SlipWords.notes.keys.sorted()
        #expect(Set(words.map { layout.note($0) }).count >= 7)
        for name in words { #expect(layout.note(name) != layout.note("disk-failed"), "\(name)") }
        #expect(layout.note("disk-failed") == layout.note("outbox-full"))
    }
}
