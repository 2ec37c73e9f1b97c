// SPDX-License-Identifier: Apache-2.0

// The image: the booth unit's code on its board. One loop, woken by the tick and by the bus.

import BoothUnit
import Start

/// The unit and the board around it.
struct Board {
    private var unit: DisplayUnit
    private var display = Display()
    private var passedMs: UInt32 = 0
    /// What waits until the reply has left, and the milliseconds since.
    private var restart: (cause: UInt32, waitedMs: UInt32)?

    /// Milliseconds that the driver enable gets to drop after the last bit, before a reset.
    private static var restartDelayMs: UInt32 { 3 }

    init(cause: ResetCause, health: UnitHealth) {
        unit = DisplayUnit(
            identity: Self.identity(cause), gapTicks: DisplayUnit.gapTicks(baud: BusPort.baud))
        unit.health = health
        watchStack()
    }

    private static func identity(_ cause: ResetCause) -> UnitIdentity {
        let switches = Pins.switches
        let kept = AddressStore.kept
        return UnitIdentity(
            address: switches != 0 ? switches : kept ?? Register.newUnitAddress,
            addressSource: switches != 0 ? .switches : kept != nil ? .flash : .none,
            boardID: ImageInfo.board, version: ImageInfo.version, revision: ImageInfo.revision,
            displayKind: Display.kind, resetCause: cause)
    }

    /// Does whatever there is to do, then sleeps until there is more.
    mutating func run() -> Never {
        while true {
            interrupts_off()
            let event = busEvents.pop()
            let now = milliseconds
            let isIdle = event == nil && now == passedMs && !canSend
            if isIdle { wait_for_interrupt() }
            interrupts_on()
            if let event { hear(event) }
            if now != passedMs { pass() }
            talk()
        }
    }

    private mutating func hear(_ event: BusEvent) {
        switch event {
        case .byte(let byte): unit.receive(byte)
        case .error: unit.lineError()
        // A board whose receiver tells no gap (as the emulator's) leaves it to the ticks.
        case .gap: unit.frameGap()
        }
    }

    private var canSend: Bool {
        unit.hasReply ? BusPort.canSend : isBusSending && BusPort.isSilent
    }

    /// Sends the next byte of a reply if there is room, and turns to listening behind the last.
    private mutating func talk() {
        if unit.hasReply {
            isBusSending = true
            if BusPort.canSend, let byte = unit.nextReplyByte() { BusPort.send(byte) }
            wake(unit.hasReply)
        } else if isBusSending {
            guard BusPort.isSilent else { return wake(false) }
            isBusSending = false
            carryOut()
        } else if restart == nil {
            carryOut()
        }
    }

    private func wake(_ forRoom: Bool) {
        interrupts_off()
        if forRoom { BusPort.wakeWhenRoom() } else { BusPort.wakeWhenSilent() }
        interrupts_on()
    }

    private mutating func carryOut() {
        switch unit.takeAction() {
        case .adopt(let address):
            unit.adopted(address, isKept: AddressStore.keep(address))
        case .bootLoader: restart = (UInt32(RESET_BOOT_LOADER), 0)
        case .restart: restart = (UInt32(RESET_RESTART), 0)
        case nil: break
        }
    }

    private mutating func watchStack() {
        unit.health.stackFree = UInt16(truncatingIfNeeded: stack_free())
    }

    /// Passes one millisecond.
    private mutating func pass() {
        passedMs &+= 1
        unit.tick1ms(buttons: Pins.buttons)
        display.show(unit.segments, brightness: unit.brightness)
        Pins.buzzer.write(unit.buzzer)
        // Steady while the master is heard, else a slow blink.
        Pins.light.write(!unit.flags.contains(.deadMan) || passedMs % 1_000 < 500)
        if passedMs % 1_000 == 0 {
            watchStack()
        }
        Watchdog.feed()
        if var restart {
            restart.waitedMs += 1
            self.restart = restart
            if restart.waitedMs >= Self.restartDelayMs { reset_for(restart.cause) }
        }
    }
}

@_cdecl("nobat_main") func nobatMain() {
    Watchdog.start()
    Chip.startClock()
    Pins.setUp()
    let resets = Chip.takeResets()
    var board = Board(cause: resets.cause, health: resets.health)
    BusPort.start()
    Chip.startTick()
    interrupts_on()
    board.run()
}
