// SPDX-License-Identifier: Apache-2.0

// The rule that keeps plain TCP inside the machine: an address is used only when it, and all that
// its name stands for, is loopback.

import Glibc
import NIOCore
import NIOPosix

enum Loopback {
    /// 127.0.0.0/8, ::1 (as `inet_ntop` writes them), and unix-domain sockets, which never leave the machine.
    static func holds(_ address: SocketAddress) -> Bool {
        switch address {
        case .v4: address.ipAddress?.hasPrefix("127.") ?? false
        case .v6: address.ipAddress == "::1"
        case .unixDomainSocket: true
        }
    }

    /// Text of an address, as events and errors show it.
    static func text(_ address: SocketAddress?, unix: String = "") -> String {
        guard let address else { return "an unknown address" }
        guard let host = address.ipAddress, let port = address.port else { return "unix:\(unix)" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Refuses a number address that is not loopback; a name passes.
    static func checkLiteral(_ address: HostPort) throws(UplinkError) {
        guard let literal = try? SocketAddress(ipAddress: address.host, port: address.port) else {
            return
        }
        guard holds(literal) else { throw .notLoopback(address.description) }
    }

    /// Every address of a host, all of them loopback unless `anywhere`; nil when the task was
    /// cancelled meanwhile.
    static func resolve(
        _ address: HostPort, anywhere: Bool, on loop: any EventLoop
    ) async throws(UplinkError) -> [SocketAddress]? {
        let answer = await firstResult(
            of: NIOThreadPool.singleton.runIfActive(eventLoop: loop) { try lookUp(address) })
        switch answer {
        case nil:
            return nil
        case .failure(let error as UplinkError):
            throw error
        case .failure(let error):
            throw .unresolved(host: address.host, why: "\(error)")
        case .success(let found):
            guard anywhere || found.allSatisfy(holds) else {
                throw .notLoopback(address.description)
            }
            return found
        }
    }

    /// May block for the resolver's time-out, hence off the event loop.
    private static func lookUp(_ address: HostPort) throws(UplinkError) -> [SocketAddress] {
        if let literal = try? SocketAddress(ipAddress: address.host, port: address.port) {
            return [literal]
        }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(address.host, String(address.port), &hints, &list)
        guard code == 0 else {
            throw .unresolved(host: address.host, why: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var entry = list
        while let info = entry?.pointee {
            if let raw = UnsafeRawPointer(info.ai_addr) {
                if info.ai_family == AF_INET {
                    found.append(SocketAddress(raw.load(as: sockaddr_in.self)))
                } else if info.ai_family == AF_INET6 {
                    found.append(SocketAddress(raw.load(as: sockaddr_in6.self)))
                }
            }
            entry = info.ai_next
        }
        guard !found.isEmpty else {
            throw .unresolved(host: address.host, why: "it has no IPv4 or IPv6 address")
        }
        return found
    }
}

/// A future's result, or nil as soon as the task is cancelled; the future then ends unheard.
func firstResult<Value: Sendable>(
    of future: EventLoopFuture<Value>
) async -> Result<Value, any Error>? {
    let (results, continuation) = AsyncStream<Result<Value, any Error>>.makeStream()
    future.whenComplete { result in
        continuation.yield(result)
        continuation.finish()
    }
    return await results.first { _ in true }
}
