// SPDX-License-Identifier: Apache-2.0

// Writes an image into a unit: looks at the image and at the chip first, lets stm32flash write and
// verify, and asks the unit for its version at the end. Any older firmware can be written over.

import ArgumentParser
import Control
import DisplayDrivers
import Foundation
import Hardware
import NobatConfiguration

struct Flash: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write firmware into a unit, and check that it runs.",
        discussion: """
            The chip must be in the boot loader of its ROM: by --boot0 and --reset (GPIO lines, as \
            CHIP:LINE) or by the same two of --config, by --signals (the adapter's rts and dtr, as \
            stm32flash's -i), by --over-bus (its firmware restarts into it), or by hand: BOOT0 to 1, \
            then reset; an L432KC has no BOOT0 pin and needs --over-bus. PORT is a TTL adapter at the \
            unit's flashing header J1, with the bus plug pulled and no other unit there: the boot \
            loader knows nothing of RS-485 and can not answer over the bus, also after --over-bus. \
            When nobatd has the port, it leaves it for so long. An interrupted flash is simply run \
            again. Needs Debian's stm32flash. Exit status: 0 written and checked, 1 refused or failed.
            """)
    @OptionGroup var common: Common
    @Argument(help: "The serial port's device, such as /dev/serial/by-id/….") var port: String
    @Option(name: .long, help: "The image: nobat-unit-BOARD-VERSION.bin.") var image: String
    @Option(name: .long, help: "The unit's address; default: it is looked for.")
    var address: Int?
    @Option(name: .long, help: "The board that the image must be for: l432kc or l476rg.")
    var board: String?
    @Option(name: .long, help: "The GPIO line at BOOT0, as CHIP-LABEL:LINE.") var boot0: String?
    @Option(name: .long, help: "The GPIO line at NRST, as CHIP-LABEL:LINE, low resets.")
    var reset: String?
    @Option(name: .long, help: "A controller's file, whose \"flash\" names both lines.")
    var config: String?
    @Option(name: .long, help: "stm32flash's -i: adapter signals to enter and leave, ENTER:LEAVE.")
    var signals: String?
    @Flag(
        name: .long,
        help: ArgumentHelp(
            "Let the unit's firmware restart into the boot loader; with --address, at its header.",
            discussion: "Needs a TTL adapter at J1, the bus plug pulled, and this unit alone there."
        ))
    var overBus = false
    @Option(name: .long, help: "The speed that the firmware talks, for --over-bus and the check.")
    var baud = 9_600
    @Option(name: .long, help: "The speed to the boot loader.") var flashBaud = 115_200
    @Flag(name: .long, help: "Do not ask the unit for its version afterwards.") var noCheck = false
    @Option(
        name: .long, help: ArgumentHelp("The frame to the boot loader.", visibility: .hidden))
    var frame = "8e1"

    func validate() throws {
        if let board, UnitBoard(name: board)?.chipID == nil {
            throw ValidationError("--board is l432kc or l476rg, not '\(board)'")
        }
        if (boot0 == nil) != (reset == nil) {
            throw ValidationError("--boot0 and --reset go together")
        }
        if [boot0 != nil, config != nil, signals != nil, overBus].count(where: { $0 }) > 1 {
            throw ValidationError(
                "choose one of --boot0 with --reset, --config, --signals and --over-bus")
        }
        if overBus, address == nil { throw ValidationError("--over-bus needs --address") }
        if let address { _ = try UnitArgument.address(address) }
        if port.hasPrefix("tcp://") {
            throw ValidationError(
                "stm32flash needs a serial device of this machine: plug the adapter in here")
        }
    }

    /// The port's device, however it was named.
    private var device: String { port.hasPrefix("pty:") ? String(port.dropFirst(4)) : port }

    func run() throws {
        let (unit, bytes) = try readImage()
        guard let program = FlashProgram.path else {
            throw refused(
                "no-stm32flash", "stm32flash is missing: sudo apt install stm32flash")
        }
        say("image: \(unit.board.name) \(unit.version) (\(unit.revision)), \(bytes) bytes")
        let talk = JobTalk(common, port: port, baud: baud)
        let lease = try PortLease.take(device, common)
        defer { lease?.giveBack() }
        if lease != nil { say("nobatd leaves the port for so long; its displays show dashes") }
        try checkPortIsFree()
        let lines = try enter(unit, talk)
        var tool = FlashTool(device: device)
        tool.baud = flashBaud
        tool.mode = frame
        tool.signals = signals
        let isOurs = { try checkPortIsStillOurs(lease, lines) }
        try identify(program, tool, unit, talk, lines, isOurs)
        try isOurs()
        try write(program, tool, talk, lines)
        try leave(unit, lines)
        try checkVersion(unit, talk)
    }

    // MARK: Steps

    private func readImage() throws -> (UnitImage, Int) {
        guard let data = FileManager.default.contents(atPath: image) else {
            throw refused("no-image", "the file \(image) can't be read; is the path right?")
        }
        do throws(ImageError) {
            let unit = try UnitImage(Array(data.prefix(UnitImage.bytesMax + 1)))
            if let board, let wanted = UnitBoard(name: board), wanted != unit.board {
                throw .wrongBoard(image: unit.board, found: "--board says \(wanted.name)")
            }
            return (unit, data.count)
        } catch {
            throw refused(error.name, "\(image): \(error)")
        }
    }

    /// stm32flash does not look whether another program has the port.
    private func checkPortIsFree() throws {
        do {
            let probe = try SerialPorts.make(PortSettings(address: port, baud: baud))
            try probe.open()
            probe.close()
        } catch {
            throw refused("port", "\(error)")
        }
    }

    /// A person took long, or nobatd did not wait: the chip's firmware runs again, as it was.
    private func checkPortIsStillOurs(_ lease: PortLease?, _ lines: BootLines?) throws {
        do {
            if let reason = lease?.endedBecause {
                throw refused(
                    "lease-over",
                    "\(reason); nothing was erased. Run the same command again")
            }
            try checkPortIsFree()
        } catch {
            try? lines?.leave()
            throw error
        }
    }

    /// BOOT0 and NRST as they are given, or as the controller's file names them.
    private func bootLineNames() throws -> (boot0: String, reset: String)? {
        guard let config else {
            guard let boot0, let reset else { return nil }
            return (boot0, reset)
        }
        let file: ControllerConfiguration
        do throws(ConfigurationErrors) {
            file = try ControllerConfiguration.load(path: config)
        } catch {
            throw refused("configuration", "\(error)")
        }
        guard let flash = file.flash else {
            throw refused(
                "no-lines",
                "\(config) has no \"flash\"; add such as "
                    + "flash: { boot0: { line: GPIO20 }, reset: { line: GPIO4 } }")
        }
        return (
            "\(flash.boot0.chip):\(flash.boot0.line)", "\(flash.reset.chip):\(flash.reset.line)"
        )
    }

    private func enter(_ unit: UnitImage, _ talk: JobTalk) throws -> BootLines? {
        if let (boot0, reset) = try bootLineNames() {
            do {
                let lines = try BootLines(boot0: boot0, reset: reset)
                try lines.enter()
                return lines
            } catch {
                throw refused("lines", "\(error); nothing was erased")
            }
        }
        if overBus, let address {
            let job = BootLoaderEntry(try UnitArgument.address(address), board: unit.board)
            let result = try talk.run(ControlRequest(.busRelease), job, tell: tell)
            guard result.isGood == true else { throw ExitCode(1) }
            Thread.sleep(forTimeInterval: 0.3)
        } else if signals == nil, isatty(STDIN_FILENO) == 1 {
            say(
                unit.board == .l432kc
                    ? "an L432KC has no BOOT0 pin: empty or half written it is in its boot loader "
                        + "after power-on; else end this and use --over-bus. Then Enter"
                    : "set BOOT0 to 1, press reset, then Enter")
            _ = readLine()
        }
        return nil
    }

    private func identify(
        _ program: String, _ tool: FlashTool, _ unit: UnitImage, _ talk: JobTalk,
        _ lines: BootLines?, _ isOurs: () throws -> Void
    ) throws {
        try isOurs()
        var end = try FlashProgram.run(program, tool.asking, talk) { _ in }
        if end.talk.chipID == nil, !talk.isEnding {
            // What an interrupted exchange left on the line is gone the second time.
            try isOurs()
            end = try FlashProgram.run(program, tool.asking, talk) { _ in }
        }
        guard end.status == 0, let chipID = end.talk.chipID else {
            try? lines?.leave()
            let isInterrupted = end.status != 0 && talk.isEnding
            throw refused(
                isInterrupted ? "interrupted" : "no-boot-loader",
                end.talk.failure(device: device, isInterrupted: isInterrupted))
        }
        do throws(ImageError) {
            try unit.check(chipID: chipID)
        } catch {
            try? lines?.leave()
            throw refused(error.name, "\(error)")
        }
    }

    private func write(
        _ program: String, _ tool: FlashTool, _ talk: JobTalk, _ lines: BootLines?
    ) throws {
        let end = try FlashProgram.run(program, tool.writing(image), talk) { percent in
            var news = JobNews(.progress, "written and verified")
            news.done = percent
            news.total = 100
            tell(news)
        }
        guard end.status == 0, end.talk.percent == 100 else {
            let isInterrupted = talk.isEnding
            throw refused(
                isInterrupted ? "interrupted" : "flash-failed",
                end.talk.failure(device: device, isInterrupted: isInterrupted))
        }
        say("written and verified")
    }

    private func leave(_ unit: UnitImage, _ lines: BootLines?) throws {
        if let lines {
            do { try lines.leave() } catch { throw refused("lines", "\(error)") }
        } else if signals == nil, !overBus, unit.board != .l432kc {
            say("set BOOT0 back to 0, for the next start")
        }
    }

    private func checkVersion(_ unit: UnitImage, _ talk: JobTalk) throws {
        guard !noCheck else { return }
        Thread.sleep(forTimeInterval: 0.5)
        let wanted = try address.map { try UnitArgument.address($0) }
        let job = FirmwareCheck(wanted, version: unit.version, board: unit.board)
        let result = try talk.run(ControlRequest(.busRelease), job, tell: tell)
        if result.isGood != true { throw ExitCode(1) }
    }

    // MARK: Words

    private var tell: (JobNews) -> Void { NewsText(common).tell }

    private func say(_ text: String) { tell(JobNews(.note, text)) }

    private func refused(_ name: String, _ detail: String) -> ExitCode {
        common.say(ControlError(name: name, detail: detail))
        return ExitCode(1)
    }
}
