// SPDX-License-Identifier: Apache-2.0

// What was seen of an installation: each probe is a plain value, so that what is made of it needs no
// machine that is broken in just that way.

import Control

/// Everything that was looked at.
public struct Probes: Sendable, Equatable {
    /// The daemon: `nobatd` or `nobat-central`.
    public var daemon: String
    /// The version of the programs that are installed.
    public var version: String
    /// The configuration file.
    public var file: FileProbe
    /// The user that the daemon runs as; nil when there is none of that name.
    public var user: UserProbe?
    /// Serial ports, keypads and printers that the configuration names.
    public var devices: [DeviceProbe] = []
    /// GPIO chips that the configuration names.
    public var chips: [ChipProbe] = []
    /// The clock; nil when it was not looked at.
    public var clock: ClockProbe?
    /// The files of keys.
    public var keys: [KeyProbe] = []
    /// The central's keys of links; nil when it has none, or whoever looked may not know.
    public var keyFolder: KeyFolderProbe?
    /// Where the database is; nil when no file says it.
    public var disk: DiskProbe?
    /// The service; nil where there is no systemd.
    public var service: ServiceProbe?
    /// What the daemon has told of itself; nil when none answered.
    public var report: StatusReport?
    /// Why none answered.
    public var silence: String?

    /// An installation of which nothing but its file was looked at.
    public init(daemon: String, version: String, file: FileProbe) {
        self.daemon = daemon
        self.version = version
        self.file = file
    }
}

/// A configuration file.
public struct FileProbe: Sendable, Equatable {
    /// Its path.
    public var path: String
    /// Whether there is one.
    public var exists: Bool
    /// What is wrong with it, a sentence each with its place.
    public var errors: [String]
    /// The fingerprint of what it says; nil when it can't be read.
    public var fingerprint: String?

    /// A file.
    public init(
        path: String, exists: Bool = true, errors: [String] = [], fingerprint: String? = nil
    ) {
        self.path = path
        self.exists = exists
        self.errors = errors
        self.fingerprint = fingerprint
    }
}

/// The user that a daemon runs as.
public struct UserProbe: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The groups that it is in.
    public var groups: Set<String>

    /// A user.
    public init(name: String, groups: Set<String>) {
        self.name = name
        self.groups = groups
    }
}

/// A device that the configuration names.
public struct DeviceProbe: Sendable, Equatable {
    /// What it is for: `bus hall`, `the slip printer`.
    public var purpose: String
    /// Its path.
    public var path: String
    /// Whether it is there.
    public var exists: Bool
    /// The group that it belongs to, and whether that group may read and write it.
    public var group: String
    /// See `group`.
    public var groupMayUse: Bool
    /// Names of this kind that are there and stay, to be chosen from.
    public var present: [String]
    /// Whether the kernel writes its messages to it.
    public var isConsole: Bool

    /// A device.
    public init(
        purpose: String, path: String, exists: Bool = true, group: String = "dialout",
        groupMayUse: Bool = true, present: [String] = [], isConsole: Bool = false
    ) {
        self.purpose = purpose
        self.path = path
        self.exists = exists
        self.group = group
        self.groupMayUse = groupMayUse
        self.present = present
        self.isConsole = isConsole
    }
}

/// A GPIO chip that the configuration names by its label.
public struct ChipProbe: Sendable, Equatable {
    /// The label.
    public var label: String
    /// Its device; nil when no chip that could be opened has the label.
    public var path: String?
    /// The group that the device belongs to, and whether that group may use it.
    public var group: String
    /// See `group`.
    public var groupMayUse: Bool
    /// The labels of the chips that are there.
    public var present: [String]
    /// Chips that could not be opened by whoever looked.
    public var unreadable: [String]
    /// Lines that the configuration names and the chip does not have.
    public var missingLines: [String]

    /// A chip.
    public init(
        label: String, path: String? = "/dev/gpiochip0", group: String = "gpio",
        groupMayUse: Bool = true, present: [String] = [], unreadable: [String] = [],
        missingLines: [String] = []
    ) {
        self.label = label
        self.path = path
        self.group = group
        self.groupMayUse = groupMayUse
        self.present = present
        self.unreadable = unreadable
        self.missingLines = missingLines
    }
}

/// The wall clock.
public struct ClockProbe: Sendable, Equatable {
    /// What it shows, in ISO 8601.
    public var shows: String
    /// Whether its year can be true.
    public var isPlausible: Bool
    /// Whether a time server has set it.
    public var isSynchronised: Bool
    /// Whether the configuration trusts it in any case.
    public var isAlwaysRight: Bool

    /// A clock.
    public init(shows: String, isPlausible: Bool, isSynchronised: Bool, isAlwaysRight: Bool) {
        self.shows = shows
        self.isPlausible = isPlausible
        self.isSynchronised = isSynchronised
        self.isAlwaysRight = isAlwaysRight
    }
}

/// A file with a key.
public struct KeyProbe: Sendable, Equatable {
    /// Its path.
    public var path: String
    /// Whether there is one; nil when whoever looked may not know.
    public var exists: Bool?
    /// Its permission bits.
    public var mode: UInt32
    /// The name of its owner.
    public var owner: String
    /// Whether it opens the link to the central; else it is a key of pages.
    public var isOfLink = false

    /// A key's file.
    public init(path: String, exists: Bool? = true, mode: UInt32 = 0o600, owner: String = "root") {
        self.path = path
        self.exists = exists
        self.mode = mode
        self.owner = owner
    }
}

/// The central's folder of keys.
public struct KeyFolderProbe: Sendable, Equatable {
    /// Something wrong with a file in it.
    public struct Fault: Sendable, Equatable {
        /// The file's path.
        public var file: String
        /// What is wrong, in English.
        public var sentence: String

        /// A fault of a file.
        public init(file: String, sentence: String) {
            self.file = file
            self.sentence = sentence
        }
    }

    /// Its path.
    public var path: String
    /// The name of its owner; nil when it can't be read.
    public var owner: String?
    /// How many keys are in it.
    public var count: Int
    /// Why it can't be read; nil when it can.
    public var unreadable: String?
    /// What is wrong with files in it.
    public var faults: [Fault]

    /// A folder of keys.
    public init(
        path: String, owner: String? = "nobat", count: Int, unreadable: String? = nil,
        faults: [Fault] = []
    ) {
        self.path = path
        self.owner = owner
        self.count = count
        self.unreadable = unreadable
        self.faults = faults
    }
}

/// The disk of the database.
public struct DiskProbe: Sendable, Equatable {
    /// The folder of the database.
    public var folder: String
    /// Whether the folder is there.
    public var exists: Bool
    /// What is left for whoever is not root.
    public var freeBytes: UInt64
    /// How many files can still be made; nil where the file system has no such bound.
    public var freeFiles: UInt64?
    /// Whether nothing can be written at all.
    public var isReadOnly: Bool
    /// Tenths of its life that the eMMC says it has used; nil for cards that can't say.
    public var wear: Int?
    /// Damage that its file system has met since it was last checked: ext4 counts it; nil where it can't say.
    public var damages: Int?

    /// The wear that a kernel's `life_time` tells, such as `0x01 0x02`: the worse of its two estimates.
    public static func wear(lifeTime text: String) -> Int? {
        text.split(whereSeparator: \.isWhitespace).compactMap {
            Int($0.hasPrefix("0x") ? $0.dropFirst(2) : $0[...], radix: 16)
        }.max()
    }

    /// A disk.
    public init(
        folder: String, exists: Bool = true, freeBytes: UInt64 = 1 << 34, freeFiles: UInt64? = nil,
        isReadOnly: Bool = false, wear: Int? = nil, damages: Int? = nil
    ) {
        self.folder = folder
        self.exists = exists
        self.freeBytes = freeBytes
        self.freeFiles = freeFiles
        self.isReadOnly = isReadOnly
        self.wear = wear
        self.damages = damages
    }
}

/// The service as systemd has it: words of `systemctl show`.
public struct ServiceProbe: Sendable, Equatable {
    /// `LoadState`: `loaded`, `not-found`, `masked`.
    public var load: String
    /// `ActiveState`: `active`, `activating`, `inactive`, `failed`.
    public var active: String
    /// `UnitFileState`: `enabled`, `disabled`.
    public var file: String
    /// `Result`: `success`, `watchdog`, `exit-code`.
    public var result: String
    /// `NRestarts`.
    public var restarts: Int

    /// A service.
    public init(
        load: String = "loaded", active: String = "active", file: String = "enabled",
        result: String = "success", restarts: Int = 0
    ) {
        self.load = load
        self.active = active
        self.file = file
        self.result = result
        self.restarts = restarts
    }
}
