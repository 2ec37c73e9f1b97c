// SPDX-License-Identifier: Apache-2.0

// What is wrong with the machine: its ports, chips, clock, keys and disk.

import Control

extension Doctor {
    // MARK: - Devices

    static func device(_ device: DeviceProbe, _ user: UserProbe?) -> [PageFinding] {
        guard device.exists else {
            let there = device.present.isEmpty ? "" : " " + device.present.joined(separator: ", ")
            return [
                fault(
                    "port-missing",
                    Bilingual(
                        fa: "\(device.path) (\(device.purpose)) نیست.",
                        en: "\(device.path), of \(device.purpose), is not there."),
                    Bilingual(
                        fa: "دوشاخهٔ آن را ببینید. آنچه هست:\(there.isEmpty ? " هیچ" : there)",
                        en: "Look at its plug, or correct the configuration. There is:"
                            + (there.isEmpty ? " nothing" : there)))
            ]
        }
        var found = mayUse(
            device.path, device.purpose, group: device.group, groupMayUse: device.groupMayUse, user)
        if device.isConsole {
            found.append(
                fault(
                    "port-console",
                    Bilingual(
                        fa:
                            "هستهٔ لینوکس پیام‌های خود را روی \(device.path) (\(device.purpose)) می‌نویسد.",
                        en: "\(device.path), of \(device.purpose), is the kernel's console."),
                    Bilingual(
                        fa: "در raspi-config کنسول سریال را خاموش کنید (درگاه سریال روشن بماند).",
                        en:
                            "Take it out of the kernel's command line: raspi-config, Interface "
                            + "Options, Serial Port: no login shell, hardware enabled; then restart."
                    )))
        }
        let isByOrder = ["/dev/ttyUSB", "/dev/ttyACM", "/dev/input/event"].contains {
            device.path.hasPrefix($0)
        }
        if isByOrder {
            found.append(
                warning(
                    "port-by-order",
                    Bilingual(
                        fa:
                            "\(device.path) (\(device.purpose)) پس از هر روشن شدن شاید مبدل دیگری باشد.",
                        en:
                            "\(device.path), of \(device.purpose), may be another one after a restart."
                    ),
                    Bilingual(
                        fa: "نامی از ‎/dev/serial/by-id‎ یا ‎/dev/nobat‎ بنویسید.",
                        en: "Write a name that stays: ls /dev/serial/by-id/ /dev/nobat/")))
        }
        return found
    }

    static func chip(_ chip: ChipProbe, _ user: UserProbe?) -> [PageFinding] {
        guard let path = chip.path else {
            if !chip.unreadable.isEmpty { return [unreadable(chip)] }
            let there = chip.present.isEmpty ? "none" : chip.present.joined(separator: ", ")
            return [
                fault(
                    "chip-missing",
                    Bilingual(
                        fa: "تراشهٔ GPIO با نام \(chip.label) نیست.",
                        en: "There is no GPIO chip \(chip.label)."),
                    Bilingual(
                        fa: "زیر \"gpio\" یکی از این‌ها را بنویسید: \(there)",
                        en: "Under \"gpio\" write one that is there: \(there)"))
            ]
        }
        var found = mayUse(
            path, "the buttons and lamps", group: chip.group, groupMayUse: chip.groupMayUse, user)
        if !chip.missingLines.isEmpty {
            let lines = chip.missingLines.joined(separator: ", ")
            found.append(
                fault(
                    "line-missing",
                    Bilingual(
                        fa: "تراشهٔ \(chip.label) این خط‌ها را ندارد: \(lines)",
                        en: "The chip \(chip.label) has no line \(lines)."),
                    Bilingual(
                        fa: "نام درست را با gpioinfo ببینید.",
                        en:
                            "gpioinfo lists the lines by name; correct the booths' buttons and lamps."
                    )))
        }
        return found
    }

    private static func unreadable(_ chip: ChipProbe) -> PageFinding {
        let paths = chip.unreadable.joined(separator: ", ")
        return warning(
            "chip-unread",
            Bilingual(
                fa: "از \(paths) نمی‌توان خواند؛ شاید \(chip.label) آنجا باشد.",
                en: "\(paths) may not be opened by you; \(chip.label) may be there."),
            Bilingual(
                fa: "با sudo دوباره اجرا کنید.", en: "Run this once more with sudo."))
    }

    private static func mayUse(
        _ path: String, _ purpose: String, group: String, groupMayUse: Bool, _ user: UserProbe?
    ) -> [PageFinding] {
        guard let user else { return [] }
        if groupMayUse, user.groups.contains(group) { return [] }
        guard groupMayUse else {
            return [
                fault(
                    "device-closed",
                    Bilingual(
                        fa: "گروه \(group) اجازهٔ کار با \(path) را ندارد.",
                        en: "\(path), of \(purpose), is closed to its group \(group)."),
                    Bilingual(
                        fa: "قاعده‌های udev را دوباره به کار ببرید: udevadm trigger",
                        en: "Apply the udev rules again: udevadm control --reload; udevadm trigger")
                )
            ]
        }
        return [
            fault(
                "user-group",
                Bilingual(
                    fa: "کاربر \(user.name) در گروه \(group) نیست و به \(path) نمی‌رسد.",
                    en:
                        "The user \(user.name) is not in the group \(group), which \(path) belongs to."
                ),
                Bilingual(
                    fa: "adduser \(user.name) \(group)، سپس برنامه را از نو آغاز کنید.",
                    en: "Run adduser \(user.name) \(group), then restart the daemon."))
        ]
    }

    // MARK: - Clock, keys, disk

    static func clock(_ clock: ClockProbe) -> [PageFinding] {
        if !clock.isPlausible {
            return [
                fault(
                    "clock-never-set",
                    Bilingual(
                        fa: "ساعت دستگاه تنظیم نشده است: \(clock.shows)",
                        en: "The clock was never set: it shows \(clock.shows)."),
                    Bilingual(
                        fa: "شبکه را ببینید (timedatectl)، یا باتری ساعت بگذارید.",
                        en:
                            "Look why no time server answers (timedatectl timesync-status), or set it: "
                            + "timedatectl set-time. A battery clock helps where there is no network."
                    ))
            ]
        }
        guard !clock.isSynchronised, !clock.isAlwaysRight else { return [] }
        return [
            warning(
                "clock-unsynchronised",
                Bilingual(
                    fa: "هیچ سرور زمانی ساعت را تأیید نکرده است: \(clock.shows)",
                    en: "No time server has set the clock, which shows \(clock.shows)."),
                Bilingual(
                    fa: "تنها هنگام قطع پیوند با مرکز مهم است؛ timedatectl را ببینید.",
                    en:
                        "Without the central no service day begins on it. See timedatectl; with a battery "
                        + "clock write clock: always."))
        ]
    }

    /// The keys that open links to the central.
    static func keyFolder(_ folder: KeyFolderProbe, _ user: UserProbe?) -> [PageFinding] {
        if let reason = folder.unreadable {
            return [
                fault(
                    "link-keys-unreadable",
                    Bilingual(
                        fa: "پوشهٔ کلیدهای پیوند خوانده نمی‌شود: ‎\(folder.path)‎",
                        en: "\(reason)."),
                    Bilingual(
                        fa:
                            "دستور nobatctl key new آن را می‌سازد؛ باید از آنِ کاربر nobat با مجوز 700 باشد.",
                        en: "'nobatctl key new' makes it: a folder of the user nobat, mode 0700."))
            ]
        }
        var found: [PageFinding] = []
        if let user, let owner = folder.owner, owner != user.name,
            folder.path != "/etc/nobat/keys"
        {
            found.append(
                fault(
                    "link-keys-foreign",
                    Bilingual(
                        fa: "پوشهٔ ‎\(folder.path)‎ از آنِ کاربر \(user.name) نیست.",
                        en: "The folder \(folder.path) is \(owner)'s, not \(user.name)'s."),
                    Bilingual(
                        fa: "chown -R \(user.name): \(folder.path)",
                        en: "Run chown -R \(user.name): \(folder.path).")))
        }
        for one in folder.faults.prefix(keyFaultsMax) {
            found.append(
                fault(
                    "link-key-faulty",
                    Bilingual(
                        fa: "کلید ‎\(one.file)‎ درست نیست و پیوندی باز نمی‌کند.",
                        en: "\(one.sentence)."),
                    Bilingual(
                        fa: "دستور nobatctl key list می‌گوید چرا.",
                        en: "It opens no link until it is mended; see nobatctl key list.")))
        }
        if folder.faults.count > keyFaultsMax {
            let more = folder.faults.count - keyFaultsMax
            found.append(
                fault(
                    "more-link-keys-faulty",
                    Bilingual(
                        fa:
                            "و \(Bilingual.persianDigits("\(more)")) کلید نادرست دیگر در ‎\(folder.path)‎ هست.",
                        en: "\(more) more faults are in \(folder.path)."),
                    Bilingual(
                        fa: "دستور nobatctl key list همه را می‌گوید.",
                        en: "See nobatctl key list.")))
        }
        if folder.count == 0 {
            found.append(
                warning(
                    "no-link-keys",
                    Bilingual(
                        fa:
                            "در ‎\(folder.path)‎ هیچ کلیدی نیست؛ هیچ دستگاهی نمی‌تواند به مرکز وصل شود.",
                        en: "No key is in \(folder.path): nobody can connect."),
                    Bilingual(
                        fa: "برای هر دستگاه با nobatctl key new کلیدی بسازید.",
                        en: "Make one for each controller: nobatctl key new NAME.")))
        }
        return found
    }

    /// More than these nobody reads at once.
    private static let keyFaultsMax = 5

    static func key(_ key: KeyProbe, _ user: UserProbe?) -> [PageFinding] {
        guard let exists = key.exists else { return [] }
        guard exists else {
            return [
                fault(
                    "key-missing",
                    Bilingual(fa: "کلید \(key.path) نیست.", en: "There is no key \(key.path)."),
                    key.isOfLink
                        ? Bilingual(
                            fa:
                                "آن را در مرکز با nobatctl key new بسازید و اینجا با nobatctl key put بگذارید.",
                            en:
                                "Make it at the central (nobatctl key new NAME) and bring it here: nobatctl "
                                + "key show NAME there, sudo nobatctl key put here.")
                        : Bilingual(
                            fa: "آن را بسازید: (umask 077; openssl rand -hex 16 > \(key.path))",
                            en: "Make it: (umask 077; openssl rand -hex 16 > \(key.path))"))
            ]
        }
        if key.mode & 0o077 != 0 {
            return [
                fault(
                    "key-open",
                    Bilingual(
                        fa: "کلید \(key.path) برای دیگران باز است.",
                        en: "The key \(key.path) is open to others (mode \(octal(key.mode)))."),
                    Bilingual(
                        fa: "chmod 600 \(key.path)؛ و اگر شاید خوانده شده باشد کلید تازه بسازید.",
                        en:
                            "Run chmod 600 \(key.path); make a new one if somebody may have read it."
                    ))
            ]
        }
        let isRoots = key.path.hasPrefix("/etc/nobat/keys/")
        if let user, !isRoots, key.owner != user.name {
            return [
                fault(
                    "key-unreadable",
                    Bilingual(
                        fa: "کاربر \(user.name) نمی‌تواند \(key.path) را بخواند.",
                        en: "The user \(user.name) can't read \(key.path), which is \(key.owner)'s."
                    ),
                    Bilingual(
                        fa: "آن را به ‎/etc/nobat/keys‎ ببرید و نشانی را در پیکربندی درست کنید.",
                        en: key.isOfLink
                            ? "Run chown \(user.name) \(key.path)."
                            : "Move it to /etc/nobat/keys and say so in the configuration."))
            ]
        }
        return []
    }

    private static func octal(_ mode: UInt32) -> String { String(mode & 0o777, radix: 8) }

    static func disk(_ disk: DiskProbe) -> [PageFinding] {
        guard disk.exists else {
            return [
                fault(
                    "no-folder",
                    Bilingual(
                        fa: "پوشهٔ پایگاه داده نیست: \(disk.folder)",
                        en: "The database's folder \(disk.folder) is not there."),
                    Bilingual(
                        fa: "پوشه را بسازید یا \"database\" را درست کنید.",
                        en: "Make it for the user nobat, or correct \"database\"."))
            ]
        }
        if disk.isReadOnly {
            return [
                fault(
                    "disk-read-only",
                    Bilingual(
                        fa: "روی \(disk.folder) نمی‌توان نوشت: دیسک فقط‌خواندنی شده است.",
                        en: "The disk of \(disk.folder) is read-only."),
                    Bilingual(
                        fa: "dmesg را ببینید؛ کارت حافظه را عوض کنید.",
                        en: "See dmesg; the kernel does so when a card fails: replace the card."))
            ]
        }
        return space(disk) + damages(disk) + wear(disk)
    }

    /// Cards that can't tell how worn they are show it so, before they refuse to be written.
    private static func damages(_ disk: DiskProbe) -> [PageFinding] {
        guard let damages = disk.damages, damages > 0 else { return [] }
        let count = Bilingual(digitsOf: "\(damages)")
        return [
            fault(
                "disk-damaged",
                Bilingual(
                    fa: "فایل‌سیستم \(disk.folder) \(count.fa) بار به آسیب برخورده است.",
                    en: "The file system of \(disk.folder) has met damage \(count.en) times."),
                Bilingual(
                    fa:
                        "از ‎/etc/nobat‎ و ‎/var/lib/nobat‎ رونوشت بگیرید و کارت حافظه را عوض کنید.",
                    en:
                        "Copy /etc/nobat and /var/lib/nobat, and replace the card; if it is to stay, have "
                        + "it checked at the next start: fsck.mode=force on the kernel's command line."
                ))
        ]
    }

    private static func space(_ disk: DiskProbe) -> [PageFinding] {
        let mebibytes = Bilingual(digitsOf: "\(disk.freeBytes >> 20)")
        let isFull =
            disk.freeBytes < InstallationLimits.freeBytesFault
            || disk.freeFiles.map { $0 < InstallationLimits.freeFilesFault } ?? false
        guard isFull || disk.freeBytes < InstallationLimits.freeBytesWarning else { return [] }
        return [
            PageFinding(
                isFull ? .fault : .warning, isFull ? "disk-full" : "disk-low",
                Bilingual(
                    fa: "از دیسک \(disk.folder) تنها \(mebibytes.fa) مبی‌بایت مانده است.",
                    en: "The disk of \(disk.folder) has \(mebibytes.en) MiB left."
                        + (disk.freeFiles.map { " It can have \($0) more files." } ?? "")),
                todo: Bilingual(
                    fa: "جا باز کنید: journalctl --vacuum-size=100M، apt clean",
                    en: "Make room: journalctl --vacuum-size=100M; apt clean"))
        ]
    }

    private static func wear(_ disk: DiskProbe) -> [PageFinding] {
        guard let wear = disk.wear, wear >= InstallationLimits.wearWarning else { return [] }
        let isOver = wear >= InstallationLimits.wearFault
        let part = Bilingual(digitsOf: "\(min(wear, 10) * 10)")
        return [
            PageFinding(
                isOver ? .fault : .warning, "disk-worn",
                Bilingual(
                    fa: "حافظهٔ \(disk.folder) \(part.fa)٪ عمر خود را گذرانده است.",
                    en: "The memory of \(disk.folder) has used \(part.en) % of its life"
                        + (isOver ? " and more." : ".")),
                todo: Bilingual(
                    fa: "یک حافظهٔ تازه آماده کنید و پایگاه داده را به آن ببرید.",
                    en: "Have a new one at hand, and move /var/lib/nobat to it in a quiet hour."))
        ]
    }
}
