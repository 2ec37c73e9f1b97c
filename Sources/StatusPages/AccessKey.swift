// SPDX-License-Identifier: Apache-2.0

// The key of the pages: one secret of the clinic's technicians, in a file that nobody else can read.

import Glibc

/// The key that acting, and reading where it is not open, is done with.
public struct AccessKey: Sendable {
    /// Why a file is no key; each says what to do.
    public enum Fault: Error, Equatable, CustomStringConvertible {
        /// It can't be read.
        case unreadable(path: String, reason: String)
        /// Others than its owner may read or write it.
        case open(path: String, mode: UInt32)
        /// It is no plain file, or belongs to somebody else.
        case foreign(path: String)
        /// It is too short, too long, or has characters that nobody can type.
        case malformed(path: String)

        /// The fault in a sentence.
        public var description: String {
            switch self {
            case .unreadable(let path, let reason): "the key \(path) can't be read: \(reason)"
            case .open(let path, let mode):
                "the key \(path) is open to others (mode \(String(mode, radix: 8))): run chmod 600 \(path)"
            case .foreign(let path):
                "the key \(path) must be a plain file that belongs to this program's user or to root"
            case .malformed(let path):
                "the key \(path) must be one line of \(PagesLimits.keyLengths.lowerBound) to "
                    + "\(PagesLimits.keyLengths.upperBound) letters, digits and signs without spaces: "
                    + "make one with 'openssl rand -hex 16'"
            }
        }
    }

    private let bytes: [UInt8]

    /// The key of a text; nil when it is too short, too long or not printable ASCII.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard PagesLimits.keyLengths.contains(bytes.count), bytes.allSatisfy({ 0x21...0x7E ~= $0 })
        else { return nil }
        self.bytes = bytes
    }

    /// The key in a file: its only line.
    public static func read(_ path: String) throws(Fault) -> AccessKey {
        try read(path, isCredential: false)
    }

    /// A credential is kept by systemd where only this service sees it, and its mode tells nothing.
    static func read(_ path: String, isCredential: Bool) throws(Fault) -> AccessKey {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(file) }
        var about = stat()
        guard fstat(file, &about) == 0, about.st_mode & S_IFMT == S_IFREG,
            about.st_uid == geteuid() || about.st_uid == 0
        else { throw .foreign(path: path) }
        guard isCredential || about.st_mode & 0o077 == 0 else {
            throw .open(path: path, mode: about.st_mode & 0o777)
        }
        var buffer = [UInt8](repeating: 0, count: PagesLimits.keyLengths.upperBound + 2)
        let count = Glibc.read(file, &buffer, buffer.count)
        guard count >= 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        let text = String(decoding: buffer.prefix(count), as: UTF8.self)
        let line = text.split(separator: "\n", omittingEmptySubsequences: true)
        guard line.count == 1, let key = AccessKey(line[0]) else { throw .malformed(path: path) }
        return key
    }

    /// Whether somebody has shown the key. It takes the same time whatever was shown.
    func matches(_ shown: some StringProtocol) -> Bool {
        let shown = Array(shown.utf8.prefix(PagesLimits.keyLengths.upperBound + 1))
        var difference = UInt(bitPattern: bytes.count ^ shown.count)
        for index in 0..<PagesLimits.keyLengths.upperBound {
            let own = index < bytes.count ? bytes[index] : 0
            let other = index < shown.count ? shown[index] : 0
            difference |= UInt(own ^ other)
        }
        return difference == 0
    }
}

extension AccessKey {
    /// The key in a file, if one is named; a file that is none is told, and nobody acts.
    public static func load(
        _ path: String?, tell: (String, _ isWarning: Bool) -> Void
    ) -> AccessKey? {
        guard let path else { return nil }
        do throws(Fault) {
            if let credential = credential(of: path, folder: credentialsFolder) {
                return try read(credential, isCredential: true)
            }
            return try read(path)
        } catch {
            tell(
                "\(error); nobody acts on the pages until it is mended and the program restarted",
                true)
            return nil
        }
    }
}

extension AccessKey {
    /// Where keys are root's alone: the daemon's unit hands each over as the credential `keys_NAME`.
    static let rootsFolder = "/etc/nobat/keys/"

    /// The folder that systemd has put this service's credentials into; nil without systemd.
    private static var credentialsFolder: String? {
        getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
    }

    /// The credential that stands for a key of root's, if it was handed over; see systemd.exec(5),
    /// LoadCredential.
    static func credential(of path: String, folder: String?) -> String? {
        guard let folder, path.hasPrefix(rootsFolder) else { return nil }
        let name = path.dropFirst(rootsFolder.count)
        guard !name.isEmpty, !name.contains("/") else { return nil }
        let credential = "\(folder)/keys_\(name)"
        return access(credential, F_OK) == 0 ? credential : nil
    }
}
