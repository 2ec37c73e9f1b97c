// SPDX-License-Identifier: Apache-2.0

// How links are encrypted: TLS 1.2 with one suite, whose keys are drawn anew for each connection
// (ECDHE) and vouched for by the pre-shared key. No certificates: boards have no clock to check
// them by.

import NIOConcurrencyHelpers
import NIOCore
import NIOSSL
import QueueCore

enum LinkTLS {
    /// Forward secret, authenticated, and fast on boards without AES instructions. (RFC 7905)
    static let suite = "ECDHE-PSK-CHACHA20-POLY1305"

    /// What became known of a peer during its handshake.
    struct Shown: Sendable {
        /// The identity that it gave, if it is one.
        var identity: String?
        /// It gave one that is none.
        var isNameless = false
        var key: ShownKey?
    }

    /// The listener's end of one connection; `shown` is told which key its peer uses.
    ///
    /// Each connection has a context of its own, so that no session can be resumed on another one:
    /// every connection shows its key, and a revoked key opens nothing.
    static func server(
        _ ring: KeyRing, shown: NIOLockedValueBox<Shown>
    ) throws -> NIOSSLServerHandler {
        var configuration = common()
        configuration.pskServerProvider = { context in
            let entry = ring.entry(context.clientIdentity)
            shown.withLockedValue { shown in
                shown.key = entry?.shown
                let isName = KeyHolder(identity: context.clientIdentity, role: .controller) != nil
                shown.identity = isName ? context.clientIdentity : nil
                shown.isNameless = !isName
            }
            // Who has no key is not told whether the name exists: it fails as a wrong key does.
            let secret = entry?.key.secret ?? noKey()
            return PSKServerIdentityResponse(key: NIOSSLSecureBytes(secret))
        }
        return NIOSSLServerHandler(context: try NIOSSLContext(configuration: configuration))
    }

    /// The client's end of one connection.
    static func client(_ key: LinkKey) throws -> NIOSSLClientHandler {
        var configuration = common()
        configuration.pskClientProvider = { _ in
            PSKClientIdentityResponse(
                key: NIOSSLSecureBytes(key.secret), identity: key.identity)
        }
        return try NIOSSLClientHandler(
            context: try NIOSSLContext(configuration: configuration), serverHostname: nil)
    }

    private static func common() -> TLSConfiguration {
        var configuration = TLSConfiguration.makePreSharedKeyConfiguration()
        configuration.cipherSuites = suite
        configuration.curves = [.x25519, .secp256r1, .secp384r1]
        configuration.minimumTLSVersion = .tlsv12
        configuration.maximumTLSVersion = .tlsv12
        configuration.certificateVerification = .none
        configuration.trustRoots = .certificates([])
        configuration.renegotiationSupport = .none
        configuration.shutdownTimeout = .seconds(1)
        return configuration
    }

    private static func noKey() -> [UInt8] {
        (0..<LinkKey.secretBytes).map { _ in UInt8.random(in: .min ... .max) }
    }

    /// What a failed handshake means to the listener.
    static func fault(of error: any Error, _ shown: Shown) -> HandshakeFault {
        let text = "\(error)"
        if text.contains("EOF during handshake") { return .left }
        if shown.key != nil { return .wrongKey }
        if shown.identity != nil || shown.isNameless { return .unknownName }
        let other = ["NO_SHARED_CIPHER", "UNSUPPORTED_PROTOCOL", "NO_SHARED_GROUP"]
        return other.contains(where: text.contains) ? .otherTLS : .broken
    }

    /// What a failed handshake means to the client, in a sentence that says what to do.
    static func reason(of error: any Error, _ key: LinkKey) -> String {
        let text = "\(error)"
        if ["DECRYPT_ERROR", "BAD_RECORD_MAC", "DECRYPTION_FAILED"].contains(where: text.contains) {
            return "the central does not know \(key): it has another one, or it was revoked; see "
                + "'nobatctl key list' there"
        }
        if ["WRONG_VERSION_NUMBER", "HTTP_REQUEST"].contains(where: text.contains) {
            return "what listens there speaks no TLS; name the central's folder of keys in its "
                + "configuration (\"keys\")"
        }
        if text.contains("HANDSHAKE_FAILURE") || text.contains("UNSUPPORTED_PROTOCOL") {
            return "what listens there speaks TLS, but not with \(suite)"
        }
        return "the handshake failed: \(text)"
    }
}
