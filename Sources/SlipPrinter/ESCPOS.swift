// SPDX-License-Identifier: Apache-2.0

// The words of slip printers (Epson's ESC/POS, which most makers follow): pictures, QR codes, feeds,
// the cut, and the questions about paper and faults. Figures are from Epson's "ESC/POS Command
// Reference"; each command is named as it is there.

/// Bytes of the ESC/POS language. Each function gives one whole command, or whole commands: a
/// real-time question may be put between two of them and nowhere else.
public enum ESCPOS {
    /// ESC @, then GS P 203 203 (steps of 1/203 inch, the dots of these printers), then ESC a 1 (in
    /// the middle of the paper).
    public static let begin: [UInt8] = [0x1B, 0x40, 0x1D, 0x50, 203, 203, 0x1B, 0x61, 1]

    /// GS v 0: a picture of at most ``SlipLimits/bandRows`` rows.
    static func raster(_ picture: Bitmap) -> [UInt8] {
        let (width, height) = (picture.stride, picture.height)
        let head: [UInt8] = [
            0x1D, 0x76, 0x30, 0, UInt8(width & 0xFF), UInt8(width >> 8), UInt8(height & 0xFF),
            UInt8(height >> 8),
        ]
        return head + withoutCommands(picture.bytes)
    }

    /// A printer obeys a real-time command (DLE EOT, DLE ENQ, DLE DC4) even where it stands in the
    /// middle of a picture; one dot more on paper keeps the picture from asking or clearing anything.
    static func withoutCommands(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for index in bytes.indices.dropLast()
        where bytes[index] == 0x10 && [0x04, 0x05, 0x14].contains(bytes[index + 1]) {
            bytes[index] = 0x18
        }
        // The last byte may meet the first of a question that follows.
        if bytes.last == 0x10 { bytes[bytes.endIndex - 1] = 0x18 }
        return bytes
    }

    /// ESC J: paper fed by so many dots.
    static func feed(_ dots: Int) -> [UInt8] {
        var rest = dots
        var bytes: [UInt8] = []
        while rest > 0 {
            bytes += [0x1B, 0x4A, UInt8(min(rest, 255))]
            rest -= 255
        }
        return bytes
    }

    /// GS ( k, functions 165, 167, 169, 180 and 181: a QR code of model 2, with dots of `size`, that
    /// can be read with 15 % of it dirty.
    static func qr(_ text: String, size: UInt8 = 6) -> [UInt8] {
        let data = Array(text.utf8.prefix(SlipLimits.codeBytesMax))
        let count = data.count + 3
        var bytes: [UInt8] = [0x1D, 0x28, 0x6B, 4, 0, 0x31, 0x41, 0x32, 0]
        bytes += [0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x43, size]
        bytes += [0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x45, 0x31]
        bytes += [0x1D, 0x28, 0x6B, UInt8(count & 0xFF), UInt8(count >> 8), 0x31, 0x50, 0x30]
        bytes += data
        bytes += [0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x51, 0x30]
        return bytes
    }

    /// GS V 66: feeds to the knife and cuts, but for a bridge.
    static let cut: [UInt8] = [0x1D, 0x56, 0x42, 0]

    /// GS r 1: the printer answers when it has printed what came before.
    static let confirm: [UInt8] = [0x1D, 0x72, 1]

    /// DLE EOT 1 to 4: the state of printer, lid, faults and paper, answered at once.
    static let askState: [UInt8] = [0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4]

    /// DLE DC4 8: throws away what has come and is not printed.
    static let clear: [UInt8] = [0x10, 0x14, 8, 1, 3, 0x14, 1, 6, 2, 8]

    /// A picture in bands, with white rows fed over.
    static func bands(_ picture: Bitmap) -> [[UInt8]] {
        let blank = (0..<picture.height).map { picture.isBlank(row: $0) }
        var commands: [[UInt8]] = []
        var row = 0
        while row < picture.height {
            let isBlank = blank[row]
            var end = row + 1
            while end < picture.height, blank[end] == isBlank,
                isBlank || end - row < SlipLimits.bandRows
            {
                end += 1
            }
            commands.append(isBlank ? feed(end - row) : raster(picture.rows(row..<end)))
            row = end
        }
        return commands
    }
}

/// One thing on a slip, from top to bottom.
public enum SlipItem: Hashable, Sendable {
    /// A picture in the middle of the paper.
    case picture(Bitmap)
    /// White paper, in dots.
    case space(Int)
    /// A code to be read by a scanner.
    case qr(String)
}

extension [SlipItem] {
    /// The commands that print the items and cut the paper, each to be sent in one piece.
    public var commands: [[UInt8]] {
        var commands = [ESCPOS.begin]
        for item in self {
            switch item {
            case .picture(let picture): commands += ESCPOS.bands(picture)
            case .space(let dots): commands.append(ESCPOS.feed(dots))
            case .qr(let text): commands.append(ESCPOS.qr(text))
            }
        }
        commands.append(ESCPOS.cut)
        return commands
    }
}
