// SPDX-License-Identifier: Apache-2.0

// A line of the line protocol, read as a central and as a controller reads it.

import LineProtocol
import QueueCore

enum LinesTarget {
    /// A message comes back the same from its own line; an error is fit to print, and repeats nothing
    /// that a peer could choose.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        try judge(bytes) { bytes throws(LineError) in try ClientMessage(bytes: bytes).bytes }
        try judge(bytes) { bytes throws(LineError) in try CentralMessage(bytes: bytes).bytes }
    }

    private static func judge(
        _ line: [UInt8], _ rewrite: ([UInt8]) throws(LineError) -> [UInt8]
    ) throws(Broken) {
        switch outcome(line, rewrite) {
        case .success(let written):
            try demand(written.count < LineLimits.lineBytesMax, "it grew to \(written.count) bytes")
            try demandFitToPrint(
                String(decoding: written, as: UTF8.self), bytesMax: LineLimits.lineBytesMax)
            try demand(
                outcome(written, rewrite) == .success(written),
                "it does not come back the same: \(String(decoding: written, as: UTF8.self))")
        case .failure(let error):
            // An unknown verb is named, by the protocol's page; it is a word in capital letters.
            try demandFitToPrint(
                error.detail, bytesMax: LineLimits.detailBytesMax,
                hiding: error.complaint == .unknownVerb ? [] : line)
            try demand(error.detail.utf8.allSatisfy { $0 < 0x7F }, "not ASCII: \(error.detail)")
        }
    }

    private static func outcome(
        _ line: [UInt8], _ rewrite: ([UInt8]) throws(LineError) -> [UInt8]
    ) -> Result<[UInt8], LineError> {
        do throws(LineError) {
            return .success(try rewrite(line))
        } catch {
            return .failure(error)
        }
    }
}
