// SPDX-License-Identifier: Apache-2.0

// Cuts the bytes of a link into lines of the line protocol. It holds at most one line and one read:
// of a line that is too long it keeps the count, not the bytes.

import NIOCore

/// What stands between two newlines on the wire.
public enum LineFrame: Hashable, Sendable {
    /// A line of at most `UplinkLimits.lineBytesMax` bytes, without `\n` or `\r\n`.
    case line(String)
    /// Bytes that are no line of the protocol.
    case malformed(MalformedLine)
}

/// Bytes in, `LineFrame`s out; to be used in a `ByteToMessageHandler`.
///
/// A last line without its newline was cut off on the way and is dropped, unless it was already
/// too long: that is reported.
public struct LineFraming: NIOSingleStepByteToMessageDecoder {
    /// What it makes of the bytes.
    public typealias InboundOut = LineFrame

    /// Bytes of the line being discarded, 0 when none is.
    private var discarded = 0
    /// Bytes of the buffer known to hold no newline.
    private var searched = 0

    /// A framing at the start of a line.
    public init() {}

    /// Takes the next line from `buffer`; nil when more bytes are needed.
    public mutating func decode(buffer: inout ByteBuffer) -> LineFrame? {
        let bytes = buffer.readableBytesView
        guard let newline = bytes.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) else {
            keepOrDiscard(&buffer)
            return nil
        }
        let length = newline - bytes.startIndex + 1
        searched = 0
        if discarded > 0 || length > UplinkLimits.lineBytesMax {
            buffer.moveReaderIndex(forwardBy: length)
            return endDiscarding(length)
        }
        var content = bytes[bytes.startIndex..<newline]
        if content.last == UInt8(ascii: "\r") { content = content.dropLast() }
        let text = String(validating: content, as: UTF8.self)
        buffer.moveReaderIndex(forwardBy: length)
        guard let text else { return .malformed(.notUTF8(bytesDiscarded: length)) }
        return .line(text)
    }

    /// As `decode`; at the end of input an over-long line without its end is reported.
    public mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) -> LineFrame? {
        if let frame = decode(buffer: &buffer) { return frame }
        guard seenEOF else { return nil }
        buffer.moveReaderIndex(to: buffer.writerIndex)
        searched = 0
        return discarded > 0 ? endDiscarding(0) : nil
    }

    private mutating func keepOrDiscard(_ buffer: inout ByteBuffer) {
        let count = buffer.readableBytes
        guard discarded > 0 || count >= UplinkLimits.lineBytesMax else {
            searched = count
            return
        }
        discarded += count
        searched = 0
        buffer.moveReaderIndex(forwardBy: count)
    }

    private mutating func endDiscarding(_ length: Int) -> LineFrame {
        defer { discarded = 0 }
        return .malformed(.overlong(bytesDiscarded: discarded + length))
    }
}
