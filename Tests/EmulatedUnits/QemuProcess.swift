// SPDX-License-Identifier: Apache-2.0

// One QEMU as a process. It dies with the program that started it, however that one ends: setpriv
// (util-linux) has the kernel kill it, for which the thread that started it must live as long.

import Foundation

/// A QEMU that runs one image, standing still until it is told to run.
final class QemuProcess: @unchecked Sendable {
    // `process` is set before the object is shared; its state is Foundation's.

    /// Where its sockets are.
    let folder: String
    private let process = Process()
    private let log: String

    /// Starts QEMU. The calling thread must outlive it.
    init(image: String, folder: String) throws(EmulatorError) {
        self.folder = folder
        log = folder + "/log"
        func listening(_ name: String) -> String { "\(folder)/\(name),server=on,wait=off" }
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "setpriv", "--pdeathsig", "KILL", "--", "nice", "-n", Self.urgency, try Self.program(),
            "-M", "b-l475e-iot01a", "-kernel", image, "-S",
            "-display", "none", "-monitor", "none",
            "-chardev", "socket,id=uart,path=\(listening("uart"))", "-serial", "chardev:uart",
            "-chardev", "socket,id=debug,path=\(listening("debug"))", "-gdb", "chardev:debug",
            "-qtest", "unix:\(listening("pins"))", "-qtest-log", "/dev/null",
            "-qmp", "unix:\(listening("control"))",
            "-action", Self.standStill, "-icount", Self.countedTime,
        ]
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        do {
            let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
            process.standardOutput = output
            process.standardError = output
            process.standardInput = FileHandle.nullDevice
            try process.run()
            try? output.close()
        } catch {
            throw EmulatorError("QEMU does not start: \(error)")
        }
    }

    /// A chip that resets itself stands still, so that what is wired to its pins can be wired again:
    /// QEMU's ports forget it in a reset.
    static let standStill = "reboot=shutdown,shutdown=pause"

    /// A chip has its own clock and waits for nobody; one that gets no time is too late for its master.
    /// Where that is not permitted, `nice` says so in the log and goes on without. `$NOBAT_UNITS_NICE`
    /// names another niceness, for who has something slower to run beside.
    static let urgency = ProcessInfo.processInfo.environment["NOBAT_UNITS_NICE"] ?? "-10"

    /// 16 ns for each instruction, and the host's time while the chip sleeps. Telling an edge takes the
    /// host far longer than the chip; without this the chip would see a gap in every frame that comes
    /// while it drives its display (of 1,000 shows 75 had to be made again, with it 30, both on a
    /// machine with ten builds).
    static let countedTime = "shift=4"

    var isRunning: Bool { process.isRunning }

    /// Its process id.
    var processID: Int32 { process.processIdentifier }

    /// What it said on its way.
    var said: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    func connect(_ name: String) throws(EmulatorError) -> LocalSocket {
        do throws(EmulatorError) {
            return try LocalSocket(path: "\(folder)/\(name)", isAlive: { process.isRunning })
        } catch {
            throw EmulatorError("\(error.description); QEMU said: \(said)")
        }
    }

    /// Ends it, as power that goes, and waits until it is gone.
    func end() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        waitForEnd()
    }

    func waitForEnd() { while process.isRunning { usleep(2_000) } }

    /// The program, or a sentence why there is none.
    static func program() throws(EmulatorError) -> String {
        try found.get()
    }

    private static let found: Result<String, EmulatorError> = {
        let program = ProcessInfo.processInfo.environment["NOBAT_QEMU"] ?? "qemu-system-arm"
        let advice = """
            The emulated units need qemu-system-arm \(EmulatedUnitLimits.qemuMajorMin) or later \
            (Debian 12: from bookworm-backports); .ci/install-emulator installs it.
            """
        let asking = Process()
        asking.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        asking.arguments = [program, "--version"]
        let pipe = Pipe()
        asking.standardOutput = pipe
        asking.standardError = FileHandle.nullDevice
        do { try asking.run() } catch { return .failure(EmulatorError("\(error). \(advice)")) }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        asking.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        guard asking.terminationStatus == 0 else {
            return .failure(EmulatorError("\(program) is not there. \(advice)"))
        }
        let version = text.split(separator: " ").drop { $0 != "version" }.dropFirst().first ?? ""
        guard let major = Int(version.prefix { $0.isNumber }),
            major >= EmulatedUnitLimits.qemuMajorMin
        else { return .failure(EmulatorError("\(program) is of version \(version). \(advice)")) }
        return .success(program)
    }()
}
