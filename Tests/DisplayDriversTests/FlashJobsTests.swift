// SPDX-License-Identifier: Apache-2.0

// Before and after a flash over the bus.

import BoothUnit
import DisplayDrivers
import QueueCore
import Testing

@Suite struct FlashJobsTests {
    let unit: UnitAddress
    let version = FirmwareVersion(major: 1, minor: 0, patch: 0)

    init() throws { unit = try #require(UnitAddress(5)) }

    @Test func theKeyIsWrittenToTheRightBoardOnly() {
        var bench = JobBench([5, 6])
        var unit5 = bench.units[0]
        #expect(bench.run(BootLoaderEntry(unit, board: .l476rg))?.isGood == true)
        var wrong = JobBench([5])
        let result = wrong.run(BootLoaderEntry(unit, board: .l432kc))
        #expect(result?.isGood == false)
        #expect(result?.text.contains("wrong-board") == true)
        #expect(wrong.frames[5] == 1, "asked who it is, and nothing else")
        #expect(unit5.takeAction() == nil)
    }

    @Test func aUnitWithoutTheRegisterIsFlashedByItsLines() {
        var bench = JobBench([])
        bench.babblers[5] = Frame.sealed([5, 0x83, 2])
        let result = bench.run(BootLoaderEntry(unit, board: .l476rg))
        #expect(result?.isGood == false)
        #expect(result?.text.contains("use BOOT0 and reset") == true)
        // The L432KC has no such pin.
        let small = bench.run(BootLoaderEntry(unit, board: .l432kc))
        #expect(small?.text.contains("use ST-LINK") == true)
    }

    @Test func theVersionIsCheckedAtItsAddressOrWhereverItIs() {
        var bench = JobBench([5])
        #expect(bench.run(FirmwareCheck(unit, version: version, board: .l476rg))?.isGood == true)
        var other = JobBench([31])
        let found = other.run(FirmwareCheck(nil, version: version, board: .l476rg))
        #expect(found?.isGood == true)
        #expect(found?.text.contains("unit 31") == true)
        var old = JobBench([])
        old.units = [JobBench.unit(5, version: (0, 9, 0))]
        let wrong = old.run(FirmwareCheck(unit, version: version, board: .l476rg))
        #expect(wrong?.isGood == false)
        #expect(wrong?.text.contains("0.9.0 instead of l476rg, 1.0.0") == true)
        var silent = JobBench([])
        let none = silent.run(FirmwareCheck(unit, version: version, board: .l476rg))
        #expect(none?.text.contains("BOOT0 to 0") == true)
        let small = silent.run(FirmwareCheck(unit, version: version, board: .l432kc))
        #expect(small?.text.contains("BOOT0") == false)
        #expect(small?.text.contains("switch it off and on") == true)
    }
}
