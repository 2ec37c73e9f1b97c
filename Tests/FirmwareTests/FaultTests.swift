// SPDX-License-Identifier: Apache-2.0

// A processor that stumbles: the unit starts anew, shows dashes, and tells.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct FaultTests {
        @Test(arguments: [
            EmulatedUnit.Fault.trap, .nowhere, .strayInterrupt,
        ])
        func fault_ResetsShowsDashesAndIsCounted(fault: EmulatedUnit.Fault) async {
            await FirmwareTests.withUnit { unit, master in
                _ = try master.read(0x43)
                for count in 1...3 as ClosedRange<UInt16> {
                    _ = try master.show("P123", tag: count, blinks: 255, beeps: 20)
                    try unit.waitForText("P123")
                    try check(try master.read(0x43)[0] & 16, is: 0, "the flag of a reset, before")
                    let start = UnitPins.now()
                    try unit.fault(fault)
                    try within(10, "the chip resets itself") { unit.resets == Int(count) }
                    try unit.waitForDashes()
                    let took = UnitPins.now() - start
                    try check(took < 5, "the stale number stood for \(took) s")
                    // The wires of the switches are still there: it answers at its address.
                    try check(try master.read(0x48)[0], is: 5, "the cause of the start: a fault")
                    try check(try master.read(0x51)[0], is: count, "faults since power came on")
                    try check(try master.read(0x52)[0], is: 0, "watchdog resets")
                    try check(try master.read(0x43)[0] & 17, is: 17, "reset, and dashes")
                    try check(unit.wait(1) { !$0.isBeeping }, "the buzzer is silent")
                    try check(try master.read(0x05)[0], is: 21, "its address")
                }
            }
        }

        @Test func resetButton_KeepsTheCountOfFaultsButIsNone() async {
            await FirmwareTests.withUnit { unit, master in
                try unit.fault(.trap)
                try within(10, "the chip resets itself") { unit.resets == 1 }
                try unit.waitForDashes()
                try within(5, "it counts one") { try master.read(0x51)[0] == 1 }
                _ = try master.show("P123", tag: 1)
                try unit.waitForText("P123")
                try unit.reset()
                try unit.waitForDashes()
                try check(try master.read(0x51)[0], is: 1, "faults after the reset button")
                try check(try master.read(0x48)[0] != 5, "the reset button is no fault")
                try check(unit.resets, is: 1, "resets of its own")
            }
        }

        @Test func restartRegister_AnswersThenRestarts() async {
            await FirmwareTests.withUnit { unit, master in
                for wrong in [0, 1, 0x464C, 0x5352] as [UInt16] {
                    try check(
                        try master.exception([6] + BareMaster.words([0x09, wrong])), is: 3,
                        "restart with \(wrong)")
                }
                // To all: nobody may restart a hall by one frame.
                master.send(BareMaster.framed([0, 6] + BareMaster.words([0x09, 0x5253])))
                master.send([])
                usleep(200_000)
                try check(unit.resets, is: 0, "resets after a broadcast")
                _ = try master.show("P123", tag: 1)
                try unit.waitForText("P123")
                try master.write(0x5253, to: 0x09)
                try within(10, "it restarts") { unit.resets == 1 }
                try unit.waitForDashes()
                try check(try master.read(0x48)[0], is: 4, "the cause of the start: software")
                try check(try master.read(0x51)[0], is: 0, "faults")
                try check(try master.read(0x09)[0], is: 0, "the register reads")
            }
        }

        /// The emulator has no ROM, and so no boot loader: what can be seen is that the unit answers,
        /// restarts and is no longer there, and that only the key to itself does that.
        @Test func flashKey_AnswersThenLeavesForTheBootLoader() async {
            await FirmwareTests.withUnit { unit, master in
                for wrong in [0, 0x5253, 0x4C46] as [UInt16] {
                    try check(
                        try master.exception([6] + BareMaster.words([0x08, wrong])), is: 3,
                        "the flash key \(wrong)")
                }
                master.send(BareMaster.framed([0, 6] + BareMaster.words([0x08, 0x464C])))
                usleep(200_000)
                try check(unit.resets, is: 0, "resets after a broadcast")
                _ = try master.show("P123", tag: 1)
                try unit.waitForText("P123")
                try check(try master.read(0x08)[0], is: 0, "the register reads")
                master.send(BareMaster.framed([21, 6] + BareMaster.words([0x08, 0x464C])))
                try check(
                    master.hear(seconds: 2, request: [6]),
                    is: BareMaster.framed([21, 6] + BareMaster.words([0x08, 0x464C])), "the answer")
                try within(10, "it leaves") { unit.resets >= 1 || !unit.isRunning }
            }
        }
    }
}
