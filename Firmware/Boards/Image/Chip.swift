// SPDX-License-Identifier: Apache-2.0

// The chip around the pins: its clock, the 1 kHz tick, the watchdog, and why it started.

import BoothUnit
import Start

/// Milliseconds since the start; counted by the tick's interrupt.
nonisolated(unsafe) var milliseconds: UInt32 = 0

@_cdecl("systick_interrupt") func systickInterrupt() {
    milliseconds &+= 1
    Display.dim()
}

/// The chip as a whole.
enum Chip {
    /// The internal oscillator HSI16 (±1 % from 0 to 85 °C by the data sheets), on which 9600 baud is
    /// 0.02 % off; the 4 MHz of reset would be 2 % off at worst, more than two ends may share.
    static let clockHz: UInt32 = 16_000_000

    private static var clockControl: Register32 { Register32(0x4002_1000) }
    private static var clockChoice: Register32 { Register32(0x4002_1008) }
    private static var portClocks: Register32 { Register32(0x4002_104C) }
    private static var peripheralClocks: Register32 { Register32(0x4002_1060) }
    private static var resetStatus: Register32 { Register32(0x4002_1094) }

    /// Starts the clock and gives it to ports A and B and to USART1.
    static func startClock() {
        clockControl.set(1 << 8)
        precondition(clockControl.wait(for: 1 << 10, isSet: true))
        clockChoice.replace(3, at: 0, with: 1)
        precondition(clockChoice.wait(for: 1 << 2, isSet: true))
        portClocks.set(0b11)
        peripheralClocks.set(1 << 14)
        // The bus matrix wants a moment before the first access.
        _ = peripheralClocks.value
    }

    /// Starts the tick.
    static func startTick() {
        Register32(0xE000_E014).value = clockHz / 1_000 - 1
        Register32(0xE000_E018).value = 0
        Register32(0xE000_E010).value = 0b111
    }

    /// Lets an interrupt of the chip through to the core.
    static func allowInterrupt(_ number: UInt) {
        Register32(0xE000_E100 + number / 32 * 4).value = 1 << UInt32(number % 32)
    }

    /// Why the chip started, how often it did for the worse, and forgets the first.
    static func takeResets() -> (cause: ResetCause, health: UnitHealth) {
        let record = reset_record_take()
        let status = resetStatus.value
        resetStatus.set(1 << 23)
        let cause: ResetCause =
            if Int(record.cause) == Int(RESET_FAULT) {
                .fault
            } else if Int(record.cause) == Int(RESET_RESTART) { .software }
            // The window watchdog too (bit 30): nobody starts it, but nothing else resets so.
            else if status >> 29 & 0b11 != 0 { .watchdog } else if status >> 28 & 1 == 1 {
                .software
            } else if status >> 27 & 1 == 1 { .powerOn } else if status >> 26 & 1 == 1 {
                .resetPin
            } else { .unknown }
        let watchdogs = record.watchdogs &+ (cause == .watchdog ? 1 : 0)
        reset_record_keep_watchdogs(watchdogs)
        let health = UnitHealth(
            faultCount: UInt16(truncatingIfNeeded: record.faults),
            watchdogResets: UInt16(truncatingIfNeeded: watchdogs))
        return (cause, health)
    }
}

/// The independent watchdog: it runs on an oscillator of its own, and nothing but a reset stops it.
enum Watchdog {
    private static var key: Register32 { Register32(0x4000_3000) }
    private static var prescaler: Register32 { Register32(0x4000_3004) }
    private static var reload: Register32 { Register32(0x4000_3008) }

    /// Resets the chip after one second without `feed()`: 32 kHz / 16 / 2000.
    static func start() {
        key.value = 0xCCCC
        key.value = 0x5555
        prescaler.value = 2
        reload.value = 2_000
        feed()
    }

    static func feed() { key.value = 0xAAAA }
}
