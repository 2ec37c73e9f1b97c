// SPDX-License-Identifier: Apache-2.0

// The central's folder of keys, a file for each: `hall-a.controller.key`. What stands in it is who
// may connect. `nobatctl` never rewrites a key's file: a next key is a next file.

import QueueCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A folder of keys.
public struct KeyFolder: Sendable {
    /// What is in a folder.
    public struct Contents: Sendable {
        /// The keys, in order of their owners.
        public var keys: [(holder: KeyHolder, key: LinkKey)] = []
        /// Files that are no keys, and why.
        public var faults: [KeyFault] = []
        /// Whose those files are by their names.
        public var faulty: Set<KeyHolder> = []
    }

    /// Where the folder of a central usually is: beside its database, so that it is the daemon's own.
    public static let usualPath = "/var/lib/nobat/keys"

    /// The folder's path, without a slash at its end.
    public let path: String
    private let credentials: String?

    /// The folder at `path`. `/etc/nobat/keys` stands for what systemd handed over from there.
    public init(_ path: String, credentials: String? = KeyFile.credentialsFolder) {
        self.path = path
        self.credentials = path + "/" == KeyFile.rootsFolder ? credentials : nil
    }

    /// Whether it is read from systemd's credentials, which change with a restart alone.
    public var isHandedOver: Bool { credentials != nil }

    /// All keys. Throws when the folder itself can't be read; a file that is no key is a fault among
    /// the contents, and opens nothing.
    public func read() throws(KeyFault) -> Contents {
        let folder = credentials ?? path
        let prefix = credentials == nil ? "" : "keys_"
        var contents = Contents()
        for name in try Self.names(in: folder) where name.hasPrefix(prefix) {
            guard let holder = KeyHolder(fileName: name.dropFirst(prefix.count)) else { continue }
            guard contents.keys.count < KeyFilesLimits.keysMax else {
                contents.faults.append(.tooMany(path: path, max: KeyFilesLimits.keysMax))
                break
            }
            let file = "\(folder)/\(name)"
            do throws(KeyFault) {
                let key = try KeyFile.read(file: file, isCredential: credentials != nil)
                guard key.identity == holder.identity else {
                    throw .misnamed(path: file, identity: key.identity)
                }
                contents.keys.append((holder, key))
            } catch {
                contents.faults.append(error)
                contents.faulty.insert(holder)
            }
        }
        contents.keys.sort { $0.holder < $1.holder }
        return contents
    }

    /// The owners of what stands in the folder by the names of its files, in order; the files are not
    /// looked into.
    public func holders() throws(KeyFault) -> [KeyHolder] {
        try Self.names(in: path).compactMap { KeyHolder(fileName: $0) }.sorted()
    }

    /// Changes with every file that comes or goes; nil when the folder can't be looked at.
    public var stamp: Stamp? {
        var about = stat()
        guard stat(credentials ?? path, &about) == 0 else { return nil }
        return Stamp(
            seconds: Int64(about.st_ctim.tv_sec), nanoseconds: Int64(about.st_ctim.tv_nsec))
    }

    /// When a folder was changed, by the system's clock; it orders nothing.
    public struct Stamp: Hashable, Sendable {
        let seconds: Int64
        let nanoseconds: Int64
    }

    /// Makes the folder, mode 0700, if it is not there; it belongs to whom its own folder belongs to.
    public func make() throws(KeyFault) {
        if mkdir(path, 0o700) == 0 {
            var about = stat()
            let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            if stat(parent.isEmpty ? "/" : parent, &about) == 0, about.st_uid != geteuid() {
                chown(path, about.st_uid, about.st_gid)
            }
        } else if errno != EEXIST {
            throw .unwritable(path: path, reason: KeyFile.lastError())
        }
    }

    /// Puts a key into the folder; a name that is taken throws.
    public func add(_ key: LinkKey, of holder: KeyHolder) throws(KeyFault) {
        try KeyFile.write(key, to: "\(path)/\(holder.fileName)")
    }

    /// Takes a key out of the folder; it is gone for good.
    public func remove(_ holder: KeyHolder) throws(KeyFault) {
        let file = "\(path)/\(holder.fileName)"
        guard unlink(file) == 0 || errno == ENOENT else {
            throw .unwritable(path: file, reason: KeyFile.lastError())
        }
        // A power cut does not bring back what was revoked.
        try KeyFile.sync(folder: path)
    }

    /// A key of the folder.
    public func key(of holder: KeyHolder) throws(KeyFault) -> LinkKey {
        try KeyFile.read(file: "\(path)/\(holder.fileName)", isCredential: false)
    }

    private static func names(in folder: String) throws(KeyFault) -> [String] {
        guard let directory = opendir(folder) else {
            throw .unreadable(path: folder, reason: KeyFile.lastError())
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names.sorted()
    }
}
