// SPDX-License-Identifier: Apache-2.0

// A keypad or scanner that types like a keyboard: an input device of the kernel, taken for this
// program alone, so that its keys reach no console.

import CSerialPort
import Glibc
import QueueCore

/// A key of a keyboard as a kiosk needs it.
public enum KeyboardKey: Hashable, Sendable {
    /// 0…9, of the upper row or of the number pad.
    case digit(UInt8)
    case enter, erase, escape
    /// Minus and space, which codes are printed with.
    case filler
    /// Any other key that writes something.
    case other
}

/// An input device (`/dev/input/by-id/…-event-kbd`). What is read are keys that went down.
public final class KeyboardPort: Sendable {
    private let path: String
    private let channel: PortChannel

    /// A device that is not open yet.
    public init(path: String) throws(PortError) {
        self.path = path
        channel = try PortChannel(address: path)
    }

    /// `keyboard /dev/input/…`.
    public var description: String { "keyboard \(path)" }

    /// What a technician should know of the device as it was opened.
    public var remarks: [String] { channel.remarks }

    /// Opens the device and takes it for this program alone.
    public func open() throws(PortError) {
        try channel.open { () throws(PortError) in
            do throws(Errno) {
                let descriptor = Descriptor(
                    try Posix.call { Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) })
                let isTaken = nobat_input_grab(descriptor.number) == 0
                let remark =
                    "\(path) is no input device that can be taken: its keys may go elsewhere too"
                return OpenedPort(
                    descriptor: descriptor, kind: .master, remarks: isTaken ? [] : [remark])
            } catch {
                throw .opening(error, port: path)
            }
        }
    }

    /// Closes the device; it may be opened again.
    public func close() { channel.close() }

    /// The keys that went down, waiting for one until the deadline.
    public func read(
        _ events: inout KeyboardEvents, until deadline: Moment
    ) throws(PortError) -> [KeyboardKey] {
        var bytes: [UInt8] = []
        _ = try channel.read(into: &bytes, max: HardwareLimits.readMax, until: deadline)
        return events.take(bytes)
    }

    /// Ends a read within milliseconds, or the next one. From any thread.
    public func interrupt() { channel.interrupt() }
}

/// Finds keys in the kernel's records of input (`struct input_event` of linux/input.h: a time of two
/// longs, then type, code and value).
public struct KeyboardEvents: Sendable {
    private var rest: [UInt8] = []

    /// Nothing has come yet.
    public init() {}

    private static let timeBytes = 2 * MemoryLayout<Int>.size
    private static let recordBytes = timeBytes + 8
    private static let keyType: UInt16 = 1
    private static let wentDown: Int32 = 1

    /// The keys that went down in what has come; a record that is cut off waits for its end.
    public mutating func take(_ bytes: [UInt8]) -> [KeyboardKey] {
        rest += bytes
        var keys: [KeyboardKey] = []
        while rest.count >= Self.recordBytes {
            let record = Array(rest[Self.timeBytes..<Self.recordBytes])
            rest.removeFirst(Self.recordBytes)
            let type = UInt16(record[0]) | UInt16(record[1]) << 8
            let code = UInt16(record[2]) | UInt16(record[3]) << 8
            let value = (0..<4).reduce(Int32(0)) { $0 | Int32(record[4 + $1]) << (8 * $1) }
            guard type == Self.keyType, value == Self.wentDown, let key = Self.key(code) else {
                continue
            }
            keys.append(key)
        }
        return keys
    }

    /// A key by its code (linux/input-event-codes.h); nil for keys that write nothing.
    private static func key(_ code: UInt16) -> KeyboardKey? {
        if let digit = pad[code] { return .digit(digit) }
        switch code {
        case 2...10: return .digit(UInt8(code - 1))
        case 11: return .digit(0)
        case 28, 96, 15: return .enter
        case 14, 111: return .erase
        // Escape, and the star of the number pad.
        case 1, 55: return .escape
        case 12, 57, 74: return .filler
        // Shift, control, alt, locks and function keys.
        case 29, 42, 54, 56, 58, 69, 70, 97, 100, 59...68, 87, 88: return nil
        default: return code < 128 ? .other : nil
        }
    }

    private static let pad: [UInt16: UInt8] = [
        71: 7, 72: 8, 73: 9, 75: 4, 76: 5, 77: 6, 79: 1, 80: 2, 81: 3, 82: 0,
    ]
}
