// SPDX-License-Identifier: Apache-2.0

// Tells from the kernel's numbers whether an edge of a line was lost before it could be read.

/// The last number seen of each line.
struct EdgeSequence {
    private var last: [UInt64]

    init(lines: Int) { last = [UInt64](repeating: 0, count: lines) }

    /// Notes an edge; true when edges of this line between the last one and this are missing.
    /// Numbers count from 1; 0 means that the interface has none, and tells nothing.
    mutating func note(line: Int, sequence: UInt64) -> Bool {
        guard sequence != 0 else { return false }
        defer { last[line] = sequence }
        return sequence != last[line] &+ 1
    }
}
