// SPDX-License-Identifier: Apache-2.0

// The kinds of answers that pages give: a fixed file with its tag, a sentence, a stream of events.

import Control
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

    /// FNV-1a over words of eight bytes: it tells versions apart and protects nothing. By words,
    /// because a voice has some megabytes and the daemon waits for it to start.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(bytes.count)
            var place = 0
            while place < bytes.count {
                var word: UInt64 = 0
                if place + 8 <= bytes.count {
                    word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                } else {
                    for byte in bytes[place...] { word = word << 8 | UInt64(byte) }
                }
                hash = (hash ^ word) &* 0x0000_0100_0000_01B3
                hash ^= hash >> 32
                place += 8
            }
            return hash
        }
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

    /// A value as JSON, for now only.
    static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
            ], body: .init(byteBuffer: ByteBuffer(string: ControlText.encode(value))))
    }

    /// Somebody asks too often.
    static func tooOften(_ seconds: Int64) -> Response {
        var answer = text(.tooManyRequests, "Too many requests; try again in \(seconds) s.")
        answer.headers[.retryAfter] = "\(seconds)"
        return answer
    }

    /// Why a request is not let in. A person who opens a page is led to where the key is shown.
    static func refusal(_ verdict: Access.Verdict, to request: Request) -> Response {
        let isPerson =
            request.method == .get && request.headers[.accept]?.contains("text/html") == true
        switch verdict {
        case .keyIsWanted where isPerson:
            let path = Access.destination(request.uri.path)
            return Response(status: .seeOther, headers: [.location: "/login?to=\(path)"])
        case .keyIsWanted:
            return text(.unauthorized, "Show the key first, at /login.")
        case .keyIsOld:
            return text(.unauthorized, "The key was shown long ago; show it again, at /login.")
        case .isForeign:
            return text(
                .forbidden, "This did not come from one of the pages served here; load it again.")
        case .hasNoKey:
            return text(
                .forbidden,
                "Nobody acts here: name a file with a key in the configuration, as "
                    + "pages: { key: FILE }.")
        case .allowed: preconditionFailure("what is allowed is not refused")
        }
    }

    /// The events of a feed, for as long as the asker stays.
    static func events(of feed: LiveFeed, for context: PagesContext) -> Response {
        let address = context.counted
        guard feed.hasRoom(for: address) else {
            return text(.serviceUnavailable, "Too many pages are open here; close some.")
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: .init { writer in
                guard var reader = feed.subscribe(from: address) else {
                    return try await writer.finish(nil)
                }
                defer { feed.unsubscribe(reader.id) }
                try await writer.write(ByteBuffer(string: "retry: \(PagesLimits.retryMs)\n\n"))
                for await _ in reader.signals {
                    for bytes in reader.take() { try await writer.write(bytes) }
                }
                try await writer.finish(nil)
            })
    }
}
