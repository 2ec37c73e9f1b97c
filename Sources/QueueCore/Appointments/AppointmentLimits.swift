// SPDX-License-Identifier: Apache-2.0

/// Every bound of the appointment book, each with the reason for its figure.
public enum AppointmentLimits {
    /// The largest code of a clinic or a doctor: four digits on a telephone.
    public static let codeMax: UInt16 = 9_999

    /// Clinics of one central.
    public static let clinicsMax = 200

    /// Doctors of one central.
    public static let doctorsMax = 1_000

    /// Appointments of one doctor in one session: one a minute for half a day.
    public static let capacityMax = 480

    /// Appointments kept, past and to come: two months of 80 doctors with 20 patients a day.
    public static let appointmentsMax = 100_000

    /// How far ahead is booked, in days.
    public static let bookingDaysMax: Int32 = 60

    /// How long an appointment is kept after its date, in days: whoever comes a week late is still
    /// told when the appointment was.
    public static let pastDaysKept: Int32 = 7

    /// Appointments to come that one mobile number may have: a family with one telephone.
    public static let mobileBookingsMax = 6

    /// How long a checked code is kept for its asker: the slip is printed within seconds.
    public static let reservationSpan = TimeSpan.seconds(60)

    /// Codes that are kept for askers at a time.
    public static let reservationsMax = 1_024

    /// Unknown codes that one client may bring within ``guessSpan``; nobody mistypes ten sound codes a
    /// minute, and whoever tries codes at that rate needs centuries.
    public static let guessesMax = 10

    /// Unknown codes that all clients together may bring within ``guessSpan``: a client can come back
    /// under another name.
    public static let guessesOfAllMax = 60

    /// How long unknown codes are counted.
    public static let guessSpan = TimeSpan.seconds(60)

    /// Arrivals that wait for a person's eye; what comes beyond is in the history alone, and said.
    public static let questionsMax = 2_000

    /// How long an arrival to be checked is kept, in days.
    public static let questionDaysKept: Int32 = 30

    /// Rows of one imported list: a large site's day.
    public static let importRowsMax = 5_000

    /// Errors that one import tells; whoever has more has another file in hand.
    public static let importErrorsMax = 100
}
