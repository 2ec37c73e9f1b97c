// SPDX-License-Identifier: Apache-2.0

// What a page is told of what it had done, in both languages.

/// The answer to a page.
public struct ActAnswer: Codable, Sendable, Equatable {
    /// Whether it was done, or begun.
    public var isDone: Bool
    /// What came of it.
    public var words: Bilingual
    /// The name of the refusal, for programs.
    public var name: String?

    private struct Result: Codable, Sendable {
        // Of an action.
        var outcome: String?
        var booth: Int?
        var number: String?
        var controller: String?
        var tickets: Int?
        var count: Int?
        var service: String?
        var next: String?
        // Of a job's news.
        var kind: String?
        var text: String?
        var isGood: Bool?
    }

    /// An answer.
    public init(isDone: Bool, words: Bilingual, name: String? = nil) {
        self.isDone = isDone
        self.words = words
        self.name = name
    }

    /// Nobody has answered in time.
    public static let late = ActAnswer(
        isDone: false,
        words: Bilingual(
            fa: "هنوز پاسخی نیامده است؛ شاید انجام شود. صفحه را ببینید.",
            en: "There is no answer yet; it may still be done. Watch the page."), name: "late")

    /// A refusal.
    public init(_ error: ControlError) {
        self.init(
            isDone: false,
            words: Bilingual(fa: "انجام نشد: \(Self.persian(error.name))", en: error.detail),
            name: error.name)
    }

    /// An answer of the control socket.
    public init(line: String) {
        guard let answer = ControlText.decode(ControlAnswer<Result>.self, line) else {
            self = .late
            return
        }
        if let error = answer.error {
            self.init(error)
        } else if let result = answer.result {
            self.init(result)
        } else {
            self = .late
        }
    }

    private init(_ result: Result) {
        if let text = result.text {
            // What units say of themselves is said in English; how it stands, in both.
            let isGood = result.isGood ?? (result.kind != "finding")
            let stand = !isGood ? "ناموفق" : result.kind == "result" ? "پایان" : "در کار"
            self.init(isDone: isGood, words: Bilingual(fa: "\(stand): \(text)", en: text))
            return
        }
        var action = ActionResult(
            outcome: result.outcome ?? "", booth: result.booth, number: result.number)
        action.controller = result.controller
        action.tickets = result.tickets
        action.count = result.count
        action.service = result.service
        action.next = result.next
        self.init(
            isDone: true, words: Bilingual(fa: Self.persian(action), en: action.sentence))
    }

    private static func persian(_ action: ActionResult) -> String {
        let number = action.number.map(Bilingual.persianDigits) ?? ""
        let booth = action.booth.map { "باجهٔ " + Bilingual.persianDigits("\($0)") } ?? ""
        switch action.outcome {
        case "called": return "\(number) به \(booth) فراخوانده شد."
        case "recalled": return "\(number) به \(booth) دوباره فراخوانده شد."
        case "nobody-waits": return "برای \(booth) کسی منتظر نیست."
        case "undone": return "فراخوان \(booth) پس گرفته شد."
        case "opened": return "\(booth) باز شد."
        case "closed": return "\(booth) بسته شد."
        case "cancelled": return "\(number) باطل شد."
        case "readmitted": return "\(number) دوباره منتظر است."
        case "transferred", "sent-on": return "\(number) به صف دیگر رفت."
        case "fenced":
            let tickets = Bilingual.persianDigits("\(action.tickets ?? 0)")
            return "\(action.controller ?? "") کنار گذاشته شد؛ \(tickets) نوبت به دیگران می‌رسد."
        default: return "انجام شد."
        }
    }

    private static func persian(_ name: String) -> String {
        switch name {
        case "not-confirmed": "تأیید نشد."
        case "bad-request": "درخواست کامل نیست."
        case "busy": "اکنون کار دیگری در دست است؛ دوباره بکوشید."
        case "unknown-number": "چنین شماره‌ای نیست."
        case "holder-offline":
            "کنترلری که این نوبت را دارد در دسترس نیست و شاید خودش آن را فرا بخواند؛ نخست پیوند آن را "
                + "برقرار کنید یا در خود سالن انجام دهید."
        case "already-fenced": "پیش‌تر کنار گذاشته شده است."
        case "unknown-controller": "چنین کنترلری نیست."
        case "unknown-booth": "چنین باجه‌ای نیست."
        case "booth-closed": "باجه بسته است."
        default: "در حال کنونی شدنی نیست."
        }
    }
}
