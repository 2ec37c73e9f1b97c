// SPDX-License-Identifier: Apache-2.0

// The pins of the unit, by what hangs on them. They are the same on both boards; Firmware/README.md
// has the headers.

/// One pin of port A or B.
struct Pin {
    enum Port: UInt {
        case a = 0x4800_0000
        case b = 0x4800_0400
    }

    enum Mode: UInt32 {
        case input, output, alternate
    }

    enum Pull: UInt32 {
        case none, up, down
    }

    private let port: Port
    private let number: UInt32

    @inline(__always)
    init(_ port: Port, _ number: UInt32) {
        self.port = port
        self.number = number
    }

    @inline(__always)
    private func register(_ offset: UInt) -> Register32 { Register32(port.rawValue + offset) }

    /// Sets the level and only then, if it is an output, drives it.
    func setUp(_ mode: Mode, high: Bool = false, pull: Pull = .none) {
        write(high)
        register(0x0C).replace(3, at: 2 * number, with: pull.rawValue)
        register(0x00).replace(3, at: 2 * number, with: mode.rawValue)
    }

    /// Gives the pin to a peripheral, by the number of its function in the data sheet's table.
    func setUp(function: UInt32, pull: Pull = .none) {
        register(number < 8 ? 0x20 : 0x24).replace(15, at: 4 * (number & 7), with: function)
        setUp(.alternate, pull: pull)
    }

    @inline(__always)
    func write(_ high: Bool) {
        register(0x18).value = 1 << (high ? number : number + 16)
    }

    @inline(__always)
    var isHigh: Bool { register(0x10).value >> number & 1 == 1 }
}

/// What hangs on each pin.
enum Pins {
    static var busTransmit: Pin { Pin(.a, 9) }
    static var busReceive: Pin { Pin(.a, 10) }
    static var busDriverEnable: Pin { Pin(.a, 12) }
    static var displayData: Pin { Pin(.a, 7) }
    static var displayClock: Pin { Pin(.a, 5) }
    static var displayLoad: Pin { Pin(.a, 4) }
    /// Active low; TPIC6B595 alone has it.
    static var displayEnable: Pin { Pin(.a, 6) }
    static var buzzer: Pin { Pin(.a, 8) }
    static var button1: Pin { Pin(.b, 0) }
    static var button2: Pin { Pin(.b, 1) }
    /// The green light of the NUCLEO-L432KC.
    static var light: Pin { Pin(.b, 3) }

    static var switch0: Pin { Pin(.a, 0) }
    static var switch1: Pin { Pin(.a, 1) }
    static var switch2: Pin { Pin(.a, 11) }
    static var switch3: Pin { Pin(.b, 4) }
    static var switch4: Pin { Pin(.b, 5) }

    /// Sets every pin up but those of the bus. The display is dark and the buzzer silent.
    static func setUp() {
        displayData.setUp(.output)
        displayClock.setUp(.output)
        displayLoad.setUp(.output, high: Display.loadRests)
        displayEnable.setUp(.output, high: true)
        buzzer.setUp(.output)
        light.setUp(.output)
        button1.setUp(.input, pull: .up)
        button2.setUp(.input, pull: .up)
        switch0.setUp(.input, pull: .up)
        switch1.setUp(.input, pull: .up)
        switch2.setUp(.input, pull: .up)
        switch3.setUp(.input, pull: .up)
        switch4.setUp(.input, pull: .up)
        settle()
    }

    /// Gives the pull-ups of 40 kΩ their time with the wires: at least 1 ms at 16 MHz.
    private static func settle() {
        for _ in 0..<4_000 { _ = switch0.isHigh }
    }

    /// Bit 0: button 1 is down; bit 1: button 2 is down.
    static var buttons: UInt8 {
        (button1.isHigh ? 0 : 1) | (button2.isHigh ? 0 : 2)
    }

    /// The number on the address switches, a closed one counting; 0 when all are open.
    static var switches: UInt8 {
        (switch0.isHigh ? 0 : 1) | (switch1.isHigh ? 0 : 2) | (switch2.isHigh ? 0 : 4)
            | (switch3.isHigh ? 0 : 8) | (switch4.isHigh ? 0 : 16)
    }
}
