// SPDX-License-Identifier: Apache-2.0

// Files that are right, to be made wrong in one place by a test.

import Foundation
import NobatConfiguration
import Testing

/// Files for the tests.
enum Samples {
    /// The folder of the example configurations.
    static let examples = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Wiring/examples")

    static func path(_ name: String) -> String { examples.appending(path: name).path }

    static func text(_ name: String) throws -> String {
        try String(contentsOf: examples.appending(path: name), encoding: .utf8)
    }

    /// A central's file with the keys that must be there.
    static let central = """
        listen: 127.0.0.1:7450
        socket: /run/c.sock
        database: /var/c.db
        halls:
          - name: main
            services:
              - name: lab
                series: A
            controllers:
              - name: hall-a
                local-series: L
        """

    /// A controller's file with a bus, a button and a lamp.
    static let hall = """
        name: hall-a
        central: 127.0.0.1:7450
        database: /var/h.db
        socket: /run/h.sock
        buses:
          - name: hall
            port: /dev/ttyS0
        gpio: { chip: pinctrl-rp1 }
        booths:
          - number: 1
            services: [lab]
            display: { bus: hall, address: 1 }
            button: { line: GPIO17 }
            lamp: { line: GPIO27 }
        """

    /// The error lines of a central's file, without its name.
    static func centralErrors(_ text: String) -> [String] {
        lines { () throws(ConfigurationErrors) in
            _ = try CentralConfiguration.parse(text: text, file: "/etc/f.yaml")
        }
    }

    /// The error lines of a controller's file, without its name.
    static func hallErrors(_ text: String) -> [String] {
        lines { () throws(ConfigurationErrors) in
            _ = try ControllerConfiguration.parse(text: text, file: "/etc/f.yaml")
        }
    }

    private static func lines(_ body: () throws(ConfigurationErrors) -> Void) -> [String] {
        do {
            try body()
            return []
        } catch {
            return error.errors.map { String("\($0)".dropFirst("/etc/f.yaml:".count)) }
        }
    }
}

/// A file with one part replaced, and the lines that must be reported.
struct BadFile: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var errors: [String]

    init(_ old: String, _ new: String, _ errors: String) {
        self.old = old
        self.new = new
        self.errors = errors.lines
    }

    var testDescription: String { new }

    func applied(to text: String) -> String { text.replacingOccurrences(of: old, with: new) }
}

extension String {
    /// The lines of a text.
    var lines: [String] { split(separator: "\n").map(String.init) }
}
