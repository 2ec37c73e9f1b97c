// SPDX-License-Identifier: Apache-2.0

// The digest that seals backups, chains the audit and tells configurations apart (FIPS 180-4).

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A running SHA-256. The same bytes in other pieces give the same digest.
public struct SHA256: Sendable {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
        0x5be0_cd19,
    ]
    private var schedule = [UInt32](repeating: 0, count: 64)
    private var pending: [UInt8] = []
    private var count: UInt64 = 0

    /// The digest of nothing yet.
    public init() { pending.reserveCapacity(64) }

    /// The digest of bytes, as 64 hexadecimal digits.
    public static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var running = SHA256()
        running.add(Array(bytes))
        return running.finish()
    }

    /// The digest of a file.
    public static func ofFile(_ path: String) throws(StoreError) -> String {
        let file = try Descriptor(path, O_RDONLY)
        var running = SHA256()
        while true {
            let bytes = try file.read(1 << 16, path)
            if bytes.isEmpty { return running.finish() }
            running.add(bytes)
        }
    }

    /// Takes in more bytes.
    public mutating func add(_ bytes: [UInt8]) {
        count += UInt64(bytes.count)
        bytes.withUnsafeBufferPointer { bytes in
            var place = 0
            if !pending.isEmpty {
                place = min(64 - pending.count, bytes.count)
                pending.append(contentsOf: bytes[..<place])
                guard pending.count == 64 else { return }
                pending.withUnsafeBufferPointer { Self.mix($0, 0, &state, &schedule) }
                pending.removeAll(keepingCapacity: true)
            }
            while bytes.count - place >= 64 {
                Self.mix(bytes, place, &state, &schedule)
                place += 64
            }
            pending.append(contentsOf: bytes[place...])
        }
    }

    /// The digest, as 64 hexadecimal digits. Nothing can be taken in after that.
    public mutating func finish() -> String {
        let bits = count &* 8
        let zeros = (119 - Int(count % 64)) % 64
        var tail: [UInt8] = [0x80] + [UInt8](repeating: 0, count: zeros)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            tail.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
        add(tail)
        return state.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    private static func mix(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ state: inout [UInt32],
        _ schedule: inout [UInt32]
    ) {
        for index in 0..<16 {
            let at = start + index * 4
            schedule[index] =
                UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16
                | UInt32(bytes[at + 2]) << 8 | UInt32(bytes[at + 3])
        }
        for index in 16..<64 {
            let (early, late) = (schedule[index - 15], schedule[index - 2])
            let first = turn(early, 7) ^ turn(early, 18) ^ (early >> 3)
            let second = turn(late, 17) ^ turn(late, 19) ^ (late >> 10)
            schedule[index] =
                schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let choice = (e & f) ^ (~e & g)
            let high = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
            let one = h &+ high &+ choice &+ Self.constants[index] &+ schedule[index]
            let majority = (a & b) ^ (a & c) ^ (b & c)
            let two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) &+ majority
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ one, c, b, a, one &+ two)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }

    @inline(__always)
    private static func turn(_ word: UInt32, _ by: UInt32) -> UInt32 {
        word >> by | word << (32 - by)
    }

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1,
        0x923f_82a4, 0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
        0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786,
        0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147,
        0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
        0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
        0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a,
        0x5b9c_ca4f, 0x682e_6ff3, 0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
        0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
