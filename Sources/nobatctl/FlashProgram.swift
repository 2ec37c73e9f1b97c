// SPDX-License-Identifier: Apache-2.0

// Debian's stm32flash as a process: started, listened to, and ended when the person wants to end.

import DisplayDrivers
import Foundation

/// Runs stm32flash.
enum FlashProgram {
    /// What it said, and how it ended.
    struct End {
        var talk: FlashTalk
        var status: Int32
    }

    /// Where it is, by `$PATH`; nil when it is not installed.
    static var path: String? {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return (folders.split(separator: ":").map { "\($0)/stm32flash" })
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func run(
        _ program: String, _ arguments: [String], _ talk: JobTalk, progress: (Int) -> Void
    ) throws -> End {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        // Its end closes the pipe, and ends the reading below.
        talk.whenEnding { process.terminate() }
        defer { talk.whenEnding {} }
        var said = FlashTalk()
        while true {
            let data = pipe.fileHandleForReading.availableData
            if data.isEmpty { break }
            if said.take(data), let percent = said.percent { progress(percent) }
        }
        process.waitUntilExit()
        return End(talk: said, status: process.terminationStatus)
    }
}
