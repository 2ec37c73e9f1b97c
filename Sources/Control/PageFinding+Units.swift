// SPDX-License-Identifier: Apache-2.0

// What is wrong with buses and units, and with the central's controllers.

extension PageFinding {
    static func of(bus: BusReport) -> [PageFinding] {
        guard bus.state == "open" else {
            let reason = bus.error.map { ": \($0)" } ?? ""
            return [
                PageFinding(
                    .fault, "bus-closed",
                    Bilingual(
                        fa: "درگاه خط \(bus.name) باز نیست.",
                        en: "The port of bus \(bus.name) is closed\(reason)."),
                    todo: Bilingual(
                        fa: "مبدل و دوشاخهٔ آن را ببینید؛ نام درگاه در پیکربندی \(bus.port) است.",
                        en: "Look at the adapter and its plug; the configuration says \(bus.port)."),
                    since: bus.since)
            ]
        }
        let known = bus.units.filter { $0.readBack != false }
        if known.count > 1, known.allSatisfy({ !$0.online }) {
            return [silent(bus)]
        }
        return bus.units.flatMap { of(unit: $0) }
    }

    private static func silent(_ bus: BusReport) -> PageFinding {
        let speed = bus.baud.map { Bilingual(digitsOf: "\($0)") }
        return PageFinding(
            .fault, "no-answer",
            Bilingual(
                fa: "هیچ واحدی روی خط \(bus.name) پاسخ نمی‌دهد.",
                en: "No unit of bus \(bus.name) answers."),
            todo: Bilingual(
                fa: "تغذیهٔ واحدها، سیم‌های A و B سر مبدل (یک بار جابه‌جا کنید) و سرعت خط"
                    + "\(speed.map { " (\($0.fa))" } ?? "") را ببینید.",
                en:
                    "Look at the units' supply, at A and B at the adapter (swap them once), and at the "
                    + "speed\(speed.map { " (\($0.en) baud)" } ?? "")."),
            since: bus.since)
    }

    /// The unit in words: with its booth, or as a row of the board.
    private static func place(_ unit: UnitReport) -> Bilingual {
        let address = Bilingual(digitsOf: "\(unit.address)")
        guard unit.booth != 0 else {
            return Bilingual(
                fa: "واحد \(address.fa)، سطر تابلو", en: "Unit \(address.en), a row of the board")
        }
        let booth = Bilingual(digitsOf: "\(unit.booth)")
        return Bilingual(
            fa: "واحد \(address.fa)، باجهٔ \(booth.fa)", en: "Unit \(address.en), booth \(booth.en)")
    }

    private static func of(unit: UnitReport) -> [PageFinding] {
        let place = place(unit)
        guard unit.online else {
            return [
                PageFinding(
                    .fault, "no-answer",
                    Bilingual(
                        fa: "\(place.fa)، پاسخ نمی‌دهد.", en: "\(place.en), does not answer."),
                    todo: Bilingual(
                        fa:
                            "تغذیهٔ واحد (اگر برق دارد خط تیره نشان می‌دهد)، A و B سر دوشاخه و نشانی آن را "
                            + "ببینید.",
                        en:
                            "Look at its supply (with power it shows dashes), at A and B at its plug, "
                            + "and at its address."), since: unit.since)
            ]
        }
        var found: [PageFinding] = []
        let damaged = ["badCheck", "truncated", "wrongReply"].reduce(0) {
            $0 + (unit.errors[$1] ?? 0)
        }
        if damaged >= PageLimits.damagedReplies {
            let count = Bilingual(digitsOf: "\(damaged)")
            found.append(
                PageFinding(
                    .warning, "noise",
                    Bilingual(
                        fa: "\(place.fa): \(count.fa) پاسخ آسیب‌دیده.",
                        en: "\(place.en): \(count.en) damaged replies."),
                    todo: Bilingual(
                        fa:
                            "مقاومت پایانی (۱۲۰ اهم در دو سر خط و نه جای دیگر)، بایاس در یک جا، سیم زمین و "
                            + "دوری کابل از برق شهر را ببینید.",
                        en:
                            "Look at the termination (120 ohms at both ends and nowhere else), the bias "
                            + "at one place, the ground wire, and keep the cable clear of mains.")))
        }
        if unit.errors["wrongAddress"] ?? 0 >= PageLimits.damagedReplies {
            found.append(
                PageFinding(
                    .warning, "two-units",
                    Bilingual(
                        fa: "\(place.fa): واحد دیگری به جای آن پاسخ می‌دهد.",
                        en: "\(place.en): another unit answers in its place."),
                    todo: Bilingual(
                        fa: "واحدها را یکی‌یکی جدا کنید و خط را با nobatctl bus scan بگردید.",
                        en: "Unplug the units one at a time and run nobatctl bus scan.")))
        }
        if let finding = unit.finding { found.append(firmware(finding, unit, place)) }
        return found
    }

    private static func firmware(
        _ finding: String, _ unit: UnitReport, _ place: Bilingual
    ) -> PageFinding {
        let version = unit.firmware ?? ""
        let isOld = finding == "old-firmware"
        return PageFinding(
            .warning, finding,
            Bilingual(
                fa:
                    "\(place.fa): نرم‌افزار آن (\(version)) \(isOld ? "کهنه" : "نوتر از این برنامه") است.",
                en:
                    "\(place.en): its firmware \(version) is \(isOld ? "old" : "newer than this program")."
            ),
            todo: Bilingual(
                fa: isOld
                    ? "کار می‌کند؛ سر فرصت با nobatctl flash تازه‌اش کنید."
                    : "کار می‌کند؛ nobatd و nobatctl را تازه کنید.",
                en: isOld
                    ? "It works; flash it with nobatctl flash when there is time."
                    : "It works; update nobatd and nobatctl."))
    }

    // MARK: - The central's controllers

    static func controllerFindings(_ report: StatusReport) -> [PageFinding] {
        var found: [PageFinding] = []
        for controller in report.controllers ?? [] {
            if let finding = of(controller: controller) { found.append(finding) }
        }
        for conflict in report.conflicts ?? [] { found.append(of(conflict: conflict)) }
        if report.settling == true {
            found.append(
                PageFinding(
                    .warning, "settling",
                    Bilingual(
                        fa: "مرکز منتظر کنترلرهایی است که شاید بیش از آن بدانند؛ شماره‌ای نمی‌دهد.",
                        en:
                            "The central waits for controllers that may know more; it numbers nothing."
                    ),
                    todo: Bilingual(
                        fa: "کنترلرها را وصل کنید، یا کنترلری را که دیگر نیست کنار بگذارید.",
                        en: "Connect the controllers, or fence one that is no more.")))
        }
        return found
    }

    private static func of(controller: ControllerReport) -> PageFinding? {
        let tray = Bilingual(digitsOf: "\(controller.tray)")
        if controller.fenced {
            return PageFinding(
                .warning, "fenced",
                Bilingual(
                    fa: "\(controller.name) کنار گذاشته شده است و هنوز برنگشته است.",
                    en: "\(controller.name) is fenced and has not been back yet."),
                todo: Bilingual(
                    fa:
                        "چون برگردد خودبه‌خود به کار می‌افتد؛ آنچه در این میان فراخوانده اعلام می‌شود.",
                    en:
                        "When it is back it takes part again by itself; what it called meanwhile is "
                        + "reported."), since: controller.downSince)
        }
        guard controller.link == "down" || controller.link == "never-seen" else { return nil }
        let isNew = controller.link == "never-seen"
        return PageFinding(
            .warning, isNew ? "never-seen" : "controller-offline",
            Bilingual(
                fa: isNew
                    ? "\(controller.name) هنوز هیچ‌گاه وصل نشده است."
                    : "\(controller.name) وصل نیست؛ \(tray.fa) نوبت تنها در دست آن است.",
                en: isNew
                    ? "\(controller.name) has never been connected."
                    : "\(controller.name) is offline; it alone may call \(tray.en) tickets."),
            todo: Bilingual(
                fa:
                    "برق و شبکهٔ آن را ببینید. اگر برنمی‌گردد آن را کنار بگذارید تا نوبت‌هایش به دیگران برسد.",
                en:
                    "Look at its power and network. If it will not be back, fence it, so that others "
                    + "get its tickets."), since: controller.downSince)
    }

    private static func of(conflict: ConflictReport) -> PageFinding {
        let number = Bilingual(digitsOf: conflict.number)
        let called = Bilingual(digitsOf: "\(conflict.calledAt)")
        let booth = conflict.booth.map { Bilingual(digitsOf: "\($0)") }
        return PageFinding(
            .warning, "conflict",
            Bilingual(
                fa: "\(number.fa) در باجهٔ \(called.fa) از \(conflict.calledBy) فراخوانده شد، و "
                    + (booth.map { "در باجهٔ \($0.fa) از \(conflict.heldBy) هم." }
                        ?? "نزد \(conflict.heldBy) هم منتظر بود."),
                en: "\(number.en) was called at booth \(called.en) of \(conflict.calledBy), and "
                    + (booth.map { "at booth \($0.en) of \(conflict.heldBy) too." }
                        ?? "waited at \(conflict.heldBy) too.")),
            todo: Bilingual(
                fa: "بپرسید بیمار کجا پذیرفته شد، و نوبت دیگر را باطل کنید.",
                en: "Ask where the patient was served, and cancel the other one."))
    }
}
