// SPDX-License-Identifier: Apache-2.0

// Lines that once were wrong, edges, strangers' protocols and the page's examples, and what chance
// makes of them and of generated messages.
import Foundation
import LineProtocol

/// The kept lines of the folder Corpus, and those of the page.
struct Corpus {
    /// The lines, without newlines; any bytes.
    let lines: [[UInt8]]

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        let kept = try files.sorted { $0.path < $1.path }.flatMap { file in
            try Data(contentsOf: file).split(separator: 0x0A).map { Array($0) }
        }
        lines = kept + (try Page()).examples.map { Array($0.line.utf8) }
    }

    /// A message or a line of the corpus, changed at none to three places.
    func mutatedLine(_ generator: inout Generator) -> [UInt8] {
        var line =
            switch generator.next() % 4 {
            case 0: generator.clientMessage().bytes
            case 1: generator.centralMessage().bytes
            default: generator.one(of: lines)
            }
        for _ in 0..<generator.next() % 4 { mutate(&line, &generator) }
        return line
    }

    private static let tokens = [
        " ", "=", "%", "%0", "%00", "%FF", "%C3%A9", ",", "0", "00", "-", "99999999999999999999",
        "18446744073709551615", "9007199254740991", "none", "1 ", " booth=1", " x=y", "\r", "\n",
        "\0", "é", "\u{202E}", "HELLO", "CALLED", "ERROR", ".", "..", " first=1", " last=0",
    ].map { Array($0.utf8) }

    private func mutate(_ line: inout [UInt8], _ generator: inout Generator) {
        let place = Int(generator.next() % UInt64(line.count + 1))
        let length = min(Int(generator.next() % 12), line.count - place)
        switch generator.next() % 9 {
        case 0: line.removeSubrange(place..<place + length)
        case 1: line.insert(contentsOf: generator.one(of: Self.tokens), at: place)
        case 2: line.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
        case 3: line.insert(contentsOf: line[place..<place + length], at: place)
        case 4: line = Array(line[..<place]) + generator.one(of: lines).suffix(length * 4)
        case 5: line.removeSubrange(place...)
        case 6:
            if place < line.count { line[place] ^= 1 << UInt8(generator.next() % 8) }
        case 7:
            if place < line.count { line[place] = UInt8(truncatingIfNeeded: generator.next()) }
        default:
            guard generator.next() % 16 == 0 else { return }
            line += [UInt8](repeating: 0x78, count: 900)
        }
    }
}
