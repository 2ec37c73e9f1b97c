// SPDX-License-Identifier: Apache-2.0

// The configuration of either daemon.

import NobatConfiguration

enum ConfigTarget {
    /// It is taken, or every error is told with its place, in order, in a line that is fit to print.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        let text = String(decoding: bytes, as: UTF8.self)
        try judge(text) { () throws(ConfigurationErrors) in
            _ = try ControllerConfiguration.parse(text: text, file: "f")
        }
        try judge(text) { () throws(ConfigurationErrors) in
            _ = try CentralConfiguration.parse(text: text, file: "f")
        }
    }

    private static func judge(
        _ text: String, _ parse: () throws(ConfigurationErrors) -> Void
    ) throws(Broken) {
        var errors: [ConfigurationError] = []
        do throws(ConfigurationErrors) {
            try parse()
        } catch {
            errors = error.errors
            try demand(!errors.isEmpty, "refused without an error")
        }
        let lines = text.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 2
        var last = (0, 0)
        for error in errors {
            let place = (error.line, error.column)
            try demand(last <= place, "not in order: \(error)")
            try demand((1...lines).contains(error.line) && error.column >= 1, "no place: \(error)")
            try demandFitToPrint("\(error)", bytesMax: 4_096)
            last = place
        }
    }
}
