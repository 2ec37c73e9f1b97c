// SPDX-License-Identifier: Apache-2.0

// The kinds of answers that pages give: a fixed file with its tag, a sentence, a stream of events.

import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// A file that stays the same while the program runs.
public struct FixedFile: Sendable {
    let bytes: ByteBuffer
    let type: String
    /// The entity tag, in quotes.
    public let tag: String

    /// A file of a media type such as `text/css; charset=utf-8`.
    public init(_ bytes: [UInt8], type: String) {
        self.bytes = ByteBuffer(bytes: bytes)
        self.type = type
        tag = "\"\(String(Self.hash(bytes), radix: 16))\""
    }

    /// FNV-1a of 64 bits: it tells versions apart and protects nothing.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// The file, or word that the asker has it already.
    func answer(to request: Request) -> Response {
        let known = request.headers[values: .ifNoneMatch].joined(separator: ",")
        if known.contains(tag) {
            return Response(status: .notModified, headers: [.eTag: tag])
        }
        return Response(
            status: .ok, headers: [.contentType: type, .eTag: tag],
            body: .init(byteBuffer: bytes))
    }
}

enum Answers {
    /// A sentence.
    static func text(_ status: HTTPResponse.Status, _ sentence: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: sentence + "\n")))
    }

    /// The events of a feed, for as long as the asker stays.
    static func events(of feed: LiveFeed) -> Response {
        guard feed.hasRoom else {
            return text(.serviceUnavailable, "Too many pages are open here; close some.")
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: .init { writer in
                guard var reader = feed.subscribe() else { return try await writer.finish(nil) }
                defer { feed.unsubscribe(reader.id) }
                try await writer.write(ByteBuffer(string: "retry: \(PagesLimits.retryMs)\n\n"))
                for await _ in reader.signals {
                    for bytes in reader.take() { try await writer.write(bytes) }
                }
                try await writer.finish(nil)
            })
    }
}
