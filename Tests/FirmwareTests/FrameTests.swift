// SPDX-License-Identifier: Apache-2.0

// What a bus carries besides good requests: noise, halves of frames, frames for others, and requests
// that a unit must refuse. Nothing of it may be seen on the display.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct FrameTests {
        /// A show that must never come to stand.
        static func wrongShow(to address: UInt8) -> [UInt8] {
            BareMaster.framed(
                [address, 16, 0, 0x10, 0, 3, 6] + BareMaster.words([99] + BareMaster.text("EEEE")))
        }

        /// Puts a number on the display that must stay, with time enough for it.
        static func begin(_ unit: EmulatedUnit, _ master: inout BareMaster) throws {
            try master.write(6_000, to: 0x17)
            _ = try master.show("A042", tag: 7)
            try unit.waitForText("A042")
            unit.forget()
        }

        static func checkUntouched(_ unit: EmulatedUnit) throws {
            try check(unit.text, is: "A042", "what stands")
            try check(unit.pins.changes.map(\.text), is: [], "what the display showed meanwhile")
            try check(unit.pins.display.malformed, is: 0, "malformed words")
            try check(unit.resets, is: 0, "resets")
        }

        @Test func noiseBeforeGoodFrames_IsCountedAndNothingElse() async {
            await FirmwareTests.withUnit { unit, master in
                try Self.begin(unit, &master)
                let seed = SeededNumbers.chosenSeed
                var random = SeededNumbers(seed: seed)
                let before = try master.read(0x49, 4)
                for round in 0..<60 {
                    let count = round % 6 == 5 ? 257...400 : 1...60
                    let noise = (0..<Int.random(in: count, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                    master.send(noise)
                    usleep(BareMaster.gapMicroseconds + UInt32(noise.count) * 100)
                    try check(
                        try master.read(0x40, 3), is: [7] + BareMaster.text("A042"),
                        "round \(round) of seed \(seed)")
                }
                let after = try master.read(0x49, 4)
                let bad = after[1] &- before[1]
                let long = after[2] &- before[2]
                try check(bad >= 40, "\(bad) bad frames of 50")
                try check(long >= 5, "\(long) long frames of 10")
                try check(after[3], is: before[3], "frames for others")
                try check(master.retries <= 20, "\(master.retries) of 60 requests made again")
                try Self.checkUntouched(unit)
            }
        }

        @Test func truncatedFrames_AreNeverCarriedOut() async {
            await FirmwareTests.withUnit { unit, master in
                try Self.begin(unit, &master)
                let whole = Self.wrongShow(to: FirmwareTests.address)
                for count in 1..<whole.count {
                    master.send(Array(whole[..<count]))
                    usleep(BareMaster.gapMicroseconds)
                    try check(
                        try master.read(0x40, 3), is: [7] + BareMaster.text("A042"),
                        "after \(count) bytes of a show")
                }
                // And without its first bytes.
                for count in 1..<8 {
                    master.send(Array(whole[count...]))
                    usleep(BareMaster.gapMicroseconds)
                }
                // Any one bit wrong.
                for bit in stride(from: 0, to: 8 * whole.count, by: 3) {
                    var wrong = whole
                    wrong[bit / 8] ^= 1 << (bit % 8)
                    master.send(wrong)
                    usleep(BareMaster.gapMicroseconds)
                }
                try check(try master.read(0x40)[0], is: 7, "the show")
                // A chip that gets no time takes several for one.
                try check(try master.read(0x4A)[0] >= 30, "bad frames are counted")
                try Self.checkUntouched(unit)
                // The very same bytes without a fault are a show.
                master.send(whole)
                _ = master.hear(seconds: 1, request: [16])
                try unit.waitForText("EEEE")
            }
        }

        /// Two requests without a gap are one frame that is wrong.
        @Test func requestsWithoutAGap_AreNoFrames() async {
            await FirmwareTests.withUnit { unit, master in
                try Self.begin(unit, &master)
                let whole = Self.wrongShow(to: FirmwareTests.address)
                let before = try master.read(0x4A)[0]
                var answered = 0
                for _ in 0..<10 {
                    master.send(whole + whole)
                    if !master.hear(seconds: 0.06).isEmpty { answered += 1 }
                    _ = try master.show("A042", tag: 7)
                }
                // An emulated chip that is stopped between the two takes them for two.
                try check(answered <= 3, "\(answered) of 10 were answered")
                try check(try master.read(0x4A)[0] &- before >= 7, "bad frames are counted")
            }
        }

        @Test func framesForOthers_AreIgnored() async {
            await FirmwareTests.withUnit { unit, master in
                try Self.begin(unit, &master)
                let before = try master.read(0x4C)[0]
                var count: UInt16 = 0
                for address in (1...255 as ClosedRange<UInt8>).filter({ $0 % 5 == 2 || $0 == 20 })
                where address != FirmwareTests.address {
                    master.send(Self.wrongShow(to: address))
                    count += 1
                    usleep(BareMaster.gapMicroseconds)
                }
                try check(master.hear(seconds: 0.3), is: [], "what it says to others' requests")
                let heard = try master.read(0x4C)[0] &- before
                try check(heard <= count && heard >= count / 2, "\(heard) of \(count) counted")
                try Self.checkUntouched(unit)
            }
        }

        @Test func broadcasts_AreCarriedOutAndNeverAnswered() async {
            await FirmwareTests.withUnit { unit, master in
                try Self.begin(unit, &master)
                try within(5, "a show to all stands") {
                    master.send(Self.wrongShow(to: 0))
                    try check(master.hear(seconds: 0.2), is: [], "an answer to a broadcast")
                    return unit.text == "EEEE"
                }
                // A read to all is nothing; a new address to all would be the end of a hall.
                master.send(BareMaster.framed([0, 3, 0, 0x40, 0, 1]))
                try check(master.hear(seconds: 0.2), is: [], "an answer to a broadcast")
                master.send(BareMaster.framed([0, 6, 0, 0x05, 0, 9]))
                try check(master.hear(seconds: 0.2), is: [], "an answer to a broadcast")
                try check(try master.read(0x05)[0], is: 21, "its address")
            }
        }

        @Test func functionsThatItDoesNotHave_MeetException1() async {
            await FirmwareTests.withUnit { unit, master in
                try Self.begin(unit, &master)
                let before = try master.read(0x4D)[0]
                for function in 1...127 as ClosedRange<UInt8>
                where ![3, 6, 8, 16, 23].contains(function) {
                    try check(
                        try master.exception([function, 0, 0x10, 0, 1]), is: 1,
                        "function \(function)")
                }
                let counted = try master.read(0x4D)[0] &- before
                try check(counted >= 122, "\(counted) exceptions counted")
                try Self.checkUntouched(unit)
            }
        }

        static let badRequests: [(bytes: [UInt8], exception: UInt8)] = [
            // Reads: no such register, a gap in the middle, no count, too many, wrong length.
            ([3, 0, 0x0C, 0, 1], 2), ([3, 0, 0x0A, 0, 7], 2), ([3, 0, 0x54, 0, 1], 2),
            ([3, 0xFF, 0xFF, 0, 2], 2), ([3, 0, 0x10, 0, 0], 3), ([3, 0, 0x10, 0, 126], 3),
            ([3, 0, 0x10, 0], 3), ([3, 0, 0x10, 0, 1, 0], 3),
            // One register: read-only, none, too much, wrong length.
            ([6, 0, 0x40, 0, 1], 2), ([6, 0, 0x0C, 0, 1], 2), ([6, 0, 0x18, 0, 16], 3),
            ([6, 0, 0x18, 0], 3), ([6, 0, 0x11, 0x41, 0x2A], 3), ([6, 0, 0x05, 0, 0], 3),
            ([6, 0, 0x05, 0, 248], 3),
            // Several: a good one with a bad one, byte counts that do not fit.
            ([16, 0, 0x10, 0, 2, 4, 0, 9, 0x41, 0x2A], 3), ([16, 0, 0x0F, 0, 2, 4, 0, 0, 0, 9], 2),
            ([16, 0, 0x10, 0, 1, 4, 0, 9, 0, 9], 3), ([16, 0, 0x10, 0, 2, 4, 0, 9, 0x41], 3),
            ([16, 0, 0x10, 0, 0, 0], 3),
            // Both in one: the write is checked before the read, and nothing of either is done.
            ([23, 0, 0x0C, 0, 1, 0, 0x11, 0, 1, 2, 0x45, 0x45], 2),
            ([23, 0, 0x40, 0, 1, 0, 0x40, 0, 1, 2, 0x45, 0x45], 2),
            ([23, 0, 0x40, 0, 0, 0, 0x11, 0, 1, 2, 0x45, 0x45], 3),
            ([23, 0, 0x40, 0, 126, 0, 0x11, 0, 1, 2, 0x45, 0x45], 3),
            // Diagnostics other than loopback.
            ([8, 0, 1, 0, 0], 1), ([8, 0, 10, 0, 0], 1),
        ]

        @Test func badRequests_MeetTheirExceptionAndChangeNothing() async {
            await FirmwareTests.withUnit { unit, master in
                try Self.begin(unit, &master)
                for (request, exception) in Self.badRequests {
                    try check(try master.exception(request), is: exception, "\(request)")
                    try check(
                        try master.read(0x10, 4), is: [7] + BareMaster.text("A042") + [0],
                        "the show after \(request)")
                    try check(try master.read(0x18)[0], is: 8, "the brightness")
                }
                try Self.checkUntouched(unit)
            }
        }

        @Test func loopback_GivesTheBytesBack() async {
            await FirmwareTests.withUnit { _, master in
                for bytes in [[0xA5, 0x37], [0, 0], [1, 2, 3, 4, 5, 6]] as [[UInt8]] {
                    let request = [8, 0, 0] + bytes
                    try check(try master.ask(request), is: request, "the loopback")
                }
            }
        }
    }
}
