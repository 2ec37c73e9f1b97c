// SPDX-License-Identifier: Apache-2.0

// QEMU's control socket (QMP): runs, stops and resets the emulated chip, and tells when the chip has
// reset itself.

import Foundation

/// The control of one QEMU.
final class ControlSocket: @unchecked Sendable {
    // Everything that varies is guarded by `condition`; one command at a time by `commands`.

    private let socket: LocalSocket
    private let condition = NSCondition()
    private let commands = NSLock()
    private var answer: String?
    private var hasEnded = false
    private var events: [String: Int] = [:]
    private let onReset: @Sendable () -> Void

    /// `onReset` is called, on this socket's thread, when the chip asks for a reset of itself.
    init(_ socket: LocalSocket, onReset: @escaping @Sendable () -> Void) {
        self.socket = socket
        self.onReset = onReset
    }

    /// Reads answers and events until the socket ends. On a thread of its own.
    func run() {
        var lines = LineBuffer()
        var bytes: [UInt8] = []
        while true {
            bytes.removeAll(keepingCapacity: true)
            guard socket.receive(into: &bytes, seconds: nil) else { break }
            lines.take(bytes) { take(String(decoding: $0, as: UTF8.self)) }
        }
        condition.withLock {
            hasEnded = true
            condition.broadcast()
        }
    }

    private struct Message: Decodable {
        struct Details: Decodable { var reason: String? }
        var event: String?
        var data: Details?
    }

    private func take(_ line: String) {
        let message = try? JSONDecoder().decode(Message.self, from: Data(line.utf8))
        condition.withLock {
            if let event = message?.event {
                events[event, default: 0] += 1
            } else if !line.hasPrefix("{\"QMP\"") {
                answer = line
            }
            condition.broadcast()
        }
        if message?.event == "SHUTDOWN", message?.data?.reason == "guest-reset" { onReset() }
    }

    /// Carries out a command; its answer as JSON text.
    @discardableResult
    func execute(
        _ command: String, _ arguments: [String: String] = [:]
    ) throws(EmulatorError) -> String {
        commands.lock()
        defer { commands.unlock() }
        let list = arguments.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",")
        let text = "{\"execute\":\"\(command)\",\"arguments\":{\(list)}}\n"
        condition.lock()
        defer { condition.unlock() }
        answer = nil
        guard socket.send(Array(text.utf8)) else { throw EmulatorError("QEMU has ended") }
        try wait("QEMU's answer to \(command)") { answer != nil }
        guard let answer, answer.hasPrefix("{\"return\"") else {
            throw EmulatorError("QEMU refuses \(command): \(answer ?? "it has ended")")
        }
        return answer
    }

    /// Resets the chip, as a short of NRST to ground does; it stands still afterwards.
    func resetStandingStill() throws(EmulatorError) {
        let before = condition.withLock { events["RESET", default: 0] }
        try execute("set-action", ["reboot": "reset"])
        try execute("system_reset")
        condition.lock()
        defer { condition.unlock() }
        try wait("the chip's reset") { events["RESET", default: 0] > before }
    }

    private func wait(_ what: String, until holds: () -> Bool) throws(EmulatorError) {
        let end = Date().addingTimeInterval(EmulatedUnitLimits.answerSecondsMax)
        while !holds() {
            guard !hasEnded, condition.wait(until: end) else {
                throw EmulatorError(hasEnded ? "QEMU has ended" : "\(what) does not come")
            }
        }
    }
}
