// SPDX-License-Identifier: Apache-2.0

// Where the key is shown, and where a page learns whether it may act. It works without JavaScript.

import Control
import HTTPTypes
import Hummingbird
import NIOCore
import QueueCore

/// The login of a daemon's pages.
struct LoginPage: PageRoutes {
    let door: PagesDoor
    let tell: @Sendable (String, _ isWarning: Bool) -> Void
    let note: @Sendable (_ isRight: Bool, _ address: String) -> Void

    private struct Form: Decodable {
        var key: String
        var to: String?
    }

    func add(to router: Router<PagesContext>) {
        let (door, tell, note) = (door, tell, note)
        router.get("/login") { request, _ in
            Self.page(.ok, nil, to: request.uri.queryParameters["to"].map(String.init))
        }
        router.post("/login") { request, context in
            guard
                !Access.isFromElsewhere(
                    origin: request.headers[.origin], site: request.headers[.fetchSite],
                    host: request.head.authority)
            else { return Answers.refusal(.isForeign, to: request) }
            let body = try await request.body.collect(upTo: PagesLimits.bodyMax)
            guard
                let form = try? URLEncodedFormDecoder().decode(
                    Form.self, from: String(buffer: body))
            else { return Self.page(.badRequest, Self.wrong, to: nil) }
            let peer = PeerAddress(context.remoteAddress)
            switch door.login(form.key, from: peer) {
            case .opened(let session):
                tell("somebody has shown the key, from \(peer.text)", false)
                note(true, peer.text)
                return Response(
                    status: .seeOther,
                    headers: [
                        .location: Access.destination(form.to), .cacheControl: "no-store",
                        .setCookie: Self.cookie(door, session.token, PagesLimits.readingSpan),
                    ])
            case .wrong:
                tell("somebody has shown a wrong key, from \(peer.text)", true)
                note(false, peer.text)
                return Self.page(.forbidden, Self.wrong, to: form.to)
            case .tooOften(let seconds): return Self.tooOften(seconds, to: form.to)
            }
        }
        router.post("/logout") { _, context in
            if let session = context.session { door.end(session) }
            return Response(
                status: .noContent,
                headers: [
                    .cacheControl: "no-store", .setCookie: Self.cookie(door, "", .zero),
                ])
        }
        router.get("/session") { _, context in
            let mayAct = context.session.map { door.mayAct($0) } ?? false
            return Answers.json(
                SessionWord(
                    hasKey: door.settings.key != nil, mayAct: mayAct,
                    token: mayAct ? context.session?.pageToken : nil))
        }
    }

    private struct SessionWord: Encodable {
        var hasKey: Bool
        var mayAct: Bool
        var token: String?
    }

    private static func cookie(_ door: PagesDoor, _ token: String, _ span: TimeSpan) -> String {
        "\(door.cookieName)=\(token); Path=/; Max-Age=\(span.milliseconds / 1_000); HttpOnly; "
            + "SameSite=Strict"
    }

    private static let wrong = (
        fa: "کلید درست نیست. آن را دوباره بنویسید.", en: "This is not the key. Type it again."
    )

    private static func tooOften(_ seconds: Int64, to path: String?) -> Response {
        let digits = Bilingual(digitsOf: "\(seconds)")
        let message = (
            fa: "کلید چند بار اشتباه بود. \(digits.fa) ثانیه صبر کنید.",
            en: "The key was wrong several times. Wait for \(digits.en) seconds."
        )
        var response = page(.tooManyRequests, message, to: path)
        response.headers[.retryAfter] = "\(seconds)"
        return response
    }

    private static let template = String(
        decoding: PackageResources.login_html, as: UTF8.self)

    /// The page with a message; `to` is a path of letters, digits, `-` and `/`, so that nothing in it
    /// needs to be escaped.
    private static func page(
        _ status: HTTPResponse.Status, _ message: (fa: String, en: String)?, to path: String?
    ) -> Response {
        let words =
            message.map {
                "<p role=\"alert\" lang=\"fa\">\($0.fa)</p><p role=\"alert\" lang=\"en\" dir=\"ltr\">\($0.en)</p>"
            } ?? ""
        let text = template.replacing("<!--message-->", with: words)
            .replacing("<!--to-->", with: Access.destination(path))
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
