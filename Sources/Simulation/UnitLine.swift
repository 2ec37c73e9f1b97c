// SPDX-License-Identifier: Apache-2.0

// The serial line between a master and its units in simulated time: each byte takes its time, and
// frames may be lost, garbled, cut short, or run into each other.

import DisplayDrivers
import QueueCore

/// One frame on its way along the line.
struct Passage: Sendable {
    /// Who sends it: the index of a unit, or nil for the master.
    let sender: Int?
    let bytes: [UInt8]
    let start: Moment
    /// When its last byte ends.
    let end: Moment
    /// Nothing on the way changed it.
    let isWhole: Bool
}

/// A half-duplex line with faults.
struct UnitLine: Sendable {
    let byteTime: TimeSpan
    let gapTime: TimeSpan
    /// Frames, of a thousand, that reach nobody.
    var framesLostPerMille = 0
    /// Bytes, of a thousand, that arrive as another.
    var bytesGarbledPerMille = 0
    private(set) var passages: [Passage] = []
    /// What has arrived since the last gap: one frame, to whoever hears it.
    private var heard: [Passage] = []
    /// When the line has been silent for long enough to end a frame.
    private(set) var gapAt: Moment?
    private(set) var framesSent = 0

    init(_ settings: BusSettings) {
        byteTime = settings.time(ofBytes: 1)
        gapTime = settings.frameGap
    }

    /// When something next happens on the line.
    var due: Moment? {
        guard var first = passages.first?.end else { return gapAt }
        for passage in passages.dropFirst() { first = min(first, passage.end) }
        return first
    }

    /// Puts a frame on the line. Two at once garble each other, and a frame that begins before the
    /// gap after another is taken for its continuation, as every receiver does.
    mutating func send(
        _ bytes: [UInt8], from sender: Int?, at now: Moment, _ random: inout LineRandom
    ) {
        framesSent += 1
        gapAt = nil
        let end = now + byteTime * Int64(bytes.count)
        var isWhole = true
        var bytes = bytes
        if random.happens(framesLostPerMille) {
            (bytes, isWhole) = ([], false)
        } else if bytesGarbledPerMille > 0 {
            for index in bytes.indices where random.happens(bytesGarbledPerMille) {
                bytes[index] ^= UInt8(1 + random.draw(255))
                isWhole = false
            }
        }
        if !passages.isEmpty {
            (bytes, isWhole) = (Self.garbled(bytes, &random), false)
            passages = passages.map {
                Passage(
                    sender: $0.sender, bytes: Self.garbled($0.bytes, &random), start: $0.start,
                    end: $0.end, isWhole: false)
            }
        }
        passages.append(
            Passage(sender: sender, bytes: bytes, start: now, end: end, isWhole: isWhole))
    }

    private static func garbled(_ bytes: [UInt8], _ random: inout LineRandom) -> [UInt8] {
        bytes.map { $0 ^ UInt8(random.draw(256)) }
    }

    /// The sender of a frame is gone: what it has not sent by now never comes.
    mutating func cut(sender: Int?, at now: Moment) {
        passages = passages.map { passage in
            guard passage.sender == sender, passage.end > now else { return passage }
            let sent = Int((now - passage.start).microseconds / byteTime.microseconds)
            return Passage(
                sender: sender, bytes: Array(passage.bytes.prefix(sent)), start: passage.start,
                end: now, isWhole: false)
        }
    }

    /// The frames that have arrived by now, in the order in which they were sent.
    mutating func takeArrived(at now: Moment) -> [Passage] {
        let arrived = passages.filter { $0.end <= now }
        guard !arrived.isEmpty else { return [] }
        passages.removeAll { $0.end <= now }
        heard += arrived
        if passages.isEmpty { gapAt = now + gapTime }
        return arrived
    }

    /// What was heard as one frame, if the line has now been silent for the gap after it.
    mutating func takeFrame(at now: Moment) -> [Passage] {
        guard let gapAt, gapAt <= now else { return [] }
        self.gapAt = nil
        defer { heard = [] }
        return heard
    }
}
