// SPDX-License-Identifier: Apache-2.0

// A list of appointments made elsewhere: read here, taken over by the central whole or not at all.

import ArgumentParser
import Control
import Foundation
import QueueCore

struct ImportAppointments: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over a list of appointments, whole or not at all.",
        discussion: """
            A CSV file whose first line is doctor,date,time,mobile or doctor,date,time,mobile,class; \
            dates are Jalali. Every error is printed with its line and column. Ask the central \
            (--socket).
            """)
    @OptionGroup var common: Common
    @Argument(help: "The file; - for standard input.") var file: String

    /// Rows that go in one line: a request has at most 1,023 bytes.
    private static let rowsInLine = 16

    func run() throws {
        let list: ImportList
        do throws(ImportList.Faults) {
            list = try ImportList(try content())
        } catch {
            return try refuse(error.errors.map { ImportErrorRow($0) }, more: error.more)
        }
        let result: AppointmentResult
        do {
            let client = try ControlClient(path: common.path, timeoutSeconds: 30)
            for start in stride(from: 0, to: list.rows.count, by: Self.rowsInLine) {
                var request = ControlRequest(.importRows)
                request.rows = list.rows[start...].prefix(Self.rowsInLine).map(\.compact)
                _ = try client.ask(request, as: AppointmentResult.self)
            }
            result = try client.ask(ControlRequest(.importEnd), as: AppointmentResult.self)
        } catch let error as ControlError {
            common.say(error)
            throw ExitCode(1)
        } catch let error as ControlClientError {
            common.say(ControlError(name: "unreachable", detail: error.description))
            throw ExitCode(2)
        }
        guard result.errors.isEmpty else { return try refuse(result.errors) }
        common.show(result, AppointmentText.text(result))
    }

    private func content() throws(ImportList.Faults) -> String {
        let data =
            file == "-"
            ? FileHandle.standardInput.readDataToEndOfFile()
            : FileManager.default.contents(atPath: file)
        guard let data, let text = String(validating: data, as: UTF8.self) else {
            let reason =
                data == nil
                ? "the file can't be read" : "the file is not UTF-8; save it as \"CSV UTF-8\""
            throw ImportList.Faults(errors: [ImportError(line: 1, column: nil, reason: reason)])
        }
        return text
    }

    /// Says what is wrong, all of it, and that nothing was done.
    private func refuse(_ errors: [ImportErrorRow], more: Int = 0) throws {
        if common.json {
            var result = AppointmentResult("import-refused", count: errors.count + more)
            result.errors = errors
            print(ControlText.encode(result))
        } else {
            let name = file == "-" ? "standard input" : file
            var lines = errors.map { $0.text(file: name) }
            if more > 0 { lines.append("nobatctl: and \(more) more") }
            lines.append("nobatctl: nothing was taken over")
            FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        }
        throw ExitCode(1)
    }
}
