// SPDX-License-Identifier: Apache-2.0

// The hall on a screen, for a person at its keys.

import Control
import Foundation
import QueueCore
import SoftwareHall

/// Draws the hall some ten times a second and passes keys on, until somebody quits.
final class LiveDemo {
    private let stage: Stage
    private let feed: EventFeed
    private let poller: HallPoller
    private let hands: LiveHands
    private var showsHelp = false

    /// The time between two pictures: blinking at 2 Hz is seen as it is.
    private static let intervalMilliseconds: Int32 = 90

    init(_ stage: Stage) {
        self.stage = stage
        feed = EventFeed([("hall", stage.controller.daemon), ("central", stage.hall.central)])
        poller = HallPoller(stage)
        hands = LiveHands(stage, feed)
    }

    /// Runs until a person quits. True: there is nothing to check.
    func run() throws -> Bool {
        defer {
            hands.stop()
            stage.close()
            feed.stop()
            poller.stop()
        }
        Output.write("Starting the central and the controller ...\n")
        do {
            try stage.open()
        } catch let error as ControlError {
            Output.write(stage.logTail())
            throw error
        }
        let screen = TerminalScreen()
        defer { screen.close() }
        while true {
            try StopSignals.check()
            let size = screen.size
            var picture = Screen(glimpse: glimpse())
            if !TerminalScreen.isUTF8 { picture.ink = "#" }
            screen.draw(picture.drawn(width: size.width, height: size.height))
            for key in screen.keys(milliseconds: Self.intervalMilliseconds) {
                switch key {
                case .quit: return true
                case .help: showsHelp.toggle()
                default:
                    showsHelp = false
                    hands.take(key)
                }
            }
        }
    }

    private func glimpse() -> HallGlimpse {
        let answers = poller.answers
        let done = hands.now
        let bus = stage.controller.bus
        return HallGlimpse(
            booths: stage.controller.booths.map { booth in
                let hasPower = done.isPowered || booth != LiveHands.weakUnit
                return HallGlimpse.Booth(
                    number: booth, segments: bus.segments(UInt8(booth)),
                    beeps: hasPower && bus.isBeeping(UInt8(booth)), hasPower: hasPower)
            },
            rows: answers.rows, tickets: answers.tickets, centralTickets: answers.centralTickets,
            isPlugged: stage.controller.wire.condition == .good,
            cableSeconds: Self.seconds(since: done.cableSince),
            controller: Self.daemon(
                stage.controller.daemon, answers.controller, done.controllerSince),
            central: Self.daemon(stage.hall.central, answers.central, done.centralSince),
            events: feed.lines, message: done.message, isRefused: done.isRefused,
            showsHelp: showsHelp,
            moment: Moment(microseconds: Int64(stage.seconds * 1_000_000)))
    }

    private static func daemon(
        _ daemon: RunningDaemon, _ status: StatusReport?, _ since: ContinuousClock.Instant
    ) -> HallGlimpse.Daemon {
        let process = daemon.processID
        return HallGlimpse.Daemon(
            process: process == 0 || !daemon.isRunning ? nil : process,
            seconds: seconds(since: since), status: status)
    }

    private static func seconds(since: ContinuousClock.Instant) -> Int {
        Int((ContinuousClock.now - since).components.seconds)
    }
}
