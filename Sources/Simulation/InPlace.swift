// SPDX-License-Identifier: Apache-2.0

// Changes and effects are too large to be copied for each look that is taken at them.

extension Array {
    /// Shows each element where it lies.
    @inline(__always)
    func forEachInPlace(_ look: (borrowing Element) -> Void) {
        withUnsafeBufferPointer { elements in
            for index in elements.indices { look(elements[index]) }
        }
    }
}
