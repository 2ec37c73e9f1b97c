// SPDX-License-Identifier: Apache-2.0

// The commands for a ticket that goes back where it came from.

import ArgumentParser
import Control

struct Return: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send the ticket at a booth back to the service that sent it.")
    @OptionGroup var common: Common
    @OptionGroup var booth: BoothArgument
    func run() throws { try common.act(booth.request(.giveBack)) }
}

struct Readmit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a no-show who came late wait again, before the others.")
    @OptionGroup var common: Common
    @Argument(help: "The ticket number, such as A042.") var number: String

    func run() throws {
        var request = ControlRequest(.readmit)
        request.number = number
        try common.act(request)
    }
}
