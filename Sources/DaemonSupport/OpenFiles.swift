// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How many files and sockets a process may have open.
public enum OpenFiles {
    /// Raises the limit as far as the system lets a program raise it: each controller is a socket.
    public static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
