// SPDX-License-Identifier: Apache-2.0

// A database belongs to one process. SQLite alone would let two daemons write in turn, and each
// would believe in its own rows; so a side file is locked for as long as the store lives.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The exclusive lock on a side file; the kernel gives it back however the process ends.
final class FileLock {
    private let descriptor: CInt

    /// Takes the lock on `<database>.lock`, which stays on disk and holds the owner's process id.
    init(database: String) throws(StoreError) {
        let path = database + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Directory.failure(errno, "create the lock file", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let owner = Self.owner(in: descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw Directory.failure(reason, "lock", path) }
            throw StoreError(
                kind: .busy, path: database,
                sentence: "\(database) is in use by \(owner) (it holds \(path)); "
                    + "end that one first, or give this one a database of its own")
        }
        let text = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func owner(in descriptor: CInt) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        guard let process = text.split(separator: "\n").first.flatMap({ Int32($0) }) else {
            return "another process"
        }
        return process == getpid() ? "this process already" : "process \(process)"
    }
}
