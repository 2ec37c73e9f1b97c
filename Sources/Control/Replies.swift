// SPDX-License-Identifier: Apache-2.0

import QueueCore

extension ActionResult {
    /// What a reply of the core says, or the reason of its refusal.
    public static func from(_ reply: Reply) -> Result<ActionResult, ControlError> {
        switch reply {
        case .called(let booth, let number):
            return .success(ActionResult("called", booth, number))
        case .recalled(let booth, let number, let count):
            var result = ActionResult("recalled", booth, number)
            result.count = count
            return .success(result)
        case .nobodyWaits(let booth, let finished):
            return .success(ActionResult("nobody-waits", booth, finished))
        case .ended(let booth, let number, let state):
            return .success(ActionResult(state.word, booth, number))
        case .undone(let booth, let shows): return .success(ActionResult("undone", booth, shows))
        case .opened(let booth): return .success(ActionResult("opened", booth, nil))
        case .closed(let booth): return .success(ActionResult("closed", booth, nil))
        case .issued(let number, let id, let ahead, let wait):
            var result = ActionResult("issued", nil, number)
            result.ticket = id.description
            result.ahead = ahead
            result.wait = wait.map { Int(WaitEstimator.told($0)) }
            return .success(result)
        case .sentOn(let booth, let number, let service, let next):
            var result = ActionResult("sent-on", booth, number)
            result.service = service.description
            result.next = next?.description
            return .success(result)
        case .readmitted(let number): return .success(ActionResult("readmitted", nil, number))
        case .slip(let slip):
            var result = ActionResult("slip", nil, slip.ticket.number)
            result.ticket = slip.ticket.id.description
            result.ahead = slip.ahead.map { Int($0) }
            result.wait = slip.wait.map { Int($0) }
            return .success(result)
        case .codeRefused(let name, let detail):
            return .failure(ControlError(name: name, detail: detail))
        case .cancelled(let number): return .success(ActionResult("cancelled", nil, number))
        case .fenced(let name, let tickets):
            var result = ActionResult("fenced", nil, nil)
            result.controller = name.description
            result.tickets = tickets
            return .success(result)
        case .dayIs(let day):
            var result = ActionResult("day", nil, nil)
            result.count = Int(day.count)
            result.date = day.dateText
            return .success(result)
        case .appointment:
            preconditionFailure("an appointment's reply has a result of its own")
        case .refused(let refusal):
            return .failure(ControlError(name: refusal.name, detail: refusal.sentence))
        }
    }

    private init(_ outcome: String, _ booth: BoothNumber?, _ number: TicketNumber?) {
        self.init(outcome: outcome, booth: booth.map(Int.init), number: number?.description)
    }

    /// The result in one sentence.
    public var sentence: String {
        let at = booth.map { "booth \($0)" } ?? ""
        let ticket = number ?? ""
        switch outcome {
        case "called": return "\(at): \(ticket) called"
        case "recalled": return "\(at): \(ticket) called again (\(count ?? 0))"
        case "nobody-waits":
            return "\(at): nobody waits" + (number.map { "; \($0) finished" } ?? "")
        case "undone": return "\(at): last press taken back; shows \(number ?? "----")"
        case "opened", "closed": return "\(at) \(outcome)"
        case "issued":
            let minutes = ((wait ?? 0) + 30) / 60
            let about = minutes > 0 ? "; about \(minutes) min" : ""
            return "\(ticket) issued; \(ahead ?? 0) before it\(about)"
        case "cancelled": return "\(ticket) cancelled"
        case "readmitted": return "\(ticket) waits again"
        case "sent-on":
            return "\(at): \(ticket) goes on to \(service ?? "")"
                + (next.map { " as \($0)" } ?? "")
        case "slip":
            return "\(ticket) is being printed" + (ahead.map { "; \($0) before it" } ?? "")
        case "tapped": return "the kiosk's button was tapped; see what came of it in the status"
        case "fenced":
            return "\(controller ?? "") fenced; \(tickets ?? 0) tickets go to others"
        case "day": return "service day \(date ?? String(count ?? 0))"
        default: return "\(at): \(ticket) \(outcome)"
        }
    }
}
