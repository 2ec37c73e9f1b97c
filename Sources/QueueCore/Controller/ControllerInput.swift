// SPDX-License-Identifier: Apache-2.0

// What goes into the controller's machine and what comes out.

/// A connection to the central, as its owner numbers them.
public typealias LinkID = UInt64

/// A question that waits for its reply, as its owner numbers them.
public typealias RequestID = UInt64

/// What a clerk, a kiosk or a technician asks of a controller.
public enum ControllerCommand: Hashable, Sendable {
    case next(BoothNumber)
    case recall(BoothNumber)
    case call(BoothNumber, TicketNumber)
    case noShow(BoothNumber)
    case finish(BoothNumber)
    case park(BoothNumber, seconds: Int64?)
    case transfer(BoothNumber, service: Name)
    /// Send the ticket at the booth back to the service that sent it.
    case giveBack(BoothNumber)
    case undo(BoothNumber)
    case open(BoothNumber)
    case close(BoothNumber)
    case take(service: Name, priority: PriorityClass)
    /// A ticket for a tracking code: one that the central has found valid, or, when it can't be asked,
    /// one that is to be checked later.
    case arrive(service: Name, priority: PriorityClass, TrackingCode)
    case cancel(TicketNumber)
    /// A no-show came late.
    case readmit(TicketNumber)
    /// A slip for somebody without an appointment.
    case slip(service: Name, priority: PriorityClass)
    /// A slip for a tracking code: of the service that the central names, or, when it can't be asked,
    /// of this one.
    case codeSlip(TrackingCode, otherwise: Name)
    /// A slip came out of the printer.
    case slipPrinted(TicketID)
    /// A slip did not come out of the printer, or not whole.
    case slipFailed(TicketID)
}

/// Something that happened to a controller.
public enum ControllerInput: Hashable, Sendable {
    /// A booth's button was pressed, debounced and recognised.
    case press(BoothNumber, Gesture, RequestID?)
    /// Somebody asked for something.
    case command(ControllerCommand, RequestID)
    /// A connection to the central stands.
    case connected(LinkID)
    /// The central said something; `random` serves if a new epoch must begin.
    case message(LinkID, CentralMessage, random: UInt32)
    /// The connection is gone.
    case disconnected(LinkID)
    /// The wall clock, every few seconds: today's date and the time of day, and whether the clock is
    /// known to be right.
    case clock(today: ServiceDay, at: LocalTime = .midnight, isTrusted: Bool)
    /// The wall clock in seconds, now and then; unknown when it is not known to be right.
    case time(WallTime)
    /// A button went down; what the press will mean is not known yet.
    case buttonDown(BoothNumber)
    /// A button was found stuck, or came free.
    case buttonStuck(BoothNumber, Bool)
    /// A booth's display was lost, or came back.
    case displayWorks(BoothNumber, Bool)
    /// A deadline of ``ControllerMachine/deadline`` has come.
    case tick
    /// The last changes could not be written; the machine was made anew from what is on disk.
    case diskFailed(String, booths: [BoothNumber])
}

/// The answer to a question.
public enum Reply: Hashable, Sendable {
    case called(BoothNumber, TicketNumber)
    case recalled(BoothNumber, TicketNumber, count: Int)
    case nobodyWaits(BoothNumber, finished: TicketNumber?)
    case ended(BoothNumber, TicketNumber, TicketState)
    /// The ticket goes on to the next service, there under a new number if it has one.
    case sentOn(BoothNumber, TicketNumber, service: Name, as: TicketNumber?)
    case readmitted(TicketNumber)
    case undone(BoothNumber, shows: TicketNumber?)
    case opened(BoothNumber)
    case closed(BoothNumber)
    /// A ticket; `wait` is how long until its call, as far as can be told.
    case issued(TicketNumber, TicketID, ahead: Int, wait: TimeSpan?)
    case cancelled(TicketNumber)
    case slip(Slip)
    case codeRefused(name: String, detail: String)
    case fenced(Name, tickets: Int)
    case dayIs(ServiceDay)
    case appointment(AppointmentReply)
    case refused(Refusal)
}

/// Something worth a line in the log and on the technician's screen.
public enum ControllerEvent: Hashable, Sendable {
    case fact(Numbered<Fact>)
    case order(Numbered<Order>)
    case linkUp(central: Epoch)
    case linkDown
    case complaint(Complaint, detail: String)
    case newEpoch(Epoch, reason: String)
    case newCentral(Epoch)
    case refused(BoothNumber, Refusal)
    case buttonStuck(BoothNumber)
    case buttonFree(BoothNumber)
    case displayLost(BoothNumber)
    case displayBack(BoothNumber)
    case diskFailed(String)
    case diskBack
    case clockRefused(today: ServiceDay, day: ServiceDay)
    case clockBehind(today: ServiceDay, day: ServiceDay)
    case numberingLocally(Series)
    case sessionEnded(service: Name, session: Name, waiting: Int, areCancelled: Bool)
}

/// What a controller does after a step's changes are on disk.
public enum ControllerEffect: Hashable, Sendable {
    case show(BoothNumber, BoothSign)
    case lamp(BoothNumber, LampState)
    case send(LinkID, ClientMessage)
    case close(LinkID, Complaint)
    case reply(RequestID, Reply)
    case news(News)
    case event(ControllerEvent)
}

/// What a step of the controller's machine asks for: first the changes, in one transaction; when they
/// are durable, and only then, the effects, in order.
public struct ControllerOutput: Hashable, Sendable {
    /// To be made durable, all or none.
    public var changes: [ControllerChange] = []
    /// To be carried out after that.
    public var effects: [ControllerEffect] = []

    /// Nothing to do.
    public init() {}

    /// Begins a new step, in the room of the last one's answer.
    mutating func empty() {
        if !changes.isEmpty { changes.removeAll(keepingCapacity: true) }
        if !effects.isEmpty { effects.removeAll(keepingCapacity: true) }
    }
}

extension ControllerInput {
    /// The booth that a person acted at.
    public var booth: BoothNumber? {
        switch self {
        case .press(let booth, _, _): booth
        case .command(let command, _): command.booth
        default: nil
        }
    }

    /// The question that waits for a reply.
    public var request: RequestID? {
        switch self {
        case .press(_, _, let request): request
        case .command(_, let request): request
        default: nil
        }
    }
}

extension ControllerCommand {
    /// The booth that the command is for.
    public var booth: BoothNumber? {
        switch self {
        case .next(let booth), .recall(let booth), .call(let booth, _), .noShow(let booth),
            .finish(let booth), .park(let booth, _), .transfer(let booth, _), .giveBack(let booth),
            .undo(let booth), .open(let booth), .close(let booth):
            booth
        case .take, .arrive, .cancel, .readmit, .slip, .codeSlip, .slipPrinted, .slipFailed: nil
        }
    }
}
