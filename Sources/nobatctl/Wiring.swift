// SPDX-License-Identifier: Apache-2.0

// The wire list of a hall: the one command that asks no daemon, for the afternoon before there is
// one.

import ArgumentParser
import Control
import Foundation
import NobatConfiguration

struct Wiring: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The wire list, labels and parts of a hall, from its controller's file.",
        discussion: """
            Reads the file that nobatd would read; no daemon need run. How to wire each thing is \
            told by the sheets in Wiring/.
            """)

    @Option(name: .long, help: "The controller's configuration file.")
    var config: String

    @Flag(name: .long, help: "Print a sheet of labels, each for both ends of its cable.")
    var labels = false

    @Flag(name: .long, help: "Print JSON, for programs.")
    var json = false

    func run() throws {
        let hall: HallWiring
        do throws(ConfigurationErrors) {
            hall = HallWiring(try ControllerConfiguration.load(path: config))
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(1)
        }
        if json {
            print(ControlText.encode(hall))
        } else {
            print(labels ? WiringText.labels(hall) : WiringText.list(hall))
        }
    }
}
