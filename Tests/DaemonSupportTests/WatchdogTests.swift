// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Testing

@testable import DaemonSupport

@Suite struct WatchdogJudgeTests {
    @Test func itIsFedOnlyWhenEveryThreadHasTurnedSince() {
        var judge = WatchdogJudge()
        let look = { (core: UInt64, bus: UInt64) in
            judge.look([TurnCount("core", core), TurnCount("bus hall", bus)])
        }
        #expect(look(0, 0) == .wait(stuck: ["core", "bus hall"], looks: 1))
        #expect(look(1, 0) == .wait(stuck: ["bus hall"], looks: 2))
        #expect(look(1, 4) == .feed, "each has turned since the beginning")
        #expect(look(9, 4) == .wait(stuck: ["bus hall"], looks: 1))
        #expect(
            look(9, 5) == .feed, "the core has turned since it was fed, if not since the last look")
        #expect(look(9, 6) == .wait(stuck: ["core"], looks: 1))
    }
}

@Suite struct NotifySocketTests {
    @Test(
        arguments: [
            ([:], nil), (["NOTIFY_SOCKET": ""], nil), (["NOTIFY_SOCKET": "relative"], nil),
            (["NOTIFY_SOCKET": "/run/n"], -1),
            (["NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "30000000"], 30_000_000),
            (
                ["NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"],
                30_000_000
            ),
            (["NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], -1),
            (["NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "0"], -1),
        ] as [([String: String], Int64?)])
    func whatTheEnvironmentSays(environment: [String: String], watchdog: Int64?) {
        let socket = NotifySocket(environment: environment, process: 7)
        #expect(socket.map { $0.watchdogMicroseconds ?? -1 } == watchdog)
    }

    /// A socket as systemd has one, in the file system or in the abstract namespace.
    @Test(arguments: ["/tmp/nobat-notify-", "@nobat-notify-"])
    func linesArriveInOneDatagram(prefix: String) throws {
        let name = prefix + String(UInt32.random(in: 0...UInt32.max))
        let manager = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer {
            close(manager)
            unlink(name)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if prefix.hasPrefix("@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(manager, $0, socklen_t(2 + bytes.count))
            }
        }
        try #require(bound == 0)
        let told = try #require(NotifySocket(environment: ["NOTIFY_SOCKET": name]))
        #expect(told.tell("READY=1", "STATUS=well"))
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = recv(manager, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        #expect(
            String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == "READY=1\nSTATUS=well")
    }

    @Test func nobodyThereIsNoError() throws {
        let told = try #require(NotifySocket(environment: ["NOTIFY_SOCKET": "/nonexistent/socket"]))
        #expect(!told.tell("READY=1"))
    }
}

@Suite struct JournalStreamTests {
    @Test func onlyTheVeryStreamIsTheJournal() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        var about = stat()
        try #require(fstat(ends[1], &about) == 0)
        let name = "\(about.st_dev):\(about.st_ino)"
        #expect(LineLogHandler.isJournal(name, descriptor: ends[1]))
        #expect(
            !LineLogHandler.isJournal("\(about.st_dev):\(about.st_ino + 1)", descriptor: ends[1]))
        #expect(!LineLogHandler.isJournal(nil, descriptor: ends[1]))
    }
}
