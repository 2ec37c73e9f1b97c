// SPDX-License-Identifier: Apache-2.0

// A Modbus RTU master written for these tests from the specification (MODBUS over Serial Line V1.02,
// 2.5.1; Application Protocol V1.1b3) and from Firmware/RegisterMap.md alone: nothing of the unit's or
// of nobatd's own code is in it, so a mistake that both share is seen here.

import EmulatedUnits
import Foundation
import Testing

/// A master on one unit's wires, which may also say what no master should.
struct BareMaster {
    let unit: EmulatedUnit
    var address: UInt8
    /// Requests that had to be made again because no good reply came.
    private(set) var retries = 0

    init(_ unit: EmulatedUnit, address: UInt8) {
        self.unit = unit
        self.address = address
    }

    /// A reply is there within 20 ms; an emulated chip that gets no time is late.
    static let replySeconds = 0.4
    /// A gap between frames that is long enough even when the chip is late by some ticks.
    static let gapMicroseconds: UInt32 = 20_000
    /// An emulated chip that is stopped in the middle of a request takes the rest for a frame of its
    /// own; nobatd asks again as well.
    static let triesMax = 8

    /// The check word, low byte first (Serial Line, 6.2.2).
    static func framed(_ bytes: [UInt8]) -> [UInt8] {
        var crc: UInt16 = 0xFFFF
        for byte in bytes {
            crc ^= UInt16(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
        }
        return bytes + [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
    }

    static func words(_ values: [UInt16]) -> [UInt8] {
        values.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }

    static func text(_ four: String) -> [UInt16] {
        let bytes = Array(four.utf8)
        return [0, 2].map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8]) { unit.uart.send(bytes) }

    /// What the unit says within `seconds`, up to a whole reply to `request`.
    func hear(seconds: Double, request: [UInt8] = []) -> [UInt8] {
        var bytes: [UInt8] = []
        let end = UnitPins.now() + seconds
        while UnitPins.now() < end, bytes.isEmpty || bytes.count < length(bytes, request) {
            guard unit.uart.receive(into: &bytes, seconds: 0.005) else { break }
        }
        return bytes
    }

    /// Bytes of the reply that begins with `bytes`.
    private func length(_ bytes: [UInt8], _ request: [UInt8]) -> Int {
        guard bytes.count >= 3, let function = request.first else { return .max }
        switch bytes[1] {
        case let code where code & 0x80 != 0: return 5
        case 3, 23: return 5 + Int(bytes[2])
        case 6, 16: return 8
        default: return function == bytes[1] ? request.count + 3 : .max
        }
    }

    /// Makes a request to `address` until a good reply comes: without address and check word.
    mutating func ask(
        _ request: [UInt8], at location: SourceLocation = #_sourceLocation
    ) throws -> [UInt8] {
        var last: [UInt8] = []
        for attempt in 0..<Self.triesMax {
            if attempt > 0 {
                retries += 1
                usleep(Self.gapMicroseconds)
                _ = hear(seconds: 0.05)
            }
            send(Self.framed([address] + request))
            last = hear(seconds: Self.replySeconds, request: request)
            if last.count >= 5, last[0] == address, last == Self.framed(last.dropLast(2)) {
                return Array(last[1...].dropLast(2))
            }
        }
        throw Failure(
            text: "unit \(address) does not answer \(request): \(last)", location: location)
    }

    /// The exception that a request meets; nil when it is carried out.
    mutating func exception(
        _ request: [UInt8], at location: SourceLocation = #_sourceLocation
    ) throws -> UInt8? {
        let reply = try ask(request, at: location)
        guard reply[0] == request[0] | 0x80 else {
            try check(reply[0], is: request[0], "the function of the reply", at: location)
            return nil
        }
        try check(reply.count, is: 2, "bytes of an exception", at: location)
        return reply[1]
    }

    /// Reads registers (function 3).
    mutating func read(
        _ start: UInt16, _ count: UInt16 = 1, at location: SourceLocation = #_sourceLocation
    ) throws -> [UInt16] {
        let reply = try ask([3] + Self.words([start, count]), at: location)
        return try Self.values(reply, function: 3, count: Int(count), at: location)
    }

    /// Writes one register (function 6).
    mutating func write(
        _ value: UInt16, to register: UInt16, at location: SourceLocation = #_sourceLocation
    ) throws {
        let request = [6] + Self.words([register, value])
        let reply = try ask(request, at: location)
        try check(reply, is: request, "the echo of a written register", at: location)
    }

    /// Writes registers (function 16).
    mutating func write(
        _ values: [UInt16], from start: UInt16, at location: SourceLocation = #_sourceLocation
    ) throws {
        let head = [16] + Self.words([start, UInt16(values.count)])
        let reply = try ask(
            head + [UInt8(2 * values.count)] + Self.words(values), at: location)
        try check(reply, is: head, "the answer to written registers", at: location)
    }

    /// Shows a text and reads back what stands, in one exchange as nobatd does (function 23): tag,
    /// both halves, flags.
    mutating func show(
        _ text: String, tag: UInt16, blinks: UInt16 = 0, beeps: UInt16? = nil,
        at location: SourceLocation = #_sourceLocation
    ) throws -> [UInt16] {
        let values = [tag] + Self.text(text) + [blinks] + (beeps.map { [$0] } ?? [])
        let head = Self.words([0x0040, 4, 0x0010, UInt16(values.count)])
        let reply = try ask(
            [23] + head + [UInt8(2 * values.count)] + Self.words(values), at: location)
        return try Self.values(reply, function: 23, count: 4, at: location)
    }

    private static func values(
        _ reply: [UInt8], function: UInt8, count: Int, at location: SourceLocation
    ) throws -> [UInt16] {
        try check(
            Array(reply.prefix(2)), is: [function, UInt8(2 * count)], "the head of \(reply)",
            at: location)
        try check(reply.count, is: 2 + 2 * count, "bytes of a reply", at: location)
        return (0..<count).map { UInt16(reply[2 + 2 * $0]) << 8 | UInt16(reply[3 + 2 * $0]) }
    }
}
