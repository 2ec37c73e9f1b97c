// SPDX-License-Identifier: Apache-2.0

// The file of strips that `nobat-slip` writes and `nobatd` reads: a first line, then for each strip
// a line `STYLE WIDTH HEIGHT TEXTBYTES`, the text, and the rows of the picture.

extension StripSet {
    private static let title = "nobat strips 1\n"

    /// The file's bytes, strips in order of their keys.
    public var file: [UInt8] {
        var bytes = Array(Self.title.utf8)
        let sorted = strips.sorted {
            ($0.key.style.rawValue, $0.key.text) < ($1.key.style.rawValue, $1.key.text)
        }
        for (key, picture) in sorted {
            let text = Array(key.text.utf8)
            let line = "\(key.style.rawValue) \(picture.width) \(picture.height) \(text.count)\n"
            bytes += Array(line.utf8) + text + picture.bytes
        }
        return bytes
    }

    /// The strips of a file. Throws where it is no such file, or is cut off.
    public init(file bytes: [UInt8]) throws(StripFileError) {
        guard bytes.starts(with: Self.title.utf8) else {
            throw StripFileError(description: "it is no file of strips of this version")
        }
        var rest = bytes[Self.title.utf8.count...]
        var strips: [StripKey: Bitmap] = [:]
        while !rest.isEmpty {
            let place = rest.startIndex
            guard strips.count < SlipLimits.stripsMax, let (key, picture) = Self.take(&rest) else {
                throw StripFileError(description: "it is damaged at byte \(place)")
            }
            strips[key] = picture
        }
        self.init(strips)
    }

    private static func take(_ rest: inout ArraySlice<UInt8>) -> (StripKey, Bitmap)? {
        guard let end = rest.prefix(64).firstIndex(of: 0x0A) else { return nil }
        let words = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
            .split(separator: " ")
        rest = rest[(end + 1)...]
        guard words.count == 4, let style = StripStyle(rawValue: String(words[0])),
            let width = Int(words[1]), (0...SlipLimits.widthMax).contains(width),
            let height = Int(words[2]), (0...SlipLimits.stripHeightMax).contains(height),
            let count = Int(words[3]), (0...SlipLimits.textBytesMax).contains(count),
            rest.count >= count
        else { return nil }
        let text = String(decoding: rest.prefix(count), as: UTF8.self)
        rest = rest.dropFirst(count)
        let size = (width + 7) / 8 * height
        guard rest.count >= size,
            let picture = Bitmap(width: width, height: height, bytes: Array(rest.prefix(size)))
        else { return nil }
        rest = rest.dropFirst(size)
        return (StripKey(style, text), picture)
    }
}
