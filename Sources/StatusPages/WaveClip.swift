// SPDX-License-Identifier: Apache-2.0

// A recorded clip: a RIFF WAVE file of plain samples, as recorders, sox and espeak-ng write it.

import QueueCore

/// A clip of sound.
public struct WaveClip: Sendable, Equatable {
    /// Why a file is no clip.
    public enum Fault: Error, CustomStringConvertible, Equatable {
        /// It is another kind of file, or cut short.
        case noWave
        /// Its samples are of a kind that is not played here.
        case format(channels: Int, bits: Int, code: Int)
        /// It has no samples.
        case empty

        /// What is wrong and what to do.
        public var description: String {
            switch self {
            case .noWave: "it is no WAV file; write it as WAV, PCM, 16 bits, mono"
            case .format(let channels, let bits, let code):
                "it has \(channels) channels of \(bits) bits (format \(code)); write it as WAV, "
                    + "PCM, 16 bits, mono"
            case .empty: "it has no sound in it"
            }
        }
    }

    /// Samples a second.
    public let rate: Int
    /// The file as it was read.
    public let file: [UInt8]
    /// Where in it the samples are: 16 bits each, little endian, one channel.
    private let place: Range<Int>
    /// The samples.
    public var samples: ArraySlice<UInt8> { file[place] }

    /// Reads a file of the format described in Microsoft's and IBM's "Multimedia Programming
    /// Interface and Data Specifications 1.0" (1991), with PCM samples.
    public init(_ file: [UInt8]) throws(Fault) {
        guard file.count >= 12, Self.word(file, 0) == "RIFF", Self.word(file, 8) == "WAVE" else {
            throw .noWave
        }
        var place = 12
        var rate: Int?
        while place + 8 <= file.count {
            let name = Self.word(file, place)
            let size = Self.number(file, place + 4, bytes: 4)
            let body = place + 8
            if name == "fmt ", size >= 16, body + 16 <= file.count {
                let code = Self.number(file, body, bytes: 2)
                let channels = Self.number(file, body + 2, bytes: 2)
                let bits = Self.number(file, body + 14, bytes: 2)
                guard code == 1, channels == 1, bits == 16 else {
                    throw .format(channels: channels, bits: bits, code: code)
                }
                rate = Self.number(file, body + 4, bytes: 4)
            }
            if name == "data" {
                guard let rate, VoiceLimits.rates.contains(rate) else { throw .noWave }
                // A writer to a pipe does not know the size and says too much.
                let end = min(body + size, file.count)
                guard end - body >= 2 else { throw .empty }
                self.rate = rate
                self.file = file
                self.place = body..<(body + (end - body) / 2 * 2)
                return
            }
            place = body + size + size % 2
        }
        throw .noWave
    }

    /// How long it sounds.
    public var span: TimeSpan {
        .microseconds(Int64(place.count / 2) * 1_000_000 / Int64(rate))
    }

    private static func word(_ bytes: [UInt8], _ place: Int) -> String {
        String(decoding: bytes[place..<place + 4], as: UTF8.self)
    }

    private static func number(_ bytes: [UInt8], _ place: Int, bytes count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
}

/// The bounds of spoken calls.
public enum VoiceLimits {
    /// The largest clip, in bytes: over twenty seconds, when it should have one.
    public static let clipBytesMax = 1 << 20
    /// All clips together, in bytes: three languages of fifty long clips each.
    public static let bytesMax = 32 << 20
    /// Samples a second: from telephone to studio.
    public static let rates = 8_000...48_000
}
