// SPDX-License-Identifier: Apache-2.0

// From a question on the central's socket to what the appointment book is asked.

import QueueCore

extension ControlRequest {
    /// The question to the appointment book. Throws what is missing or malformed; a mobile number that
    /// is none is not repeated.
    func appointmentCommand() throws(ControlError) -> AppointmentCommand {
        let random = UInt64.random(in: 0...UInt64.max)
        switch verb {
        case .book:
            let booking = Booking(
                clinic: try codeOf(clinic, "a clinic", 1),
                doctor: try codeOf(doctor ?? 0, "a doctor", 0),
                mobile: try wantedMobile(), priority: try wantedPriority(),
                from: day == nil ? nil : try wantedDate())
            return .ask(.book(booking), random: random)
        case .unbook: return .ask(.unbook(try wantedCode()), random: random)
        case .arrive:
            let code = try wantedCode()
            return force == true ? .admit(code) : .ask(.arrive(code), random: random)
        case .absent: return .ask(.absence(try wantedAbsence()), random: random)
        case .present: return .present(try wantedAbsence())
        case .settle:
            guard let question, question > 0 else { throw Self.missing("question", "3") }
            return .settle(UInt64(question))
        default: preconditionFailure("\(verb) is not about appointments")
        }
    }

    /// The date under `day`, in days since 1970-01-01.
    public func wantedDate() throws(ControlError) -> ServiceDay {
        guard let day, (1...Int(ServiceDay.countMax)).contains(day) else {
            throw Self.missing("day", "20780")
        }
        return ServiceDay(Int32(day))
    }

    private func wantedAbsence() throws(ControlError) -> Absence {
        Absence(
            doctor: try codeOf(doctor, "a doctor", 1), date: try wantedDate(),
            session: session == nil ? nil : try name(session, "session", "morning"),
            moves: move ?? false)
    }

    private func codeOf(
        _ code: Int?, _ whose: String, _ least: Int
    ) throws(ControlError) -> UInt16 {
        let codes = least...Int(AppointmentLimits.codeMax)
        guard let code, codes.contains(code) else {
            throw ControlError(
                name: "bad-request",
                detail: "the code of \(whose) is a number from \(least) to \(codes.upperBound)")
        }
        return UInt16(code)
    }

    private func wantedCode() throws(ControlError) -> TrackingCode {
        guard let code, let found = TrackingCode(typed: code) else {
            throw ControlError(
                name: "bad-request",
                detail: "a tracking code has \(TrackingCode.length) digits, the first not 0")
        }
        return found
    }

    private func wantedMobile() throws(ControlError) -> MobileNumber {
        guard let mobile, let found = MobileNumber(typed: mobile) else {
            throw ControlError(
                name: "bad-request", detail: "a mobile number has eleven digits and begins with 09")
        }
        return found
    }

    /// The rows of a list.
    public func wantedRows() throws(ControlError) -> [ImportRow] {
        var found: [ImportRow] = []
        for text in rows ?? [] {
            guard let row = ImportRow(compact: text) else {
                throw ControlError(
                    name: "bad-request", detail: "a row is: line doctor day time mobile class")
            }
            found.append(row)
        }
        return found
    }
}

extension ImportRow {
    /// `line doctor day time mobile class`, as rows go over the socket.
    public var compact: String {
        "\(line) \(doctor) \(date.count) \(time) \(mobile.digits) \(priority.word)"
    }

    /// A row from that text, or nil.
    public init?(compact text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, let line = Int(parts[0]), line > 0,
            let doctor = DoctorCode(parts[1]), let day = Int32(parts[2]),
            (1...ServiceDay.countMax).contains(day), let time = LocalTime(parts[3]),
            let mobile = MobileNumber(parts[4]), let priority = PriorityClass(word: parts[5])
        else { return nil }
        self.init(
            line: line, doctor: doctor, date: ServiceDay(day), time: time, mobile: mobile,
            priority: priority)
    }
}
