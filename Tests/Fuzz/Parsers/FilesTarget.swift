// SPDX-License-Identifier: Apache-2.0

// Files that others wrote: clips of sound, strips of slips, units' images, time zones. The first byte
// says which.

import DisplayDrivers
import Hardware
import QueueCore
import SlipPrinter
import StatusPages

enum FilesTarget {
    /// What is taken is within the file; what is not is refused in a sentence.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        guard let kind = bytes.first else { return }
        let file = Array(bytes.dropFirst())
        switch kind % 4 {
        case 0: try clip(file)
        case 1: try strips(file)
        case 2: try image(file)
        default: try zone(file)
        }
    }

    private static func clip(_ file: [UInt8]) throws(Broken) {
        switch Result(catching: { () throws(WaveClip.Fault) in try WaveClip(file) }) {
        case .success(let clip):
            try demand(clip.samples.count % 2 == 0 && !clip.samples.isEmpty, "half a sample")
            try demand(clip.samples.count <= file.count - 44, "more samples than the file has")
            try demand(VoiceLimits.rates.contains(clip.rate), "\(clip.rate) samples a second")
            let longest = TimeSpan.seconds(Int64(file.count / 2 / 8_000 + 1))
            try demand(clip.span >= .zero && clip.span <= longest, "it sounds \(clip.span)")
        case .failure(let fault): try demandFitToPrint("\(fault)", bytesMax: 256)
        }
    }

    private static func strips(_ file: [UInt8]) throws(Broken) {
        switch Result(catching: { () throws(StripFileError) in try StripSet(file: file).file }) {
        case .success(let written):
            let again = try? StripSet(file: written).file
            try demand(again == written, "it does not come back the same")
        case .failure(let error): try demandFitToPrint("\(error)", bytesMax: 256)
        }
    }

    private static func image(_ file: [UInt8]) throws(Broken) {
        switch Result(catching: { () throws(ImageError) in try UnitImage(file) }) {
        case .success(let image):
            try demand(image.length == file.count, "\(image.length) of \(file.count) bytes")
            try demandFitToPrint("\(image.revision) \(image.version)", bytesMax: 64)
        case .failure(let error): try demandFitToPrint("\(error)", bytesMax: 512)
        }
    }

    private static func zone(_ file: [UInt8]) throws(Broken) {
        guard let rules = try? ZoneRules(named: "fuzzed", file: file) else { return }
        for seconds: Int64 in [0, 1_700_000_000, 4_000_000_000, -2_000_000_000] {
            let second = rules.secondOfDay(at: seconds)
            try demand((0..<86_400).contains(second), "the second \(second) of a day")
        }
    }
}
