// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Process {
    private static let spawning = NSLock()

    /// Starts it, while no other one is started in this way.
    ///
    /// Foundation learns that a process has ended from a socket which the process holds. One that is
    /// started by another thread in the same moment holds it too, and `waitUntilExit` then waits for both.
    public func begin() throws {
        try Self.spawning.withLock { try run() }
    }
}
