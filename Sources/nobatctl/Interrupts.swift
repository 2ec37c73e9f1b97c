// SPDX-License-Identifier: Apache-2.0

// How a command learns that the person wants it to end. The signals are caught, not ignored, so that
// programs started by this one still end by them.

import Foundation
import Synchronization

/// The signals by which a person ends a command.
enum Interrupts {
    private static let count = Atomic<Int>(0)

    /// From now on each such signal calls `body` within a twentieth of a second, on another thread;
    /// the second one ends the program.
    static func whenever(_ body: @escaping @Sendable () -> Void) {
        var numbers = sigset_t()
        sigemptyset(&numbers)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            sigaddset(&numbers, number)
            _ = signal(number) { _ in
                _ = Interrupts.count.add(1, ordering: .relaxed)
            }
        }
        // Whoever started this program may have had them blocked.
        pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
        let thread = Thread {
            var seen = count.load(ordering: .relaxed)
            while true {
                let now = count.load(ordering: .relaxed)
                if now > seen {
                    if seen > 0 { exit(130) }
                    seen = now
                    body()
                }
                usleep(50_000)
            }
        }
        thread.start()
    }
}
