// SPDX-License-Identifier: Apache-2.0

// What is known of a request beside its head and body, and what is true of every answer.

import HTTPTypes
import Hummingbird
import NIOCore

/// The context of a request to the pages.
public struct PagesContext: RequestContext, RemoteAddressRequestContext {
    /// What hummingbird keeps.
    public var coreContext: CoreRequestContextStorage
    /// Who asks.
    public let remoteAddress: SocketAddress?

    /// A context of a request on a channel.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

/// Who may read the pages.
public enum ReadingRule: String, CaseIterable, Sendable {
    /// Whoever reaches the port.
    case open
    /// Who has shown the key.
    case key
}

/// Headers of every answer: nothing from outside, nothing inline, nothing framed, nothing guessed.
struct SecurityHeaders: RouterMiddleware {
    static let policy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

    func handle(
        _ request: Request, context: PagesContext,
        next: (Request, PagesContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as any HTTPResponseError {
            response = try error.response(from: request, context: context)
        }
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") {
            response.headers[name] = "no-referrer"
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-cache" }
        return response
    }
}

/// Lets read whom the configuration lets read.
struct ReadingGate: RouterMiddleware {
    let rule: ReadingRule

    func handle(
        _ request: Request, context: PagesContext,
        next: (Request, PagesContext) async throws -> Response
    ) async throws -> Response {
        guard rule == .open else {
            return Answers.text(
                .forbidden, "These pages are read with a key, and this program has no login yet.")
        }
        return try await next(request, context)
    }
}
