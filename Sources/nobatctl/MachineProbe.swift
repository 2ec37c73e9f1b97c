// SPDX-License-Identifier: Apache-2.0

// Looks at the machine: devices, chips, clock, keys, disk, accounts.

import Foundation
import Hardware
import Installation
import KeyFiles
import NobatConfiguration
import QueueCore

/// One thing of the machine at a time.
enum MachineProbe {
    /// Folders with names of serial ports that stay, the best first.
    static let portFolders = ["/dev/serial/by-id", "/dev/nobat"]

    /// The names of ports that stay. Where a folder has none of the board's own UARTs, these follow.
    static func ports() -> [String] {
        let named = portFolders.flatMap { folder in
            names(in: folder).map { "\(folder)/\($0)" }
        }
        // Adapters without a number of their own share one name by id: only their sockets tell them apart.
        var seen: Set<String> = []
        let once = named.filter { path in
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            return seen.insert(target).inserted
        }
        let board = ["/dev/serial0", "/dev/ttyAMA0", "/dev/ttyAMA1", "/dev/ttyS1"].filter {
            access($0, F_OK) == 0
                && seen.insert(URL(fileURLWithPath: $0).resolvingSymlinksInPath().path).inserted
        }
        return once + board
    }

    /// `access` are the bits of what the daemon does with it: an input device is only read.
    static func device(
        purpose: String, path: String, access: mode_t = 0o060
    ) -> DeviceProbe {
        var about = stat()
        guard stat(path, &about) == 0 else {
            return DeviceProbe(purpose: purpose, path: path, exists: false, present: ports())
        }
        return DeviceProbe(
            purpose: purpose, path: path, group: Accounts.group(about.st_gid),
            groupMayUse: about.st_mode & access == access, isConsole: isConsole(path))
    }

    /// Whether it is one of the kernel's consoles: each has a line, which begins with its name.
    private static func isConsole(_ path: String) -> Bool {
        let name = URL(fileURLWithPath: path).resolvingSymlinksInPath().lastPathComponent
        let consoles = (try? String(contentsOfFile: "/proc/consoles", encoding: .utf8)) ?? ""
        return consoles.split(separator: "\n").contains {
            $0.split(separator: " ").first == name[...]
        }
    }

    static func chip(label: String, lines: [String], among found: GpioChips) -> ChipProbe {
        let labels = found.chips.map(\.name.label)
        guard let chip = found.chips.first(where: { $0.name.label == label }) else {
            return ChipProbe(
                label: label, path: nil, present: labels, unreadable: found.unreadable)
        }
        let missing = lines.filter { line in
            Int(line).map { !chip.lines.indices.contains($0) } ?? !chip.lines.contains(line)
        }
        var about = stat()
        _ = stat(chip.name.path, &about)
        return ChipProbe(
            label: label, path: chip.name.path, group: Accounts.group(about.st_gid),
            groupMayUse: about.st_mode & 0o060 == 0o060, present: labels,
            missingLines: missing)
    }

    static func clock(_ zone: String, _ trust: ClockTrust) -> ClockProbe? {
        guard let clock = try? SystemClock(timeZone: zone) else { return nil }
        return ClockProbe(
            shows: Date().formatted(.iso8601), isPlausible: clock.isPlausible,
            isSynchronised: clock.isTrusted(), isAlwaysRight: trust == .always)
    }

    /// The central's keys; nil when this user may not look.
    static func keyFolder(_ path: String) -> KeyFolderProbe? {
        if geteuid() != 0, access(path, R_OK | X_OK) != 0, errno == EACCES { return nil }
        do throws(KeyFault) {
            let contents = try KeyFolder(path).read()
            var faults = contents.faults.map {
                KeyFolderProbe.Fault(file: $0.path, sentence: $0.description)
            }
            // Root reads what the daemon can't.
            let owner = owner(of: path)
            for (holder, _) in contents.keys where path != "/etc/nobat/keys" {
                let file = "\(path)/\(holder.fileName)"
                guard let own = Self.owner(of: file), own != owner else { continue }
                faults.append(
                    KeyFolderProbe.Fault(
                        file: file,
                        sentence: "\(file) is \(own)'s: run chown \(owner ?? "nobat"): \(file)"))
            }
            return KeyFolderProbe(
                path: path, owner: owner, count: contents.keys.count, faults: faults)
        } catch {
            return KeyFolderProbe(path: path, count: 0, unreadable: error.description)
        }
    }

    private static func owner(of path: String) -> String? {
        var about = stat()
        return stat(path, &about) == 0 ? Accounts.name(about.st_uid) : nil
    }

    static func key(_ path: String) -> KeyProbe {
        var about = stat()
        guard stat(path, &about) == 0 else {
            return KeyProbe(path: path, exists: errno == ENOENT ? false : nil)
        }
        return KeyProbe(
            path: path, mode: UInt32(about.st_mode & 0o777), owner: Accounts.name(about.st_uid))
    }

    static func disk(database: String) -> DiskProbe {
        let folder = URL(fileURLWithPath: database).deletingLastPathComponent().path
        var about = stat()
        var room = statvfs()
        guard stat(folder, &about) == 0, statvfs(folder, &room) == 0 else {
            return DiskProbe(folder: folder, exists: false)
        }
        return DiskProbe(
            folder: folder, freeBytes: UInt64(room.f_bavail) * UInt64(room.f_frsize),
            freeFiles: room.f_files == 0 ? nil : UInt64(room.f_favail),
            isReadOnly: room.f_flag & UInt(ST_RDONLY) != 0, wear: wear(of: about.st_dev),
            damages: damages(of: about.st_dev))
    }

    /// The kernel's number of a device, as /sys names it.
    private static func number(_ device: dev_t) -> String {
        "\(device >> 8 & 0xFFF):\(device & 0xFF | device >> 12 & 0xFFF00)"
    }

    /// What ext4 has counted in its superblock since it was last checked.
    private static func damages(of device: dev_t) -> Int? {
        let name = URL(fileURLWithPath: "/sys/dev/block/\(number(device))")
            .resolvingSymlinksInPath().lastPathComponent
        let text = try? String(contentsOfFile: "/sys/fs/ext4/\(name)/errors_count", encoding: .utf8)
        return text.flatMap { Int($0.prefix { !$0.isWhitespace }) }
    }

    /// Tenths of its life that an eMMC has used, by the worse of its two estimates; SD cards don't say.
    private static func wear(of device: dev_t) -> Int? {
        for place in ["device", "../device"] {
            let path = "/sys/dev/block/\(number(device))/\(place)/life_time"
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
            return DiskProbe.wear(lifeTime: text)
        }
        return nil
    }

    static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}

/// The machine's users and groups.
enum Accounts {
    /// The most groups of one user that are looked at.
    private static let groupsMax: Int32 = 256

    static func user(_ name: String) -> UserProbe? {
        guard let entry = getpwnam(name) else { return nil }
        var ids = [gid_t](repeating: 0, count: Int(groupsMax))
        var count = groupsMax
        getgrouplist(name, entry.pointee.pw_gid, &ids, &count)
        return UserProbe(name: name, groups: Set(ids.prefix(Int(max(0, count))).map(group)))
    }

    static func group(_ id: gid_t) -> String {
        getgrgid(id).map { String(cString: $0.pointee.gr_name) } ?? "\(id)"
    }

    static func name(_ id: uid_t) -> String {
        getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? "\(id)"
    }
}
