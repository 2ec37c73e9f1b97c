// SPDX-License-Identifier: Apache-2.0

// What stands on a slip, line by line from right to left.

import QueueCore

/// What a patient reads on a slip.
public struct SlipPaper: Hashable, Sendable {
    /// The number.
    public var number: TicketNumber
    /// The title of the service, in Persian.
    public var service: String
    /// How many wait before.
    public var ahead: Int?
    /// The expected wait; nil when it can't be told.
    public var wait: RoundedWait?
    /// The priority class.
    public var priority: PriorityClass
    /// The date, as far as it is known.
    public var date: JalaliDate?
    /// The time; nil when the clock is not known to be right.
    public var time: LocalTime?
    /// What the QR code says.
    public var code: String
    /// Whether the patient's tracking code could not be checked.
    public var isToBeChecked: Bool

    /// A slip from its parts.
    public init(
        number: TicketNumber, service: String, ahead: Int?, wait: RoundedWait? = nil,
        priority: PriorityClass = .normal, date: JalaliDate?, time: LocalTime?, code: String,
        isToBeChecked: Bool = false
    ) {
        self.number = number
        self.service = service
        self.ahead = ahead
        self.wait = wait
        self.priority = priority
        self.date = date
        self.time = time
        self.code = code
        self.isToBeChecked = isToBeChecked
    }
}

/// A printer's paper and what stands on every slip.
public struct SlipForm: Hashable, Sendable {
    /// The printable width, in dots.
    public var width: Int
    /// The clinic's name, or nil.
    public var header: String?
    /// The titles of the services, in Persian.
    public var services: [String]

    /// A form from its parts.
    public init(width: Int, header: String?, services: [String]) {
        self.width = width
        self.header = header
        self.services = services
    }

    /// Everything that `nobat-slip` must draw for slips of this form.
    public var keys: [StripKey] {
        let digits = SlipWords.digits.map(String.init)
        let letters = (0x41...0x5A).map { String(UnicodeScalar(UInt8($0))) }
        let latin = (0...9).map(String.init)
        var keys = (digits + letters).map { StripKey(.number, $0) }
        keys += (digits + letters + latin + [SlipWords.colon]).map { StripKey(.text, $0) }
        keys += (services + [SlipWords.void]).map { StripKey(.title, $0) }
        if let header { keys.append(StripKey(.title, header)) }
        keys += SlipWords.fixed.map { StripKey(.text, $0) }
        return keys
    }
}

/// The words on slips.
enum SlipWords {
    static let digits = Array("۰۱۲۳۴۵۶۷۸۹")
    static let colon = ":"
    static let yourNumber = "شمارهٔ نوبت شما"
    static let before = "نفر پیش از شما"
    static let nobody = "پیش از شما کسی در نوبت نیست"
    static let about = "حدود"
    static let minutesOfWaiting = "دقیقه انتظار"
    static let hoursOfWaiting = "ساعت انتظار"
    static let onDisplays = "روی نمایشگر"
    static let time = "ساعت"
    static let unchecked = "کد رهگیری هنوز بررسی نشده است"
    static let seeDesk = "برای بررسی، به پذیرش مراجعه کنید"
    static let void = "برگهٔ پیش از این باطل است"
    static let askDesk = "لطفاً به پذیرش مراجعه کنید"
    static let takeAnother = "لطفاً نوبت تازه بگیرید"

    static func of(_ priority: PriorityClass) -> String? {
        switch priority {
        case .normal: nil
        case .elderly: "نوبت سالمندان"
        case .disabled: "نوبت افراد دارای معلولیت"
        case .emergency: "نوبت اورژانس"
        }
    }

    /// Why a code or a tap is not taken, by the name of the refusal.
    static let notes = [
        "code-used": "برای این کد پیش‌تر نوبت داده شده است",
        "code-cancelled": "این وقت لغو شده است",
        "code-wrong-day": "وقت شما در روز دیگری است",
        "code-early": "هنوز زود است",
        "code-late": "وقت شما گذشته است",
        "code-unknown": "این کد یافت نشد",
        "code-in-use": "این کد هم‌اکنون در جای دیگری در حال استفاده است",
        "code-mistyped": "کد رهگیری درست وارد نشده است",
        "too-many-codes": "تعداد کدهای نادرست بیش از حد است",
        "walk-ins-full": "ظرفیت پذیرش بدون وقت قبلی تکمیل است",
        "service-closed": "این بخش اکنون نوبت نمی‌دهد",
        "unknown-service": "این بخش در دسترس نیست",
        "no-time": "ساعت دستگاه هنوز تنظیم نشده است",
        "settling": "سامانه در حال آماده‌سازی است",
    ]
    /// Why nothing is given, where a patient can do nothing with the reason.
    static let notNow = "در حال حاضر امکان دریافت نوبت نیست"

    /// The texts of every form.
    static var fixed: [String] {
        [
            yourNumber, before, nobody, about, minutesOfWaiting, hoursOfWaiting, onDisplays, time,
            unchecked, seeDesk, askDesk, takeAnother, notNow,
        ]
            + notes.values.sorted()
            + PriorityClass.allCases.compactMap(of) + Weekday.allCases.map(\.persian)
            + JalaliDate.monthNames
    }
}
