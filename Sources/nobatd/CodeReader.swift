// SPDX-License-Identifier: Apache-2.0

// A keypad or a scanner: a thread that turns what it sends into keys.

import DaemonSupport
import Hardware
import NobatConfiguration
import QueueCore
import Synchronization

final class CodeReader: Sendable {
    private enum Source {
        case serial(any SerialPort)
        case keyboard(KeyboardPort)
    }

    private let source: Source
    private let clock: any Clock
    private let isStopping = Atomic<Bool>(false)
    private let published = Mutex<(isOpen: Bool, error: String?)>((false, nil))
    private let pass: @Sendable (KioskKey) -> Void
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void

    /// How long a device that can't be opened is left alone, in microseconds.
    private static let retryMicroseconds: UInt32 = 1_000_000

    init(
        _ configuration: ReaderConfiguration, clock: any Clock,
        pass: @escaping @Sendable (KioskKey) -> Void,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) throws {
        self.clock = clock
        self.pass = pass
        self.tell = tell
        source =
            switch configuration {
            case .serial(let port, let baud):
                .serial(try SerialPorts.make(PortSettings(address: port, baud: baud)))
            case .keyboard(let path): .keyboard(try KeyboardPort(path: path))
            }
    }

    /// What it is, whether it is open, and why not.
    var state: (name: String, isOpen: Bool, error: String?) {
        let (isOpen, error) = published.withLock { $0 }
        return (name, isOpen, error)
    }

    private var name: String {
        switch source {
        case .serial(let port): port.description
        case .keyboard(let port): port.description
        }
    }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        switch source {
        case .serial(let port): port.interrupt()
        case .keyboard(let port): port.interrupt()
        }
    }

    /// Reads until ``stop()``, on the thread that calls it.
    func run() {
        var complaint: String?
        while !isStopping.load(ordering: .relaxed) {
            do {
                let remarks = try open()
                complaint = nil
                published.withLock { $0 = (true, nil) }
                tell("code reader: \(name) is open", false)
                for remark in remarks { tell("code reader: \(remark)", true) }
                try read()
            } catch {
                published.withLock { $0 = (false, "\(error)") }
                if complaint != "\(error)" {
                    complaint = "\(error)"
                    tell("code reader: \(error)", true)
                }
            }
            if !isStopping.load(ordering: .relaxed) { Pause.microseconds(Self.retryMicroseconds) }
        }
        switch source {
        case .serial(let port): port.close()
        case .keyboard(let port): port.close()
        }
    }

    private func open() throws(PortError) -> [String] {
        switch source {
        case .serial(let port):
            try port.open()
            return port.remarks
        case .keyboard(let port):
            try port.open()
            return port.remarks
        }
    }

    private func read() throws(PortError) {
        var digits = TypedDigits()
        var events = KeyboardEvents()
        var bytes: [UInt8] = []
        while !isStopping.load(ordering: .relaxed) {
            let until = clock.now() + .seconds(3_600)
            switch source {
            case .serial(let port):
                bytes.removeAll(keepingCapacity: true)
                _ = try port.read(into: &bytes, max: 256, until: until)
                for key in digits.take(bytes) { pass(key) }
            case .keyboard(let port):
                for key in try port.read(&events, until: until) { pass(KioskKey(key)) }
            }
        }
    }
}

extension KioskKey {
    fileprivate init(_ key: KeyboardKey) {
        switch key {
        case .digit(let digit): self = .digit(digit)
        case .enter: self = .enter
        case .erase: self = .erase
        case .escape: self = .clear
        case .filler: self = .filler
        case .other: self = .other
        }
    }
}
