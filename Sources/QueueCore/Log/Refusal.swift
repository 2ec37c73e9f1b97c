// SPDX-License-Identifier: Apache-2.0

/// Why something that a person asked for was not done. Each has a name for programs and a sentence
/// for people; a refusal changes nothing.
public enum Refusal: Hashable, Sendable {
    case guardTime(remaining: TimeSpan)
    case unknownBooth(BoothNumber)
    case boothHasNoTicket(BoothNumber)
    case gestureUnused(Gesture)
    case recallLimit(Int)
    case nothingToUndo(BoothNumber)
    case unknownService(Name)
    case unknownNumber(TicketNumber)
    case numberElsewhere(TicketNumber, holder: Name)
    case numberNotCallable(TicketNumber, TicketState, booth: BoothNumber?)
    case parkTooLong(seconds: Int64)
    case noSender(TicketNumber)
    case tooLate(TicketNumber, minutes: Int64)
    case noNumbers(Name)
    case notIntroduced
    case seriesExhausted(Series)
    case settling
    case trayFull
    case outboxFull
    case unknownController(Name)
    case alreadyFenced(Name)
    case noDay
    case serviceClosed(Name, opens: Sitting?)
    case dayNotNow(ServiceDay, now: ServiceDay)
    case diskFailed(String)
    case appointment(AppointmentRefusal)
    case unknownSlip

    /// The name on the wire and in JSON.
    public var name: String {
        switch self {
        case .guardTime: "guard-time"
        case .unknownBooth: "unknown-booth"
        case .boothHasNoTicket: "booth-has-no-ticket"
        case .gestureUnused: "gesture-unused"
        case .recallLimit: "recall-limit"
        case .nothingToUndo: "nothing-to-undo"
        case .unknownService: "unknown-service"
        case .unknownNumber: "unknown-number"
        case .numberElsewhere: "number-elsewhere"
        case .numberNotCallable: "number-not-callable"
        case .parkTooLong: "park-too-long"
        case .noSender: "no-sender"
        case .tooLate: "too-late"
        case .noNumbers: "no-numbers"
        case .notIntroduced: "not-introduced"
        case .seriesExhausted: "series-exhausted"
        case .settling: "settling"
        case .trayFull: "tray-full"
        case .outboxFull: "outbox-full"
        case .unknownController: "unknown-controller"
        case .alreadyFenced: "already-fenced"
        case .noDay: "no-day"
        case .serviceClosed: "service-closed"
        case .dayNotNow: "day-not-now"
        case .diskFailed: "disk-failed"
        case .appointment(let refusal): refusal.name
        case .unknownSlip: "unknown-slip"
        }
    }

    /// What happened and what to do, in one sentence.
    public var sentence: String {
        switch self {
        case .guardTime(let remaining):
            "pressed too soon after the last call; press again in \(remaining.milliseconds) ms"
        case .unknownBooth(let booth): "there is no booth \(booth) at this controller"
        case .boothHasNoTicket(let booth): "no ticket is at booth \(booth); call one first"
        case .gestureUnused(let gesture):
            "a \(gesture.rawValue) press does nothing at this booth; see its gestures in the configuration"
        case .recallLimit(let limit):
            "the ticket was recalled \(limit) times; mark it as no-show or call the next"
        case .nothingToUndo(let booth): "booth \(booth) has no press to undo any more"
        case .unknownService(let service): "there is no service \(service) here"
        case .unknownNumber(let number):
            "no ticket \(number) was given out, dealt or called here today; another controller may hold it"
        case .numberElsewhere(let number, let holder): "ticket \(number) is held by \(holder)"
        case .numberNotCallable(let number, let state, let booth):
            if let booth {
                "ticket \(number) is \(state.word) at booth \(booth)"
            } else {
                "ticket \(number) is \(state.word)"
            }
        case .parkTooLong(let seconds): "a ticket can be parked for at most \(seconds) seconds"
        case .noSender(let number):
            "ticket \(number) was sent here by no other service; transfer it to one by name"
        case .tooLate(let number, let minutes):
            "ticket \(number) was a no-show more than \(minutes) min ago; call it by its number, or give "
                + "out a new one"
        case .noNumbers(let service):
            "no numbers are left for \(service), not even in the local series; the central must be "
                + "reached before more can be issued"
        case .notIntroduced:
            "this controller has no numbers yet: it must reach the central once, which takes some seconds after a first start"
        case .seriesExhausted(let series):
            "series \(series) is used up for today; widen it or let it wrap"
        case .settling:
            "the central is asking its controllers what they hold; try again in a few seconds"
        case .trayFull: "too many tickets are waiting here; call some first"
        case .outboxFull:
            "too much is waiting to be told to the central; bring the network back before going on"
        case .unknownController(let name): "no controller \(name) is configured at this central"
        case .alreadyFenced(let name): "controller \(name) is fenced already"
        case .noDay:
            "no service day has begun: set the clock, or let the controller reach the central"
        case .serviceClosed(let service, let opens?):
            "\(service) is closed; it opens on \(opens.day.dateText) at \(opens.opens)"
                + (opens.ticketsFrom < opens.opens
                    ? ", tickets are given out from \(opens.ticketsFrom)" : "")
        case .serviceClosed(let service, nil):
            "\(service) is closed, for more than \(Limits.openingSearchMax) days from now; "
                + "see its sessions in the configuration"
        case .dayNotNow(let day, let now):
            "day \(day) is not what the clock says now (day \(now)); set the clock first"
        case .diskFailed(let why): "it could not be recorded, so it was not done: \(why)"
        case .appointment(let refusal): refusal.sentence
        case .unknownSlip: "no such slip is being printed here"
        }
    }
}
