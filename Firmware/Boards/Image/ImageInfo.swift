// SPDX-License-Identifier: Apache-2.0

// What the image knows of itself: the info block behind its vector table.

import Start

/// The image's board, version and source revision.
enum ImageInfo {
    static var board: UInt16 { image_info.board }

    static var version: (major: UInt8, minor: UInt8, patch: UInt16) {
        (image_info.major, image_info.minor, image_info.patch)
    }

    /// The first 8 hexadecimal digits of the source revision.
    static var revision: UInt32 {
        let text = image_info.revision
        return digits(text.0, text.1, text.2, text.3) << 16
            | digits(text.4, text.5, text.6, text.7)
    }

    private static func digits(_ a: CChar, _ b: CChar, _ c: CChar, _ d: CChar) -> UInt32 {
        digit(a) << 12 | digit(b) << 8 | digit(c) << 4 | digit(d)
    }

    private static func digit(_ character: CChar) -> UInt32 {
        let code = UInt32(UInt8(bitPattern: character))
        return code >= 0x61 ? code - 0x61 + 10 : code - 0x30
    }
}
