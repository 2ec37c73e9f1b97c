// SPDX-License-Identifier: Apache-2.0

// Lamps on the lines of a Linux GPIO chip, through libgpiod.

import Synchronization

/// Lamp lines of the chip with a label. All lamps are dark at first, and the kernel lets the lines
/// go when the program ends, however it ends.
public final class GpiodLampLines: LampLines {
    /// The chip that was found. Its path is for the log: it may differ after the next start.
    public let chip: ChipName
    /// How many lamps there are.
    public let count: Int

    private let request: Mutex<GpiodRequest>

    /// Takes the lines. `user` is the name that other programs see as the holder.
    public init(chipLabel: String, lines: [LineChoice], user: String) throws(LineError) {
        let found = try GpiodChip.find(label: chipLabel)
        chip = found.name
        count = lines.count
        request = Mutex(try found.request(lines, isOutput: true, user: user))
    }

    /// `4 lamps on GPIO chip "label" (/dev/gpiochip0)`.
    public var description: String { "\(count) lamps on GPIO chip \(chip)" }

    /// Lights or darkens a lamp.
    public func set(_ index: Int, isLit: Bool) throws(LineError) {
        try request.withLock { held throws(LineError) in try held.set(index, isLit) }
    }
}
