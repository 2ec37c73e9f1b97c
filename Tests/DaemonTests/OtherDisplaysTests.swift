// SPDX-License-Identifier: Apache-2.0

// Displays of other makers behind the real controller: each family is at a port of its own, and what
// comes out of it is compared with the frames of PEERS and of the makers' sheets, byte for byte.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct OtherDisplaysTests {
        /// What one display's port has got so far, and the answers of one that answers.
        private final class Line {
            let listener: RawListener
            var peer: RawClient?
            var bytes: [UInt8] = []

            init() throws { listener = try RawListener() }

            /// Takes in what has come.
            func listen() throws {
                let peer = try self.peer ?? listener.accept()
                self.peer = peer
                var chunk = [UInt8](repeating: 0, count: 4_096)
                let count = recv(peer.descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
                if count > 0 { bytes += chunk[..<count] }
                // Closed: the bus opens its port anew.
                if count == 0 { self.peer = nil }
            }

            func has(_ wanted: [UInt8]) throws -> Bool {
                try listen()
                guard bytes.count >= wanted.count else { return false }
                return (0...bytes.count - wanted.count).contains {
                    bytes[$0..<$0 + wanted.count].elementsEqual(wanted)
                }
            }
        }

        /// A DM56A04 at address 1: six registers of one ASCII digit each; it answers what it is asked.
        private final class Counter {
            let line: Line
            var registers = [UInt16](repeating: 0x20, count: 8)
            private var taken = 0

            init() throws { line = try Line() }

            var text: String {
                String(
                    decoding: registers.prefix(6).map { UInt8(truncatingIfNeeded: $0) },
                    as: UTF8.self)
            }

            /// Carries out whole requests (functions 3, 6 and 16) that have come.
            func serve() throws {
                try line.listen()
                while true {
                    let request = Array(line.bytes[taken...])
                    guard request.count >= 8 else { return }
                    let size = request[1] == 16 ? 9 + Int(request[6]) : 8
                    guard request.count >= size else { return }
                    taken += size
                    answer(Array(request.prefix(size)))
                }
            }

            private func answer(_ request: [UInt8]) {
                let start = Int(request[2]) << 8 | Int(request[3])
                let value = UInt16(request[4]) << 8 | UInt16(request[5])
                var reply: [UInt8] = Array(request.prefix(6))
                switch request[1] {
                case 3:
                    let words = registers[start..<start + Int(value)]
                    reply = [request[0], 3, UInt8(2 * words.count)]
                    reply += words.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
                case 6: registers[start] = value
                default:
                    for place in 0..<Int(value) {
                        registers[start + place] =
                            UInt16(request[7 + 2 * place]) << 8 | UInt16(request[8 + 2 * place])
                    }
                }
                line.peer?.send(Self.framed(reply))
            }

            private static func framed(_ bytes: [UInt8]) -> [UInt8] {
                var crc: UInt16 = 0xFFFF
                for byte in bytes {
                    crc ^= UInt16(byte)
                    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
                }
                return bytes + [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
            }
        }

        private static func configuration(
            _ hall: SoftwareHall, _ candle: Line, _ alpha: Line, _ ascii: Line, _ counter: Counter
        ) -> String {
            """
            name: hall-a
            central: 127.0.0.1:\(hall.first.wire.port)
            socket: \(hall.folder)/hall-a.sock
            database: \(hall.folder)/hall-a.db
            calls: { guard: 0ms }
            buses:
              - { name: candles, port: "tcp://127.0.0.1:\(candle.listener.port)", family: candle }
              - name: plain
                port: tcp://127.0.0.1:\(ascii.listener.port)
                family: ascii
                template: '\\x02{address}{number}{arrow}\\r\\n'
              - { name: counters, port: "tcp://127.0.0.1:\(counter.line.listener.port)", family: modbus, map: dm56a04 }
              - { name: board, port: "tcp://127.0.0.1:\(alpha.listener.port)", family: alpha, template: '{text} {arrow} {booth}' }
            booths:
              - { number: 1, services: [admission], display: { bus: candles, address: 33 } }
              - { number: 2, services: [admission], display: { bus: plain, address: 7 } }
              - { number: 3, services: [admission], display: { bus: counters, address: 1 } }
            board:
              rows: [{ bus: board, address: 1 }, { bus: board, address: 2 }]
              arrows: { left: [1], right: [2, 3] }
            """
        }

        @Test func callsStandOnEveryFamilyAndOnTheBoard() async {
            var plan = SoftwareHall.Plan()
            plan.booths = 3
            await withHall(plan, starts: false) { hall in
                let (candle, alpha, ascii) = (try Line(), try Line(), try Line())
                let counter = try Counter()
                try Self.configuration(hall, candle, alpha, ascii, counter)
                    .write(toFile: hall.folder + "/hall-a.yaml", atomically: true, encoding: .utf8)
                try hall.central.start()
                try hall.first.daemon.start()
                try check(hall.central.waitUntilItAnswers(), "the central answers")
                try check(hall.waitUntilConnected(), "the controller is connected")
                for wanted in ["A001", "A002", "A003"] {
                    try check(try hall.number(at: hall.central), is: wanted, "the ticket")
                }
                try check(try hall.callNext(1), is: "A001", "the first call")
                // 01 addr blink data 07: blink 21–7F hex, so many times.
                try within(20, "Candle's frame: \(candle.bytes)") {
                    try candle.listen()
                    let text = Array("A001".utf8) + [0x07]
                    return try candle.has(text) && candle.bytes.starts(with: [0x02, 0x21])
                }
                // Two rows hold two calls, so the first is looked for before the third comes.
                try within(20, "the board's first call: \(alpha.bytes)") {
                    try alpha.has(Array("A001 <  1".utf8))
                }
                try check(try hall.callNext(2), is: "A002", "the second call")
                try within(20, "the template's frame: \(ascii.bytes)") {
                    try ascii.has([0x02] + Array("7 002 \r\n".utf8))
                }
                try check(try hall.callNext(3), is: "A003", "the third call")
                // No letters on this one: its digits are at the right.
                try within(20, "the Modbus display, not \"\(counter.text)\"") {
                    try counter.serve()
                    return counter.text.hasSuffix("003")
                }
                try within(20, "the board's rows: \(String(decoding: alpha.bytes, as: UTF8.self))")
                {
                    try counter.serve()
                    return try alpha.has(Array("A003 >  3".utf8))
                }
                try Self.checkWhatIsVerified(hall, counter)
            }
        }

        /// What can't be read back is never said to be verified.
        private static func checkWhatIsVerified(_ hall: SoftwareHall, _ counter: Counter) throws {
            try within(20, "the display that can be read is verified") {
                try counter.serve()
                return try hall.first.daemon.displays().first { $0.booth == 3 }?.verified == true
            }
            for row in try hall.first.daemon.displays() where row.booth != 3 {
                try check(!row.verified, "booth \(row.booth) can't be verified")
            }
        }
    }
}
