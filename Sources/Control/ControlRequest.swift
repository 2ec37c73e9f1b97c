// SPDX-License-Identifier: Apache-2.0

// What nobatctl asks a daemon over its unix socket: one JSON object a line, one answer a line.

import Foundation

/// A question to a daemon. Unknown keys are ignored; a missing one that the verb needs is refused by
/// name.
public struct ControlRequest: Codable, Sendable, Equatable {
    /// What is asked.
    public var verb: ControlVerb
    /// The booth it is about.
    public var booth: Int?
    /// How the button is pressed: `short`, `double` or `long`.
    public var gesture: String?
    /// The service it is about.
    public var service: String?
    /// The priority class: `normal`, `elderly`, `disabled` or `emergency`.
    public var priority: String?
    /// The button of the kiosk that it is about, from 1.
    public var button: Int?
    /// The ticket number it is about.
    public var number: String?
    /// A length of time, in seconds.
    public var seconds: Int?
    /// The controller, or the owner of a key, it is about.
    public var controller: String?
    /// A service day, in days since 1970-01-01.
    public var day: Int?
    /// The bus it is about; may be left out when there is only one.
    public var bus: String?
    /// The address of a unit on the bus.
    public var unit: Int?
    /// The address that the unit is to have.
    public var to: Int?
    /// Do it although the configuration says otherwise.
    public var force: Bool?
    /// A speed other than the bus's own, to look for units with.
    public var baud: Int?
    /// Whether a test asks the person before the unit.
    public var asks: Bool?
    /// A person's answer to a test's question; without it the person can't say.
    public var yes: Bool?
    /// The clinic that an appointment is wanted at.
    public var clinic: Int?
    /// The doctor; 0 for whoever is free first.
    public var doctor: Int?
    /// The patient's mobile number.
    public var mobile: String?
    /// A tracking code.
    public var code: String?
    /// A session of a doctor, such as `morning`.
    public var session: String?
    /// Whether patients get the doctor's next free times.
    public var move: Bool?
    /// Rows of a list: `line doctor day time mobile class` each.
    public var rows: [String]?
    /// The number of an arrival to be checked.
    public var question: Int?
    /// The whole path of a file that the daemon is to write.
    public var file: String?
    /// The first and the last day that it is about, in days since 1970-01-01.
    public var from: Int?
    /// The last day.
    public var until: Int?
    /// The number after which rows are wanted.
    public var after: Int?

    /// A question; see ``ControlVerb`` for what each verb needs.
    public init(_ verb: ControlVerb) { self.verb = verb }
}

/// What can be asked over a daemon's socket.
public enum ControlVerb: String, Codable, Sendable, CaseIterable {
    case status, displays, queue, watch
    case press, next, recall, call, finish, park, transfer, undo, open, close, take, cancel
    case noShow = "no-show"
    /// Taps a button of the controller's kiosk.
    case tap
    /// Back to the service that sent the ticket; a no-show that came late.
    case giveBack = "return"
    case readmit
    case fence, history, report
    /// Copies the database to a file, while the daemon goes on.
    case backup
    /// Rows of the audit.
    case audit
    case turnDay = "turn-day"
    case book, unbook, arrive, absent, present, appointments
    /// Rows of a list, kept for this connection until `import-end`.
    case importRows = "import-rows"
    /// Takes over the rows of this connection, all or none.
    case importEnd = "import-end"
    /// Arrivals that wait for a person's eye.
    case toCheck = "to-check"
    /// Such an arrival was looked into.
    case settle
    /// The central's keys; reading their folder now; ending what the keys of a peer have opened.
    case keys
    case keysRead = "keys-read"
    case keyRevoke = "key-revoke"
    /// Jobs on a bus. The answers are lines until one that says `result`; the end of the connection
    /// ends the job.
    case busScan = "bus-scan"
    case busAddress = "bus-address"
    case busIdentify = "bus-identify"
    case busTest = "bus-test"
    /// Leaves the bus's port to another program until the connection ends.
    case busRelease = "bus-release"
    /// To the job that was begun on this connection: an answer to its question, and its end.
    case busAnswer = "bus-answer"
    case busEnd = "bus-end"

    /// Whether it is about the central's keys.
    public var isOfKeys: Bool { self == .keys || self == .keysRead || self == .keyRevoke }

    /// Whether it is about a job on a bus.
    public var isOfABus: Bool { rawValue.hasPrefix("bus-") }

    /// Whether it is about the daemon's database and what people did to it.
    public var isOfTheRecords: Bool { self == .backup || self == .audit }
}

/// The answer to a question: either a result, or why there is none.
public struct ControlAnswer<Result: Codable & Sendable>: Codable, Sendable {
    /// What was asked for.
    public var result: Result?
    /// Why it was not done.
    public var error: ControlError?

    /// An answer.
    public init(result: Result? = nil, error: ControlError? = nil) {
        self.result = result
        self.error = error
    }
}

/// Why something was not done.
public struct ControlError: Codable, Sendable, Equatable, Error {
    /// The name, for programs.
    public var name: String
    /// What happened and what to do, for people.
    public var detail: String

    /// A reason with its name.
    public init(name: String, detail: String) {
        self.name = name
        self.detail = detail
    }
}

/// The text form of requests and answers: JSON without line breaks, keys sorted.
public enum ControlText {
    /// One line, without the newline.
    public static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            return #"{"error":{"name":"encoding","detail":"the answer could not be written"}}"#
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// The value of a line, or nil when it is something else.
    public static func decode<Value: Decodable>(_ type: Value.Type, _ line: String) -> Value? {
        try? JSONDecoder().decode(type, from: Data(line.utf8))
    }
}
