// SPDX-License-Identifier: Apache-2.0

// The slip printer: a thread that owns its port and its driver. It opens the port again when it is
// gone, and every slip that it was given comes to an end.

import DaemonSupport
import Hardware
import NobatConfiguration
import QueueCore
import SlipPrinter
import Synchronization

/// What the printer last was.
struct PrinterReportState: Sendable {
    var condition = PrinterCondition.starting
    var since: Moment
    var printed = 0
    var failed = 0
    var error: String?
}

final class SlipPrinterPort: Sendable {
    let configuration: PrinterConfiguration
    private let port: any SerialPort
    private let clock: any Clock
    private let first: PrinterLink
    private let jobs = Mailbox<PrintJob>(capacity: 16)
    /// Jobs that are no slips, and don't count as such.
    private let notes = Mutex<Set<UInt64>>([])
    private let published: Mutex<PrinterReportState>
    private let isStopping = Atomic<Bool>(false)
    private let pass: @Sendable (KioskInput) -> Void
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void

    /// How long a port that can't be opened is left alone.
    private static let reopenAfter = TimeSpan.seconds(1)
    /// A printer whose buffer is full may hold the line while it prints.
    private static let writeSpan = TimeSpan.seconds(10)

    init(
        _ configuration: PrinterConfiguration, voidMark: [SlipItem], clock: any Clock,
        pass: @escaping @Sendable (KioskInput) -> Void,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) throws {
        self.configuration = configuration
        self.clock = clock
        self.pass = pass
        self.tell = tell
        port = try SerialPorts.make(
            PortSettings(
                address: configuration.port, baud: configuration.baud,
                format: SerialFormat(configuration.frame)))
        first = PrinterLink(voidMark: voidMark, isPaced: !port.canDrain)
        published = Mutex(PrinterReportState(since: clock.now()))
    }

    var state: PrinterReportState { published.withLock { $0 } }

    /// Prints a slip or a note, or tells that it can't.
    func print(_ job: PrintJob, isNote: Bool) {
        if isNote { notes.withLock { _ = $0.insert(job.id) } }
        guard jobs.put(job) else {
            notes.withLock { _ = $0.remove(job.id) }
            return pass(.ended(job.id, .failed(.fault)))
        }
        port.interrupt()
    }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        jobs.close()
        port.interrupt()
    }

    /// Serves the printer until ``stop()``, on the thread that calls it.
    func run() {
        var link = first
        var complaint: String?
        while !isStopping.load(ordering: .relaxed) {
            do {
                try port.open()
                complaint = nil
                published.withLock { $0.error = nil }
                tell("slip printer: \(port.description) is open", false)
                try port.discard()
                link.portReady(at: clock.now())
                try serve(&link)
            } catch {
                link.portLost(at: clock.now())
                published.withLock { $0.error = "\(error)" }
                port.close()
                if complaint != "\(error)", !isStopping.load(ordering: .relaxed) {
                    complaint = "\(error)"
                    tell("slip printer: \(error)", true)
                }
            }
            link.portLost(at: clock.now())
            report(&link)
            waitToReopen(&link)
        }
        port.close()
    }

    private func serve(_ link: inout PrinterLink) throws(PortError) {
        var bytes: [UInt8] = []
        while !isStopping.load(ordering: .relaxed) {
            for job in jobs.take(countMax: 16, timeout: .zero) ?? [] {
                link.print(job, at: clock.now())
            }
            bytes.removeAll(keepingCapacity: true)
            var until = clock.now()
            switch link.next(at: until) {
            case .transmit(let command):
                try port.write(command, until: until + Self.writeSpan)
                try port.drain(until: clock.now() + Self.writeSpan)
                until = clock.now()
            case .idle(let wake):
                if jobs.isEmpty { until = wake }
            }
            report(&link)
            _ = try port.read(into: &bytes, max: 256, until: until)
            link.received(bytes, at: clock.now())
        }
    }

    private func report(_ link: inout PrinterLink) {
        for event in link.takeEvents() {
            switch event {
            case .condition(let condition):
                published.withLock {
                    $0.condition = condition
                    $0.since = clock.now()
                }
                pass(.printer(condition))
            case .ended(let id, let outcome):
                if notes.withLock({ $0.remove(id) }) == nil {
                    published.withLock {
                        if case .failed = outcome { $0.failed += 1 } else { $0.printed += 1 }
                    }
                }
                pass(.ended(id, outcome))
            case .remark(let text): tell(text, false)
            }
        }
    }

    private func waitToReopen(_ link: inout PrinterLink) {
        let until = clock.now() + Self.reopenAfter
        while clock.now() < until, !isStopping.load(ordering: .relaxed) {
            for job in jobs.take(countMax: 16, timeout: .milliseconds(100)) ?? [] {
                link.print(job, at: clock.now())
            }
            report(&link)
        }
    }
}
