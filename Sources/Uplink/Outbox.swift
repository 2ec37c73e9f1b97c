// SPDX-License-Identifier: Apache-2.0

// The lines of one link that are sent and not yet taken by the kernel, in order and bounded. Any
// thread puts lines in; the link's event loop takes them out in one piece.

import NIOCore

struct Outbox {
    /// What the caller of `put` has to do.
    enum Put: Equatable {
        /// Wake the event loop; no one has yet.
        case wake
        /// Nothing: the event loop is on its way.
        case queued
        /// Close the link: it was full, and takes no more lines.
        case full
        /// Nothing: the link takes no lines any more.
        case shut
    }

    private let bytesMax: Int
    private var pending = ByteBuffer()
    private var isShut = false
    private var isWakeDue = false
    /// Bytes put in and not yet taken by the kernel.
    private(set) var unsentBytes = 0

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    mutating func put(_ line: String) -> Put {
        if isShut { return .shut }
        let bytes = line.utf8.count + 1
        guard unsentBytes + bytes <= bytesMax else {
            isShut = true
            return .full
        }
        pending.writeString(line)
        pending.writeInteger(UInt8(ascii: "\n"))
        unsentBytes += bytes
        defer { isWakeDue = true }
        return isWakeDue ? .queued : .wake
    }

    /// What is to be written now; nil when nothing is.
    mutating func take() -> ByteBuffer? {
        isWakeDue = false
        guard pending.readableBytes > 0 else { return nil }
        defer { pending = ByteBuffer() }
        return pending
    }

    /// The kernel took that many bytes.
    mutating func wrote(_ bytes: Int) {
        precondition(bytes <= unsentBytes, "no more is written than was put in")
        unsentBytes -= bytes
    }

    /// No more lines; true when this call was the first to say so.
    mutating func shut() -> Bool {
        defer { isShut = true }
        return !isShut
    }
}
