// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Testing

@testable import StatusPages

/// WAV files made by hand.
enum Waves {
    static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func file(
        code: Int = 1, channels: Int = 1, bits: Int = 16, rate: Int = 16_000,
        samples: [UInt8] = Array(repeating: 7, count: 32_000), says: Int? = nil, extra: [UInt8] = []
    ) -> [UInt8] {
        let format =
            little(code, 2) + little(channels, 2) + little(rate, 4)
            + little(rate * channels * bits / 8, 4) + little(channels * bits / 8, 2)
            + little(bits, 2)
        let body =
            Array("WAVE".utf8) + Array("fmt ".utf8) + little(16, 4) + format + extra
            + Array("data".utf8) + little(says ?? samples.count, 4) + samples
        return Array("RIFF".utf8) + little(body.count, 4) + body
    }
}

@Suite struct WaveClipTests {
    @Test func samplesAndLengthAreRead() throws {
        let clip = try WaveClip(Waves.file())
        #expect(clip.rate == 16_000)
        #expect(clip.samples.count == 32_000)
        #expect(clip.span == .seconds(1))
    }

    @Test func otherPartsArePassedOver() throws {
        let list = Array("LIST".utf8) + Waves.little(3, 4) + [1, 2, 3, 0]
        #expect(try WaveClip(Waves.file(extra: list)).samples.count == 32_000)
    }

    @Test func aSizeThatSaysTooMuchEndsWithTheFile() throws {
        #expect(try WaveClip(Waves.file(says: 0x7FFF_F000)).samples.count == 32_000)
    }

    @Test func otherKindsAreRefusedByName() {
        #expect(throws: WaveClip.Fault.format(channels: 2, bits: 16, code: 1)) {
            try WaveClip(Waves.file(channels: 2))
        }
        #expect(throws: WaveClip.Fault.format(channels: 1, bits: 8, code: 1)) {
            try WaveClip(Waves.file(bits: 8))
        }
        #expect(throws: WaveClip.Fault.noWave) { try WaveClip(Array("OggS and more".utf8)) }
        #expect(throws: WaveClip.Fault.empty) { try WaveClip(Waves.file(samples: [])) }
    }

    @Test func noFileCanDoHarm() {
        let whole = Waves.file(samples: Array(repeating: 1, count: 64))
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
            for _ in 0..<3 where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255)
            }
            _ = try? WaveClip(bytes)
        }
    }
}
