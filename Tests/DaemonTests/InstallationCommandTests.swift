// SPDX-License-Identifier: Apache-2.0

// A board as systemd and a technician meet it: what the daemon tells its manager, how it ends when its file
// is wrong, and nobatctl's setup and doctor.

import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct InstallationCommandTests {
        /// A folder of its own, gone at the end.
        private static func folder() throws -> String {
            let path = FileManager.default.temporaryDirectory
                .appendingPathComponent("nobat-in-\(UInt32.random(in: 0...UInt32.max))").path
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            return path
        }

        private static let central = """
            listen: 127.0.0.1:0
            socket: central.sock
            database: central.db
            halls:
              - name: main
                services: [ { name: admission, series: A, last: 99 } ]
                controllers: [ { name: hall-a, local-series: L } ]

            """

        /// A socket as systemd has one for its services.
        private final class Manager {
            let path: String
            private let descriptor: Int32
            private(set) var told: [String] = []

            init(_ folder: String) throws {
                path = folder + "/notify"
                descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
                var address = sockaddr_un()
                address.sun_family = sa_family_t(AF_UNIX)
                withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
                let bound = withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                    }
                }
                try #require(bound == 0)
                var time = timeval(tv_sec: 20, tv_usec: 0)
                setsockopt(
                    descriptor, SOL_SOCKET, SO_RCVTIMEO, &time,
                    socklen_t(MemoryLayout<timeval>.size))
            }

            deinit { close(descriptor) }

            /// Waits until a line was told `count` times from now on.
            func hears(_ line: String, times count: Int = 1) -> Bool {
                var heard = 0
                var buffer = [UInt8](repeating: 0, count: 4_096)
                while heard < count {
                    let size = recv(descriptor, &buffer, buffer.count, 0)
                    guard size > 0 else { return false }
                    let lines = String(decoding: buffer.prefix(size), as: UTF8.self)
                        .split(separator: "\n").map(String.init)
                    told += lines
                    if lines.contains(line) { heard += 1 }
                }
                return true
            }
        }

        @Test func systemdHearsThatItIsReadyAliveAndStopping() throws {
            let folder = try Self.folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try Self.central.write(
                toFile: folder + "/central.yaml", atomically: true, encoding: .utf8)
            let manager = try Manager(folder)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: RunningDaemon.folder + "/nobat-central")
            process.arguments = ["--config", folder + "/central.yaml"]
            process.environment = ProcessInfo.processInfo.environment.merging([
                "NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "2000000",
            ]) { $1 }
            process.standardError = FileHandle.nullDevice
            try process.begin()
            defer { process.terminate() }
            #expect(manager.hears("READY=1"))
            #expect(!manager.told.contains("STOPPING=1"))
            let asked = try Finished("nobatctl", "--socket", folder + "/central.sock", "status")
            #expect(asked.status == 0, "who is ready answers: \(asked.output)")
            #expect(manager.hears("WATCHDOG=1", times: 3))
            process.terminate()
            #expect(manager.hears("STOPPING=1"))
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }

        /// systemd does not start again what has ended with 78.
        @Test func aFileWithErrorsEndsWithTheStatusOfOne() throws {
            let folder = try Self.folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let path = folder + "/hall.yaml"
            try "name: hall-a\n".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try Finished("nobatd", "--config", path).status == 78)
            #expect(try Finished("nobat-central", "--config", path).status == 78)
            #expect(try Finished("nobatd", "--config", path, "--check-config").status == 1)
        }

        @Test func setup_WritesAHallThatIsTaken_AndDoctorSaysWhatIsMissing() throws {
            let folder = try Self.folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let (hall, answers) = (folder + "/hall.yaml", folder + "/answers")
            let text = """
                name: hall-b
                port: none
                chip: none
                booths: 3
                services: admission, lab
                booth-3-services: lab
                pages: no

                """
            try text.write(toFile: answers, atomically: true, encoding: .utf8)
            let setup = ["setup", "--yes", "--answers", answers, "--output", hall, "--no-start"]
            let first = try Finished("nobatctl", setup)
            #expect(first.status == 0, "\(first.output)")
            let check = try Finished("nobatd", "--config", hall, "--check-config")
            #expect(check.status == 0 && check.output.contains("3 booths"), "\(check.output)")
            let again = try Finished("nobatctl", setup)
            #expect(again.status == 1 && again.output.contains("--replace"), "\(again.output)")
            let anew = try Finished("nobatctl", setup + ["--replace"])
            #expect(anew.status == 0, "\(anew.output)")
            #expect(FileManager.default.fileExists(atPath: hall + ".before"))

            let socket = folder + "/none.sock"
            let found = try Finished("nobatctl", "doctor", "--config", hall, "--socket", socket)
            #expect(found.status == 1 && found.output.contains("daemon-silent"), "\(found.output)")
            let missing = try Finished("nobatctl", "doctor", "--config", folder + "/no.yaml")
            #expect(missing.output.contains("config-missing"), "\(missing.output)")
        }

        @Test func setup_SaysWhichAnswerIsMissingOrWrong() throws {
            let folder = try Self.folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let (hall, answers) = (folder + "/hall.yaml", folder + "/answers")
            for (given, said) in [
                ("port: none\nchip: none\n", "booths must be answered"),
                ("port: none\nchip: none\nbooths: many\n", "booths: \"many\" is no number"),
            ] {
                try given.write(toFile: answers, atomically: true, encoding: .utf8)
                let run = try Finished(
                    "nobatctl", "setup", "--yes", "--answers", answers, "--output", hall,
                    "--no-start")
                #expect(run.status == 64 && run.output.contains(said), "\(run.output)")
                #expect(!FileManager.default.fileExists(atPath: hall))
            }
        }
    }
}
