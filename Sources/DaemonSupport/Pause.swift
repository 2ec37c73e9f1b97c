// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A short sleep of a thread that has nothing else to do.
public enum Pause {
    /// Sleeps for less than a second.
    public static func microseconds(_ count: UInt32) { usleep(count) }
}
