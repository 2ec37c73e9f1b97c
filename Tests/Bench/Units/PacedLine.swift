// SPDX-License-Identifier: Apache-2.0

import BoothUnit
import Foundation

/// A half-duplex line with units on it. What the master says is heard when its last byte and the silence
/// after it would have passed, and a reply is handed over when its last byte would have come.
final class PacedLine {
    private let master: Int32
    /// Held open, so that nobody's leaving ends the line.
    private let slave: Int32
    /// A start bit, eight data bits and a stop bit.
    private let byteNs: Int64
    /// 3.5 characters of 11 bits, above 19,200 baud 1.75 ms (Modbus over Serial Line V1.02, 2.5.1.1).
    private let gapNs: Int64
    private var units: [DisplayUnit]
    private var ticked = PacedLine.now()

    private var request: [UInt8] = []
    private var arrived: Int64 = 0
    private var heardAt: Int64 = 0
    private var reply: [UInt8] = []
    private var replyAt: Int64 = 0
    /// The line carries something until then.
    private var busyUntil: Int64 = 0

    init(path: String, baud: Int, units addresses: [UInt8]) throws {
        byteNs = 10_000_000_000 / Int64(baud)
        gapNs = baud > 19_200 ? 1_750_000 : 38_500_000_000 / Int64(baud)
        units = addresses.map { address in
            DisplayUnit(
                identity: UnitIdentity(
                    address: address, addressSource: .flash, boardID: 0, version: (1, 0, 0),
                    resetCause: .powerOn), gapTicks: 0)
        }
        let flags = O_RDWR | O_NOCTTY | O_CLOEXEC
        master = open("/dev/ptmx", flags)
        var locked: Int32 = 0
        var number: Int32 = 0
        guard master >= 0, ioctl(master, Self.setLock, &locked) == 0,
            ioctl(master, Self.getNumber, &number) == 0
        else { throw Self.failure }
        let name = "/dev/pts/\(number)"
        slave = open(name, flags)
        var settings = termios()
        guard slave >= 0, tcgetattr(slave, &settings) == 0 else { throw Self.failure }
        cfmakeraw(&settings)
        guard tcsetattr(slave, TCSANOW, &settings) == 0 else { throw Self.failure }
        unlink(path)
        guard symlink(name, path) == 0 else { throw Self.failure }
    }

    /// Serves the line until the standard input ends.
    func serve() {
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let next = [heardAt, replyAt].filter { $0 > 0 }.min()
            let ready = Self.wait([master, STDIN_FILENO], until: next)
            if ready.contains(STDIN_FILENO), read(STDIN_FILENO, &chunk, chunk.count) <= 0 { return }
            if ready.contains(master) {
                let count = read(master, &chunk, chunk.count)
                if count > 0 { take(chunk[..<count]) }
            }
            let now = Self.now()
            if heardAt > 0, now >= heardAt { hear() }
            if replyAt > 0, now >= replyAt { answer() }
        }
    }

    private func take(_ bytes: ArraySlice<UInt8>) {
        let now = Self.now()
        if request.isEmpty { arrived = now }
        request += bytes
        busyUntil = max(busyUntil, now) + Int64(bytes.count) * byteNs
        heardAt = busyUntil + gapNs
    }

    private func hear() {
        let now = Self.now()
        let ticks = min(10_000, (now - ticked) / 1_000_000)
        ticked += ticks * 1_000_000
        if now - ticked > 1_000_000_000 { ticked = now }
        var said: [UInt8] = []
        for index in units.indices {
            for _ in 0..<ticks { units[index].tick1ms(buttons: 0) }
            for byte in request { units[index].receive(byte) }
            units[index].frameGap()
            while let byte = units[index].nextReplyByte() { said.append(byte) }
            _ = units[index].takeAction()
        }
        busyUntil = heardAt + Int64(said.count) * byteNs
        tell(said.count)
        if !said.isEmpty {
            reply = said
            replyAt = busyUntil
        }
        request.removeAll(keepingCapacity: true)
        heardAt = 0
    }

    private func answer() {
        _ = reply.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
        reply.removeAll(keepingCapacity: true)
        replyAt = 0
    }

    private func tell(_ replyCount: Int) {
        let address = request.first ?? 0
        let function = request.count > 1 ? request[1] : 0
        let text =
            units.first { $0.identity.address == address }.map { unit in
                (0..<4).map { String(UnicodeScalar(unit.shown[$0])) }.joined()
            } ?? ""
        let kind = Self.isShow(request, function) ? "show" : "poll"
        let line =
            "\(arrived) \(heardAt) \(busyUntil) \(address) \(kind) \(request.count) \(replyCount) "
            + "\(text)\n"
        FileHandle.standardOutput.write(Data(line.utf8))
    }

    /// Whether a request writes the show's registers (functions 16 and 23).
    private static func isShow(_ request: [UInt8], _ function: UInt8) -> Bool {
        let place = function == 0x17 ? 6 : 2
        guard function == 0x17 || function == 0x10, request.count > place + 1 else { return false }
        let first = UInt16(request[place]) << 8 | UInt16(request[place + 1])
        return first == Register.showTag.rawValue || first == Register.textLeft.rawValue
    }

    private static var failure: POSIXError {
        POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Linux's TIOCSPTLCK and TIOCGPTN: a pseudo-terminal's lock, and its number.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    /// The descriptors that can be read, at the latest at a moment.
    private static func wait(_ descriptors: [Int32], until moment: Int64?) -> [Int32] {
        var set = fd_set()
        withUnsafeMutableBytes(of: &set) { bits in
            for each in descriptors { bits[Int(each) / 8] |= 1 << UInt8(each % 8) }
        }
        let most = (descriptors.max() ?? 0) + 1
        let count: Int32
        if let moment {
            let span = max(0, moment - now())
            var time = timespec(
                tv_sec: Int(span / 1_000_000_000), tv_nsec: Int(span % 1_000_000_000))
            count = pselect(most, &set, nil, nil, &time, nil)
        } else {
            count = pselect(most, &set, nil, nil, nil, nil)
        }
        guard count > 0 else { return [] }
        return withUnsafeBytes(of: &set) { bits in
            descriptors.filter { bits[Int($0) / 8] & 1 << UInt8($0 % 8) != 0 }
        }
    }
}
