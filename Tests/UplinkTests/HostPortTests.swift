// SPDX-License-Identifier: Apache-2.0

// What a person may write as an address, and which addresses are loopback.

import NIOCore
import Testing

@testable import Uplink

@Suite struct HostPortTests {
    @Test(arguments: ["127.0.0.1:4810", "[::1]:4810", "localhost:0", "central.clinic:65535"])
    func anAddressIsReadAndWrittenBack(text: String) throws {
        #expect(try HostPort(text).description == text)
    }

    @Test(arguments: [
        "", ":", "host", "host:", ":1", "::1:80", "[::1]", "host:65536", "host:-1", "host:+1",
        "a b:1", "[a:1", "tcp://host:1", "host\u{0}:1", "نوبت:1", "[]:1",
        "[[::1]]:1", "[a]]:1", "[[a]:1",
    ])
    func anythingElseIsRefusedWithTheText(text: String) {
        #expect(throws: UplinkError.badAddress(text)) { try HostPort(text) }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.255.254", true), ("::1", true), ("126.255.255.255", false),
        ("128.0.0.1", false), ("0.0.0.0", false), ("::", false), ("10.0.0.1", false),
        ("::ffff:127.0.0.1", false), ("fe80::1", false), ("1.127.0.0", false), ("::2", false),
    ])
    func loopbackIsLoopback(host: String, isLoopback: Bool) throws {
        #expect(Loopback.holds(try SocketAddress(ipAddress: host, port: 1)) == isLoopback)
    }
}
