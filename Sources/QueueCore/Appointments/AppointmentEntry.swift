// SPDX-License-Identifier: Apache-2.0

/// A line of the central's history about appointments. No line holds a mobile number.
public enum AppointmentEntry: Hashable, Sendable {
    /// An appointment was made.
    case booked(Booked)
    /// A patient has called it off.
    case unbooked(Booked)
    /// A ticket was given for it.
    case used(Booked, TicketID)
    /// A doctor is away.
    case absent(DoctorSession)
    /// A doctor is there after all.
    case present(DoctorSession)
    /// An appointment was moved to this time because the doctor is away.
    case moved(Booked)
    /// An appointment was cancelled because the doctor is away.
    case cancelled(Booked)
    /// A list of so many appointments was taken over.
    case imported(Int)
    /// A ticket was issued at a controller for a code that is not good.
    case toCheck(TrackingCode, TicketID, controller: Name, ArrivalQuestion.Finding)
    /// A person has looked into the question of this number.
    case settled(UInt64)
}

/// What a person asks of the appointment book on the central's own socket.
public enum AppointmentCommand: Hashable, Sendable {
    /// What clients may ask as well; `random` makes a code.
    case ask(AppointmentRequest, random: UInt64)
    /// Somebody has brought this code; that it is early or late does not matter.
    case admit(TrackingCode)
    /// A list of appointments is to be taken over; `randoms` make the codes, one each.
    case take([ImportRow], randoms: [UInt64])
    /// The doctor is there after all.
    case present(Absence)
    /// The question of this number is settled.
    case settle(UInt64)
}

/// What the appointment book replies on the central's own socket.
public enum AppointmentReply: Hashable, Sendable {
    case booked(Booked)
    case unbooked(Booked)
    case valid(service: Name, priority: PriorityClass)
    case absent([ToTell])
    case present
    case imported([Booked])
    case importRefused([ImportError])
    case settled(UInt64)
}
