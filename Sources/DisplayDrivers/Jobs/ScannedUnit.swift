// SPDX-License-Identifier: Apache-2.0

// What a unit told a scan of itself: a row of the technician's table.

import BoothUnit

/// The firmware that belongs to this version of the programs.
public enum OwnFirmware {
    /// Its version; the image's own is in `Firmware/`.
    public static let version = FirmwareVersion(major: 1, minor: 0, patch: 0)

    /// What is to be said of a unit's firmware. Any version works; this is never a reason to refuse.
    static func finding(_ firmware: FirmwareVersion, map: Int) -> FindingName? {
        let ownMap = Int(Register.currentMapVersion)
        if firmware > version || map > ownMap { return .newFirmware }
        return firmware < version || map < ownMap ? .oldFirmware : nil
    }
}

/// The boards that firmware exists for.
public enum UnitBoard: Int, Sendable, CaseIterable {
    /// A unit in software, in the demo and in tests.
    case software = 0
    /// NUCLEO-L432KC.
    case l432kc
    /// NUCLEO-L476RG.
    case l476rg

    /// Its name, as in the names of images.
    public var name: String { "\(self)" }

    /// The board of this name.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// The chip's device id as its ROM tells it (AN2606), or nil for software.
    public var chipID: Int? {
        switch self {
        case .software: nil
        case .l432kc: 0x435
        case .l476rg: 0x415
        }
    }
}

extension UnitState {
    /// The name of its board, once asked.
    public var boardName: String? {
        boardID.map { UnitBoard(rawValue: $0)?.name ?? "board \($0)" }
    }

    /// Whether its firmware is older or newer than the one that these programs know.
    public var firmwareFinding: FindingName? {
        guard let firmware, let mapVersion else { return nil }
        return OwnFirmware.finding(firmware, map: mapVersion)
    }
}

/// A row of a scan. What a unit of older firmware does not know is nil.
public struct ScannedUnit: Codable, Equatable, Sendable {
    /// The address that it answers at.
    public var address: Int
    /// The booth that it belongs to by the configuration.
    public var booth: Int?
    /// The name of the board, or its number when it is not known.
    public var board: String?
    /// The version of the firmware.
    public var version: String?
    /// The version of the register map.
    public var mapVersion: Int?
    /// The first digits of the source revision.
    public var revision: String?
    /// Where its address is from: `new`, `flash` or `switches`.
    public var addressSource: String?
    /// Seconds since it started.
    public var uptimeSeconds: Int?
    /// Why it started: `power-on`, `reset-pin`, `watchdog`, `software`, `fault` or `unknown`.
    public var resetCause: String?
    /// Frames for it.
    public var frames: Int?
    /// Frames that came damaged.
    public var badFrames: Int?
    /// Errors of its receiver.
    public var lineErrors: Int?
    /// Times that it heard nothing for the dead-man time.
    public var silences: Int?
    /// Restarts after a fault, since power came on.
    public var faults: Int?
    /// Restarts by the watchdog, since power came on.
    public var watchdogResets: Int?
    /// Bytes of stack that were never used.
    public var stackFree: Int?
    /// The display's driver: `max7219` or `tpic6b595`.
    public var display: String?
    /// The names of what was found.
    public var findings: [String] = []

    init(address: Int) { self.address = address }

    mutating func take(identity words: [UInt16]) {
        let id = Int(words[1])
        board = UnitBoard(rawValue: id)?.name ?? "board \(id)"
        version =
            FirmwareVersion(
                major: Int(words[2] >> 8), minor: Int(words[2] & 0xFF), patch: Int(words[3])
            ).description
        mapVersion = Int(words[4])
    }

    mutating func take(origin words: [UInt16]) {
        let names = ["new", "flash", "switches"]
        addressSource = names.indices.contains(Int(words[0])) ? names[Int(words[0])] : nil
        let number = UInt32(words[3]) << 16 | UInt32(words[4])
        let digits = String(number, radix: 16)
        revision = String(repeating: "0", count: 8 - digits.count) + digits
    }

    mutating func take(counters: UnitCounts) {
        uptimeSeconds = counters.uptime
        let causes = ["unknown", "power-on", "reset-pin", "watchdog", "software", "fault"]
        let cause = counters.resetCause
        resetCause = causes.indices.contains(cause) ? causes[cause] : "cause \(cause)"
        frames = counters.frames
        badFrames = counters.badFrames
        lineErrors = counters.lineErrors
        silences = counters.silences
    }

    mutating func take(health words: [UInt16]) {
        stackFree = Int(words[0])
        faults = Int(words[1])
        watchdogResets = Int(words[2])
        let kinds = ["max7219", "tpic6b595"]
        display = kinds.indices.contains(Int(words[3])) ? kinds[Int(words[3])] : nil
    }
}

/// A unit's counters at one look: the registers `uptimeHigh` to `deadManCount`. The flags before
/// them stay unread: reading clears one that the unit's master waits for.
struct UnitCounts: Equatable, Sendable {
    static let first = Register.uptimeHigh
    static let last = Register.deadManCount

    private let words: [UInt16]

    init(_ words: [UInt16]) { self.words = words }

    private subscript(register: Register) -> Int {
        Int(words[Int(register.rawValue - Self.first.rawValue)])
    }

    var uptime: Int { self[.uptimeHigh] << 16 | self[.uptimeLow] }
    var resetCause: Int { self[.resetCause] }
    var frames: Int { self[.framesReceived] }
    var badFrames: Int { self[.badFrames] }
    var lineErrors: Int { self[.lineErrors] }
    var silences: Int { self[.deadManCount] }
    var allFrames: Int { frames + self[.othersFrames] + badFrames }

    /// Errors since an earlier look; the counters wrap.
    func errors(since earlier: UnitCounts) -> Int {
        (badFrames - earlier.badFrames) & 0xFFFF + (lineErrors - earlier.lineErrors) & 0xFFFF
    }
}
