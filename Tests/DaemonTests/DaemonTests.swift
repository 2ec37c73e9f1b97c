// SPDX-License-Identifier: Apache-2.0

// The tier that runs the real daemons, with real serial code and cables that can be cut. One hall at
// a time: the machines that tests run on are small.

import Testing

/// Everything that starts a daemon is nested in here, so that nothing of it runs side by side.
@Suite(.serialized)
enum DaemonTests {}
