// SPDX-License-Identifier: Apache-2.0

// An open file of the kernel with one owner, so that none leaks and none is closed twice.

/// An open descriptor, or none. It closes with its owner.
struct Descriptor: ~Copyable {
    /// The kernel's number, -1 when there is none.
    private(set) var number: Int32 = -1

    init() {}

    init(_ number: Int32) { self.number = number }

    var isOpen: Bool { number >= 0 }

    mutating func close() {
        guard isOpen else { return }
        Posix.close(number)
        number = -1
    }

    /// Gives the number away; whoever takes it closes it.
    mutating func release() -> Int32 {
        defer { number = -1 }
        return number
    }

    /// Takes over another descriptor and closes the present one.
    mutating func adopt(_ other: consuming Descriptor) {
        close()
        number = other.release()
    }

    deinit {
        if number >= 0 { Posix.close(number) }
    }
}
