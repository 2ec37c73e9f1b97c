// SPDX-License-Identifier: Apache-2.0

// Appointments as lines: what clients ask of the book and what it answers.
import QueueCore

extension AppointmentRequest {
    /// The request that the fields of a line make; the verb must be one of these.
    init(_ fields: Fields) throws(LineError) {
        switch fields.verb {
        case .book:
            self = .book(
                Booking(
                    clinic: try fields.small(.clinic, in: 1...AppointmentLimits.codeMax),
                    doctor: try fields.small(
                        .doctor, in: 0...AppointmentLimits.codeMax, default: 0),
                    mobile: try fields.mobile(), priority: try fields.priority(default: .normal),
                    from: try fields.dateIfAny()))
        case .unbook: self = .unbook(try fields.code())
        case .check: self = .check(try fields.code())
        case .arrive: self = .arrive(try fields.code())
        case .absence:
            self = .absence(
                Absence(
                    doctor: try fields.doctor(), date: try fields.date(),
                    session: try fields.nameIfAny(.session), moves: try fields.flag(.move)))
        default: throw LineError(.unexpected, "\(fields.verb.rawValue) is not about appointments")
        }
    }

    /// The line of this request under its reference.
    func line(_ reference: UInt64) -> LineWriter {
        var line = LineWriter(verb)
        line.put(.reference, reference)
        switch self {
        case .book(let booking):
            line.put(.clinic, booking.clinic)
            if booking.doctor != 0 { line.put(.doctor, booking.doctor) }
            line.put(.mobile, word: booking.mobile.digits)
            if booking.priority != .normal { line.put(.priority, word: booking.priority.word) }
            if let from = booking.from { line.put(date: from) }
        case .unbook(let code), .check(let code), .arrive(let code): line.put(.code, code.value)
        case .absence(let absence):
            line.put(.doctor, absence.doctor)
            line.put(date: absence.date)
            if let session = absence.session { line.put(.session, session) }
            line.putIfSet(.move, absence.moves)
        }
        return line
    }

    private var verb: Verb {
        switch self {
        case .book: .book
        case .unbook: .unbook
        case .check: .check
        case .arrive: .arrive
        case .absence: .absence
        }
    }
}

extension AppointmentAnswer {
    /// The answer that the fields of a line give; the verb must be one of these.
    init(_ fields: Fields) throws(LineError) {
        switch fields.verb {
        case .booked: self = .booked(try fields.booked())
        case .valid:
            self = .valid(service: try fields.name(.service), priority: try fields.priority())
        case .tell:
            self = .tell(
                ToTell(
                    mobile: try fields.mobile(), outcome: try fields.word(.outcome, \.rawValue),
                    booked: try fields.booked()))
        default: throw LineError(.unexpected, "\(fields.verb.rawValue) is not about appointments")
        }
    }

    /// The line of this answer under its reference.
    func line(_ reference: UInt64) -> LineWriter {
        var line: LineWriter
        switch self {
        case .booked(let booked):
            line = LineWriter(.booked)
            line.put(.reference, reference)
            line.put(booked)
        case .valid(let service, let priority):
            line = LineWriter(.valid)
            line.put(.reference, reference)
            line.put(.service, service)
            line.put(.priority, word: priority.word)
        case .tell(let patient):
            line = LineWriter(.tell)
            line.put(.reference, reference)
            line.put(.mobile, word: patient.mobile.digits)
            line.put(.outcome, word: patient.outcome.rawValue)
            line.put(patient.booked)
        }
        return line
    }
}

extension Fields {
    fileprivate func booked() throws(LineError) -> Booked {
        Booked(code: try code(), doctor: try doctor(), date: try date(), time: try time())
    }

    /// A tracking code of ten digits; whether its check digit is right is for the core to say.
    func code() throws(LineError) -> TrackingCode {
        try required(.code, "a tracking code: \(TrackingCode.length) digits, the first not 0") {
            TrackingCode(String(decoding: $0, as: UTF8.self))
        }
    }

    fileprivate func doctor() throws(LineError) -> DoctorCode {
        try small(.doctor, in: 1...AppointmentLimits.codeMax)
    }

    fileprivate func mobile() throws(LineError) -> MobileNumber {
        try required(.mobile, "a mobile number: 09 and nine more digits") {
            MobileNumber(String(decoding: $0, as: UTF8.self))
        }
    }

    fileprivate func date() throws(LineError) -> ServiceDay {
        ServiceDay(try small(.date, in: 1...LineLimits.dayMax))
    }

    fileprivate func dateIfAny() throws(LineError) -> ServiceDay? {
        raw(.date) == nil ? nil : try date()
    }

    /// A time of day in its one spelling, two digits each.
    fileprivate func time() throws(LineError) -> LocalTime {
        try required(.time, "a time from 00:00 to 23:59") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let time = LocalTime(text), time < .end, time.description == text else {
                return nil
            }
            return time
        }
    }
}

extension LineWriter {
    fileprivate mutating func put(_ booked: Booked) {
        put(.code, booked.code.value)
        put(.doctor, booked.doctor)
        put(date: booked.date)
        put(.time, word: booked.time.description)
    }

    fileprivate mutating func put(date: ServiceDay) { put(.date, date.count) }
}
