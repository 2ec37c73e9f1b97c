// SPDX-License-Identifier: Apache-2.0

import CMalloc

/// How this process takes memory from the system.
public enum MemoryUse {
    /// Makes large pieces mappings of their own, and threads share their small ones.
    ///
    /// TLS keeps 48 KiB of buffers for each link, and hardly ever fills them. As pieces of the heap they
    /// lie where others were before, so that all of their pages are in memory; as mappings they have the
    /// pages that were written to, and go back to the system with their link.
    public static func keepSmall() {
        mallopt(M_MMAP_THRESHOLD, SupportLimits.mappingBytesMin)
        mallopt(M_ARENA_MAX, SupportLimits.arenasMax)
    }
}
