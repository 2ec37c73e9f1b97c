// SPDX-License-Identifier: Apache-2.0

// Services that lead to others, in both files.

import Foundation
import NobatConfiguration
import QueueCore
import Testing

struct StepTests {
    private static func central(_ admission: String, _ cashier: String = "") -> String {
        Samples.central.replacingOccurrences(
            of: "      - name: lab\n        series: A\n",
            with: """
                      - { name: admission, series: A\(admission) }
                      - { name: cashier, series: C\(cashier) }

                """)
    }

    private static func hall(_ admission: String, late: String = "30m") -> String {
        Samples.hall.replacingOccurrences(of: "[lab]", with: "[admission]")
            + """

            services: [{ name: admission\(admission) }, { name: cashier }]
            calls: { late: \(late) }
            """
    }

    @Test func aNumberThatIsKept_IsNotGivenOutAgainMeanwhile() {
        let sessions = "sessions: [morning], at-close: cancel"
        let schedule = "schedule: { sessions: [{ name: morning, hours: 8:00-12:00 }] }\n"
        let text =
            schedule
            + Self.central(
                ", \(sessions), numbers: session, then: { service: cashier }", ", \(sessions)")
        #expect(Samples.centralErrors(text) == [])
        let open =
            schedule
            + Self.central(
                ", \(sessions), numbers: session, then: { service: cashier }")
        let errors = Samples.centralErrors(open)
        #expect(errors.count == 1)
        #expect(errors.first?.contains("write \"number: new\"") == true)
        #expect(
            Samples.centralErrors(
                open.replacingOccurrences(
                    of: "service: cashier", with: "service: cashier, number: new"))
                == [])
    }

    @Test func steps_AreReadInBothFiles() throws {
        let then = ", then: { service: cashier, number: new }"
        let cashier = try #require(Name("cashier"))
        let admission = try #require(Name("admission"))
        let step = Step(service: cashier, numbering: .new)
        let central = try CentralConfiguration.parse(text: Self.central(then), file: "f.yaml")
        #expect(central.plan.services.map(\.then) == [step, nil])
        let hall = try ControllerConfiguration.parse(text: Self.hall(then), file: "f.yaml")
        #expect(hall.plan.then == [admission: step])
        #expect(hall.plan.lateReturnSpan == .seconds(1_800))
        let short = Self.hall(", then: { service: cashier }", late: "0s")
        let other = try ControllerConfiguration.parse(text: short, file: "f.yaml")
        #expect(other.plan.then == [admission: Step(service: cashier)])
        #expect(other.plan.lateReturnSpan == .zero)
    }

    @Test func aStepToNowhere_IsReported() {
        let errors = Samples.centralErrors(Self.central(", then: { service: cashir }"))
        #expect(
            errors == [
                "7:56: there is no service \"cashir\" in this file for \"admission\" to lead to; "
                    + "did you mean \"cashier\"?"
            ])
        #expect(Samples.hallErrors(Self.hall(", then: { service: doctor }")).count == 1)
    }

    @Test func stepsThatLeadBack_AreReported() {
        let errors = Samples.centralErrors(
            Self.central(", then: { service: cashier }", ", then: { service: admission }"))
        #expect(errors.count == 2 && errors.allSatisfy { $0.contains("back to itself") })
        #expect(Samples.hallErrors(Self.hall(", then: { service: admission }")).count == 1)
    }

    @Test(arguments: [
        "then: cashier", "then: { number: new }", "then: { service: cashier, number: same }",
        "then: { service: cashier, numbr: new }",
    ])
    func aWrongStep_IsReported(text: String) {
        #expect(Samples.centralErrors(Self.central(", \(text)")).count == 1, "\(text)")
    }
}
