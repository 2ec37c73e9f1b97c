// SPDX-License-Identifier: Apache-2.0

// The clinic of a seed: how large it is, how its people behave, and what can go wrong in it.

import QueueCore

/// A clinic as its seed has drawn it.
public struct Scenario: Hashable, Sendable {
    /// The seed that everything in this world comes from.
    public var seed: UInt64
    /// Consecutive clinic days.
    public var days: Int
    /// Booths of each controller.
    public var booths: [Int]
    /// Services of the hall.
    public var services: [Service]
    /// The controllers from this one on are in the hall of rooms; all others in the main hall.
    public var firstRoom: Int
    /// What each booth of each controller serves, by place in `services`.
    public var served: [[[Int]]]
    /// Tickets taken in a day, about.
    public var ticketsADay: Int
    /// How many in a thousand are taken at a controller: its own dispenser, or a paper roll.
    public var takenAtControllers: Int
    /// How the services follow the sessions; empty when they are always open.
    public var hours: [ServiceHours]
    /// Whether the second day is a holiday.
    public var hasHoliday: Bool
    /// From how many minutes before a session tickets are given out for it.
    public var leadMinutes: Int
    /// For how many minutes after a session those who wait are still called.
    public var graceMinutes: Int
    /// Whether the controllers have the schedule too.
    public var controllersKnowHours: Bool
    /// How many in a thousand are of a class above the normal one.
    public var urgent: Int
    /// How many calls may pass over a class that waits.
    public var passedOverMax: UInt16
    /// How many times faster than in a real clinic everything goes.
    public var haste: Int
    /// The shortest and the longest time of a message on its way.
    public var shortestTrip: TimeSpan
    /// See `shortestTrip`.
    public var longestTrip: TimeSpan
    /// How long a commit takes; zero: no time.
    public var commitSpan: TimeSpan
    /// How often each kind of fault strikes in a day, by `FaultKind.rawValue`; 0: never.
    public var strikes: [Int]
    /// Messages travel as lines of text through the codec, with keys that nobody knows.
    public var linesAreText: Bool
    /// Displays are units on a bus, byte for byte.
    public var busesAreReal: Bool
    /// Each controller has a kiosk with a slip printer.
    public var hasKiosks: Bool
    /// The clocks of the controllers are known to be right.
    public var controllersKnowTime: Bool

    /// A number of faults of one kind each day.
    public func strikes(_ kind: FaultKind) -> Int { strikes[kind.rawValue] }

    /// Whether somebody may forget what another has heard.
    var isForgetful: Bool { FaultKind.allCases.contains { $0.isForgetting && strikes($0) > 0 } }

    var controllersForget: Bool {
        strikes(.lostDatabase) + strikes(.oldBackup) + strikes(.restored) + strikes(.lyingDisk) > 0
    }

    var centralForgets: Bool {
        strikes(.centralLostDatabase) + strikes(.centralOldBackup) + strikes(.centralRestored) > 0
    }

    /// A real clinic's pace, on wires as they are in a town.
    var isLifelike: Bool { haste == 1 && longestTrip <= .milliseconds(30) }

    var hasFences: Bool { strikes(.fenced) > 0 }

    /// Whether the report of each day is held against what the world has seen: it costs time.
    var checksReports = false

    var boothCount: Int { booths.reduce(0, +) }

    /// The clinic that speed is measured with: one controller, four booths, two services, 300 tickets a
    /// day; `faults` as drawn from the seed, or none.
    public static func standard(seed: UInt64, days: Int, faults: Bool) -> Scenario {
        var dice = Dice(seed: seed, 1)
        var scenario = Scenario(plain: seed, days: days)
        if faults { scenario.drawFaults(&dice) }
        scenario.linesAreText = false
        scenario.busesAreReal = false
        return scenario
    }

    /// The clinic of a seed.
    public static func drawn(seed: UInt64, days: Int) -> Scenario {
        var dice = Dice(seed: seed, 1)
        var scenario = Scenario(plain: seed, days: days)
        scenario.drawSizes(&dice)
        scenario.drawFaults(&dice)
        scenario.linesAreText = dice.chance(perMille: 60)
        // Each byte of a real bus costs: they are for small and hasty clinics.
        scenario.busesAreReal =
            scenario.haste >= 40 && scenario.boothCount <= 6 && dice.chance(perMille: 250)
        if scenario.busesAreReal { scenario.days = 1 }
        scenario.drawSteps()
        scenario.checksReports = seed % 4 == 1
        // From dice of their own: worlds without kiosks stay as they were.
        var kioskDice = Dice(seed: seed, 9)
        scenario.drawKiosks(&kioskDice)
        return scenario
    }

    private init(plain seed: UInt64, days: Int) {
        self.seed = seed
        self.days = days
        booths = [4]
        firstRoom = 1
        services = Self.services(2, series: { _ in (1, 999, false, 50) })
        served = [[[0, 1], [1, 0], [0], [0, 1]]]
        ticketsADay = 300
        takenAtControllers = 200
        hours = []
        hasHoliday = false
        leadMinutes = 0
        graceMinutes = 0
        controllersKnowHours = false
        urgent = 100
        passedOverMax = 3
        haste = 1
        shortestTrip = .microseconds(300)
        longestTrip = .milliseconds(3)
        commitSpan = .zero
        strikes = Array(repeating: 0, count: FaultKind.allCases.count)
        linesAreText = false
        busesAreReal = false
        hasKiosks = false
        controllersKnowTime = true
    }

    private static func services(
        _ count: Int, series: (Int) -> (first: Int, last: Int, wraps: Bool, block: Int)
    ) -> [Service] {
        (0..<count).compactMap { place in
            let shape = series(place)
            guard let name = Name("s\(place)"), let hall = mainHall,
                let letter = Series(letter: UInt8(0x41 + place))
            else { return nil }
            return Service(
                name: name, hall: hall, series: letter, first: UInt16(shape.first),
                last: UInt16(shape.last), wraps: shape.wraps, blockSize: UInt16(shape.block))
        }
    }

    private mutating func drawSizes(_ dice: inout Dice) {
        let controllers = dice.pick([1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8])
        let most = max(1, 24 / controllers)
        booths = (0..<controllers).map { _ in dice.among(1...min(most, dice.pick([1, 2, 4, 24]))) }
        firstRoom = booths.count
        haste = dice.pick([1, 1, 8, 16, 40])
        let blockSize = dice.pick([2, 5, 10, 50])
        let isShort = dice.chance(perMille: 250)
        let shortest = dice.among(8...80)
        services = Self.services(dice.among(1...6)) { place in
            isShort && place % 2 == 0
                ? (1, shortest, place % 4 == 0, blockSize) : (1, 999, false, blockSize)
        }
        served = booths.enumerated().map { controller, count in
            (0..<count).map { booth in
                // The first service is everybody's; each other one has a controller without it.
                var own = services.indices.filter { $0 == 0 || ($0 + controller) % 3 != 0 }
                if booth % 2 == 1 { dice.shuffle(&own) }
                return Array(own.prefix(Limits.boothServicesMax))
            }
        }
        let most300 = min(600, boothCount * 160 / (haste > 8 ? 4 : haste > 1 ? 2 : 1))
        ticketsADay = dice.among(min(12, most300)...max(13, most300 / dice.pick([1, 2, 4])))
        takenAtControllers = dice.pick([0, 100, 300, 600, 1_000])
        let trips: [(TimeSpan, TimeSpan)] = [
            (.microseconds(200), .milliseconds(1)), (.milliseconds(1), .milliseconds(30)),
            (.milliseconds(20), .milliseconds(400)),
        ]
        (shortestTrip, longestTrip) = dice.pick(trips)
        commitSpan = dice.pick([.zero, .zero, .milliseconds(2), .milliseconds(30)])
        controllersKnowTime = dice.chance(perMille: 700)
        urgent = dice.pick([100, 100, 100, 400, 800])
        passedOverMax = UInt16(dice.pick([1, 3, 3, 5]))
        if dice.chance(perMille: 500) { drawHours(&dice) }
    }

    /// Draws which kinds of faults this world has at all, then how often each strikes.
    private mutating func drawFaults(_ dice: inout Dice) {
        let isCalm = dice.chance(perMille: 50)
        for kind in FaultKind.allCases
        where !isCalm && !kind.isOfKiosks && dice.chance(perMille: Self.share(of: kind)) {
            strikes[kind.rawValue] = dice.pick([1, 1, 2, 4])
        }
        if strikes(.fenced) > 0, strikes(.hoursOffline) == 0, strikes(.crash) == 0 {
            strikes[FaultKind.hoursOffline.rawValue] = 1
        }
        if booths.count < 2 { strikes[FaultKind.fenced.rawValue] = 0 }
    }

    private mutating func drawKiosks(_ dice: inout Dice) {
        hasKiosks = dice.chance(perMille: 300)
        for kind in FaultKind.allCases where kind.isOfKiosks && hasKiosks {
            strikes[kind.rawValue] = dice.pick([0, 1, 2, 6])
        }
    }

    /// In how many of a thousand worlds a kind exists. What excuses other wrongs is rare, so that most
    /// worlds are judged without excuses.
    private static func share(of kind: FaultKind) -> Int {
        switch kind {
        case .fenced: 150
        case _ where kind.isForgetting: 60
        case .pressedTwice, .heldLong, .mistyped, .breakTaken, .bounce, .kioskAskedTwice: 500
        default: 220
        }
    }
}
