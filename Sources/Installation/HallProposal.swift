// SPDX-License-Identifier: Apache-2.0

// A hall as "nobatctl setup" would have it, and its configuration with the comments that a technician
// needs to change it later.

/// A hall to be written down.
public struct HallProposal: Sendable, Equatable {
    /// A booth of it.
    public struct Booth: Sendable, Equatable {
        /// Its number.
        public var number: Int
        /// The services it calls.
        public var services: [String] = []
        /// The address of its unit; nil when it has no display.
        public var address: Int?
        /// The line of its button; nil when it has none.
        public var button: String?
        /// The line of its lamp; nil when it has none.
        public var lamp: String?

        /// A booth that nothing is wired to.
        public init(number: Int) { self.number = number }
    }

    /// The controller's name.
    public var name: String
    /// The central's address.
    public var central: String
    /// The time zone.
    public var timeZone: String
    /// Whether the board has a battery clock.
    public var isClockAlwaysRight: Bool
    /// All services.
    public var services: [String]
    /// The port of the displays; nil without displays.
    public var port: String?
    /// The label of the GPIO chip; nil without buttons.
    public var chip: String?
    /// The booths.
    public var booths: [Booth]
    /// Whether it serves pages.
    public var hasPages: Bool

    /// The key of the pages, made by setup.
    public static let keyPath = "/etc/nobat/keys/pages.key"

    /// The key of the link to a central elsewhere: made there with `nobatctl key new`, put here with
    /// `nobatctl key put`.
    public static let centralKeyPath = "/var/lib/nobat/keys/central.key"

    /// The file, whole.
    public var yaml: String {
        var parts = [head, serviceList]
        if let port { parts.append(bus(port)) }
        if let chip { parts.append(gpio(chip)) }
        if hasPages { parts.append(pages) }
        parts.append("booths:\n" + booths.map { text(of: $0) }.joined())
        return parts.joined(separator: "\n")
    }

    private var centralKey: String {
        let isHere = ["127.", "[::1]:", "localhost:"].contains { central.hasPrefix($0) }
        return isHere ? "" : "\ncentral-key: \(Self.centralKeyPath)"
    }

    private var head: String {
        """
        # Written by nobatctl setup. Check it after a change, then let it be read:
        #   nobatd --config /etc/nobat/hall.yaml --check-config && systemctl restart nobatd
        # All keys, with comments: /usr/share/doc/nobat-booth/examples/hall.yaml

        # As the central's file names this controller.
        name: \(name)
        # Plain connections stay on this machine; to another one it takes a key.
        central: \(central)\(centralKey)
        database: /var/lib/nobat/nobatd.db
        socket: /run/nobat/nobatd.sock
        timezone: \(timeZone)
        # "synchronised": trusted once a time server has set it. "always": it has a battery.
        clock: \(isClockAlwaysRight ? "always" : "synchronised")

        """
    }

    private var serviceList: String {
        let list = services.map { "  - { name: \($0), title: { fa: \($0), en: \($0) } }\n" }
            .joined()
        return "# What patients read: give each its title in Persian and in English.\nservices:\n"
            + list
    }

    private func bus(_ port: String) -> String {
        """
        buses:
          - name: hall
            # A name that stays: ls /dev/serial/by-id/ /dev/nobat/
            port: \(port)
            baud: 9600
            # After so long without a word the displays show dashes: a stale number never looks live.
            dead-man: 10s

        """
    }

    private func gpio(_ chip: String) -> String {
        """
        # A press makes the line low, by a contact to ground; the pull-up holds it high else.
        gpio: { chip: \(chip), bias: pull-up, active: low }

        """
    }

    private var pages: String {
        """
        # The hall board at http://THIS-BOARD:8080/board, the technician's page at /technician. What acts
        # there is done with the key.
        pages:
          listen: 0.0.0.0:8080
          reading: open
          key: \(Self.keyPath)

        """
    }

    private func text(of booth: Booth) -> String {
        var lines = [
            "  - number: \(booth.number)",
            "    services: [\(booth.services.joined(separator: ", "))]",
        ]
        if let address = booth.address {
            lines.append("    display: { bus: hall, address: \(address) }")
        }
        if let button = booth.button { lines.append("    button: { line: \(quoted(button)) }") }
        if let lamp = booth.lamp {
            lines.append("    lamp: { line: \(quoted(lamp)), active: high }")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Offsets and plain names are written as they are, names with other signs in quotes.
    private func quoted(_ line: String) -> String {
        let isPlain = line.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
                || byte == UInt8(ascii: "_")
        }
        return isPlain ? line : "\"\(line.replacing("\\", with: "\\\\"))\""
    }
}
