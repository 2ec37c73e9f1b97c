// SPDX-License-Identifier: Apache-2.0

// What is wrong, in words with what to do, as the pages and /health tell it: decided from a daemon's
// report alone.

/// Something that somebody should look into.
public struct PageFinding: Codable, Sendable, Equatable {
    /// How bad it is.
    public enum Severity: String, Codable, Sendable, CaseIterable {
        /// A booth or the whole daemon can't do its work.
        case fault
        /// Work goes on, and somebody should look.
        case warning
    }

    /// Its name, for programs: `no-answer`. The names of the units' findings are those of nobatctl.
    public var name: String
    /// How bad it is.
    public var severity: Severity
    /// What is wrong, and where.
    public var what: Bilingual
    /// What to do.
    public var todo: Bilingual
    /// Since when, in ISO 8601.
    public var since: String?

    /// A finding; `since` in ISO 8601.
    public init(
        _ severity: Severity, _ name: String, _ what: Bilingual, todo: Bilingual,
        since: String? = nil
    ) {
        self.name = name
        self.severity = severity
        self.what = what
        self.todo = todo
        self.since = since
    }

    /// All findings of a report, faults first.
    public static func all(of report: StatusReport) -> [PageFinding] {
        var found = linkFindings(report)
        found += numberFindings(report)
        found += diskFindings(report)
        for bus in report.buses ?? [] { found += of(bus: bus) }
        found += buttonFindings(report)
        found += kioskFindings(report)
        found += controllerFindings(report)
        let faults = found.filter { $0.severity == .fault }
        return faults + found.filter { $0.severity == .warning }
    }

    /// The core has not answered for too long.
    public static let coreStuck = PageFinding(
        .fault, "core-stalled",
        Bilingual(
            fa: "هستهٔ برنامه پاسخ نمی‌دهد: دیسک گیر کرده است.",
            en: "The core does not answer: the disk hangs."),
        todo: Bilingual(
            fa: "کارت حافظه و منبع تغذیه را ببینید؛ اگر به راه نیفتاد برنامه را از نو آغاز کنید.",
            en: "Look at the card and its supply; restart the program if it does not go on."))

    // MARK: - The daemon itself

    private static func linkFindings(_ report: StatusReport) -> [PageFinding] {
        guard let link = report.link, link.state != "up" else { return [] }
        let reason = link.reason.map { " (\($0))" } ?? ""
        if let refused = refusal(link, report.version) { return [refused] }
        return [
            PageFinding(
                .warning, "central-unreachable",
                Bilingual(
                    fa: "مرکز در دسترس نیست. فراخوانی ادامه دارد.",
                    en: "The central can't be reached\(reason). Calls go on."),
                todo: Bilingual(
                    fa: "کابل شبکه، تونل و خود مرکز (\(link.peer)) را ببینید.",
                    en: "Look at the network cable, the tunnel and the central at \(link.peer)."),
                since: link.since)
        ]
    }

    /// A central that is there and does not take this controller: no cable is at fault.
    private static func refusal(_ link: LinkReport, _ version: String) -> PageFinding? {
        let detail = link.reason ?? ""
        switch link.refusal {
        case "version":
            return PageFinding(
                .warning, "protocol-differs",
                Bilingual(
                    fa: "مرکز و این برنامه نسخه‌های ناسازگاری از پروتکل دارند. فراخوانی ادامه دارد.",
                    en:
                        "The central speaks another version of the protocol (\(detail)). Calls go on."
                ),
                todo: Bilingual(
                    fa: "بسته‌های nobat را در هر دو تازه کنید؛ نسخهٔ این برنامه \(version) است.",
                    en: "Update the older of the two; this program is \(version)."),
                since: link.since)
        case "unknown-controller", "name-taken":
            return PageFinding(
                .warning, "controller-refused",
                Bilingual(
                    fa: "مرکز این کنترلر را نمی‌پذیرد. فراخوانی ادامه دارد.",
                    en: "The central does not take this controller: \(detail). Calls go on."),
                todo: Bilingual(
                    fa: "\"name\" در این پیکربندی و نام کنترلرها در پیکربندی مرکز را ببینید.",
                    en: "Look at \"name\" in this file and at \"controllers\" in the central's."),
                since: link.since)
        default: return nil
        }
    }

    private static func numberFindings(_ report: StatusReport) -> [PageFinding] {
        guard report.daemon == "nobatd" else { return [] }
        var found: [PageFinding] = []
        if report.day == 0 {
            found.append(
                PageFinding(
                    .fault, "no-day",
                    Bilingual(
                        fa: "هیچ روز کاری آغاز نشده است: شماره‌ای داده نمی‌شود.",
                        en: "No service day has begun: no numbers are given out."),
                    todo: Bilingual(
                        fa: "ساعت دستگاه و پیوند با مرکز را ببینید.",
                        en: "Look at the clock of this board and at the link to the central.")))
        }
        let today = (report.blocks ?? []).filter { $0.day == 0 || $0.day == report.day }
        let left = today.reduce(0) { $0 + $1.remaining }
        if report.day != 0, left == 0 {
            found.append(
                PageFinding(
                    .fault, "no-numbers",
                    Bilingual(
                        fa: "شماره‌ای برای دادن نمانده است.", en: "There is no number left to give."),
                    todo: Bilingual(
                        fa: "پیوند با مرکز را برقرار کنید، یا سری محلی را در مرکز بزرگ‌تر کنید.",
                        en: "Restore the link to the central, or widen its series.")))
        }
        if let outbox = report.outbox, outbox > PageLimits.outboxHigh {
            let count = Bilingual(digitsOf: "\(outbox)")
            found.append(
                PageFinding(
                    .warning, "outbox-high",
                    Bilingual(
                        fa: "\(count.fa) رویداد هنوز به مرکز گفته نشده است.",
                        en: "\(count.en) facts are untold to the central."),
                    todo: Bilingual(
                        fa: "چیزی گم نمی‌شود؛ پیوند با مرکز را برقرار کنید.",
                        en: "Nothing is lost; restore the link to the central.")))
        }
        return found
    }

    private static let diskFailed = PageFinding(
        .fault, "disk-failed",
        Bilingual(
            fa: "دیسک چیزی نمی‌نویسد: هیچ نوبتی داده یا فراخوانده نمی‌شود.",
            en: "The disk refuses what is written: no number is given out and nobody is called."),
        todo: Bilingual(
            fa: "جای خالی دیسک و کارت حافظه را ببینید؛ تا دیسک بنویسد، نوبت‌ها را با صدا بخوانید.",
            en: "Look whether the disk is full or the card worn out; call by voice until it writes."
        ))

    private static func diskFindings(_ report: StatusReport) -> [PageFinding] {
        (report.diskFault == true ? [diskFailed] : []) + slowFindings(report)
    }

    private static func slowFindings(_ report: StatusReport) -> [PageFinding] {
        guard let commits = report.commitTimes, commits.count >= PageLimits.commitsMin,
            commits.p99 > PageLimits.commitSlow
        else { return [] }
        let span = Bilingual(digitsOf: "\(commits.p99 / 1_000)")
        return [
            PageFinding(
                .warning, "disk-slow",
                Bilingual(
                    fa: "نوشتن روی دیسک کند است: یک درصد نوشتن‌ها بیش از \(span.fa) میلی‌ثانیه.",
                    en: "The disk is slow: one commit of a hundred takes more than \(span.en) ms."),
                todo: Bilingual(
                    fa: "کارت حافظه را با کارتی برای نوشتن پیوسته عوض کنید.",
                    en: "Replace the card by one made for constant writing."))
        ]
    }

    private static func buttonFindings(_ report: StatusReport) -> [PageFinding] {
        guard let buttons = report.buttons else { return [] }
        var found: [PageFinding] = []
        if buttons.state == "failed" {
            let reason = buttons.error.map { ": \($0)" } ?? ""
            found.append(
                PageFinding(
                    .fault, "buttons-failed",
                    Bilingual(
                        fa: "دکمه‌های فراخوانی خوانده نمی‌شوند.",
                        en: "The call buttons can't be read\(reason)."),
                    todo: Bilingual(
                        fa:
                            "نام تراشه و خط‌های gpio در پیکربندی و دسترسی به ‎/dev/gpiochip‎ را ببینید.",
                        en:
                            "Look at the chip and lines of \"gpio\" in the configuration, and at who "
                            + "may open /dev/gpiochip*."), since: buttons.since))
        }
        for booth in buttons.stuck {
            let number = Bilingual(digitsOf: "\(booth)")
            found.append(
                PageFinding(
                    .fault, "button-stuck",
                    Bilingual(
                        fa: "دکمهٔ باجهٔ \(number.fa) گیر کرده است.",
                        en: "The button of booth \(number.en) is stuck."),
                    todo: Bilingual(
                        fa: "سیم آن به زمین وصل مانده است: دکمه را جدا کنید و دوباره ببینید.",
                        en: "Its wire is closed to ground: unplug the button and look again.")))
        }
        return found
    }

    private static func kioskFindings(_ report: StatusReport) -> [PageFinding] {
        guard let kiosk = report.kiosk else { return [] }
        var found: [PageFinding] = []
        if kiosk.printer != "ready", kiosk.printer != "starting" {
            let isLow = kiosk.printer == "paper-low"
            found.append(
                PageFinding(
                    isLow ? .warning : .fault, "printer-\(kiosk.printer)",
                    Bilingual(
                        fa: isLow ? "کاغذ چاپگر نوبت رو به پایان است." : "چاپگر نوبت چاپ نمی‌کند.",
                        en: "The slip printer: \(kiosk.sentence)"),
                    todo: Bilingual(
                        fa: isLow
                            ? "رول کاغذ تازه آماده کنید."
                            : "کاغذ، درپوش، برق و کابل چاپگر را ببینید.",
                        en: "Look at its paper, cover, supply and cable (\(kiosk.port))."),
                    since: kiosk.since))
        }
        for reader in kiosk.readers where !reader.open {
            let reason = reader.error.map { ": \($0)" } ?? ""
            found.append(
                PageFinding(
                    .warning, "reader-closed",
                    Bilingual(
                        fa: "یک صفحه‌کلید یا بارکدخوان کیوسک خوانده نمی‌شود.",
                        en: "\(reader.name) of the kiosk is not read\(reason)."),
                    todo: Bilingual(fa: "کابل آن را ببینید.", en: "Look at its cable.")))
        }
        return found
    }
}

/// The bounds of what pages find, each with the reason for its figure.
public enum PageLimits {
    /// Facts that are untold: more than an hour of the largest hall.
    public static let outboxHigh = 1_000
    /// Commits that must have been measured before the disk is judged.
    public static let commitsMin = 20
    /// A commit of more than this many microseconds is slow: a good card takes 30 ms, and this one
    /// would use up the whole time of a press.
    public static let commitSlow = 100_000
    /// Damaged replies of a unit that are worth a look: fewer come from plugging and unplugging.
    public static let damagedReplies = 10
    /// Characters of a word that a page sent, in the log: names have less.
    public static let wordMax = 40
    /// Lines of the log on a page.
    public static let logLines = 60
    /// Hours of a chart: a day, and a night shift after it.
    public static let hoursMax = 36
    /// The longest time for which a page lets a unit blink its address, in seconds.
    public static let identifyMax = 120
    /// The time for which it does when nothing else is said, in seconds.
    public static let identifyUsual = 20
}
