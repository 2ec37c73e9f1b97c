// SPDX-License-Identifier: Apache-2.0

// What a patient would say of a display's changes: how often it went dark, and what there was to read.

extension UnitPins {
    /// Times in which a display that was lit before and after showed nothing, oldest first.
    public var darkSpans: [(from: Double, to: Double)] {
        var spans: [(from: Double, to: Double)] = []
        var darkFrom: Double?
        for change in changes {
            if change.isDark {
                darkFrom = darkFrom ?? change.at
            } else if let from = darkFrom {
                spans.append((from, change.at))
                darkFrom = nil
            }
        }
        return spans
    }

    /// The texts that stood for `seconds` or longer, oldest first; the last one aside. A driver takes
    /// its digits one after another, so what stands for a moment is half of two shows.
    public func wholeTexts(lasting seconds: Double) -> [String] {
        zip(changes, changes.dropFirst()).filter { $1.at - $0.at >= seconds }.map(\.0.text)
    }
}
