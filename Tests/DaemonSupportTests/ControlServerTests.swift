// SPDX-License-Identifier: Apache-2.0

import Control
import DaemonSupport
import Foundation
import Synchronization
import Testing

struct ControlServerTests {
    /// What a watcher missed comes before what is new, and nothing twice, whenever it comes.
    @Test func watchers_HearEverythingInItsOrder() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("nobat-\(UInt32.random(in: 0...UInt32.max)).sock").path
        let server = try ControlServer(path: path) { _ in }
        let listening = Task { try await server.run() }
        let isEnough = Atomic(false)
        let talking = Thread {
            var count = 0
            while !isEnough.load(ordering: .relaxed) {
                server.publish(EventRow(at: "", kind: "count", text: "\(count)"))
                if count % 10 == 0 { usleep(1_000) }
                count += 1
            }
        }
        talking.start()
        defer { isEnough.store(true, ordering: .relaxed) }
        for _ in 0..<20 {
            let heard = try await onThread { try Self.listen(path, rows: 300) }
            #expect(heard.count == 300)
            #expect(heard == Array(heard[0]..<heard[0] + heard.count), "in order, without gaps")
        }
        isEnough.store(true, ordering: .relaxed)
        while !talking.isFinished { try await Task.sleep(for: .milliseconds(10)) }
        listening.cancel()
        _ = try? await listening.value
    }

    /// What blocks has its own thread: the pool's two may be all there are, and the server needs one.
    private func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }

    private static func listen(_ path: String, rows: Int) throws -> [Int] {
        var client = try? ControlClient(path: path)
        for _ in 0..<500 where client == nil {
            usleep(10_000)
            client = try? ControlClient(path: path)
        }
        let listener = try #require(client)
        try listener.send(ControlRequest(.watch))
        var heard: [Int] = []
        while heard.count < rows, let line = listener.readLine() {
            let row = try #require(ControlText.decode(EventRow.self, line))
            heard.append(try #require(Int(row.text)))
        }
        return heard
    }
}
