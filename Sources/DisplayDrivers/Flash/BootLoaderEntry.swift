// SPDX-License-Identifier: Apache-2.0

// Before and after a flash over the bus: the unit restarts into its boot loader, and later says which
// firmware it runs. The registers are frozen, so this works with any older firmware that has them.

import BoothUnit
import QueueCore

/// Sends a unit into the boot loader of its chip, when it is the board that an image is for.
public struct BootLoaderEntry: BusJob {
    /// The unit alone is spoken to.
    public var heldUnits: [UnitAddress] { [unit] }

    private let unit: UnitAddress
    private let board: UnitBoard
    private var isSound = false
    private var isOver = false
    private var tries = 0
    private var news: [JobNews] = []

    /// The entry of `unit`, which must be a `board`.
    public init(_ unit: UnitAddress, board: UnitBoard) {
        self.unit = unit
        self.board = board
    }

    /// Asks who it is, then sends it.
    public mutating func next(at now: Moment) -> JobStep {
        if isOver { return .end }
        return isSound
            ? .ask(.write(unit, .flashKey, Register.flashKeyValue))
            : .ask(.read(unit, .signature, through: .unitAddress))
    }

    /// What the unit said.
    public mutating func heard(_ outcome: JobOutcome, at now: Moment) {
        tries += 1
        switch outcome {
        case .answer where isSound:
            finish(true, "unit \(unit) is in its boot loader")
        case .answer(let words, _): check(words)
        case .refusal(let code):
            finish(
                false,
                "unit \(unit) can't enter its boot loader by itself (Modbus exception \(code)): use "
                    + (board == .l432kc ? "ST-LINK, as it has no BOOT0 pin" : "BOOT0 and reset"))
        case .silence, .garbled:
            guard tries >= DisplayLimits.jobTriesMax else { return }
            // The reply may be lost; whether it is there is seen by stm32flash.
            finish(
                isSound, "unit \(unit) does not answer" + (isSound ? ", as in a boot loader" : ""))
        }
    }

    /// It asks nobody.
    public mutating func answered(_ yes: Bool?, at now: Moment) {}

    /// Nothing is to be put back.
    public mutating func cancel(at now: Moment) {
        if !isOver { finish(false, "interrupted; nothing was erased") }
    }

    /// What there is to tell since the last time.
    public mutating func takeNews() -> [JobNews] {
        defer { news = [] }
        return news
    }

    private mutating func check(_ words: [UInt16]) {
        guard words[0] == Register.signatureValue else {
            return finish(false, "what answers at \(unit) is no unit of Nobat; nothing was erased")
        }
        guard Int(words[1]) == board.rawValue else {
            let found = UnitBoard(rawValue: Int(words[1]))?.name ?? "board \(words[1])"
            let error = ImageError.wrongBoard(image: board, found: "unit \(unit) says \(found)")
            return finish(false, error.description)
        }
        isSound = true
        tries = 0
    }

    private mutating func finish(_ isGood: Bool, _ text: String) {
        news.append(.result(isGood: isGood, text))
        isOver = true
    }
}

/// Asks a unit that was flashed for its version.
public struct FirmwareCheck: BusJob {
    /// The unit is only read.
    public var heldUnits: [UnitAddress] { [] }

    private let units: [UnitAddress]
    private let version: FirmwareVersion
    private let board: UnitBoard
    private var index = 0
    private var tries = 0
    private var isOver = false
    private var news: [JobNews] = []

    /// Asks `unit`; without one a new unit's address, then all others until one answers.
    public init(_ unit: UnitAddress?, version: FirmwareVersion, board: UnitBoard) {
        units = unit.map { [$0] } ?? ([247] + Array(1...246)).compactMap { UnitAddress($0) }
        self.version = version
        self.board = board
    }

    private var triesMax: Int {
        units.count == 1 ? DisplayLimits.bootTriesMax : index == 0 ? DisplayLimits.jobTriesMax : 1
    }

    /// The next address.
    public mutating func next(at now: Moment) -> JobStep {
        isOver ? .end : .ask(.read(units[index], .signature, through: .unitAddress))
    }

    /// What it said.
    public mutating func heard(_ outcome: JobOutcome, at now: Moment) {
        tries += 1
        if let words = outcome.words, words[0] == Register.signatureValue {
            let found = FirmwareVersion(
                major: Int(words[2] >> 8), minor: Int(words[2] & 0xFF), patch: Int(words[3]))
            let name = UnitBoard(rawValue: Int(words[1]))?.name ?? "board \(words[1])"
            let isGood = found == version && Int(words[1]) == board.rawValue
            let wanted = isGood ? "" : " instead of \(board.name), \(version)"
            let what = "unit \(units[index]) runs: \(name), \(found)\(wanted)"
            news.append(.result(isGood: isGood, what))
            isOver = true
            return
        }
        guard tries >= triesMax else { return }
        tries = 0
        index += 1
        guard index >= units.count else { return }
        news.append(
            .result(
                isGood: false,
                "the image was written and verified, and no unit answers with it: "
                    + (board == .l432kc ? "switch it off and on" : "set BOOT0 to 0, press reset")
                    + ", and look with 'nobatctl bus scan'"))
        isOver = true
    }

    /// It asks nobody.
    public mutating func answered(_ yes: Bool?, at now: Moment) {}

    /// Nothing is to be put back.
    public mutating func cancel(at now: Moment) {
        guard !isOver else { return }
        news.append(.result(isGood: false, "interrupted; the image was written and verified"))
        isOver = true
    }

    /// What there is to tell since the last time.
    public mutating func takeNews() -> [JobNews] {
        defer { news = [] }
        return news
    }
}
