// SPDX-License-Identifier: Apache-2.0

// What a hall board shows to patients at one moment: a value that a page draws as it is. Which calls
// are on it, in which order and in which words is decided here.

import QueueCore

/// A hall board at one moment.
public struct BoardView: Codable, Sendable, Equatable {
    /// A call on the board.
    public struct Call: Codable, Sendable, Equatable {
        /// The ticket number as on the slip: `A042`.
        public var number: String
        /// The booth.
        public var booth: Int
        /// The ticket number as patients read it.
        public var numberWords: Bilingual
        /// The booth as patients read it.
        public var boothWords: Bilingual
        /// The way to it: `left`, `right`, `up` or `down`; nil when nobody has told.
        public var arrow: String?
        /// Where the arrow points, for those who can't see it.
        public var arrowWords: Bilingual?
        /// It is the call that has just been made, or made again.
        public var isNew: Bool
        /// It may be over: who called it can't be heard at present.
        public var isOld: Bool
    }

    /// A queue on the board.
    public struct Queue: Codable, Sendable, Equatable {
        /// The service.
        public var service: Bilingual
        /// How many wait.
        public var count: Int
        /// How many wait, as patients read it.
        public var countWords: Bilingual
    }

    /// The heading.
    public var heading: Bilingual?
    /// The running text.
    public var text: Bilingual?
    /// The languages, the large one first.
    public var languages: [String]
    /// The newest calls, the newest first; at most ``BoardLimits/callsMax``.
    public var calls: [Call]
    /// Grows with every call and recall since the daemon's start.
    public var callCount: Int
    /// The queues with how many wait; empty when that is not known for the whole hall.
    public var queues: [Queue]
    /// What patients must know about the board itself, or nil.
    public var notice: Bilingual?

    /// A board.
    ///
    /// - Parameters:
    ///   - calls: the last calls of the hall
    ///   - waiting: how many wait for each service; nil when that is known for a part only
    ///   - cut: controllers whose calls can't be heard at present
    ///   - plan: the board as configured
    public init(
        calls: HallCalls, waiting: [Name: Int]?, cut: Set<Name>, plan: BoardPlan
    ) {
        heading = plan.heading
        text = plan.text
        languages = plan.languages
        callCount = calls.callCount
        self.calls = calls.calls.prefix(BoardLimits.callsMax).map { call in
            let arrow = plan.arrows[call.place.booth]
            return Call(
                number: call.number.description, booth: Int(call.place.booth),
                numberWords: Bilingual(digitsOf: call.number.description),
                boothWords: Self.booth(call.place.booth), arrow: arrow,
                arrowWords: arrow.flatMap { Self.ways[$0] }, isNew: call == calls.newest,
                isOld: call.place.controller.map(cut.contains) ?? false)
        }
        queues = plan.services.compactMap { service in
            waiting.map { waiting in
                let count = waiting[service.name] ?? 0
                return Queue(
                    service: service.words, count: count, countWords: Self.people(count))
            }
        }
        notice = self.calls.contains(where: \.isOld) ? Self.cutNotice : nil
    }

    /// The words for a booth.
    public static func booth(_ number: BoothNumber) -> Bilingual {
        Bilingual(fa: "باجهٔ " + Bilingual.persianDigits("\(number)"), en: "Booth \(number)")
    }

    /// The words for a number of people who wait.
    static func people(_ count: Int) -> Bilingual {
        Bilingual(fa: Bilingual.persianDigits("\(count)") + " نفر", en: "\(count)")
    }

    static let ways: [String: Bilingual] = [
        "left": Bilingual(fa: "سمت چپ", en: "to the left"),
        "right": Bilingual(fa: "سمت راست", en: "to the right"),
        "up": Bilingual(fa: "روبه‌رو", en: "straight on"),
        "down": Bilingual(fa: "پشت سر", en: "behind you"),
    ]

    static let cutNotice = Bilingual(
        fa: "شماره‌های کم‌رنگ ممکن است تازه نباشند؛ به نمایشگر روی باجه نگاه کنید.",
        en: "Pale numbers may be out of date; please look at the display on the booth.")
}

/// The bounds of hall boards.
public enum BoardLimits {
    /// Calls on a board: the newest large, and the last four before it.
    public static let callsMax = 5
    /// Calls that are kept: a booth that shows no number any more leaves room for an older call, and
    /// the largest hall has no more booths to look at than this.
    public static let callsKept = 24
    /// The longest running text, in characters: it takes about a minute to pass.
    public static let textMax = 300
}
