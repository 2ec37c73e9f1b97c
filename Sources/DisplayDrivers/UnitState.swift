// SPDX-License-Identifier: Apache-2.0

// What is known of a unit, for the core, the technician's page and the log.

import QueueCore

/// Whether a unit answers.
public enum UnitHealth: String, Equatable, Sendable {
    /// Not asked long enough to say.
    case unknown
    /// Its last exchanges were answered.
    case online
    /// It left several exchanges in a row unanswered.
    case offline
}

/// A kind of failed exchange.
public enum BusFault: String, CaseIterable, Hashable, Sendable {
    /// Nothing came back.
    case timeout
    /// A reply came, and its check word was wrong.
    case badCheck
    /// Fewer bytes came than a reply has.
    case truncated
    /// A whole reply came, from another address.
    case wrongAddress
    /// A whole reply came, of another function or length.
    case wrongReply
    /// The unit refused the request.
    case exception
    /// The unit answered, and shows something other than ordered.
    case mismatch
}

/// Failed exchanges by kind since the start.
public struct FaultCounts: Equatable, Sendable {
    private var counts = [Int](repeating: 0, count: BusFault.allCases.count)

    /// No faults.
    public init() {}

    /// The number of faults of one kind.
    public subscript(fault: BusFault) -> Int { counts[index(of: fault)] }

    /// The number of all faults.
    public var total: Int { counts.reduce(0, +) }

    mutating func add(_ fault: BusFault) { counts[index(of: fault)] += 1 }

    private func index(of fault: BusFault) -> Int {
        switch fault {
        case .timeout: 0
        case .badCheck: 1
        case .truncated: 2
        case .wrongAddress: 3
        case .wrongReply: 4
        case .exception: 5
        case .mismatch: 6
        }
    }
}

/// The state of one button of a unit.
public struct UnitButton: Equatable, Sendable {
    /// Whether it was down when last asked.
    public var isPressed = false
    /// Presses seen by this driver.
    public var presses = 0
}

/// The version of a unit's firmware.
public struct FirmwareVersion: Comparable, Sendable, CustomStringConvertible {
    /// Grows with incompatible changes.
    public var major: Int
    /// Grows with additions.
    public var minor: Int
    /// Grows with corrections.
    public var patch: Int

    /// The version as people write it: `1.2.3`.
    public var description: String { "\(major).\(minor).\(patch)" }

    /// A version from its three numbers.
    public init(major: Int, minor: Int, patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Whether `left` came before.
    public static func < (left: FirmwareVersion, right: FirmwareVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}

/// What is known of one unit.
public struct UnitState: Equatable, Sendable {
    /// Its bus address.
    public var address: UnitAddress
    /// The text last ordered, or nil before the first order.
    public var ordered: String?
    /// The text that the unit itself last said it shows; nil while it is not known.
    public var shows: String?
    /// Whether the unit read back the very show that was last ordered.
    public var verified = false
    /// Whether it can be asked what it shows. One that can't is never verified.
    public var canReadBack = true
    /// Whether it answers at all. Of one that never does, health is that of its port.
    public var canAnswer = true
    /// When `shows`, `verified` or `health` last changed.
    public var since: Moment
    /// Whether it answers.
    public var health = UnitHealth.unknown
    /// Failed exchanges by kind.
    public var faults = FaultCounts()
    /// The exception code of the last refusal, or nil before the first.
    public var lastException: Int?
    /// Its firmware, once asked.
    public var firmware: FirmwareVersion?
    /// Its kind of board, once asked.
    public var boardID: Int?
    /// The version of its register map, once asked.
    public var mapVersion: Int?
    /// Seconds since it started, when last asked.
    public var uptimeSeconds: Int?
    /// Whether it blinks its own address.
    public var isIdentifying = false
    /// Whether all its segments are lit for a test.
    public var isLampTest = false
    /// Its two buttons.
    public var buttons = [UnitButton(), UnitButton()]
}

/// Something that happened to a unit.
public struct UnitEvent: Equatable, Sendable {
    /// What happened.
    public enum Kind: Equatable, Sendable {
        /// It answered for the first time, or again. Of one that never answers: its port is open.
        case online
        /// It counts as gone.
        case offline
        /// It started anew; its show and settings are sent again.
        case restarted
        /// It showed dashes of itself, having heard nothing for the dead-man time.
        case fellSilent
        /// It shows what was ordered, read back.
        case verified(text: String)
        /// It shows something else; the order is sent again.
        case mismatch(ordered: String, shows: String)
        /// It refused a request, with this exception code.
        case refused(exception: Int)
        /// A button (0 or 1) changed; `presses` counts those since the last look.
        case button(index: Int, isPressed: Bool, presses: Int)
    }

    /// Which unit.
    public var unit: UnitAddress
    /// What happened.
    public var kind: Kind
    /// When it was noticed.
    public var at: Moment
}
