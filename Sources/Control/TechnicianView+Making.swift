// SPDX-License-Identifier: Apache-2.0

// From a controller's reports to what its technician sees.

/// A press of a booth's own button.
public struct LastPress: Sendable, Equatable {
    /// When, in ISO 8601.
    public var at: String
    /// `short`, `double` or `long`; nil while the button is down.
    public var gesture: String?

    /// A press.
    public init(at: String, gesture: String?) {
        self.at = at
        self.gesture = gesture
    }
}

extension TechnicianView {
    /// The view of a controller.
    ///
    /// - Parameters:
    ///   - report: what it tells of itself
    ///   - displays: its booths' displays
    ///   - presses: the last press of each booth's button; booths without a button are not in it
    ///   - buttons: the booths that have a button
    ///   - segments: the font of the booth units
    public init(
        _ report: StatusReport, displays: [DisplayRow], presses: [Int: LastPress],
        buttons: Set<Int>, timeZone: String, languages: [String],
        segments: (String) -> [UInt8]
    ) {
        name = report.name
        version = report.version
        self.timeZone = timeZone
        self.languages = languages
        link = Self.link(report.link)
        facts = Self.facts(report)
        findings = PageFinding.all(of: report)
        let rows = Dictionary(displays.map { ($0.booth, $0) }) { first, _ in first }
        booths = (report.booths ?? []).map { booth in
            Self.booth(
                booth, rows[booth.booth], presses[booth.booth],
                button: Self.button(
                    booth.booth, report.buttons, hasButton: buttons.contains(booth.booth)),
                segments)
        }
        buses = (report.buses ?? []).map { Self.bus($0, segments) }
    }

    // MARK: - Booths

    private static func booth(
        _ booth: BoothReport, _ row: DisplayRow?, _ press: LastPress?, button: State,
        _ segments: (String) -> [UInt8]
    ) -> Booth {
        var mirror: Mirror?
        if let row, row.online != nil {
            mirror = Mirror(
                text: row.shows, segments: row.shows == "????" ? [] : segments(row.shows),
                state: shown(
                    isOnline: row.online == true, isVerified: row.verified,
                    canReadBack: row.readBack != false, isKnown: row.shows != "????"))
        }
        return Booth(
            booth: booth.booth, words: BoardView.booth(UInt8(clamping: booth.booth)),
            open: booth.open
                ? State(.good, fa: "باز", en: "open") : State(.idle, fa: "بسته", en: "closed"),
            services: booth.services, current: booth.current.map { Bilingual(digitsOf: $0) },
            waiting: Bilingual(digitsOf: "\(booth.waiting)"), mirror: mirror, bus: row?.bus,
            address: row?.address, button: button, lamp: lamp(row?.lamp ?? ""),
            pressedAt: press?.at, pressed: press.map { gesture($0.gesture) })
    }

    /// How much what a display shows can be trusted.
    static func shown(
        isOnline: Bool, isVerified: Bool, canReadBack: Bool, isKnown: Bool
    ) -> State {
        if !isOnline { return State(.bad, fa: "پاسخ نمی‌دهد", en: "no answer") }
        if !canReadBack { return State(.idle, fa: "بازخوانی ندارد", en: "can't be read back") }
        if !isKnown { return State(.uneasy, fa: "هنوز خوانده نشده", en: "not read yet") }
        return isVerified
            ? State(.good, fa: "بازخوانی شد", en: "read back")
            : State(.uneasy, fa: "جز آن است که باید", en: "differs from its order")
    }

    private static func button(
        _ booth: Int, _ report: ButtonsReport?, hasButton: Bool
    ) -> State {
        guard hasButton, let report else { return State(.idle, fa: "دکمه ندارد", en: "no button") }
        if report.stuck.contains(booth) { return State(.bad, fa: "گیر کرده", en: "stuck") }
        return report.state == "watching"
            ? State(.good, fa: "سالم", en: "watched")
            : State(.bad, fa: "خوانده نمی‌شود", en: "can't be read")
    }

    private static func lamp(_ state: String) -> State {
        switch state {
        case "waiting": State(.good, fa: "روشن: کسی منتظر است", en: "lit: somebody waits")
        case "nobody": State(.idle, fa: "خاموش: کسی منتظر نیست", en: "dark: nobody waits")
        case "offline-waiting":
            State(
                .uneasy, fa: "روشن با وقفه: بی مرکز، کسی منتظر است",
                en: "lit with gaps: no central, somebody waits")
        case "offline-nobody":
            State(
                .uneasy, fa: "جرقه: بی مرکز، کسی منتظر نیست",
                en: "short flashes: no central, nobody waits")
        case "fault": State(.bad, fa: "چشمک‌زن: خرابی", en: "flashing: out of order")
        default: State(.idle, fa: "—", en: "—")
        }
    }

    private static func gesture(_ gesture: String?) -> Bilingual {
        switch gesture {
        case "short": Bilingual(fa: "کوتاه", en: "short")
        case "double": Bilingual(fa: "دوبار", en: "double")
        case "long": Bilingual(fa: "بلند", en: "long")
        default: Bilingual(fa: "فشرده است", en: "down")
        }
    }

    // MARK: - Buses

    private static func bus(_ bus: BusReport, _ segments: (String) -> [UInt8]) -> Bus {
        let speed = bus.baud.map { " · \($0) baud" } ?? ""
        let isOpen = bus.state == "open"
        return Bus(
            name: bus.name, port: bus.port + speed,
            state: isOpen
                ? State(.good, fa: "باز", en: "open")
                : State(.bad, fa: "بسته", en: bus.error.map { "closed: \($0)" } ?? "closed"),
            since: bus.since, units: bus.units.map { unit($0, segments) })
    }

    private static func unit(_ unit: UnitReport, _ segments: (String) -> [UInt8]) -> Unit {
        let booth = UInt8(clamping: unit.booth)
        let errors = unit.errors.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        return Unit(
            address: unit.address,
            place: unit.booth == 0
                ? Bilingual(fa: "سطر تابلو", en: "a row of the board") : BoardView.booth(booth),
            state: unit.online
                ? State(.good, fa: "پاسخ می‌دهد", en: unit.readBack == false ? "sent to" : "answers")
                : State(.bad, fa: "پاسخ نمی‌دهد", en: "no answer"),
            since: unit.since,
            board: [unit.board, unit.firmware].compactMap(\.self).joined(separator: " "),
            // To the minute: a card that changed each second would be drawn anew under a finger.
            uptimeSeconds: unit.uptimeSeconds.map { $0 / 60 * 60 },
            errors: errors.map { ErrorCount(kind: $0.key, words: error($0.key, $0.value)) },
            isOurs: unit.readBack != false,
            mirror: Mirror(
                text: unit.shows ?? "", segments: unit.shows.map(segments) ?? [],
                state: shown(
                    isOnline: unit.online, isVerified: unit.verified,
                    canReadBack: unit.readBack != false, isKnown: unit.shows != nil)))
    }

    private static func error(_ kind: String, _ count: Int) -> Bilingual {
        let number = Bilingual(digitsOf: "\(count)")
        let words: Bilingual =
            switch kind {
            case "timeout": Bilingual(fa: "بی‌پاسخ", en: "no reply")
            case "badCheck": Bilingual(fa: "خطای CRC", en: "bad CRC")
            case "truncated": Bilingual(fa: "ناقص", en: "truncated")
            case "wrongAddress": Bilingual(fa: "نشانی نادرست", en: "wrong address")
            case "wrongReply": Bilingual(fa: "پاسخ نادرست", en: "wrong reply")
            case "exception": Bilingual(fa: "رد شد", en: "refused")
            case "mismatch": Bilingual(fa: "متن دیگر", en: "other text")
            default: Bilingual(fa: kind, en: kind)
            }
        return Bilingual(fa: "\(words.fa): \(number.fa)", en: "\(words.en): \(number.en)")
    }
}
