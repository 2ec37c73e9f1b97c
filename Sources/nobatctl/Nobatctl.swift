// SPDX-License-Identifier: Apache-2.0

// The person's hand on a running daemon.

import ArgumentParser
import Control
import Foundation

/// One question or act from the command line to its answer, as `nobatctl --help` tells; it may end the
/// process.
public func runNobatctl() {
    Nobatctl.main(CommonFirst.moved(Array(CommandLine.arguments.dropFirst())))
}

/// Lets what every question has in common stand before the question's name as well.
enum CommonFirst {
    static func moved(_ arguments: [String]) -> [String] {
        var front: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if first == "--socket", rest.count >= 2 {
                front += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if first == "--json" || first.hasPrefix("--socket=") {
                front.append(first)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        guard let verb = rest.first, !verb.hasPrefix("-") else { return arguments }
        // These have questions of their own behind them.
        let isGroup = verb == Key._commandName || verb == Bus._commandName
        let count = isGroup && rest.dropFirst().first?.hasPrefix("-") == false ? 2 : 1
        return Array(rest.prefix(count)) + front + Array(rest.dropFirst(count))
    }
}

struct Nobatctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nobatctl",
        abstract: "Ask a running nobatd or nobat-central, or press its buttons.",
        discussion: """
            The daemon is found by its control socket: --socket PATH, else $NOBAT_SOCKET, else \
            /run/nobat/nobatd.sock. Exit status: 0 done, 1 refused, 2 no daemon answers, 64 wrong usage.
            """,
        version: "nobatctl \(programVersion)",
        subcommands: [
            Status.self, Displays.self, Queue.self, History.self, Report.self, Watch.self,
            Press.self, Tap.self,
            Take.self,
            Call.self, Next.self, Recall.self, Finish.self, NoShow.self, Park.self, Transfer.self,
            Return.self, Readmit.self, Undo.self, Open.self, Close.self, Cancel.self, Fence.self,
            TurnDay.self, Bus.self, Flash.self, Wiring.self, Book.self, Unbook.self, Arrive.self,
            Absent.self, ImportAppointments.self, Appointments.self, ToCheck.self,
            DoctorCommand.self, Setup.self, Key.self, BackupCommand.self, RestoreCommand.self,
            AuditCommand.self,
        ])
}

/// What every question has in common.
struct Common: ParsableArguments {
    @Option(name: .long, help: "The daemon's control socket.")
    var socket: String?

    @Flag(name: .long, help: "Print JSON, for programs.")
    var json = false

    var path: String {
        socket ?? ProcessInfo.processInfo.environment["NOBAT_SOCKET"] ?? "/run/nobat/nobatd.sock"
    }

    /// Asks and returns the result, or says why not and exits.
    func ask<Value: Codable & Sendable>(
        _ request: ControlRequest, as type: Value.Type
    ) throws -> Value {
        do {
            return try ControlClient(path: path).ask(request, as: type)
        } catch let error as ControlError {
            say(error)
            throw ExitCode(1)
        } catch let error as ControlClientError {
            say(ControlError(name: "unreachable", detail: error.description))
            throw ExitCode(2)
        }
    }

    func say(_ error: ControlError) {
        if json {
            print(ControlText.encode(ControlAnswer<Bool>(error: error)))
        } else {
            FileHandle.standardError.write(Data("nobatctl: \(error.detail)\n".utf8))
        }
    }

    /// Prints a value as JSON, or as `text`.
    func show(_ value: some Encodable, _ text: @autoclosure () -> String) {
        print(json ? ControlText.encode(value) : text())
    }

    /// Asks for an action and prints what it did.
    func act(_ request: ControlRequest) throws {
        let result = try ask(request, as: ActionResult.self)
        show(result, result.sentence)
    }
}
