// SPDX-License-Identifier: Apache-2.0

// Halls to be wired, made wrong in one place by a test.

import NobatConfiguration

/// Controller files for the tests.
enum Halls {
    /// A hall of booths whose lines are taken in order, each with a unit.
    static func file(
        port: String = "/dev/serial/by-id/x", rs485: Bool = false, gpio: String = "pull-up",
        booths: [String] = [booth()], kiosk: String = ""
    ) -> String {
        """
        name: hall-a
        central: 127.0.0.1:7450
        database: /var/h.db
        socket: /run/h.sock
        timezone: Asia/Tehran
        buses:
          - { name: hall, port: \(port), rs485: \(rs485) }
        gpio: { chip: pinctrl-rp1, bias: \(gpio) }
        booths:
        \(booths.joined(separator: "\n"))
        \(kiosk)
        """
    }

    /// A kiosk with a printer at a port, a button, and what else is told.
    static func kiosk(
        port: String = "/dev/serial/by-id/p", baud: Int = 38_400, button: String = "GPIO6",
        lamp: String = "GPIO12, active: high", more: String = ""
    ) -> String {
        let light = lamp.isEmpty ? "" : ", lamp: { line: \(lamp) }"
        return """
            kiosk:
              printer: { port: "\(port)", baud: \(baud) }
              buttons: [{ service: lab, button: { line: \(button) }\(light) }]
              \(more)
            """
    }

    /// A booth; a part that is empty is left out.
    static func booth(
        _ number: Int = 1, address: Int? = 1, button: String = "GPIO17",
        lamp: String = "GPIO27, active: high"
    ) -> String {
        var line = "  - { number: \(number), services: [lab]"
        if let address { line += ", display: { bus: hall, address: \(address) }" }
        if !button.isEmpty { line += ", button: { line: \(button) }" }
        if !lamp.isEmpty { line += ", lamp: { line: \(lamp) }" }
        return line + " }"
    }

    static func wiring(_ text: String) throws(ConfigurationErrors) -> HallWiring {
        HallWiring(try ControllerConfiguration.parse(text: text, file: "/etc/h.yaml"))
    }
}
