// SPDX-License-Identifier: Apache-2.0

// Call buttons on the lines of a Linux GPIO chip, through libgpiod.

import QueueCore
import Synchronization

/// Button lines of the chip with a label. Its two hazards are named, never silent: a chip that goes
/// throws `LineError.vanished`, edges that were lost set `LineBatch.isOverrun`.
public final class GpiodButtonLines: ButtonLines {
    /// The chip that was found. Its path is for the log: it may differ after the next start.
    public let chip: ChipName
    /// How many lines there are.
    public let count: Int

    private let wake: WakeUp
    private let request: Mutex<GpiodRequest>

    /// Takes the lines. `user` is the name that other programs see as the holder.
    public init(chipLabel: String, lines: [LineChoice], user: String) throws(LineError) {
        let found = try GpiodChip.find(label: chipLabel)
        let name = found.name
        do throws(Errno) {
            wake = try WakeUp()
        } catch {
            throw .failed(chip: name, operation: "eventfd", reason: error.description)
        }
        chip = name
        count = lines.count
        request = Mutex(try found.request(lines, isOutput: false, user: user))
    }

    /// `4 buttons on GPIO chip "label" (/dev/gpiochip0)`.
    public var description: String { "\(count) buttons on GPIO chip \(chip)" }

    /// Blocks until there are edges, the time has run out, or `interrupt()`.
    public func wait(timeout: TimeSpan) throws(LineError) -> LineBatch {
        let deadline = Posix.now() + timeout
        return try request.withLock { held throws(LineError) in
            try held.wait(until: deadline, wake: wake)
        }
    }

    /// Which buttons are pressed at this moment. A call during a wait is answered after it.
    public func levels() throws(LineError) -> [Bool] {
        try request.withLock { held throws(LineError) in try held.levels() }
    }

    /// Ends a wait within milliseconds, or the next one. From any thread.
    public func interrupt() { wake.raise() }
}
