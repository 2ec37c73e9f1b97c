// SPDX-License-Identifier: Apache-2.0

// A job on a bus as nobatctl sees it: begun at the daemon that has the port, or on a port of our own;
// its news are told as they come, and an interrupt ends it in order.

import ArgumentParser
import Control
import DisplayDrivers
import Foundation
import Hardware
import QueueCore
import Synchronization

/// Where a job's bus is.
struct BusPlace: ParsableArguments {
    @Option(name: .long, help: "The bus, by its name in the configuration; default: the only one.")
    var bus: String?

    @Option(
        name: .long,
        help: "Without nobatd: the serial port itself, such as /dev/serial/by-id/….")
    var port: String?

    @Option(name: .long, help: "The speed of --port, in bits a second.")
    var baud = 9_600
}

/// What ends a job, or answers its question, from outside of the thread that waits for its news.
private final class Outside: Sendable {
    private struct State {
        var isEnding = false
        var answers: [Bool?] = []
        var wake: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())

    func whenever(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    func end() {
        state.withLock { state in
            state.isEnding = true
            return state.wake
        }()
    }

    func answer(_ yes: Bool?) {
        state.withLock { state in
            state.answers.append(yes)
            return state.wake
        }()
    }

    var isEnding: Bool { state.withLock(\.isEnding) }

    func takeAnswers() -> [Bool?] {
        state.withLock { state in
            defer { state.answers = [] }
            return state.answers
        }
    }
}

/// Runs jobs, and tells their news.
final class JobTalk {
    private let common: Common
    private let bus: String?
    private let port: String?
    private let baud: Int
    private let outside = Outside()

    convenience init(_ common: Common, _ place: BusPlace) {
        self.init(common, port: place.port, baud: place.baud, bus: place.bus)
    }

    /// Jobs on `port`, or on a bus of the daemon when it is nil.
    init(_ common: Common, port: String?, baud: Int, bus: String? = nil) {
        self.common = common
        self.port = port
        self.baud = baud
        self.bus = bus
        Interrupts.whenever { [outside] in outside.end() }
    }

    /// Whether a person wants to end.
    var isEnding: Bool { outside.isEnding }

    /// From now on an interrupt does this.
    func whenEnding(_ body: @escaping @Sendable () -> Void) {
        outside.whenever { [outside] in if outside.isEnding { body() } }
        if outside.isEnding { body() }
    }

    /// Listens to the keyboard for answers, until the program ends.
    func listenForAnswers() {
        let thread = Thread { [outside] in
            while let line = readLine() {
                let word = line.trimmingCharacters(in: .whitespaces).lowercased()
                outside.answer(word.hasPrefix("y") ? true : word.hasPrefix("n") ? false : nil)
            }
        }
        thread.start()
    }

    /// Runs a job to its end; its result. Throws the exit code when it could not be begun.
    func run(
        _ request: ControlRequest, _ job: @autoclosure () throws -> any BusJob,
        tell: (JobNews) -> Void
    ) throws -> JobNews {
        if let port { return try runHere(port, try job(), tell) }
        var request = request
        request.bus = request.bus ?? bus
        return try runThere(request, tell)
    }

    // MARK: At the daemon

    /// Only `send` is used by a second thread, which touches nothing but the descriptor.
    private struct Speaker: @unchecked Sendable {
        let client: ControlClient

        func say(_ request: ControlRequest) { try? client.send(request) }
    }

    private func runThere(_ request: ControlRequest, _ tell: (JobNews) -> Void) throws -> JobNews {
        do {
            let client = try ControlClient(path: common.path, timeoutSeconds: 0)
            try client.send(request)
            let speaker = Speaker(client: client)
            outside.whenever { [outside] in
                for yes in outside.takeAnswers() {
                    var answer = ControlRequest(.busAnswer)
                    answer.yes = yes
                    speaker.say(answer)
                }
                if outside.isEnding { speaker.say(ControlRequest(.busEnd)) }
            }
            defer { outside.whenever {} }
            while let line = client.readLine() {
                guard let answer = ControlText.decode(ControlAnswer<JobNews>.self, line) else {
                    continue
                }
                if let error = answer.error { throw error }
                guard let news = answer.result else { continue }
                tell(news)
                if news.kind == .result { return news }
            }
            throw ControlClientError.noAnswer(path: common.path)
        } catch let error as ControlError {
            common.say(error)
            throw ExitCode(1)
        } catch let error as ControlClientError {
            let detail = "\(error). Without nobatd, name the port: --port /dev/serial/by-id/…"
            common.say(ControlError(name: "unreachable", detail: detail))
            throw ExitCode(2)
        }
    }

    // MARK: On a port of our own

    private func runHere(
        _ address: String, _ job: any BusJob, _ tell: (JobNews) -> Void
    ) throws -> JobNews {
        do {
            let port = try SerialPorts.make(PortSettings(address: address, baud: baud))
            try port.open()
            defer { port.close() }
            outside.whenever { port.interrupt() }
            defer { outside.whenever {} }
            return try serve(port, job, tell)
        } catch let error as PortError {
            var detail = error.description
            if case .inUse = error {
                detail += "; when nobatd holds it, leave out --port: nobatd does the job itself"
            }
            common.say(ControlError(name: "port", detail: detail))
            throw ExitCode(1)
        } catch let error as PortSettingsError {
            common.say(ControlError(name: "port", detail: error.description))
            throw ExitCode(64)
        }
    }

    private func serve(
        _ port: any SerialPort, _ job: any BusJob, _ tell: (JobNews) -> Void
    ) throws -> JobNews {
        func now() -> Moment { SystemClock.monotonic() }
        var master = BusMaster(units: [], settings: BusSettings(baud: baud), at: now())
        master.portReady(at: now())
        var run = JobRun(job, on: &master, at: now())
        var bytes: [UInt8] = []
        while true {
            for yes in outside.takeAnswers() { run.answered(yes, at: now()) }
            if outside.isEnding { run.cancel(at: now()) }
            run.step(&master, at: now())
            for news in run.takeNews() {
                tell(news)
                if news.kind == .result { return news }
            }
            if run.isOver { return .result(isGood: false, "the job ended without a result") }
            switch master.next(at: now()) {
            case .transmit(let frame, _, let deadline): try port.write(frame, until: deadline)
            case .idle(let until):
                bytes.removeAll(keepingCapacity: true)
                _ = try port.read(into: &bytes, max: 256, until: min(until, run.wakeAt))
                master.received(bytes, at: now())
            }
        }
    }
}
