// SPDX-License-Identifier: Apache-2.0

// A technician's job on a bus: scan, address, identify, test. It does no I/O and reads no clock; it
// says which exchange it wants next, and a master carries that out between its own.

import QueueCore

/// What a job does next.
public enum JobStep: Equatable, Sendable {
    /// One exchange; its outcome is told to `heard(_:at:)`.
    case ask(JobRequest)
    /// Nothing until then, or until a person has answered.
    case wait(until: Moment)
    /// The job is over.
    case end
}

/// A job on a bus. While an exchange is under way it is told nothing but the outcome.
public protocol BusJob: Sendable {
    /// Units that show only what the job writes while it lasts; their booths' texts come back after.
    var heldUnits: [UnitAddress] { get }
    /// What to do now. Not asked again while an exchange is under way.
    mutating func next(at now: Moment) -> JobStep
    /// The exchange last asked for brought this.
    mutating func heard(_ outcome: JobOutcome, at now: Moment)
    /// A person answered the job's question; nil: cannot say.
    mutating func answered(_ yes: Bool?, at now: Moment)
    /// The person went away, or the time is up: put back what is to be put back, and end.
    mutating func cancel(at now: Moment)
    /// What there is to tell since the last time, oldest first.
    mutating func takeNews() -> [JobNews]
}

/// Something that a job tells the person who asked for it.
public struct JobNews: Codable, Equatable, Sendable {
    /// What kind of thing it is.
    public enum Kind: String, Codable, Sendable {
        /// How far the job is.
        case progress
        /// A sentence.
        case note
        /// A unit that was found.
        case unit
        /// Something that somebody should look into.
        case finding
        /// A question that waits for an answer.
        case question
        /// The port is free for another program.
        case released
        /// The last news of a job.
        case result
    }

    /// What kind of news it is.
    public var kind: Kind
    /// The news in words.
    public var text: String
    /// Of what is to be done, so much is done.
    public var done: Int?
    /// So much is to be done.
    public var total: Int?
    /// The unit that was found.
    public var unit: ScannedUnit?
    /// The finding.
    public var finding: Finding?
    /// Whether the job did what it was asked for, and all is well.
    public var isGood: Bool?

    /// News; the other values are set as they apply.
    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    static func progress(_ text: String, _ done: Int, of total: Int) -> JobNews {
        var news = JobNews(.progress, text)
        news.done = done
        news.total = total
        return news
    }

    static func found(_ finding: Finding) -> JobNews {
        var news = JobNews(.finding, finding.text)
        news.finding = finding
        return news
    }

    /// The end of a job.
    public static func result(isGood: Bool, _ text: String) -> JobNews {
        var news = JobNews(.result, text)
        news.isGood = isGood
        return news
    }
}
