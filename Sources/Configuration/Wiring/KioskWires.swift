// SPDX-License-Identifier: Apache-2.0

// A kiosk's part of the wire list: its buttons and lamps, its printer, its readers, its display.

import QueueCore

/// What goes to a kiosk.
public struct KioskWires: Sendable, Equatable, Encodable {
    /// The buttons, in the order of the file, which `nobatctl tap` counts from 1.
    public var buttons: [ButtonWires]
    /// The slip printer.
    public var printer: PortWires
    /// The printable width that the printer must be set to, in dots.
    public var printerDots: Int
    /// Keypads and scanners, in the order of the file.
    public var readers: [PortWires]
    /// The label of its display's unit, `K-UNIT`, and of its supply, `K-12V`; empty without one.
    public var unitLabels: [String]

    /// A take-a-ticket button and its lamp.
    public struct ButtonWires: Sendable, Equatable, Encodable {
        /// Its number, from 1.
        public var number: Int
        /// The service that it gives a slip for.
        public var service: String
        /// The class of the slip.
        public var priority: String
        /// The button's line.
        public var button: LineWires
        /// The lamp's.
        public var lamp: LineWires?
    }

    /// A device at a port of the controller.
    public struct PortWires: Sendable, Equatable, Encodable {
        /// The controller's port, or the input device.
        public var port: String
        /// What kind of cable it is.
        public var link: Link
        /// Speed and frame, `38400 8N1`; nil where there are none to set.
        public var format: String?
        /// The cable's label: `K-PRN`, `K-RD1`; nil without a cable.
        public var label: String?

        init(port: String, baud: Int, frame: String, label: String) {
            self.port = port
            link = port.hasPrefix("pty:") ? .none : port.hasPrefix("tcp:") ? .network : .serial
            format = link == .serial ? "\(baud) \(frame)" : nil
            self.label = link == .none ? nil : label
        }

        init(keyboard path: String, label: String) {
            port = path
            link = .keyboard
            self.label = label
        }
    }

    /// A kind of cable.
    public enum Link: String, Sendable, Encodable {
        /// A serial line, or a USB device that looks like one.
        case serial
        /// The network.
        case network
        /// USB, as a keyboard.
        case keyboard
        /// A pseudo-terminal: no wires.
        case none
    }

    init(_ kiosk: KioskConfiguration) {
        buttons = kiosk.buttons.enumerated().map { index, button in
            let number = index + 1
            return ButtonWires(
                number: number, service: "\(button.service)", priority: button.priority.word,
                button: LineWires(button.line, label: "K-BTN\(number)"),
                lamp: button.lamp.map { LineWires($0, label: "K-LAMP\(number)") })
        }
        let wired = kiosk.printer
        printer = PortWires(
            port: wired.port, baud: wired.baud, frame: wired.frame, label: "K-PRN")
        printerDots = wired.width
        readers = kiosk.readers.enumerated().map { index, reader in
            switch reader {
            case .serial(let port, let baud):
                PortWires(port: port, baud: baud, frame: "8N1", label: "K-RD\(index + 1)")
            case .keyboard(let path): PortWires(keyboard: path, label: "K-RD\(index + 1)")
            }
        }
        unitLabels = kiosk.display == nil ? [] : ["K-UNIT", "K-12V"]
    }

    /// The labels of its cables and its unit.
    public var labels: [String] {
        let lines = buttons.flatMap { [$0.button.label, $0.lamp?.label] }
        let ports = [printer.label] + readers.map(\.label)
        return (lines + ports).compactMap { $0 } + unitLabels
    }
}
