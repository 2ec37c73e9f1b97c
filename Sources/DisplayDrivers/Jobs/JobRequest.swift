// SPDX-License-Identifier: Apache-2.0

// One exchange that a technician's job asks of the bus, and what became of it.

import BoothUnit
import QueueCore

/// An exchange with any address of the bus, whether a booth stands there or not.
public struct JobRequest: Equatable, Sendable {
    /// What is asked of the unit.
    public enum Action: Equatable, Sendable {
        /// Read so many registers from an address on.
        case read(from: UInt16, count: Int)
        /// Write registers from an address on (function 16: its reply is no copy of the request,
        /// which some adapters return).
        case write([UInt16], at: UInt16)
    }

    /// Whom.
    public let unit: UnitAddress
    /// What.
    public let action: Action

    /// Reads the registers from `first` to `last`, which must be at most 125.
    public static func read(
        _ unit: UnitAddress, _ first: Register, through last: Register
    ) -> JobRequest {
        let count = Int(last.rawValue) - Int(first.rawValue) + 1
        precondition(1...125 ~= count, "a read of \(count) registers")
        return JobRequest(unit: unit, action: .read(from: first.rawValue, count: count))
    }

    /// Writes values from `first` on; at least one, at most 123.
    public static func write(
        _ unit: UnitAddress, _ first: Register, _ values: UInt16...
    ) -> JobRequest {
        precondition(1...123 ~= values.count, "a write of \(values.count) registers")
        return JobRequest(unit: unit, action: .write(values, at: first.rawValue))
    }

    var bytes: [UInt8] {
        switch action {
        case .read(let start, let count):
            ModbusRequest.read(unit: unit, from: start, count: count)
        case .write(let values, let start):
            ModbusRequest.write(unit: unit, values, at: start)
        }
    }

    var replyLength: Int {
        switch action {
        case .read(_, let count): ModbusReply.length(words: count)
        case .write: ModbusReply.writeLength
        }
    }
}

/// What an exchange brought.
public enum JobOutcome: Equatable, Sendable {
    /// The registers that were read; none after a write. `more` bytes of another answer came with
    /// it, so more than one unit may have answered.
    case answer([UInt16], more: Int)
    /// The unit refused with this Modbus exception.
    case refusal(Int)
    /// Nothing came.
    case silence
    /// These bytes came, and they are no answer to the request.
    case garbled([UInt8])

    /// The registers read, when the unit answered.
    public var words: [UInt16]? {
        if case .answer(let words, _) = self { words } else { nil }
    }
}

/// A job's exchange in flight. It listens on for a while after the reply: a second unit with the
/// same address answers a little later.
struct JobExchange: Sendable {
    let request: JobRequest
    private let requestBytes: [UInt8]
    private let replyTime: TimeSpan
    private(set) var deadline: Moment
    private var bytes: [UInt8] = []

    init(_ request: JobRequest, settings: BusSettings, at now: Moment) {
        self.request = request
        requestBytes = request.bytes
        let turn = settings.frameGap + settings.frameGap + settings.replySlack
        replyTime = settings.time(ofBytes: request.replyLength) + settings.replySlack
        deadline = now + settings.time(ofBytes: requestBytes.count) + turn
    }

    var frame: [UInt8] { requestBytes }

    mutating func append(_ more: [UInt8], at now: Moment) {
        if isSilent { deadline = max(deadline, now + replyTime) }
        bytes.append(contentsOf: more.prefix(DisplayLimits.bufferBytesMax - bytes.count))
        guard reply != nil else { return }
        deadline = min(deadline, now + DisplayLimits.secondReplyWait)
    }

    /// Only the echo of the request came so far, if that.
    private var isSilent: Bool { requestBytes.starts(with: bytes) }

    var outcome: JobOutcome {
        if let reply { return reply }
        let rest =
            bytes.starts(with: requestBytes) ? bytes.dropFirst(requestBytes.count) : bytes[...]
        return rest.isEmpty ? .silence : .garbled(Array(rest))
    }

    private var reply: JobOutcome? {
        switch request.action {
        case .read(_, let count):
            switch ModbusReply.find(in: bytes, request: requestBytes, words: count) {
            case .words(let words, let strays): return .answer(words, more: strays)
            case .exception(let code, _): return .refusal(code)
            case nil: return nil
            }
        case .write:
            switch ModbusReply.findWritten(in: bytes, request: requestBytes) {
            case .words(_, let strays): return .answer([], more: strays)
            case .exception(let code, _): return .refusal(code)
            case nil: return nil
            }
        }
    }
}
