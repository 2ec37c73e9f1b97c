// SPDX-License-Identifier: Apache-2.0

// One exchange with a maker's Modbus display. Source: MODBUS Application Protocol V1.1b3, 6.3, 6.6,
// 6.12 and 7.

import BoothUnit
import QueueCore

/// What an exchange with a display writes or reads.
enum MapRequest: Equatable, Sendable {
    /// One register.
    case writeOne(UInt16, at: UInt16)
    /// Several registers.
    case writeMany([UInt16], at: UInt16)
    /// Several registers.
    case read(count: Int, at: UInt16)

    /// The frame to a display.
    func frame(to unit: UnitAddress) -> [UInt8] {
        var bytes = [unit.value]
        switch self {
        case .writeOne(let word, let register):
            bytes.append(ModbusFunction.writeOne)
            Self.append([register, word], to: &bytes)
        case .writeMany(let words, let register):
            bytes.append(ModbusFunction.writeMany)
            Self.append([register, UInt16(words.count)], to: &bytes)
            bytes.append(UInt8(2 * words.count))
            Self.append(words, to: &bytes)
        case .read(let count, let register):
            bytes.append(ModbusFunction.read)
            Self.append([register, UInt16(count)], to: &bytes)
        }
        let check = ModbusReply.check(bytes[...])
        return bytes + [UInt8(truncatingIfNeeded: check), UInt8(check >> 8)]
    }

    /// Bytes of the reply.
    var replyLength: Int {
        if case .read(let count, _) = self { ModbusReply.length(words: count) } else { 8 }
    }

    private static func append(_ words: [UInt16], to bytes: inout [UInt8]) {
        for word in words {
            bytes.append(UInt8(word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word))
        }
    }
}

/// An exchange in flight.
struct MapExchange: Sendable {
    /// What came of it.
    enum Outcome: Equatable {
        /// The write was acknowledged, or these registers were read.
        case done([UInt16])
        /// The display refused.
        case refused(code: Int)
    }

    let index: Int
    let step: MapStep
    let request: MapRequest
    let frame: [UInt8]
    let deadline: Moment
    private var bytes: [UInt8] = []
    private(set) var excess = 0

    init(index: Int, step: MapStep, request: MapRequest, frame: [UInt8], deadline: Moment) {
        self.index = index
        self.step = step
        self.request = request
        self.frame = frame
        self.deadline = deadline
    }

    mutating func append(_ more: [UInt8]) {
        let room = DisplayLimits.bufferBytesMax - bytes.count
        bytes.append(contentsOf: more.prefix(room))
        excess += max(0, more.count - room)
    }

    /// What came so far, and bytes of it that belong to nothing; nil while it is no reply.
    ///
    /// The reply to a write of one register is the request once more. An adapter that returns what
    /// it sends can't be told from it, so there the second copy counts: see `echoes`.
    func outcome(echoes: Bool) -> (outcome: Outcome, strays: Int)? {
        let from = echoes && bytes.starts(with: frame) ? frame.count : 0
        if case .read(let count, _) = request {
            switch ModbusReply.find(in: bytes, request: frame, words: count) {
            case .words(let words, let strays): return (.done(words), strays)
            case .exception(let code, let strays): return (.refused(code: code), strays)
            case nil: return nil
            }
        }
        guard bytes.count >= from + 5 else { return nil }
        for start in from...(bytes.count - 5) {
            let rest = bytes[start...]
            if rest.count >= 8, rest.starts(with: frame.prefix(6)), fits(rest.prefix(8)) {
                return (.done([]), bytes.count - from - 8)
            }
            let code = frame[1] | ModbusFunction.exceptionBit
            if rest.starts(with: [frame[0], code]), fits(rest.prefix(5)) {
                return (.refused(code: Int(bytes[start + 2])), bytes.count - from - 5)
            }
        }
        return nil
    }

    /// Why there was no reply by the deadline.
    func fault(echoes: Bool) -> BusFault {
        let from = echoes && bytes.starts(with: frame) ? frame.count : 0
        guard bytes.count > from else { return .timeout }
        let reply = bytes[from...]
        if reply.count >= 5, fits(reply) {
            return reply.first == frame[0] ? .wrongReply : .wrongAddress
        }
        return reply.count < request.replyLength ? .truncated : .badCheck
    }

    private func fits(_ frame: ArraySlice<UInt8>) -> Bool {
        let end = frame.endIndex
        return ModbusReply.check(frame.dropLast(2))
            == UInt16(frame[end - 1]) << 8 | UInt16(frame[end - 2])
    }
}
