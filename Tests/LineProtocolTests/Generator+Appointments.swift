// SPDX-License-Identifier: Apache-2.0

// Appointments within their limits, drawn from a seed.
import QueueCore
import Testing

@testable import LineProtocol

extension Generator {
    mutating func code() -> TrackingCode {
        guard let code = TrackingCode(value: number(1_000_000_000...9_999_999_999)) else {
            preconditionFailure("the code is out of range")
        }
        return code
    }

    mutating func mobile() -> MobileNumber {
        let digits = String(number(UInt64(9_000_000_000)...9_999_999_999))
        guard let mobile = MobileNumber("0" + digits) else {
            preconditionFailure("\(digits) is no mobile number")
        }
        return mobile
    }

    mutating func date() -> ServiceDay { ServiceDay(number(1...99_999)) }

    mutating func booked() -> Booked {
        Booked(
            code: code(), doctor: number(1...9_999), date: date(),
            time: LocalTime(minute: number(0...1_439)))
    }

    mutating func appointmentRequest() -> AppointmentRequest {
        switch next() % 5 {
        case 0:
            .book(
                Booking(
                    clinic: number(1...9_999), doctor: number(0...9_999), mobile: mobile(),
                    priority: one(of: PriorityClass.allCases), from: flip() ? date() : nil))
        case 1: .unbook(code())
        case 2: .check(code())
        case 3: .arrive(code())
        default:
            .absence(
                Absence(
                    doctor: number(1...9_999), date: date(), session: flip() ? name() : nil,
                    moves: flip()))
        }
    }

    mutating func appointmentAnswer() -> AppointmentAnswer {
        switch next() % 3 {
        case 0: .booked(booked())
        case 1: .valid(service: name(), priority: one(of: PriorityClass.allCases))
        default:
            .tell(
                ToTell(
                    mobile: mobile(), outcome: one(of: ToTell.Outcome.allCases), booked: booked()))
        }
    }
}

extension AppointmentRefusal {
    /// Leads through all of them; a new one doesn't compile until it is here.
    var successor: AppointmentRefusal? {
        let number = TicketNumber("A001")
        let booked = Booked(
            code: TrackingCode(random: 1), doctor: 1, date: ServiceDay(20_779),
            time: LocalTime(minute: 600))
        return switch self {
        case .unknownClinic: .unknownDoctor(1)
        case .unknownDoctor: .noFreeTime
        case .noFreeTime: .tooManyBookings
        case .tooManyBookings: .bookFull
        case .bookFull: .noSession(1, ServiceDay(20_779))
        case .noSession: .pastDate(ServiceDay(20_779))
        case .pastDate: .noTime
        case .noTime: .codeMistyped
        case .codeMistyped: .codeUnknown
        case .codeUnknown: number.map { .codeUsed($0) }
        case .codeUsed: .codeCancelled(booked)
        case .codeCancelled: .codeWrongDay(booked)
        case .codeWrongDay: .codeEarly(booked, from: booked.time)
        case .codeEarly: .codeLate(booked, until: booked.time)
        case .codeLate: .codeInUse
        case .codeInUse: .tooManyCodes
        case .tooManyCodes: Name("x").map { .walkInsFull($0) }
        case .walkInsFull: .unknownQuestion(1)
        case .unknownQuestion: nil
        }
    }
}
