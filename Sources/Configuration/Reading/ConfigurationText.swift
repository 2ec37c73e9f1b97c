// SPDX-License-Identifier: Apache-2.0

// The text of a configuration file: read from disk with care, and looked through, before YAML is
// read, for what may be in no configuration at all.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A place in a file: line and column in Unicode scalars, from 1.
struct Place: Hashable, Comparable {
    var line: Int
    var column: Int

    static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// The text of a configuration file.
struct ConfigurationText {
    /// The name of the file, as errors and relative paths need it.
    let file: String
    /// The text, without a byte order mark.
    let scalars: [Unicode.Scalar]

    /// A text that is already in memory.
    init(_ text: String, file: String) {
        self.file = file
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        self.scalars = scalars
    }

    /// The text of the file at `path`.
    init(path: String) throws(ConfigurationErrors) {
        let bytes = try Self.bytes(of: path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            var place = Place(line: 1, column: 1)
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
                if scalar == "\u{FFFD}" { break }
                place =
                    scalar == "\n"
                    ? Place(line: place.line + 1, column: 1)
                    : Place(line: place.line, column: place.column + 1)
            }
            throw ConfigurationErrors([
                ConfigurationError(
                    file: path, line: place.line, column: place.column,
                    problem: "the file is not UTF-8 from here on",
                    remedy: "save it as UTF-8 in the editor, or convert it with iconv")
            ])
        }
        self.init(text, file: path)
    }

    /// Tells two texts apart, not who wrote them: FNV-1a of 64 bits, in hexadecimal digits.
    var fingerprint: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for scalar in scalars { hash = (hash ^ UInt64(scalar.value)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    private static func bytes(of path: String) throws(ConfigurationErrors) -> [UInt8] {
        let limit = ConfigurationLimits.fileBytesMax
        guard !path.utf8.contains(0), !path.isEmpty else {
            throw whole(path, "this is no path of a file", "name the configuration file")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= limit {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw whole(
            path, "the file is larger than \(limit) bytes, the most that a configuration may have",
            "check that this is the configuration file")
    }

    private static func unreadable(_ path: String, _ code: Int32) -> ConfigurationErrors {
        switch code {
        case ENOENT, ENOTDIR:
            whole(path, "there is no such file", "check the path given to --config")
        case EACCES, EPERM:
            whole(
                path, "the file may not be read by this user",
                "allow it, for instance with: chmod o+r \(path)")
        case EISDIR:
            whole(path, "this is a folder", "name the file in it")
        default:
            whole(
                path, "the file can't be read: \(String(cString: strerror(code)))",
                "check the disk and the path")
        }
    }

    private static func whole(
        _ file: String, _ problem: String, _ remedy: String
    )
        -> ConfigurationErrors
    {
        ConfigurationErrors([
            ConfigurationError(file: file, line: 0, column: 0, problem: problem, remedy: remedy)
        ])
    }

    /// Whether a scalar may be in no text of a configuration: control characters, line breaks that
    /// only Unicode knows, and those that turn the direction of what follows.
    static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF,
            0xFFFE...0xFFFF:
            true
        default: false
        }
    }

    /// How a scalar that can't be shown is named: `U+0007`.
    static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
