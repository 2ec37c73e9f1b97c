// SPDX-License-Identifier: Apache-2.0

// Strangers at the central's door: recordings played again, handshakes never finished, floods. Each
// has its named outcome, the memory has its bound, and the booths call on.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct KeyFloodTests {
        private static let kiosk = KeysTests.kiosk

        /// MiB of noise in each of its forms; the hour-long run asks for more.
        private static let noiseMiB =
            ProcessInfo.processInfo.environment["NOBAT_NOISE_MIB"].flatMap { Int($0) } ?? 24

        @Test func aRecordingOpensNothing_AndARepeatedRecordEndsItsLink() async {
            await withHall(KeysTests.plan) { hall in
                let arguments = OpenSSLClient.usual + (try HallKeys(hall: hall).openSSL("kiosk-1"))
                let tap = try WireTap(to: hall.centralPort)
                let first = try OpenSSLClient.run(
                    port: tap.port, arguments, says: [Self.kiosk, KeysTests.take],
                    until: "TICKET")
                try check(first.contains("TICKET reference=1"), first)
                try check(tap.taken.count >= 3, "pieces: \(tap.taken.map(\.count))")

                let again = try RawClient(port: hall.centralPort)
                for piece in tap.taken { again.send(piece) }
                try again.waitForEnd()
                try within(5, "a recording is noticed") {
                    try KeysTests.count(hall, "wrong-key") == 1
                }
                try check(try hall.central.queue().count, is: 1, "tickets")

                let live = try WireTap(to: hall.centralPort)
                let crew = Crew()
                let port = live.port
                crew.add {
                    _ = try? OpenSSLClient.run(
                        port: port, arguments, says: [Self.kiosk, KeysTests.take],
                        until: "nothing of this")
                }
                try within(10, "its ticket") { try hall.central.queue().count == 2 }
                live.repeatNewest()
                try within(5, "a repeated record is noticed") {
                    try KeysTests.count(hall, "bad-record") == 1
                }
                try within(5, "its link ends") { live.isOver }
                try crew.join(60)
                try check(try hall.central.queue().count, is: 2, "tickets")
                try KeysTests.callsGoOn(hall)
            }
        }

        /// Connections that say nothing, or half of something, for ever and anew.
        @Test func handshakesNeverFinished_KeepNobodyOut() async {
            await withHall(KeysTests.plan) { hall in
                let before = Memory.resident(hall.central.processID)
                var idle: [RawClient] = []
                for index in 0..<700 {
                    let peer = try RawClient(port: hall.centralPort)
                    // The beginning of a handshake, byte by byte; or nothing.
                    if index % 2 == 0 { peer.send([22, 3, 1, 0, 200, 1]) }
                    idle.append(peer)
                    if index % 100 == 99 { try KeysTests.callsGoOn(hall) }
                }
                let run = try OpenSSLClient.run(
                    port: hall.centralPort,
                    OpenSSLClient.usual + HallKeys(hall: hall).openSSL("kiosk-1"),
                    says: [Self.kiosk], until: "ATTACHED")
                try check(run.contains("ATTACHED"), "a guest among idlers: \(run)")
                try within(10, "all of them are ended, by name") {
                    let late = try KeysTests.count(hall, "handshake-late")
                    let out = try KeysTests.count(hall, "pushed-out")
                    return late > 0 && out >= 500 && late + out >= 700
                }
                for peer in idle.suffix(3) { try peer.waitForEnd() }
                let grown = Memory.resident(hall.central.processID) - before
                print("KeyFloodTests: 700 idlers: \(grown) MiB more")
                try check(grown < 48, "memory of idlers: \(grown) MiB more")
                try KeysTests.callsGoOn(hall)
                try check(!hall.first.daemon.log.contains("link-down"), "the controller's link")
            }
        }

        /// With a valid key, and a line that has no end.
        @Test func aLineNeverFinished_EndsItsLink() async {
            await withHall(KeysTests.plan) { hall in
                let run = try OpenSSLClient.run(
                    port: hall.centralPort,
                    OpenSSLClient.usual + HallKeys(hall: hall).openSSL("kiosk-1"),
                    says: [Self.kiosk], then: "TAKE reference=",
                    until: "ERROR name=")
                try check(run.contains("ERROR name="), "it is told: \(run)")
                try KeysTests.callsGoOn(hall)
            }
        }

        @Test func floods_AreTurnedAway_WhileTheBoothsCall() async {
            await withHall(KeysTests.plan) { hall in
                let keys = HallKeys(hall: hall)
                let before = Memory.resident(hall.central.processID)
                let port = hall.centralPort
                let chunk = (0..<65_536).map { _ in UInt8.random(in: 0...255) }
                let bytes = Self.noiseMiB << 20
                let crew = Crew()
                // Noise, noise that looks like TLS, plain lines, connections one after the other.
                let records = Self.records(of: chunk)
                for start in [[UInt8](), [22, 3, 1, 64, 0], Array("HELLO ".utf8)] {
                    crew.add { Self.pour(start + chunk, bytes, to: port) }
                }
                crew.add { Self.pour(records, bytes, to: port) }
                crew.add {
                    for _ in 0..<3_000 {
                        _ = try? RawClient(port: port)
                        usleep(1_000)
                    }
                }
                // With a valid key, noise over the encrypted link.
                let arguments = (OpenSSLClient.usual + (try keys.openSSL("kiosk-1")))
                    .joined(separator: " ")
                crew.add {
                    for _ in 0..<3 {
                        _ = try? Finished(
                            "/bin/sh",
                            [
                                "-c",
                                "head -c \(bytes / 3) /dev/urandom | openssl s_client -quiet "
                                    + "-connect 127.0.0.1:\(port) \(arguments) >/dev/null 2>&1",
                            ], seconds: 300)
                    }
                }
                var most = before
                var calls = 0
                var slowest = 0.0
                let joined = Joined()
                crew.whenDone { joined.set() }
                while !joined.isSet {
                    slowest = max(slowest, try seconds { try KeysTests.callsGoOn(hall) })
                    calls += 1
                    most = max(most, Memory.resident(hall.central.processID))
                }
                try crew.join(60)
                print(
                    "KeyFloodTests: \(Self.noiseMiB) MiB of noise in 5 forms and 3,000 connections: "
                        + "\(most - before) MiB more at most, \(calls) tickets called meanwhile, the "
                        + "slowest within \(slowest) s")
                try check(most - before < 64, "memory: \(most - before) MiB more")
                for reason in ["no-key", "handshake-broken", "handshake-left"] {
                    try check(try KeysTests.count(hall, reason) > 0, "\(reason) is counted")
                }
                try hall.waitForLog(hall.central, "too-many-errors")
                let lines = hall.central.log.components(separatedBy: "turned away").count
                try check(lines < 60, "lines of strangers in the log: \(lines)")
                try check(!hall.first.daemon.log.contains("link-down"), "the controller's link")
                try KeysTests.callsGoOn(hall)
            }
        }

        /// Sends bytes over and over, on a new connection whenever one is ended.
        private static func pour(_ bytes: [UInt8], _ total: Int, to port: UInt16) {
            var sent = 0
            while sent < total {
                guard let peer = try? RawClient(port: port) else { continue }
                var isOpen = true
                while isOpen, sent < total {
                    let count = bytes.withUnsafeBytes {
                        Glibc.send(peer.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    isOpen = count > 0
                    // The flood is not to win by taking the processor away from the hall itself.
                    usleep(2_000)
                    sent += max(count, 1)
                }
            }
        }

        /// Noise as records of a handshake, each as long as one may be.
        private static func records(of noise: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = []
            for start in stride(from: 0, to: noise.count - 16_384, by: 16_384) {
                bytes += [22, 3, 3, 0x40, 0] + noise[start..<start + 16_384]
            }
            return bytes
        }
    }
}

/// Whether something has come about.
private final class Joined: @unchecked Sendable {
    // Guarded by `lock`.
    private let lock = NSLock()
    private var value = false
    var isSet: Bool { lock.withLock { value } }
    func set() { lock.withLock { value = true } }
}

extension DaemonTests.KeysTests {
    /// A ticket of the controller's own is called and shown at once.
    static func callsGoOn(
        _ hall: SoftwareHall, at location: SourceLocation = #_sourceLocation
    ) throws {
        let number = try hall.number(at: hall.first.daemon, location: location)
        try within(20, "\(number) is called and shown", at: location) {
            _ = try hall.press(1, at: hall.first.daemon)
            let ended = try hall.first.daemon.queue().first { $0.number == number }
            return ended.map { $0.state != "waiting" } ?? true
        }
        try within(10, "booth 1 shows who is there", at: location) {
            let now = try hall.first.daemon.status().booths?.first { $0.booth == 1 }?.current
            return hall.first.bus.shown(1) == now ?? "----"
        }
    }
}
