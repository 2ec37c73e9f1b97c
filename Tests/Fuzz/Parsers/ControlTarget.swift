// SPDX-License-Identifier: Apache-2.0

// The JSON that nobatctl and pages ask daemons in, and the lines that daemons answer in.

import Control
import DisplayDrivers

enum ControlTarget {
    /// A request comes back the same from its own line; a page gets nothing but what pages may ask
    /// for; and what is told or logged of it is one line that is fit to print.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let request = ControlText.decode(ControlRequest.self, text) {
            let line = ControlText.encode(request)
            try demand(!line.utf8.contains(0x0A), "two lines: \(line)")
            let again = ControlText.decode(ControlRequest.self, line)
            try demand(again == request, "it does not come back the same: \(line)")
        }
        try page(text, .controller)
        try page(text, .central)
        let answer = ActAnswer(line: text)
        let line = ControlText.encode(answer)
        try demand(!line.utf8.contains(0x0A), "two lines: \(line)")
        try demand(
            ControlText.decode(ActAnswer.self, line) == answer, "it reads else: \(line)")
    }

    /// What a page may ask for.
    private static let ofPages: [ControlVerb] = [
        .press, .open, .close, .undo, .transfer, .cancel, .readmit, .fence, .busIdentify, .busTest,
        .busEnd,
    ]

    private static func page(_ text: String, _ desk: PageDesk) throws(Broken) {
        do throws(ControlError) {
            let request = try PageAct.request(text, at: desk)
            let shown = PageAct.text(request)
            if !ofPages.contains(request.verb) { throw ControlError(name: "broken", detail: shown) }
            if request.mobile != nil || request.rows != nil || request.force != nil {
                throw ControlError(name: "broken", detail: "more than pages may: \(shown)")
            }
            try fit(shown)
        } catch {
            try demand(error.name != "broken", error.detail)
            try demandFitToPrint(error.detail, bytesMax: 4_096)
        }
    }

    private static func fit(_ shown: String) throws(ControlError) {
        do throws(Broken) {
            try demandFitToPrint(shown, bytesMax: 4_096)
        } catch {
            throw ControlError(name: "broken", detail: "the log: \(error.sentence)")
        }
    }
}
