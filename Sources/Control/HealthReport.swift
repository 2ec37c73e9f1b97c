// SPDX-License-Identifier: Apache-2.0

/// What `/health` answers: whether a daemon can do its work, and why not. A daemon with warnings is
/// well; one without its core, or with a booth that can't work, is not.
public struct HealthReport: Codable, Sendable, Equatable {
    /// A reason.
    public struct Reason: Codable, Sendable, Equatable {
        /// Its name, for programs.
        public var name: String
        /// `fault` or `warning`.
        public var severity: PageFinding.Severity
        /// What is wrong, for people.
        public var text: String
        /// What to do.
        public var todo: String
        /// Since when.
        public var since: String?
    }

    /// `well`, `warnings` or `faults`.
    public var status: String
    /// The reasons, faults first.
    public var reasons: [Reason]
    /// The daemon, its name and version; nil when its core does not answer.
    public var daemon: String?
    /// See `daemon`.
    public var name: String?
    /// See `daemon`.
    public var version: String?

    /// The health of a daemon by its report; nil when its core does not answer.
    public init(_ report: StatusReport?) {
        let findings = report.map(PageFinding.all(of:)) ?? [.coreStuck]
        reasons = findings.map {
            Reason(
                name: $0.name, severity: $0.severity, text: $0.what.en, todo: $0.todo.en,
                since: $0.since)
        }
        let hasFault = findings.contains { $0.severity == .fault }
        status = hasFault ? "faults" : findings.isEmpty ? "well" : "warnings"
        daemon = report?.daemon
        name = report?.name
        version = report?.version
    }

    /// Whether the daemon can do its work.
    public var isWell: Bool { status != "faults" }
}
