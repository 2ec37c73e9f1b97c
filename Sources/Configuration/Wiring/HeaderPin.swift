// SPDX-License-Identifier: Apache-2.0

// The 40-pin header of a Raspberry Pi: which pin a GPIO line comes out at, and what else it does.

/// A GPIO line of the 40-pin header that all boards of the Raspberry Pi class share.
public struct HeaderPin: Sendable, Equatable {
    /// The number of the line: 17 for GPIO17.
    public let gpio: Int
    /// The pin of the header, 1–40.
    public let pin: Int

    /// Labels of the chips whose lines these are, offset by offset: Pi 0–3, Pi 4, Pi 5.
    public static let chips = ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"]

    /// Header pins by line number (Raspberry Pi documentation, "GPIO and the 40-pin header").
    private static let pins: [Int] = [
        27, 28, 3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16,
        18, 22, 37, 13,
    ]

    /// The line of a chip with a name such as `GPIO17` or an offset such as `17`; nil for other
    /// chips and for lines without a pin.
    public init?(chip: String, line: String) {
        guard Self.chips.contains(chip) else { return nil }
        let digits = line.hasPrefix("GPIO") ? line.dropFirst(4) : line[...]
        guard let number = Int(digits), Self.pins.indices.contains(number) else { return nil }
        gpio = number
        pin = Self.pins[number]
    }

    /// The line that carries UART0's request to send (RTS0), which drives a transceiver's direction.
    public static let requestToSend = 17

    /// What else the board uses the line for, so that a button or a lamp is better off elsewhere.
    public var otherUse: String? {
        switch gpio {
        case 0, 1: "the identity memory of HATs"
        case 2, 3: "I2C, with fixed pull-ups of 1.8 kΩ"
        case 7...11: "SPI"
        case 14, 15: "the serial console or a serial HAT"
        default: nil
        }
    }

    /// Whether the pull of the line is up at power-on (BCM2835 ARM peripherals, table 6-31): a lamp
    /// driver there conducts until the controller runs.
    public var isHighAtPowerOn: Bool { gpio <= 8 }
}
