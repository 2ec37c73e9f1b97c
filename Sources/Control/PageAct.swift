// SPDX-License-Identifier: Apache-2.0

// What a page may have done: a small part of what nobatctl may, each thing named again by whoever
// confirms it, so that no stray touch calls a patient or fences a hall.

import QueueCore

/// The page that something is asked at.
public enum PageDesk: Sendable {
    /// The technician's, of a controller.
    case controller
    /// The supervisor's, of the central.
    case central
}

/// Reads what a page asks for.
public enum PageAct {
    private struct Confirmation: Decodable {
        var confirm: String?
    }

    /// The question to the daemon in a page's words: those of the control socket, and `confirm` with
    /// the booth, the unit, the ticket number or the controller that it is about. Throws what is
    /// missing, and what no page may do.
    public static func request(
        _ text: String, at desk: PageDesk
    ) throws(ControlError) -> ControlRequest {
        guard let wish = ControlText.decode(ControlRequest.self, text),
            let confirmation = ControlText.decode(Confirmation.self, text)
        else {
            throw ControlError(
                name: "bad-request", detail: "a wish is a JSON object with a verb that pages know")
        }
        let (request, subject) = try allowed(wish, at: desk)
        guard let subject else { return request }
        guard names(confirmation.confirm, subject, isNumber: request.number != nil) else {
            throw ControlError(
                name: "not-confirmed",
                detail:
                    "\(request.verb.rawValue) must be confirmed by naming \(plain(subject)) once "
                    + "more")
        }
        return request
    }

    /// The wish with nothing in it but what its verb needs, and what confirms it.
    private static func allowed(
        _ wish: ControlRequest, at desk: PageDesk
    ) throws(ControlError) -> (request: ControlRequest, subject: String?) {
        var request = ControlRequest(wish.verb)
        switch (desk, wish.verb) {
        case (.controller, .press):
            request.booth = wish.booth
            request.gesture = wish.gesture
            return (request, try named(wish.booth))
        case (.controller, .open), (.controller, .close), (.controller, .undo):
            request.booth = wish.booth
            return (request, try named(wish.booth))
        case (.controller, .transfer):
            request.booth = wish.booth
            request.service = wish.service
            return (request, try named(wish.booth))
        case (.controller, .cancel), (.controller, .readmit), (.central, .cancel),
            (.central, .readmit):
            request.number = wish.number.map(number)
            return (request, try named(request.number))
        case (.central, .transfer):
            request.number = wish.number.map(number)
            request.service = wish.service
            return (request, try named(request.number))
        case (.controller, .busIdentify):
            request.bus = wish.bus
            request.unit = wish.unit
            let seconds = wish.seconds ?? PageLimits.identifyUsual
            request.seconds = min(max(seconds, 1), PageLimits.identifyMax)
            return (request, nil)
        case (.controller, .busTest):
            request.bus = wish.bus
            request.unit = wish.unit
            request.asks = false
            return (request, try named(wish.unit))
        case (.controller, .busEnd): return (request, nil)
        case (.central, .fence):
            request.controller = wish.controller
            return (request, try named(wish.controller))
        default:
            throw ControlError(
                name: "not-here",
                detail: "\(wish.verb.rawValue) is not done from this page; use nobatctl")
        }
    }

    /// A ticket number as slips and pages write it, in Latin or Persian digits, as the core does:
    /// `a۴۲` is `A042`. What is none stays as it was typed.
    package static func number(_ typed: String) -> String {
        let latin = Bilingual.latinDigits(typed)
        return TicketNumber(latin)?.description ?? latin
    }

    private static func names(_ typed: String?, _ subject: String, isNumber: Bool) -> Bool {
        guard let typed else { return false }
        return isNumber ? number(typed) == subject : Bilingual.latinDigits(typed) == subject
    }

    /// What was asked for, for the log: one line, whatever was sent.
    public static func text(_ request: ControlRequest) -> String {
        let parts: [String?] = [
            request.verb.rawValue, request.booth.map { "booth \($0)" }, request.gesture.map(plain),
            request.number.map(plain), request.service.map { "to \(plain($0))" },
            request.controller.map(plain), request.bus.map { "bus \(plain($0))" },
            request.unit.map { "unit \($0)" }, request.seconds.map { "for \($0) s" },
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    /// A word of whoever asks, without what would begin another line or turn the reading round.
    private static func plain(_ word: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in word.unicodeScalars.prefix(PageLimits.wordMax) {
            let isShown =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse,
                    .unassigned:
                    false
                default: true
                }
            result.append(isShown ? scalar : "?")
        }
        if word.unicodeScalars.count > PageLimits.wordMax { result.append("…") }
        return String(result)
    }

    private static func named(
        _ subject: (some CustomStringConvertible)?
    ) throws(ControlError) -> String {
        guard let subject else {
            throw ControlError(name: "bad-request", detail: "what is it about? nothing is named")
        }
        return subject.description
    }
}
