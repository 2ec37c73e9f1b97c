// SPDX-License-Identifier: Apache-2.0

// The file of answers for `nobatctl setup`, and the hall that is made of it.

import Installation
import NobatConfiguration
import QueueCore

enum AnswersTarget {
    private static let port = "/dev/serial/by-id/usb-FTDI_X-if00-port0"

    private static let found = Discovery(
        ports: [Discovery.Port(path: port, units: [3, 7])],
        chips: [Discovery.Chip(label: "pinctrl-bcm2711", lines: (0..<28).map { "GPIO\($0)" })])

    /// What is no answer is told with its line; the questions come to an end; and what was answered
    /// stands in the configuration as it was answered, or makes none: no answer brings in a second key.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        var bad: [String] = []
        var answers = SetupAnswers(text: String(decoding: bytes, as: UTF8.self), bad: &bad)
        for sentence in bad {
            try demand(sentence.hasPrefix("line "), "no place: \(sentence)")
            try demandFitToPrint(sentence, bytesMax: 512)
        }
        for _ in 0..<500 {
            switch Interview(found).next(answers) {
            case .ask(let question):
                answers.values[question.key] = question.proposal ?? "1"
            case .look(let port):
                try demand(answers.values["port"] == port, "another port is looked at: \(port)")
                return
            case .refuse(let key, let reason):
                try demand(answers.values[key] != nil, "\(key) is refused, and has no answer")
                try demandFitToPrint(reason, bytesMax: 512)
                return
            case .done(let hall): return try judge(hall)
            }
        }
        throw Broken(sentence: "the questions do not end")
    }

    private static func judge(_ hall: HallProposal) throws(Broken) {
        let text = hall.yaml
        guard let read = try? ControllerConfiguration.parse(text: text, file: "f") else { return }
        try demand("\(read.plan.name)" == hall.name, "the name is \(read.plan.name)")
        try demand(read.centralAddresses == [hall.central], "other centrals: \(text)")
        try demand(read.timeZone == hall.timeZone, "the zone is \(read.timeZone)")
        try demand(read.databasePath == "/var/lib/nobat/nobatd.db", "another database: \(text)")
        try demand(read.buses.map(\.port) == [hall.port].compactMap(\.self), "other buses: \(text)")
        try demand(read.titles.keys.map(\.description).sorted() == hall.services.sorted(), text)
        try demand(read.wiring.count == hall.booths.count, "other booths: \(text)")
        for (wired, booth) in zip(read.wiring, hall.booths) {
            try demand(wired.button?.line == booth.button, "another button: \(text)")
            try demand(wired.lamp?.line == booth.lamp, "another lamp: \(text)")
            try demand(wired.display.map { Int($0.address) } == booth.address, text)
            for line in [wired.button, wired.lamp].compactMap(\.self) {
                try demand(line.chip == hall.chip, "another chip: \(text)")
            }
        }
        try demand((read.pages == nil) == !hall.hasPages, "pages: \(text)")
    }
}
