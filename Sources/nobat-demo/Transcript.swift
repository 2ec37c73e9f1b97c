// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a reader of the scripted morning sees: what people do, what displays show, and each check.
final class Transcript {
    private let write: (String) -> Void
    private let seconds: () -> Double
    private(set) var checks = 0
    private(set) var failures: [String] = []

    /// Characters of what was found that are told: enough to see which numbers it is about.
    private static let detailMax = 300

    /// A transcript whose lines begin with the `seconds` that have passed.
    init(seconds: @escaping () -> Double, write: @escaping (String) -> Void) {
        self.seconds = seconds
        self.write = write
    }

    /// A part of the morning begins.
    func title(_ text: String) { write("\n== \(text)\n") }

    /// Somebody does something.
    func say(_ text: String) {
        let time = String(format: "%5.1f s", seconds())
        write("\(time)  \(text)\n")
    }

    /// What is to be seen now.
    func show(_ text: String) { write("         \(text)\n") }

    /// A check; `found` is told when it does not hold.
    func check(_ expected: String, _ holds: Bool, found: @autoclosure () -> String = "") {
        checks += 1
        guard !holds else { return write("    ok   \(expected)\n") }
        var detail = found()
        if detail.count > Self.detailMax { detail = detail.prefix(Self.detailMax) + " ..." }
        let told = "expected: \(expected)" + (detail.isEmpty ? "" : "; found: \(detail)")
        failures.append(told)
        write("FAILED   \(told)\n")
    }

    /// The last lines.
    func finish() {
        let time = String(format: "%.1f", seconds())
        if failures.isEmpty {
            write("\nAll \(checks) checks held, in \(time) s.\n")
        } else {
            write("\n\(failures.count) of \(checks) checks FAILED, in \(time) s:\n")
            for failure in failures { write("  \(failure)\n") }
        }
    }
}
