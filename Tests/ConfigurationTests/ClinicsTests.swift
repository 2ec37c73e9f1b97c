// SPDX-License-Identifier: Apache-2.0

// Clinics and doctors in a central's file.

import NobatConfiguration
import QueueCore
import Testing

struct ClinicsTests {
    private static let clinics = """

        schedule:
          sessions:
            - { name: morning, hours: 08:00-12:00 }
            - { name: noon, hours: 11:00-14:00 }
        clinics:
          - code: 12
            service: lab
            early: 30m
            doctors:
              - { code: 3, sessions: [morning], days: [monday], visit: 10m, walk-ins: 4 }
        """

    @Test func soundFile_IsRead() throws {
        let file = try CentralConfiguration.parse(
            text: Samples.central + Self.clinics, file: "/etc/f.yaml")
        let plan = file.plan.appointments
        let clinic = try #require(plan.clinics.first)
        #expect(clinic.code == 12 && clinic.service == Name("lab"))
        #expect(clinic.earlyMinutes == 30 && clinic.lateMinutes == 15)
        // Of any seven days in a row one is a Monday.
        let sittings = (0..<7).flatMap {
            plan.sittings(of: clinic.doctors[0], on: ServiceDay(20_780 + $0))
        }
        #expect(sittings.map(\.capacity) == [24] && sittings.map(\.bookable) == [20])
        #expect(Weekday(try #require(sittings.first).key.date) == .monday)
    }

    @Test(arguments: [
        ("service: lab\n    early", "service: lap\n    early", "no hall has a service \"lap\""),
        ("code: 12", "code: 0", "0 is out of range; \"code\" may be 1 to 9999"),
        ("sessions: [morning]", "sessions: [mornin]", "there is no session \"mornin\""),
        ("days: [monday]", "days: [mondey]", "did you mean \"monday\"?"),
        ("visit: 10m", "visit: 90s", "this is no whole number of minutes"),
        ("walk-ins: 4", "walk-ins: 25", "\"morning\" has 24 slots, but 25 are kept"),
        ("walk-ins: 4", "walk-ins: 24", "none is left to be booked; keep fewer"),
        (
            "sessions: [morning]", "sessions: [morning, noon]",
            "the sessions \"morning\" and \"noon\" are at the same time; let one end"
        ),
        (
            "sessions: [morning]", "sessions: [morning, morning]", "name it once for each doctor"
        ),
        ("walk-ins: 4", "capacity: 300", "300 patients do not fit the 240 minutes"),
        (
            "walk-ins: 4", "walkins: 4",
            "a doctor has no key \"walkins\"; did you mean \"walk-ins\"?"
        ),
        (
            "  - code: 12",
            "  - { code: 12, service: lab, doctors: [{ code: 3, sessions: [morning] }] }\n  - code: 13",
            "the doctor 3"
        ),
    ])
    func badFile_IsToldWhereAndWhatToDo(right: String, wrong: String, error: String) {
        let text = Samples.central + Self.clinics
        #expect(text.contains(right))
        let errors = Samples.centralErrors(text.replacing(right, with: wrong))
        #expect(errors.contains { $0.contains(error) }, "\(errors)")
        #expect(errors.allSatisfy { $0.first?.isNumber == true }, "\(errors)")
    }
}
