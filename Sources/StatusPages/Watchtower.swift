// SPDX-License-Identifier: Apache-2.0

// What programs that watch over a clinic ask: the figures for Prometheus, and whether all is well.

import Control
import HTTPTypes
import Hummingbird
import NIOCore
import QueueCore

/// `/metrics` and `/health` of a daemon.
public struct Watchtower: PageRoutes {
    /// Hands over the daemon's report; does not, while its core is stuck.
    public typealias Ask = @Sendable (_ answer: @escaping @Sendable (StatusReport) -> Void) -> Void

    private let ask: Ask
    private let extra: @Sendable () -> [Metric]

    /// The two, from a daemon's report; `extra` are figures beside it.
    public init(ask: @escaping Ask, extra: @escaping @Sendable () -> [Metric] = { [] }) {
        self.ask = ask
        self.extra = extra
    }

    /// Adds them.
    public func add(to router: Router<PagesContext>) {
        let (ask, extra) = (ask, extra)
        router.get("/metrics") { _, _ in
            let report = await FirstAnswer.within(PagesLimits.reportSpan, ask)
            guard let report else {
                return Answers.text(.serviceUnavailable, "# the core does not answer")
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/plain; version=0.0.4; charset=utf-8",
                    .cacheControl: "no-store",
                ],
                body: .init(
                    byteBuffer: ByteBuffer(
                        string: Metric.text(Metric.all(of: report) + extra()))))
        }
        router.get("/health") { _, _ in
            let report = await FirstAnswer.within(PagesLimits.reportSpan, ask)
            let health = HealthReport(report)
            return Answers.json(health, health.isWell ? .ok : .serviceUnavailable)
        }
    }
}
