// SPDX-License-Identifier: Apache-2.0

import QueueCore

extension Epoch {
    /// A new epoch from the system's source of randomness.
    public static func fresh() -> Epoch { Epoch(random: UInt32.random(in: 1...UInt32.max)) }
}
