// SPDX-License-Identifier: Apache-2.0

// The few questions that the store asks the file system itself, and their failures as sentences.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

enum Directory {
    /// The one absolute spelling of a database's path, so that two spellings meet at one lock. The
    /// directory has to exist, the file need not.
    static func resolve(_ path: String) throws(StoreError) -> String {
        if let whole = real(path) { return whole }
        let cut = path.lastIndex(of: "/")
        let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
        let folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard !name.isEmpty, name != ".", name != ".." else {
            throw StoreError(
                kind: .other, path: path,
                sentence: "\"\(path)\" names no file; give the path of the database")
        }
        guard let parent = real(folder) else { throw failure(errno, "use the directory", folder) }
        return parent == "/" ? "/" + name : parent + "/" + name
    }

    /// The size of what is at `path` in bytes, or nil when nothing is there.
    static func size(of path: String) throws(StoreError) -> Int64? {
        var found = stat()
        guard lstat(path, &found) == 0 else {
            if errno == ENOENT { return nil }
            throw failure(errno, "look at", path)
        }
        guard found.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(
                kind: .other, path: path,
                sentence: "\(path) is not a file; move it away, or name another path")
        }
        return Int64(found.st_size)
    }

    /// Whether anything at all bears the name.
    static func exists(_ path: String) -> Bool {
        var found = stat()
        return lstat(path, &found) == 0
    }

    /// Renames without regard to what is there; the caller has made sure that nothing is.
    static func move(_ path: String, to target: String) throws(StoreError) {
        guard rename(path, target) == 0 else {
            throw failure(errno, "rename to \(target) the file", path)
        }
    }

    /// Makes new names in the directory of `path` last through a power cut.
    static func sync(containing path: String) throws(StoreError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno, "open the directory", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(errno, "sync the directory", folder) }
    }

    /// A failed system call as an error of ours.
    static func failure(_ code: CInt, _ action: String, _ path: String) -> StoreError {
        let kind: StoreError.Kind
        let advice: String
        switch code {
        case EACCES, EPERM, EROFS:
            (kind, advice) = (.readOnly, "make the directory writable for this user")
        case ENOSPC, EDQUOT:
            (kind, advice) = (.full, "free some space on its disk")
        case EIO:
            (kind, advice) = (.io, "look at the kernel's log and replace the disk if need be")
        case ENOENT, ENOTDIR:
            (kind, advice) = (.other, "create the directory, or correct the path")
        default:
            (kind, advice) = (.other, "see that the path is right and that this user may use it")
        }
        let said = String(cString: strerror(code))
        return StoreError(
            kind: kind, path: path, sentence: "can't \(action) \(path): \(said); \(advice)")
    }

    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
