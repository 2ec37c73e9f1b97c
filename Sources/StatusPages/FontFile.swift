// SPDX-License-Identifier: Apache-2.0

// The font that boards draw Persian with: televisions often have a poor one or none. It is served
// from where its Debian package puts it, and pages work without it.

import Glibc

/// Finds and reads the font for Persian.
public enum FontFile {
    /// Where Debian's packages fonts-noto-core and fonts-dejavu-core put one.
    public static let usualPaths = [
        "/usr/share/fonts/truetype/noto/NotoSansArabic-Bold.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
    ]

    /// The bytes of the font at `path`, or else of the first one of the usual places; nil, and a word
    /// about it, when there is none.
    public static func bytes(
        _ path: String?, tell: (String, _ isWarning: Bool) -> Void
    ) -> [UInt8]? {
        if let path {
            if let bytes = SmallFile.bytes(path, bytesMax: PagesLimits.fontBytesMax) {
                return bytes
            }
            tell(
                "the font \(path) can't be read, or is larger than "
                    + "\(PagesLimits.fontBytesMax >> 20) MiB; boards use their own fonts", true)
            return nil
        }
        for usual in usualPaths {
            if let bytes = SmallFile.bytes(usual, bytesMax: PagesLimits.fontBytesMax) {
                return bytes
            }
        }
        tell(
            "no font for Persian is installed here, so boards use their own; Debian's "
                + "fonts-noto-core has one", false)
        return nil
    }
}

/// Reads files that fit into memory.
enum SmallFile {
    /// The bytes of a file, or nil when it can't be read or is longer than `bytesMax`.
    static func bytes(_ path: String, bytesMax: Int) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        guard fseek(file, 0, SEEK_END) == 0 else { return nil }
        let size = ftell(file)
        guard (0...bytesMax).contains(size), fseek(file, 0, SEEK_SET) == 0 else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = fread(buffer.baseAddress, 1, size, file)
        }
        return bytes.count == size ? bytes : nil
    }
}
