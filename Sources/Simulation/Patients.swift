// SPDX-License-Identifier: Apache-2.0

// People with appointments: what they were told, and what they do with it.

import QueueCore

/// What somebody with an appointment, or a doctor, does.
enum PatientDeed: Hashable, Sendable {
    /// Somebody books at the kiosk, which may ask twice; `ahead` days from today at the earliest.
    case book(doctor: DoctorCode, mobile: UInt16, ahead: Int, asksTwice: Bool)
    /// The `patient`th of those who have booked brings the code to the central's kiosk, which may ask
    /// twice.
    case arrive(patient: Int, asksTwice: Bool)
    /// The same, at a controller, which has no answer from the central: the code is to be checked.
    case arriveAt(Int, patient: Int)
    /// The same, typed at the controller's own kiosk, which asks the central before it prints a slip.
    case typeAt(Int, patient: Int)
    /// The kiosk asks first, and a controller issues the ticket.
    case checkAndArrive(Int, patient: Int)
    /// A code that nobody was given; one in two has a wrong check digit.
    case guess(UInt32)
    /// The same at a controller.
    case guessAt(Int, UInt32)
    case unbook(patient: Int)
    case absence(doctor: DoctorCode, session: Int, ahead: Int, moves: Bool)
}

/// Somebody who was told of an appointment.
struct Patient: Sendable {
    var booked: Booked
    /// The central has said, or has been asked to say, that it is not expected any more.
    var isOver = false
}

/// All of them, and the questions of the kiosk that wait for an answer.
struct Patients: Sendable {
    /// In the order in which they were told.
    var all: [Patient] = []
    var index = KeyedRows<TrackingCode, Int>()
    /// What the kiosk asked, by its reference.
    var asked = KeyedRows<UInt64, Question>()
    /// Which reference was answered with which code.
    var bookedFor = KeyedRows<UInt64, TrackingCode>()

    /// A question of the kiosk.
    enum Question: Sendable {
        case book
        case arrive(TrackingCode)
        case check(TrackingCode, at: Int)
    }

    /// The one of a number, when there is anybody at all.
    func patient(_ number: Int) -> Patient? {
        all.isEmpty ? nil : all[number % all.count]
    }

    /// What a patient is told; a second time after an absence.
    mutating func tell(_ booked: Booked) {
        if let known = index[booked.code] {
            all[known].booked = booked
        } else {
            index[booked.code] = all.count
            all.append(Patient(booked: booked))
        }
    }

    mutating func end(_ code: TrackingCode) {
        if let known = index[code] { all[known].isOver = true }
    }
}
