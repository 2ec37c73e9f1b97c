// SPDX-License-Identifier: Apache-2.0

// The technician's commands on a bus of units.

import ArgumentParser
import Control
import DisplayDrivers
import Foundation
import QueueCore

struct Bus: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find, address, identify and test the units of a bus.",
        discussion: """
            While nobatd runs it does the work itself, between its own: calls go on. Without nobatd, \
            name the port with --port. Exit status: 0 all is well, 1 something was found or refused, \
            2 no daemon answers.
            """,
        subcommands: [Scan.self, Address.self, Identify.self, Test.self])
}

/// A unit's address on the command line.
struct UnitArgument: ParsableArguments {
    @Argument(help: "The unit's address, 1 to 247.")
    var unit: Int

    var address: UnitAddress { get throws { try Self.address(unit) } }

    static func address(_ value: Int) throws -> UnitAddress {
        guard let found = UnitAddress(value) else {
            throw ValidationError("an address is 1 to 247, not \(value)")
        }
        return found
    }

    func validate() throws { _ = try address }
}

struct Scan: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask every address of a bus who is there, and name what is wrong.",
        discussion: """
            Takes some fifteen seconds at 9600 baud. Interrupted, it tells what it found so far.
            """)
    @OptionGroup var common: Common
    @OptionGroup var place: BusPlace
    @Argument(help: "The bus, as --bus.") var name: String?
    @Flag(name: .long, help: "When nothing answers, try the other usual speeds.")
    var bauds = false

    /// The speeds that units are found at, most usual first.
    private static let usual = [9_600, 19_200, 38_400, 57_600, 115_200]

    func run() throws {
        var place = place
        place.bus = name ?? place.bus
        let show = ScanText(common)
        var result = try scan(place, nil, show)
        guard bauds, show.isEmpty, !show.isEnding else {
            if result.isGood != true { throw ExitCode(1) }
            return
        }
        let own = try ownBaud(place)
        for baud in Self.usual where baud != own && show.isEmpty && !show.isEnding {
            show.begin("at \(baud) baud")
            place.baud = baud
            result = try scan(place, baud, show)
            if !show.isEmpty {
                let advice =
                    "units answer at \(baud) baud: write baud: \(baud) to this bus in the "
                    + "configuration, or flash units for \(own)"
                show.note(advice)
            }
        }
        if result.isGood != true { throw ExitCode(1) }
    }

    private func ownBaud(_ place: BusPlace) throws -> Int {
        guard place.port == nil else { return place.baud }
        let buses = try common.ask(ControlRequest(.status), as: StatusReport.self).buses ?? []
        return buses.first { place.bus == nil || $0.name == place.bus }?.baud ?? place.baud
    }

    private func scan(_ place: BusPlace, _ baud: Int?, _ show: ScanText) throws -> JobNews {
        var request = ControlRequest(.busScan)
        request.baud = baud
        var plan = BusScan.Plan()
        plan.baud = place.baud
        let talk = JobTalk(common, place)
        let result = try talk.run(request, BusScan(plan), tell: show.tell)
        show.isEnding = talk.isEnding
        return result
    }
}

struct Address: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give a unit another address, kept in its flash.")
    @OptionGroup var common: Common
    @OptionGroup var place: BusPlace
    @Argument(help: "Its address now; 247 is a new unit.") var old: Int
    @Argument(help: "Its new address, 1 to 247.") var new: Int
    @Flag(name: .long, help: "Move a booth's display away although it answers.")
    var force = false

    func validate() throws {
        guard try UnitArgument.address(old) != UnitArgument.address(new) else {
            throw ValidationError("the unit has address \(old) already")
        }
    }

    func run() throws {
        var request = ControlRequest(.busAddress)
        request.unit = old
        request.to = new
        request.force = force
        let job = AddressChange(
            from: try UnitArgument.address(old), to: try UnitArgument.address(new),
            advice: "in the configuration, the booth of this unit has address: \(new) from now on")
        let result = try JobTalk(common, place).run(request, job, tell: NewsText(common).tell)
        if result.isGood != true { throw ExitCode(1) }
    }
}

struct Identify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a unit blink its address until interrupted.",
        discussion: "It is switched off again however this ends.")
    @OptionGroup var common: Common
    @OptionGroup var place: BusPlace
    @OptionGroup var unit: UnitArgument
    @Option(name: .long, help: "Blink for so long, 1 to 600 seconds; default: until Ctrl-C.")
    var seconds: Int?

    func validate() throws {
        if let seconds, !(1...600 ~= seconds) { throw ValidationError("--seconds is 1 to 600") }
    }

    func run() throws {
        var request = ControlRequest(.busIdentify)
        request.unit = unit.unit
        request.seconds = seconds
        let span = seconds.map { TimeSpan.seconds(Int64($0)) }
        let job = UnitIdentification(try unit.address, for: span)
        let result = try JobTalk(common, place).run(request, job, tell: NewsText(common).tell)
        if result.isGood != true { throw ExitCode(1) }
    }
}

struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Test a unit's bars, digits, brightness, buzzer and buttons.",
        discussion: """
            Asks what you see and hear: y, n, or Enter for "can't say". With --yes, or without a \
            terminal, only what the unit reads back is tested. Its booth shows the test meanwhile, \
            and its number again after it.
            """)
    @OptionGroup var common: Common
    @OptionGroup var place: BusPlace
    @OptionGroup var unit: UnitArgument
    @Flag(name: .long, help: "Ask nothing.") var yes = false

    func run() throws {
        let asks = !yes && isatty(STDIN_FILENO) == 1
        var request = ControlRequest(.busTest)
        request.unit = unit.unit
        request.asks = asks
        let talk = JobTalk(common, place)
        if asks { talk.listenForAnswers() }
        let job = UnitTest(try unit.address, asks: asks)
        let result = try talk.run(request, job, tell: NewsText(common).tell)
        if result.isGood != true { throw ExitCode(1) }
    }
}
