// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import SoftwareHall
import Synchronization

/// What both daemons tell, collected by a thread each that watches whenever its daemon runs.
final class EventFeed: Sendable {
    private struct State {
        var lines: [FeedLine] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let ended = DispatchGroup()

    /// Lines that are kept: more than any screen has rows.
    private static let linesMax = 200
    private static let retryMicroseconds: UInt32 = 200_000

    /// Watches from now on.
    init(_ daemons: [(name: String, daemon: RunningDaemon)]) {
        for (name, daemon) in daemons {
            ended.enter()
            let thread = Thread { [self] in
                while !state.withLock({ $0.isStopping }) {
                    follow(name, daemon)
                    usleep(Self.retryMicroseconds)
                }
                ended.leave()
            }
            thread.name = "watch \(name)"
            thread.start()
        }
    }

    /// What happened, newest last.
    var lines: [FeedLine] { state.withLock { $0.lines } }

    /// Adds what a person did to the hall itself.
    func note(_ text: String) {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let clock = String(format: "T%02d:%02d:%02dZ", parts.tm_hour, parts.tm_min, parts.tm_sec)
        add(FeedLine(source: "you", row: EventRow(at: clock, kind: "you", text: text)))
    }

    /// Ends; the daemons have been stopped, so that no thread waits for one.
    func stop() {
        state.withLock { $0.isStopping = true }
        ended.wait()
    }

    private func follow(_ name: String, _ daemon: RunningDaemon) {
        do throws(ControlClientError) {
            let client = try ControlClient(path: daemon.socketPath, timeoutSeconds: 0)
            try client.send(ControlRequest(.watch))
            while let line = client.readLine() {
                guard let row = ControlText.decode(EventRow.self, line) else { continue }
                if Self.isNews(row, from: name) { add(FeedLine(source: name, row: row)) }
            }
        } catch {
            // It does not run; the picture says so.
        }
    }

    /// What the central repeats of the hall's own facts is no news on this screen.
    private static func isNews(_ row: EventRow, from name: String) -> Bool {
        !(name == "central" && row.text.hasPrefix("hall-a: "))
    }

    private func add(_ line: FeedLine) {
        state.withLock { state in
            state.lines.append(line)
            if state.lines.count > Self.linesMax { state.lines.removeFirst() }
        }
    }
}
