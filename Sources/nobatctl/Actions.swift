// SPDX-License-Identifier: Apache-2.0

// The commands that do something.

import ArgumentParser
import Control
import Foundation

/// A booth, and what every question has in common.
struct BoothArgument: ParsableArguments {
    @Argument(help: "The booth's number.")
    var booth: Int

    func request(_ verb: ControlVerb) -> ControlRequest {
        var request = ControlRequest(verb)
        request.booth = booth
        return request
    }
}

struct Press: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Press a booth's button, as the clerk would.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    @Option(name: .long, help: "short, double or long.")
    var gesture = "short"

    func validate() throws {
        guard ["short", "double", "long"].contains(gesture) else {
            throw ValidationError("--gesture is short, double or long, not '\(gesture)'")
        }
    }

    func run() throws {
        var request = booth.request(.press)
        request.gesture = gesture
        try common.act(request)
    }
}

struct Tap: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tap a button of the controller's kiosk, as a patient would.")
    @OptionGroup var common: Common
    @Argument(help: "The button, from 1, in the order of the configuration.") var button: Int

    func run() throws {
        var request = ControlRequest(.tap)
        request.button = button
        try common.act(request)
    }
}

struct Take: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take a ticket for a service.")
    @OptionGroup var common: Common
    @Argument(help: "The service's name.") var service: String
    @Option(
        name: [.customLong("class"), .customLong("priority")],
        help: "normal, elderly, disabled or emergency.")
    var priority = "normal"

    func run() throws {
        var request = ControlRequest(.take)
        request.service = service
        request.priority = priority
        // A central that has just lost its memory asks its controllers first; that takes seconds.
        for _ in 0..<30 {
            let status = try common.ask(ControlRequest(.status), as: StatusReport.self)
            guard status.settling == true else { break }
            usleep(500_000)
        }
        try common.act(request)
    }
}

struct Call: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Call a certain number to a booth.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    @Argument(help: "The ticket number, such as A042.") var number: String

    func run() throws {
        var request = booth.request(.call)
        request.number = number
        try common.act(request)
    }
}

struct Next: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finish the ticket at a booth and call the next.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    func run() throws { try common.act(booth.request(.next)) }
}

struct Recall: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Call the ticket at a booth once more.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    func run() throws { try common.act(booth.request(.recall)) }
}

struct Finish: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Finish the ticket at a booth.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    func run() throws { try common.act(booth.request(.finish)) }
}

struct NoShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "no-show", abstract: "Nobody came for the ticket at a booth.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    func run() throws { try common.act(booth.request(.noShow)) }
}

struct Park: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send the ticket at a booth away for a while; it returns by itself.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    @Option(name: [.customLong("for"), .customLong("seconds")], help: "Seconds until it returns.")
    var seconds: Int?

    func run() throws {
        var request = booth.request(.park)
        request.seconds = seconds
        try common.act(request)
    }
}

struct Transfer: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send the ticket at a booth on to another service.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    @Argument(help: "The service to wait for.") var service: String

    func run() throws {
        var request = booth.request(.transfer)
        request.service = service
        try common.act(request)
    }
}

struct Undo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take back the last press at a booth, within a few seconds.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    func run() throws { try common.act(booth.request(.undo)) }
}

struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open a booth.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    func run() throws { try common.act(booth.request(.open)) }
}

struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Close a booth, finishing the ticket at it.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    func run() throws { try common.act(booth.request(.close)) }
}

struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Cancel a ticket.")
    @OptionGroup var common: Common
    @Argument(help: "The ticket number, such as A042.") var number: String

    func run() throws {
        var request = ControlRequest(.cancel)
        request.number = number
        try common.act(request)
    }
}

struct Fence: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Declare a controller gone and deal its waiting tickets to others.",
        discussion: """
            Ask the central (--socket). What the controller calls meanwhile is reported as a conflict \
            when it returns.
            """)
    @OptionGroup var common: Common
    @Argument(help: "The controller's name.") var controller: String

    func run() throws {
        var request = ControlRequest(.fence)
        request.controller = controller
        try common.act(request)
    }
}

struct TurnDay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turn-day",
        abstract: "Confirm a service day that the central would not begin by itself.")
    @OptionGroup var common: Common
    @Argument(help: "The service day, as 1405/09/02.") var day: DayArgument

    func run() throws {
        var request = ControlRequest(.turnDay)
        request.day = day.count
        try common.act(request)
    }
}
