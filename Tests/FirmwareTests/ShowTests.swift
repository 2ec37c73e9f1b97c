// SPDX-License-Identifier: Apache-2.0

// What was ordered over the bus and what the patient sees and hears. Times are the host's: an
// emulated chip is late on a busy machine and never early, so what must not be too fast is bounded
// tightly and what must not be too slow within seconds.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct ShowTests {
        /// A second of a chip whose ticks are exact looks shorter than it is when its first edge was
        /// read late.
        static let jitterSeconds = 0.05

        private static func texts(_ count: Int, _ random: inout SeededNumbers) -> [String] {
            (0..<count).map { _ in
                String(
                    (0..<4).map { _ in
                        SevenSegments.characters.randomElement(using: &random) ?? "-"
                    })
            }
        }

        /// As nobatd shows: one exchange that writes the show and reads back what stands. Every
        /// character of the font comes up in every place.
        @Test func thousandShows_StandOnThePinsAsTheyWereOrdered() async {
            await FirmwareTests.withUnit { unit, master in
                let seed = SeededNumbers.chosenSeed
                var random = SeededNumbers(seed: seed)
                for (index, text) in Self.texts(1_000, &random).enumerated() {
                    let tag = UInt16(index + 1)
                    let readBack = try master.show(text, tag: tag)
                    try check(
                        Array(readBack.prefix(3)), is: [tag] + BareMaster.text(text),
                        "read back, show \(index) of seed \(seed)")
                    let wanted = text.compactMap(SevenSegments.segments)
                    try check(
                        unit.wait(5) { $0.segments == wanted },
                        "show \(index) of seed \(seed): \(unit.segments), not \(wanted)")
                }
                let pins = unit.pins
                try check(pins.display.malformed, is: 0, "malformed words")
                try check(pins.display.strayWords, is: 0, "words for no register")
                try check(pins.display.words >= 4_000, "\(pins.display.words) words, four a show")
                try check(pins.display.digitsScanned, is: 4, "digits scanned")
                try check(pins.beeps.count, is: 0, "beeps that nobody ordered")
                try check(master.retries < 50, "\(master.retries) of 1000 requests made again")
                let badFrames = try master.read(0x4A)[0]
                print(
                    "1000 shows: \(pins.edges) edges, \(pins.display.words) words, 0 malformed,",
                    "\(master.retries) requests made again, \(badFrames) bad frames")
            }
        }

        @Test(arguments: [(5, 50), (3, 100)])
        func blinks_AreCountedAndNeverFasterThanTwoHertz(count: UInt16, period: UInt16) async {
            await FirmwareTests.withUnit { unit, master in
                try master.write(period, to: 0x15)
                unit.forget()
                _ = try master.show("A042", tag: 1, blinks: count)
                let seconds = Double(count) * Double(period) / 100
                usleep(UInt32(seconds * 1e6))
                try within(10, "the blinks end") { try master.read(0x13)[0] == 0 }
                try unit.waitForText("A042")
                let spans = unit.pins.darkSpans
                try check(spans.count, is: Int(count), "dark times")
                let half = Double(period) / 200
                for (one, next) in zip(spans, spans.dropFirst()) {
                    let apart = next.from - one.from
                    try check(apart > 2 * half - Self.jitterSeconds, "dark again after \(apart) s")
                    try check(apart < 2 * half + 2, "dark again only after \(apart) s")
                }
                for span in spans {
                    try check(span.to - span.from > half - Self.jitterSeconds, "dark \(span)")
                    try check(span.to - span.from < half + 1, "dark \(span)")
                }
                // Nothing but the number and the dark was to be seen.
                let seen = Set(unit.pins.wholeTexts(lasting: 0.1))
                try check(seen.isSubset(of: ["A042", "----", "    "]), "seen: \(seen)")
            }
        }

        /// Shows in a hurry must not flash faster than 2 Hz either.
        @Test func showsInAHurry_NeverFlashFasterThanTwoHertz() async {
            await FirmwareTests.withUnit { unit, master in
                try master.write(50, to: 0x15)
                unit.forget()
                let end = UnitPins.now() + 4
                var tag: UInt16 = 0
                while UnitPins.now() < end {
                    tag += 1
                    _ = try master.show("B\(tag % 900 + 100)", tag: tag, blinks: 255)
                    usleep(270_000)
                }
                let starts = unit.pins.darkSpans.map(\.from)
                for (one, next) in zip(starts, starts.dropFirst()) {
                    try check(next - one > 0.5 - Self.jitterSeconds, "dark after \(next - one) s")
                }
                if let first = starts.first, let last = starts.last, last > first {
                    let rate = Double(starts.count - 1) / (last - first)
                    try check(rate <= 2.05, "\(rate) flashes a second")
                }
            }
        }

        @Test(arguments: [(3, 20), (1, 100)])
        func beeps_HaveTheirNumberAndLength(count: UInt16, duration: UInt16) async {
            await FirmwareTests.withUnit { unit, master in
                try master.write(duration, to: 0x16)
                unit.forget()
                _ = try master.show("A042", tag: 1, beeps: count)
                usleep(UInt32(count) * UInt32(duration) * 20_000)
                try within(10, "the beeps end") { try master.read(0x14)[0] == 0 }
                usleep(300_000)
                let beeps = unit.pins.beeps
                try check(beeps.count, is: Int(count), "beeps")
                let wanted = Double(duration) / 100
                for beep in beeps {
                    let length = try need(beep.length, "an end of the beep")
                    try check(length > wanted - Self.jitterSeconds, "a beep of \(length) s")
                    try check(length < wanted + 0.75, "a beep of \(length) s")
                }
                for (one, next) in zip(beeps, beeps.dropFirst()) {
                    let pause = next.from - (one.to ?? 0)
                    try check(pause > wanted - Self.jitterSeconds, "a pause of \(pause) s")
                }
                // The same show again is a retry, and beeps no more.
                _ = try master.show("A042", tag: 1, beeps: count)
                usleep(400_000)
                try check(unit.pins.beeps.count, is: Int(count), "beeps after a repeated show")
            }
        }

        @Test func lampTest_LightsEverythingAndGivesTheNumberBack() async {
            await FirmwareTests.withUnit { unit, master in
                _ = try master.show("K777", tag: 9)
                try unit.waitForText("K777")
                let start = UnitPins.now()
                try master.write(10, to: 0x19)
                try check(unit.wait(5) { $0.segments == [255, 255, 255, 255] }, "all are lit")
                try check(try master.read(0x43)[0] & 8, is: 8, "the flag of the lamp test")
                try unit.waitForText("K777")
                let took = UnitPins.now() - start
                try check(took > 1 - Self.jitterSeconds && took < 4, "it took \(took) s")
                try check(!unit.pins.display.isTesting, "the chip's own test is off")
            }
        }

        @Test func identify_BlinksTheAddressUntilStopped() async {
            await FirmwareTests.withUnit { unit, master in
                _ = try master.show("K777", tag: 9)
                try master.write(1, to: 0x06)
                try unit.waitForText("-021")
                unit.forget()
                for _ in 0..<15 {
                    usleep(200_000)
                    _ = try master.read(0x43)
                }
                let seen = Set(unit.pins.wholeTexts(lasting: 0.1))
                try check(seen, is: ["-021", "    "], "what it shows")
                let starts = unit.pins.darkSpans.map(\.from)
                try check(starts.count >= 2, "\(starts.count) dark times in 3 s")
                for (one, next) in zip(starts, starts.dropFirst()) {
                    try check(next - one > 0.5 - Self.jitterSeconds, "dark after \(next - one) s")
                }
                try master.write(0, to: 0x06)
                try unit.waitForText("K777")
            }
        }

        @Test func brightness_IsTheDriversIntensity() async {
            await FirmwareTests.withUnit { unit, master in
                try check(unit.wait(2) { $0.display.intensity == 8 }, "8 after a reset")
                for level in [0, 15, 1, 7, 14] as [UInt8] {
                    try master.write(UInt16(level), to: 0x18)
                    try check(unit.wait(5) { $0.display.intensity == level }, "level \(level)")
                }
                try unit.waitForDashes()
            }
        }

        @Test func rawSegments_AreLitAsTheyCame() async {
            await FirmwareTests.withUnit { unit, master in
                for bit in 0..<32 {
                    let bits = UInt32(1) << bit
                    try master.write(
                        [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)], from: 0x1A)
                    let wanted = (0..<4).map { UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0)) }
                    try check(
                        unit.wait(5) { $0.segments == wanted },
                        "segments \(unit.segments), not \(wanted)")
                }
            }
        }
    }
}
