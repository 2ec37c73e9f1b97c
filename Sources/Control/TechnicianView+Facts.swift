// SPDX-License-Identifier: Apache-2.0

// What is known of a controller itself: its link, its log, its numbers, its times.

extension TechnicianView {
    static func link(_ link: LinkReport?) -> State {
        switch link?.state {
        case "up": State(.good, fa: "به مرکز وصل است", en: "connected to the central")
        case "greeting": State(.uneasy, fa: "در حال پیوستن به مرکز", en: "meeting the central")
        default:
            State(
                .uneasy, fa: "مرکز در دسترس نیست؛ فراخوانی ادامه دارد",
                en: "the central can't be reached; calls go on")
        }
    }

    static func facts(_ report: StatusReport) -> [Fact] {
        var facts = [
            Fact(
                what: Bilingual(fa: "آغاز برنامه", en: "Running since"),
                value: Bilingual(
                    fa: "\(report.daemon) \(report.version)",
                    en: "\(report.daemon) \(report.version)"),
                at: report.startedAt),
            Fact(
                what: Bilingual(fa: "روز کاری", en: "Service day"),
                value: Bilingual(dateText: report.date ?? "—")),
        ]
        if let link = report.link {
            let reason = link.reason.map { " (\($0))" } ?? ""
            facts.append(
                Fact(
                    what: Bilingual(fa: "پیوند با مرکز", en: "Central"),
                    value: Bilingual(fa: link.peer, en: link.peer + reason), at: link.since))
        }
        facts.append(
            Fact(
                what: Bilingual(fa: "منتظر در این‌جا", en: "Waiting here"),
                value: Bilingual(digitsOf: "\(report.tray)")))
        if let outbox = report.outbox {
            facts.append(
                Fact(
                    what: Bilingual(fa: "ناگفته به مرکز", en: "Untold to the central"),
                    value: Bilingual(digitsOf: "\(outbox)")))
        }
        facts += blocks(report) + times(report)
        if let kiosk = report.kiosk {
            facts.append(
                Fact(
                    what: Bilingual(fa: "کیوسک", en: "Kiosk"),
                    value: Bilingual(
                        fa: kiosk.printer == "ready" ? "چاپگر آماده است" : "چاپگر آماده نیست",
                        en: kiosk.sentence), at: kiosk.since))
        }
        return facts
    }

    private static func blocks(_ report: StatusReport) -> [Fact] {
        (report.blocks ?? []).filter { $0.day == 0 || $0.day == report.day }.map { block in
            let left = Bilingual(digitsOf: "\(block.remaining)")
            let next = Bilingual(digitsOf: block.next)
            let service = block.service
            return Fact(
                what: Bilingual(
                    fa: "شماره‌های " + (service ?? "سری محلی"),
                    en: "Numbers of " + (service ?? "the local series")),
                value: Bilingual(
                    fa: "\(left.fa) مانده، بعدی \(next.fa)", en: "\(left.en) left, next \(next.en)")
            )
        }
    }

    private static func times(_ report: StatusReport) -> [Fact] {
        let named: [(Bilingual, TimesReport?)] = [
            (Bilingual(fa: "فشار دکمه تا خط", en: "Press to bus"), report.pressTimes),
            (Bilingual(fa: "انتظار برای خط", en: "Wait for the line"), report.busTimes),
            (Bilingual(fa: "نوشتن روی دیسک", en: "Commit"), report.commitTimes),
        ]
        return named.compactMap { what, times in
            times.map { times in
                let half = Bilingual(digitsOf: tenths(times.p50))
                let most = Bilingual(digitsOf: tenths(times.p99))
                return Fact(
                    what: what,
                    value: Bilingual(
                        fa: "میانه \(half.fa)، صدک ۹۹ \(most.fa) میلی‌ثانیه",
                        en: "median \(half.en), 99th percentile \(most.en) ms"))
            }
        }
    }

    /// Microseconds as milliseconds with one place.
    static func tenths(_ microseconds: Int) -> String {
        let tenths = (microseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension TechnicianView.Fact {
    fileprivate init(what: Bilingual, value: Bilingual) {
        self.init(what: what, value: value, at: nil)
    }
}
