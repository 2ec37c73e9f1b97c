// SPDX-License-Identifier: Apache-2.0

// What a GPIO chip is called, here and now and for good.

/// A chip that was found: its device and its label.
public struct ChipName: Hashable, Sendable, CustomStringConvertible {
    /// The device, such as `/dev/gpiochip0`: it can change at each start.
    public var path: String
    /// The driver's label, such as `pinctrl-bcm2835`: it stays.
    public var label: String

    /// A chip's names.
    public init(path: String, label: String) {
        self.path = path
        self.label = label
    }

    /// `"label" (/dev/gpiochip0)`.
    public var description: String { "\"\(label)\" (\(path))" }
}
