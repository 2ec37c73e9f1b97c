// SPDX-License-Identifier: Apache-2.0

// The note that a time server has set the clock, for a daemon that may not ask the kernel itself: the
// system call that asks is the one that sets, and a hardened service has neither. The unit
// nobat-clock.service writes it once in a boot: the file holds /proc/uptime of that moment, and its own
// date is the wall clock's.

// Swift 6.2 takes timespec to belong to the first module of C that tells of it.
import CGpiod
import Glibc

/// When the clock was seen to be synchronised.
struct SyncMark: Hashable, Sendable {
    /// Seconds since 1970 by the wall clock.
    var wall: Int64
    /// Seconds since the machine started.
    var uptime: Int64

    static let path = "/run/nobat-clock/synchronised"

    /// A clock that has run on since then stays right; one that somebody has set meanwhile, by more than
    /// time servers do, is nobody's word any more.
    func vouches(forWall wall: Int64, uptime: Int64) -> Bool {
        let passed = uptime - self.uptime
        guard passed >= 0 else { return false }
        let drift = wall - self.wall - passed
        return abs(drift) <= HardwareLimits.clockStepMax
    }

    /// The mark in a file whose first word is an uptime, `written` by the wall clock; nil when it is none.
    init?(text: some StringProtocol, written: Int64) {
        let word = text.prefix { $0 != " " && $0 != "." && $0 != "\n" }
        guard let seconds = Int64(word), seconds >= 0 else { return nil }
        wall = written
        uptime = seconds
    }

    /// The mark of this boot.
    static func read(_ path: String = SyncMark.path) -> SyncMark? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var about = stat()
        var bytes = [UInt8](repeating: 0, count: 64)
        guard fstat(file, &about) == 0, case let count = Glibc.read(file, &bytes, bytes.count),
            count > 0
        else { return nil }
        return SyncMark(
            text: String(decoding: bytes.prefix(count), as: UTF8.self),
            written: Int64(about.st_mtim.tv_sec))
    }

    /// Whether this boot's mark vouches for the clock as it stands.
    static func vouchesNow() -> Bool {
        guard let mark = read() else { return false }
        var boot = timespec()
        clock_gettime(CLOCK_BOOTTIME, &boot)
        return mark.vouches(forWall: Int64(time(nil)), uptime: Int64(boot.tv_sec))
    }
}
