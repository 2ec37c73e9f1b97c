// SPDX-License-Identifier: Apache-2.0

// Where the tests of the central's rows have them: in a file, or, under `make postgres`, on the
// server that it has started. There each path is a schema of its own.

import Foundation
import QueueCore
import Testing

@testable import Store

enum CentralRowsPlace {
    /// The server's URI; nil when the rows are in files.
    static let server = ProcessInfo.processInfo.environment["NOBAT_POSTGRES"]

    static func open(path: String, freshEpoch: Epoch) throws -> CentralStore.Opened {
        guard let server else { return try CentralStore.open(path: path, freshEpoch: freshEpoch) }
        let schema = Self.schema(path)
        let session = try ServerSession(url: server, place: "the server", library: LibPQ())
        try session.script("SET client_min_messages = error; CREATE SCHEMA IF NOT EXISTS \(schema)")
        return try take(url: url(server, schema), freshEpoch)
    }

    /// The store's rows that nobody else has: the one before lets them go a moment after it is closed.
    static func take(
        url: String, _ freshEpoch: Epoch, node: String = "test"
    ) throws -> CentralStore.Opened {
        let standby = CentralStandby(url: url, place: "the server", node: node)
        let end = Date().addingTimeInterval(5)
        while true {
            switch try standby.look(at: .zero, freshEpoch: freshEpoch) {
            case .taken(let store, let snapshot, let report): return (store, snapshot, report)
            case .held(let by):
                try #require(Date() < end, "the rows stay with \(by ?? "somebody")")
                usleep(5_000)
            }
        }
    }

    /// A schema's name for a path.
    static func schema(_ path: String) -> String {
        "t" + path.lowercased().filter { $0.isLetter || $0.isNumber }.suffix(50)
    }

    /// The server's URI with a schema of its own.
    static func url(_ server: String, _ schema: String) -> String {
        server + "?options=-csearch_path%3D\(schema)"
    }
}
