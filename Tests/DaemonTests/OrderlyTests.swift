// SPDX-License-Identifier: Apache-2.0

// Starting and stopping in order, and what is refused at the start.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct OrderlyTests {
        @Test func termination_EndsEachDaemonInOrderWithinTwoSeconds() async {
            await withHall { hall in
                // Connections are open, and somebody watches, when the signal comes.
                let watcher = try ControlClient(path: hall.first.daemon.socketPath)
                try watcher.send(ControlRequest(.watch))
                for daemon in [hall.first.daemon, hall.central] {
                    var status: Int32 = -1
                    let took = seconds { status = daemon.stop() }
                    try check(status, is: 0, "the exit status of \(daemon.program)")
                    try check(took < 2, "\(daemon.program) took \(took) s to stop")
                    try check(
                        daemon.log.contains("stopped: \(daemon.program) has stopped in order"),
                        "\(daemon.program) says that it has stopped")
                    try check(
                        !FileManager.default.fileExists(atPath: daemon.socketPath),
                        "the socket of \(daemon.program) is gone")
                }
            }
        }

        @Test func secondDaemon_IsRefusedWhileTheFirstGoesOn() async {
            await withHall { hall in
                for (program, file) in [("nobatd", "hall-a"), ("nobat-central", "central")] {
                    let same = try Finished(program, "--config", "\(hall.folder)/\(file).yaml")
                    try check(same.status, is: 1, "a second \(program): \(same.output)")
                    try check(
                        same.output.contains("is in use by process")
                            && same.output.contains("end that one first"),
                        "it says why: \(same.output)")

                    // A database of its own, and the first one's socket.
                    let path = "\(hall.folder)/\(file).yaml"
                    let text = try String(contentsOfFile: path, encoding: .utf8)
                    let other = text.replacingOccurrences(of: "\(file).db", with: "\(file)-2.db")
                    let otherPath = "\(hall.folder)/\(file)-2.yaml"
                    try other.write(toFile: otherPath, atomically: true, encoding: .utf8)
                    let second = try Finished(program, "--config", otherPath)
                    try check(second.status, is: 1, "\(program) on a socket in use")
                    // Which of the two that it finds taken comes first is chance.
                    let reasons = ["\(file).sock", "is already in use by a running daemon"]
                    try check(
                        reasons.contains { second.output.contains($0) },
                        "it says why: \(second.output)")
                }
                let number = try hall.number(at: hall.central)
                try check(try hall.callNext(1), is: number, "the first ones go on")
                try hall.waitForDisplay(1, number)
            }
        }

        @Test func checkConfig_PrintsEveryError() async {
            await withHall(starts: false) { hall in
                for (program, file) in [("nobatd", "hall-a"), ("nobat-central", "central")] {
                    let path = "\(hall.folder)/\(file).yaml"
                    let good = try Finished(program, "--config", path, "--check-config")
                    try check(good.status, is: 0, "\(program): \(good.output)")
                    try check(good.output.contains(": ok"), "it says so: \(good.output)")
                    let text = try String(contentsOfFile: path, encoding: .utf8)
                    let bad =
                        "colour: red\n"
                        + text.replacingOccurrences(
                            of: "services:", with: "servces:"
                        ).replacingOccurrences(of: "socket: ", with: "socket: relative")
                    let badPath = "\(hall.folder)/\(file)-bad.yaml"
                    try bad.write(toFile: badPath, atomically: true, encoding: .utf8)
                    for arguments in [["--check-config"], []] {
                        let run = try Finished(program, ["--config", badPath] + arguments)
                        let ending = arguments.isEmpty ? 78 : 1
                        try check(run.status, is: Int32(ending), "\(program): \(run.output)")
                        for word in ["\(badPath):1:", "colour", "servces"] {
                            try check(run.output.contains(word), "\(word) in \(run.output)")
                        }
                    }
                    let none = try Finished(program, "--config", badPath + "x", "--check-config")
                    try check(none.status, is: 1, "a file that is not there: \(none.output)")
                    try check(none.output.contains(badPath + "x"), "it is named: \(none.output)")
                }
            }
        }

        /// A daemon that is stopped is not one that has ended.
        @Test func stoppedDaemon_IsSaidToBeSilent() async {
            await withHall { hall in
                let daemon = hall.first.daemon
                let client = try ControlClient(path: daemon.socketPath, timeoutSeconds: 1)
                daemon.freeze(true)
                defer { daemon.freeze(false) }
                var met: ControlClientError?
                do {
                    _ = try client.ask(ControlRequest(.status), as: StatusReport.self)
                } catch let error as ControlClientError {
                    met = error
                }
                try check(met, is: .silent(path: daemon.socketPath, seconds: 1), "the error")
                let late = try ControlClient(path: daemon.socketPath)
                daemon.kill()
                do {
                    _ = try late.ask(ControlRequest(.status), as: StatusReport.self)
                } catch let error as ControlClientError {
                    met = error
                }
                try check(met, is: .noAnswer(path: daemon.socketPath), "when it ended")
            }
        }

        @Test func addressesOffLoopback_AreRefusedWithASentence() async {
            await withHall(starts: false) { hall in
                for (program, file, key) in [
                    ("nobatd", "hall-a", "central"), ("nobat-central", "central", "listen"),
                ] {
                    let text = try String(
                        contentsOfFile: "\(hall.folder)/\(file).yaml", encoding: .utf8)
                    for address in ["0.0.0.0:7450", "192.0.2.1:7450", "[::]:7450"] {
                        let open = text.split(separator: "\n").map { line in
                            line.hasPrefix("\(key):") ? "\(key): \"\(address)\"" : String(line)
                        }
                        let path = "\(hall.folder)/\(file)-open.yaml"
                        try open.joined(separator: "\n").write(
                            toFile: path, atomically: true, encoding: .utf8)
                        for arguments in [["--check-config"], []] {
                            let run = try Finished(program, ["--config", path] + arguments)
                            let ending = arguments.isEmpty ? 78 : 1
                            try check(
                                run.status, is: Int32(ending),
                                "\(program) at \(address): \(run.output)")
                            try check(
                                run.output.contains("plain lines could be read and forged"),
                                "it says why: \(run.output)")
                        }
                    }
                }
            }
        }
    }
}
