// SPDX-License-Identifier: Apache-2.0

// Where the tickets of each service go on to, as the controller's and the central's file both say it.

import QueueCore

/// The steps of a file's services as far as they are read.
struct StepReading {
    /// Where the tickets of each service go on to.
    private(set) var steps: [Name: Step] = [:]
    private var targets: [(from: Name, to: Name, value: Value)] = []
    /// All services of the file, those with other mistakes too.
    private var known: [Name] = []

    /// Reads `then` of a service; nil when it is not there or wrong.
    @discardableResult
    mutating func read(_ fields: Fields, of service: Name?) -> Step? {
        if let service { known.append(service) }
        guard
            let then = fields.optional("then")?.fields(
                "\"then\"", keys: ["service", "number"],
                example: "then: { service: cashier, number: keep }")
        else { return nil }
        let value = then.required("service", example: "cashier")
        let numbering = then.optional("number").map { $0.choice(Step.Numbering.self) } ?? .keep
        guard let value, let target = value.name(example: "cashier"), let numbering, let service
        else { return nil }
        targets.append((service, target, value))
        let step = Step(service: target, numbering: numbering)
        steps[service] = step
        return step
    }

    /// Reports tickets that keep a number which is given out again while they may still wait.
    func check(numbersOf schedule: Schedule) {
        for (service, target, value) in targets where steps[service]?.numbering == .keep {
            guard let own = schedule.hours(of: service), own.restarts else { continue }
            let other = schedule.hours(of: target)
            guard other?.closing != .cancel || other?.sessions != own.sessions else { continue }
            value.report(
                "the numbers of \"\(service)\" start over with each session, but a ticket that is "
                    + "sent on to \"\(target)\" may still have one of them",
                "write \"number: new\", or give \"\(target)\" the same sessions and "
                    + "\"at-close: cancel\"")
        }
    }

    /// Reports steps to services that the file does not have, and such as lead back.
    func check() {
        for (service, target, value) in targets {
            guard known.contains(target) else {
                value.report(
                    "there is no service \"\(target)\" in this file for \"\(service)\" to lead to",
                    Suggestion.remedy(for: "\(target)", among: known.map(\.description)))
                continue
            }
            var place = target
            var length = 0
            while let next = steps[place]?.service, place != service, length <= steps.count {
                place = next
                length += 1
            }
            guard place == service else { continue }
            value.report(
                "\"\(service)\" leads to \"\(target)\", and from there back to itself: nobody would "
                    + "ever be done", "take the \"then\" of one of them away")
        }
    }
}
