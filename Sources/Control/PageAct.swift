// SPDX-License-Identifier: Apache-2.0

// What a page may have done: a small part of what nobatctl may, each thing named again by whoever
// confirms it, so that no stray touch calls a patient or fences a hall.

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
        guard confirmation.confirm == subject else {
            throw ControlError(
                name: "not-confirmed",
                detail: "\(request.verb.rawValue) must be confirmed by naming \(subject) once more")
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
            request.number = wish.number
            return (request, try named(wish.number))
        case (.central, .transfer):
            request.number = wish.number
            request.service = wish.service
            return (request, try named(wish.number))
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

    /// What was asked for, for the log.
    public static func text(_ request: ControlRequest) -> String {
        let parts: [String?] = [
            request.verb.rawValue, request.booth.map { "booth \($0)" }, request.gesture,
            request.number, request.service.map { "to \($0)" }, request.controller,
            request.bus.map { "bus \($0)" }, request.unit.map { "unit \($0)" },
            request.seconds.map { "for \($0) s" },
        ]
        return parts.compactMap(\.self).joined(separator: " ")
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
