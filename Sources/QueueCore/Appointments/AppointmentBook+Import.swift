// SPDX-License-Identifier: Apache-2.0

// A list of appointments made elsewhere, taken over as a whole or not at all.

/// One row of a list: an appointment that somebody else has made.
public struct ImportRow: Hashable, Sendable {
    /// The line of the file, from 1.
    public var line: Int
    /// The doctor.
    public var doctor: DoctorCode
    /// The date; its part is 0.
    public var date: ServiceDay
    /// The time that the patient was told.
    public var time: LocalTime
    /// Where to tell the patient of changes.
    public var mobile: MobileNumber
    /// The class of the ticket that the patient gets.
    public var priority: PriorityClass

    /// A row.
    public init(
        line: Int, doctor: DoctorCode, date: ServiceDay, time: LocalTime, mobile: MobileNumber,
        priority: PriorityClass = .normal
    ) {
        self.line = line
        self.doctor = doctor
        self.date = date
        self.time = time
        self.mobile = mobile
        self.priority = priority
    }
}

/// The columns of a list; the raw value is the heading.
public enum ImportColumn: String, CaseIterable, Sendable {
    case doctor, date, time, mobile
    case priority = "class"
}

/// What is wrong with a list, and where.
public struct ImportError: Error, Hashable, Sendable {
    /// The line of the file, from 1.
    public var line: Int
    /// The column, or nil when it is about the whole row.
    public var column: ImportColumn?
    /// What is wrong and what to do, without the row's mobile number.
    public var reason: String

    /// An error.
    public init(line: Int, column: ImportColumn?, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }
}

extension AppointmentBook {
    /// Takes over all rows, and returns the appointments in their order; or tells what is wrong, and
    /// takes over none.
    mutating func take(
        _ list: [ImportRow], randoms: [UInt64], at present: Present
    ) -> (taken: [Appointment], errors: [ImportError]) {
        guard list.count <= AppointmentLimits.importRowsMax,
            rows.appointments.count + list.count <= AppointmentLimits.appointmentsMax
        else {
            let reason =
                "\(list.count) rows are more than one list, or the book, may hold; split the list"
            return ([], [ImportError(line: list.first?.line ?? 1, column: nil, reason: reason)])
        }
        var claims: [Claim: Int] = [:]
        var places: [FreeSlot] = []
        var errors: [ImportError] = []
        for row in list {
            do throws(ImportError) {
                let place = try place(of: row, at: present)
                let claim = Claim(session: place.sitting.key, slot: place.slot)
                if let other = claims[claim] {
                    throw ImportError(
                        line: row.line, column: .time,
                        reason: "line \(other) has the same doctor at the same time")
                }
                claims[claim] = row.line
                places.append(place)
            } catch {
                errors.append(error)
            }
        }
        guard errors.isEmpty else {
            return ([], Array(errors.prefix(AppointmentLimits.importErrorsMax)))
        }
        precondition(randoms.count == list.count, "a random number for each row")
        // Each code is drawn by itself: nobody can work one out from another of the list.
        let taken = zip(zip(list, places), randoms).map { pair, random in
            let (row, place) = pair
            let appointment = Appointment(
                code: freshCode(random), clinic: plan.doctor(row.doctor)?.clinic.code ?? 0,
                session: place.sitting.key, slot: UInt16(place.slot), time: place.time,
                mobile: row.mobile, priority: row.priority)
            put(appointment)
            return appointment
        }
        return (taken, [])
    }

    private struct Claim: Hashable {
        var session: DoctorSession
        var slot: Int
    }

    /// The free slot that a row means.
    private func place(
        of row: ImportRow, at present: Present
    ) throws(ImportError) -> FreeSlot {
        func wrong(_ column: ImportColumn, _ reason: String) -> ImportError {
            ImportError(line: row.line, column: column, reason: reason)
        }
        guard let (_, doctor) = plan.doctor(row.doctor) else {
            throw wrong(.doctor, AppointmentRefusal.unknownDoctor(row.doctor).sentence)
        }
        let last = present.today.count + AppointmentLimits.bookingDaysMax
        guard row.date >= present.today else {
            throw wrong(.date, AppointmentRefusal.pastDate(row.date).sentence)
        }
        guard row.date.count <= last else {
            throw wrong(
                .date,
                "\(row.date.dateText) is more than \(AppointmentLimits.bookingDaysMax) days away")
        }
        let sittings = plan.sittings(of: doctor, on: row.date)
        guard !sittings.isEmpty else {
            throw wrong(.date, AppointmentRefusal.noSession(row.doctor, row.date).sentence)
        }
        guard let sitting = sittings.first(where: { $0.opens <= row.time && row.time < $0.closes })
        else {
            let hours = sittings.map { "\($0.opens)–\($0.closes)" }.joined(separator: ", ")
            throw wrong(.time, "doctor \(row.doctor) sees patients at \(hours) on that day")
        }
        guard rows.absences[sitting.key] == nil else {
            throw wrong(.date, "doctor \(row.doctor) is away then")
        }
        guard let slot = (0..<sitting.capacity).first(where: { sitting.time(of: $0) == row.time })
        else {
            throw wrong(
                .time, "\(row.time) is not the time of a slot; \(Self.nearest(row, sitting))")
        }
        guard sitting.isBookable(slot) else {
            throw wrong(.time, "\(row.time) is kept for people without an appointment")
        }
        guard isFree(slot, of: sitting.key) else {
            throw wrong(.time, "\(row.time) is taken already")
        }
        return FreeSlot(sitting: sitting, slot: slot)
    }

    private static func nearest(_ row: ImportRow, _ sitting: DoctorSitting) -> String {
        let times = (0..<sitting.capacity).map { sitting.time(of: $0) }
        let before = times.last { $0 < row.time }
        let after = times.first { $0 > row.time }
        let near = [before, after].compactMap { $0?.description }
        return "the nearest are \(near.joined(separator: " and "))"
    }
}
