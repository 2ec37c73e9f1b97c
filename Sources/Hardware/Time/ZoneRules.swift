// SPDX-License-Identifier: Apache-2.0

// Local time of a named zone, read from the tz database's own files. The C library can only hold
// one zone per process, through an environment variable that threads may not change.

import Glibc

/// The offsets of a zone from UTC. Source of the file format: RFC 8536 (TZif).
public struct ZoneRules: Sendable {
    /// The zone's name in the tz database.
    public let name: String

    private let firstOffset: Int64
    private let changes: [(at: Int64, offset: Int64)]
    private let afterwards: PosixZoneRule?

    /// Reads a zone from the tz database of this machine.
    public init(named name: String) throws(ZoneError) {
        try self.init(named: name, in: "/usr/share/zoneinfo")
    }

    init(named name: String, in folder: String) throws(ZoneError) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".")
                && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        }
        guard isPlain else { throw .unknown(name: name) }
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try Self.contents("\(folder)/\(name)")
        } catch {
            if error.code == ENOENT || error.code == EISDIR || error.code == ENOTDIR {
                throw .unknown(name: name)
            }
            throw .unreadable(name: name, reason: error.description)
        }
        try self.init(named: name, file: bytes)
    }

    /// Reads a zone from the bytes of its file.
    package init(named name: String, file: [UInt8]) throws(ZoneError) {
        guard let parts = ZoneFile(file) else {
            throw .unreadable(name: name, reason: "it is no TZif file of version 2 or later")
        }
        let footer = PosixZoneRule(parts.footer)
        guard footer != nil || parts.footer.isEmpty else {
            throw .unreadable(name: name, reason: "rule \"\(parts.footer)\" is not understood")
        }
        self.name = name
        firstOffset = parts.firstOffset
        changes = parts.changes
        afterwards = footer
    }

    /// Seconds since local midnight, by the offset of that moment.
    public func secondOfDay(at seconds: Int64) -> Int64 {
        let local = (seconds + offset(at: seconds)) % 86_400
        return local < 0 ? local + 86_400 : local
    }

    /// Seconds that local time is ahead of UTC at a time in seconds since 1970-01-01 00:00 UTC.
    public func offset(at seconds: Int64) -> Int64 {
        guard let last = changes.last else {
            return afterwards?.offset(at: seconds) ?? firstOffset
        }
        if seconds >= last.at { return afterwards?.offset(at: seconds) ?? last.offset }
        return changes.last { $0.at <= seconds }?.offset ?? firstOffset
    }

    /// The local date as days since 1970-01-01.
    public func day(at seconds: Int64) -> Int {
        Int(CivilDay.floorDivide(seconds + offset(at: seconds), 86_400))
    }

    private static func contents(_ path: String) throws(Errno) -> [UInt8] {
        let file = Descriptor(try Posix.call { open(path, O_RDONLY | O_CLOEXEC) })
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < HardwareLimits.zoneFileBytesMax {
            let count = try Posix.call { read(file.number, &chunk, chunk.count) }
            if count == 0 { break }
            bytes += chunk.prefix(count)
        }
        return bytes
    }
}
