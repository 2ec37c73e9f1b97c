// SPDX-License-Identifier: Apache-2.0

// A black-and-white picture as a thermal printer burns it: one bit a dot, rows of whole bytes, the
// leftmost dot in the highest bit.

/// A black-and-white picture.
public struct Bitmap: Hashable, Sendable {
    /// Dots from left to right.
    public let width: Int
    /// Dots from top to bottom.
    public let height: Int
    /// The rows, one after another, each of ``stride`` bytes; a set bit is black.
    public private(set) var bytes: [UInt8]

    /// A white picture.
    public init(width: Int, height: Int) {
        precondition(width >= 0 && height >= 0)
        self.width = width
        self.height = height
        bytes = Array(repeating: 0, count: (width + 7) / 8 * height)
    }

    /// A picture from its rows, or nil when there are not as many bytes as it needs.
    public init?(width: Int, height: Int, bytes: [UInt8]) {
        guard width >= 0, height >= 0, bytes.count == (width + 7) / 8 * height else { return nil }
        self.width = width
        self.height = height
        self.bytes = bytes
    }

    /// Bytes in a row.
    public var stride: Int { (width + 7) / 8 }

    /// Whether a dot is black; dots outside are white.
    public subscript(x: Int, y: Int) -> Bool {
        get {
            guard x >= 0, x < width, y >= 0, y < height else { return false }
            return bytes[y * stride + x / 8] & (0x80 >> UInt8(x % 8)) != 0
        }
        set {
            guard x >= 0, x < width, y >= 0, y < height else { return }
            let mask: UInt8 = 0x80 >> UInt8(x % 8)
            if newValue {
                bytes[y * stride + x / 8] |= mask
            } else {
                bytes[y * stride + x / 8] &= ~mask
            }
        }
    }

    /// Draws the black dots of `other` over this picture, its left upper corner at (`left`, `top`);
    /// what lies outside is cut off.
    public mutating func draw(_ other: Bitmap, left: Int, top: Int) {
        for y in 0..<other.height where y + top >= 0 && y + top < height {
            for x in 0..<other.width where other[x, y] { self[x + left, y + top] = true }
        }
    }

    /// The rows `range` alone.
    public func rows(_ range: Range<Int>) -> Bitmap {
        var part = Bitmap(width: width, height: range.count)
        part.bytes = Array(bytes[range.lowerBound * stride..<range.upperBound * stride])
        return part
    }

    /// Whether a row has no black dot.
    func isBlank(row: Int) -> Bool {
        bytes[row * stride..<(row + 1) * stride].allSatisfy { $0 == 0 }
    }

    /// The columns from the first black dot through the last, with all rows; nothing of a white one.
    public var trimmed: Bitmap {
        let columns = (0..<width).filter { x in (0..<height).contains { self[x, $0] } }
        guard let first = columns.first, let last = columns.last else {
            return Bitmap(width: 0, height: height)
        }
        var part = Bitmap(width: last - first + 1, height: height)
        part.draw(self, left: -first, top: 0)
        return part
    }
}
