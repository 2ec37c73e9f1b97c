// SPDX-License-Identifier: Apache-2.0

// One key in one file that nobody else can read, or handed over by systemd as a credential.

import QueueCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads and writes the file of a key.
public enum KeyFile {
    /// Where keys are root's alone: a daemon's unit hands each over as the credential `keys_NAME`.
    public static let rootsFolder = "/etc/nobat/keys/"

    /// The folder that systemd has put this service's credentials into; nil without systemd.
    public static var credentialsFolder: String? {
        getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
    }

    /// The key in a file, or in the credential that stands for it.
    public static func read(
        _ path: String, credentials: String? = credentialsFolder
    ) throws(KeyFault) -> LinkKey {
        if let credential = credential(of: path, folder: credentials) {
            return try read(file: credential, isCredential: true)
        }
        return try read(file: path, isCredential: false)
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

    /// A credential is kept by systemd where only this service sees it, and its mode tells nothing.
    static func read(file path: String, isCredential: Bool) throws(KeyFault) -> LinkKey {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .unreadable(path: path, reason: lastError()) }
        defer { close(file) }
        var about = stat()
        guard fstat(file, &about) == 0, about.st_mode & S_IFMT == S_IFREG,
            about.st_uid == geteuid() || about.st_uid == 0 || geteuid() == 0
        else { throw .foreign(path: path) }
        guard isCredential || about.st_mode & 0o077 == 0 else {
            throw .open(path: path, mode: UInt32(about.st_mode & 0o777))
        }
        var buffer = [UInt8](repeating: 0, count: KeyFilesLimits.fileBytesMax + 1)
        let capacity = buffer.count
        let count = buffer.withUnsafeMutableBytes { bytes in
            while true {
                let count = systemRead(file, bytes.baseAddress, capacity)
                if count >= 0 || errno != EINTR { return count }
            }
        }
        guard count >= 0 else { throw .unreadable(path: path, reason: lastError()) }
        guard count <= KeyFilesLimits.fileBytesMax else { throw .malformed(path: path) }
        let text = String(decoding: buffer.prefix(count), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        guard lines.count == 1, let key = LinkKey(line: lines[0]) else {
            throw .malformed(path: path)
        }
        return key
    }

    /// Writes a key's file, mode 0600, whole or not at all; it belongs to whom its folder belongs to.
    /// A file that is there is replaced only when asked for.
    public static func write(
        _ key: LinkKey, to path: String, replaces: Bool = false
    ) throws(KeyFault) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var about = stat()
        guard stat(folder.isEmpty ? "/" : folder, &about) == 0 else {
            throw .unwritable(path: path, reason: lastError())
        }
        let fresh = "\(path).new.\(getpid())"
        let file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .unwritable(path: path, reason: lastError()) }
        var isDone = false
        defer { if !isDone { unlink(fresh) } }
        let line = Array((key.line + "\n").utf8)
        let wrote = line.withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
        let isOwned =
            about.st_uid == geteuid() || fchown(file, about.st_uid, about.st_gid) == 0
        let isKept = fsync(file) == 0
        let reason = lastError()
        close(file)
        guard wrote == line.count, isOwned, isKept else {
            throw .unwritable(path: path, reason: reason)
        }
        // A hard link fails where a name is taken; a renaming would not.
        let placed = replaces ? rename(fresh, path) : link(fresh, path)
        guard placed == 0 else { throw .unwritable(path: path, reason: lastError()) }
        isDone = true
        if !replaces { unlink(fresh) }
        try sync(folder: folder.isEmpty ? "/" : folder)
    }

    static func lastError() -> String { sentence(errno) }

    static func sentence(_ error: Int32) -> String { String(cString: strerror(error)) }

    /// What was renamed or removed in a folder stays so after a power cut.
    static func sync(folder: String) throws(KeyFault) {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .unwritable(path: folder, reason: lastError()) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .unwritable(path: folder, reason: lastError()) }
    }

    private static func systemRead(
        _ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
    ) -> Int {
        #if canImport(Glibc)
            Glibc.read(file, bytes, count)
        #else
            Musl.read(file, bytes, count)
        #endif
    }

    private static func systemWrite(
        _ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int
    ) -> Int {
        #if canImport(Glibc)
            Glibc.write(file, bytes, count)
        #else
            Musl.write(file, bytes, count)
        #endif
    }
}
