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
    /// Who has shown the key.
    var session: PageSession?
    /// The address that limits count it for; nil for this machine itself.
    var counted: String?

    /// A context of a request on a channel.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

/// Headers of every answer: nothing from outside, nothing inline, nothing framed, nothing guessed.
struct SecurityHeaders: RouterMiddleware {
    static let policy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        + "object-src 'none'"

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
        // With "no-referrer" a browser would hide from us, too, which site sends a form.
        response.headers[.referrerPolicy] = "same-origin"
        response.headers[.openerPolicy] = "same-origin"
        response.headers[.resourcePolicy] = "same-origin"
        response.headers[.permissionsPolicy] = "camera=(), microphone=(), geolocation=()"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-cache" }
        return response
    }
}
