// SPDX-License-Identifier: Apache-2.0

// `nobatctl flash` with the real stm32flash against a stand-in for the chip's ROM: what the chip's
// flash holds in the end is the image, byte for byte.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct FlashTests {
        private static let peer = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Peers/boot_loader.py").path

        /// A chip of the tests, its port, and an image.
        private struct Bench {
            let folder: String
            let chip: Background

            var port: String { folder + "/chip" }
            var flashed: Data? { FileManager.default.contents(atPath: folder + "/flash.bin") }

            init(_ folder: String, _ arguments: [String]) throws {
                self.folder = folder
                let chip = try Background(
                    "/usr/bin/env",
                    ["python3", peer, "--link", folder + "/chip", "--flash", folder + "/flash.bin"]
                        + arguments)
                self.chip = chip
                try within(20, "the chip is there: \(chip.output)") {
                    chip.output.contains("ready")
                }
            }

            /// Ends the chip; what its flash holds.
            func end() throws -> Data {
                chip.send(SIGTERM)
                try chip.wait(10)
                return try need(flashed, "the flash")
            }
        }

        private static func image(_ folder: String, board: Int = 2, patch: Int = 0) throws -> String
        {
            let path = "\(folder)/image-\(board)-\(patch).bin"
            let made = try Finished(
                "/usr/bin/env", "python3", peer, "--seal", path, "\(board)", "1", "0", "\(patch)")
            try check(made.status, is: 0, made.output)
            return path
        }

        private static func flash(
            _ bench: Bench, _ image: String, _ more: String..., socket: String = "/nowhere",
            seconds: Double = 60
        ) throws -> Finished {
            try Finished(
                "nobatctl",
                [
                    "flash", "pty:" + bench.port, "--image", image, "--frame", "8n1", "--socket",
                    socket,
                ] + more, seconds: seconds)
        }

        /// Runs `body` in a folder of its own on a thread of its own.
        private static func inFolder(
            at location: SourceLocation = #_sourceLocation,
            _ body: @escaping @Sendable (String) throws -> Void
        ) async {
            let failure = await onThread { () -> String? in
                let folder = FileManager.default.temporaryDirectory
                    .appendingPathComponent("nobat-\(UInt32.random(in: 0...UInt32.max))").path
                defer { try? FileManager.default.removeItem(atPath: folder) }
                do {
                    try FileManager.default.createDirectory(
                        atPath: folder, withIntermediateDirectories: true)
                    try body(folder)
                    return nil
                } catch {
                    return (error as? Failure).map { "\($0.text) (\($0.location))" } ?? "\(error)"
                }
            }
            if let failure { Issue.record("\(failure)", sourceLocation: location) }
        }

        private static func bytes(_ path: String) throws -> Data {
            try need(FileManager.default.contents(atPath: path), path)
        }

        @Test func theChipHoldsTheImageByteForByteAndRunsIt() async {
            await Self.inFolder { folder in
                let image = try Self.image(folder)
                let bench = try Bench(folder, ["--address", "12"])
                let run = try Self.flash(bench, image, "--address", "12")
                try check(run.status, is: 0, run.output)
                for words in [
                    "image: l476rg 1.0.0", "[100/100] written", "unit 12 runs: l476rg, 1.0.0",
                ] {
                    try check(run.output.contains(words), "\(words): \(run.output)")
                }
                let wanted = try Self.bytes(image)
                try check(try bench.end().prefix(wanted.count) == wanted, "byte for byte")
            }
        }

        @Test func theUnitIsFoundWhereverItIs() async {
            await Self.inFolder { folder in
                let image = try Self.image(folder)
                let bench = try Bench(folder, ["--address", "30"])
                let run = try Self.flash(bench, image)
                try check(run.status, is: 0, run.output)
                try check(run.output.contains("unit 30 runs"), run.output)
            }
        }

        @Test func theWrongBoardIsRefusedBeforeAnythingIsErased() async {
            await Self.inFolder { folder in
                let image = try Self.image(folder, board: 1)
                let bench = try Bench(folder, ["--chip", "0x415"])
                let run = try Self.flash(bench, image)
                try check(run.status, is: 1, run.output)
                try check(run.output.contains("wrong-board"), run.output)
                let named = try Self.flash(bench, image, "--board", "l476rg")
                try check(named.status, is: 1, named.output)
                try check(named.output.contains("wrong-board"), named.output)
                let flash = try bench.end()
                try check(flash.prefix(8_192) == Data(count: 8_192), "nothing was erased")
                try check(bench.chip.output.contains("erased 0 writes 0"), bench.chip.output)
            }
        }

        @Test func theWrongFileIsRefusedBeforeAnythingIsTouched() async {
            await Self.inFolder { folder in
                let image = try Self.image(folder)
                var damaged = try Self.bytes(image)
                damaged[1_000] ^= 1
                let files: [(name: String, data: Data)] = [
                    ("damaged", damaged), ("cut", try Self.bytes(image).dropLast()),
                    ("text", Data("no firmware at all".utf8)), ("empty", Data()),
                    ("long", try Self.bytes(image) + Data([0])),
                ]
                let bench = try Bench(folder, [])
                for file in files {
                    let path = "\(folder)/\(file.name).bin"
                    try file.data.write(to: URL(fileURLWithPath: path))
                    let run = try Self.flash(bench, path)
                    try check(run.status, is: 1, "\(file.name): \(run.output)")
                    try check(run.output.contains("wrong-image"), "\(file.name): \(run.output)")
                }
                _ = try bench.end()
                try check(bench.chip.output.contains("erased 0 writes 0"), bench.chip.output)
            }
        }

        @Test func anInterruptedFlashIsSimplyRunAgain() async {
            await Self.inFolder { folder in
                let image = try Self.image(folder)
                let bench = try Bench(folder, ["--die-after", "4"])
                let broken = try Self.flash(bench, image, seconds: 120)
                try check(broken.status, is: 1, broken.output)
                try check(broken.output.contains("run the same command again"), broken.output)
                let again = try Self.flash(bench, image)
                try check(again.status, is: 0, again.output)
                let wanted = try Self.bytes(image)
                try check(try bench.end().prefix(wanted.count) == wanted, "byte for byte")
            }
        }

        @Test func ctrlCDuringAFlashSaysWhatToDo() async {
            await Self.inFolder { folder in
                let image = try Self.image(folder)
                let bench = try Bench(folder, ["--pace", "0.2"])
                let tool = try Background(
                    "nobatctl",
                    [
                        "flash", "pty:" + bench.port, "--image", image, "--frame", "8n1",
                        "--socket", "/nowhere",
                    ])
                try within(20, "some of it is written: \(tool.output)") {
                    bench.chip.output.contains("write 3")
                }
                tool.send(SIGINT)
                try tool.wait(20)
                try check(tool.status, is: 1, tool.output)
                try check(
                    tool.output.contains("interrupted while the unit was written"), tool.output)
                // BOOT0 and reset, as the sentence says.
                bench.chip.send(SIGUSR1)
                try within(10, "it is in its boot loader") {
                    bench.chip.output.contains("boot loader")
                }
                let again = try Self.flash(bench, image)
                try check(again.status, is: 0, again.output)
            }
        }

        @Test func overTheBusTheFirmwareItselfEntersItsBootLoader() async {
            await Self.inFolder { folder in
                let old = try Self.image(folder)
                let new = try Self.image(folder, patch: 1)
                let other = try Self.image(folder, board: 1)
                let bench = try Bench(folder, ["--address", "9", "--holds", old])
                let wrong = try Self.flash(bench, other, "--over-bus", "--address", "9")
                try check(wrong.status, is: 1, wrong.output)
                try check(wrong.output.contains("wrong-board"), wrong.output)
                try check(!bench.chip.output.contains("boot loader"), "it runs on")
                let run = try Self.flash(bench, new, "--over-bus", "--address", "9")
                try check(run.status, is: 0, run.output)
                try check(run.output.contains("unit 9 runs: l476rg, 1.0.1"), run.output)
                let wanted = try Self.bytes(new)
                try check(try bench.end().prefix(wanted.count) == wanted, "byte for byte")
            }
        }

        @Test func withoutABootLoaderOrStm32flashTheSentenceSaysWhatToDo() async {
            await Self.inFolder { folder in
                let image = try Self.image(folder)
                let bench = try Bench(folder, ["--holds", image, "--address", "5"])
                let run = try Self.flash(bench, image)
                try check(run.status, is: 1, run.output)
                try check(run.output.contains("set BOOT0 to 1"), run.output)
                let missing = try Finished(
                    "nobatctl", ["flash", "pty:" + bench.port, "--image", image],
                    environment: ["PATH": folder])
                try check(missing.status, is: 1, missing.output)
                try check(missing.output.contains("apt install stm32flash"), missing.output)
            }
        }

        /// nobatd has the port, leaves it for the time of the flash, and takes it back.
        @Test func nobatdLeavesItsPortAndTakesItBack() async {
            await Self.inFolder { folder in
                let old = try Self.image(folder)
                let new = try Self.image(folder, patch: 1)
                let bench = try Bench(folder, ["--address", "1", "--holds", old])
                let config = "\(folder)/hall.yaml"
                try """
                name: hall-a
                central: 127.0.0.1:1
                socket: \(folder)/d.sock
                database: \(folder)/d.db
                buses:
                  - name: displays
                    port: pty:\(bench.port)
                booths:
                  - number: 1
                    services: [admission]
                    display: { bus: displays, address: 1 }
                """.write(toFile: config, atomically: true, encoding: .utf8)
                let daemon = RunningDaemon(
                    program: "nobatd", configPath: config, socketPath: "\(folder)/d.sock",
                    logPath: "\(folder)/d.log")
                try daemon.start()
                defer { daemon.kill() }
                try check(daemon.waitUntilItAnswers(), "it answers: \(daemon.log)")
                try within(10, "the bus is open") {
                    try daemon.status().buses?.first?.state == "open"
                }
                let run = try Self.flash(
                    bench, new, "--over-bus", "--address", "1", socket: daemon.socketPath)
                try check(run.status, is: 0, run.output + daemon.log)
                try check(run.output.contains("nobatd leaves the port"), run.output)
                try check(run.output.contains("unit 1 runs: l476rg, 1.0.1"), run.output)
                try within(10, "nobatd has it back") {
                    try daemon.status().buses?.first?.state == "open"
                }
                try check(daemon.log.contains("is taken back"), daemon.log)
            }
        }
    }
}
