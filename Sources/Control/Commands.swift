// SPDX-License-Identifier: Apache-2.0

// From a question on the socket to a command of the core, or the reason why it is none.

import QueueCore

/// What a question asks of a controller's machine.
public enum ControllerAsk: Equatable, Sendable {
    /// Press a booth's button.
    case press(BoothNumber, Gesture)
    /// Tap a button of the kiosk, from 0.
    case tap(Int)
    /// Obey a command.
    case command(ControllerCommand)
}

extension ControlRequest {
    /// The question to a controller; nil when it only looks. Throws what is missing or malformed.
    public func controllerAsk() throws(ControlError) -> ControllerAsk? {
        switch verb {
        case .status, .displays, .queue, .watch, .busScan, .busAddress, .busIdentify, .busTest,
            .busRelease, .busAnswer, .busEnd, .backup, .audit:
            return nil
        case .tap: return .tap(try wantedButton())
        case .press: return .press(try wantedBooth(), try wantedGesture())
        case .next: return .command(.next(try wantedBooth()))
        case .recall: return .command(.recall(try wantedBooth()))
        case .call: return .command(.call(try wantedBooth(), try wantedNumber()))
        case .noShow: return .command(.noShow(try wantedBooth()))
        case .finish: return .command(.finish(try wantedBooth()))
        case .park: return .command(.park(try wantedBooth(), seconds: seconds.map(Int64.init)))
        case .transfer:
            return .command(.transfer(try wantedBooth(), service: try wantedService()))
        case .giveBack: return .command(.giveBack(try wantedBooth()))
        case .readmit: return .command(.readmit(try wantedNumber()))
        case .undo: return .command(.undo(try wantedBooth()))
        case .open: return .command(.open(try wantedBooth()))
        case .close: return .command(.close(try wantedBooth()))
        case .take:
            return .command(.take(service: try wantedService(), priority: try wantedPriority()))
        case .cancel: return .command(.cancel(try wantedNumber()))
        case .fence, .history, .turnDay, .report, .book, .unbook, .arrive, .absent, .present,
            .appointments, .importRows, .importEnd, .toCheck, .settle,
            .keys, .keysRead, .keyRevoke:
            throw ControlError(
                name: "wrong-daemon",
                detail: "\(verb.rawValue) is asked of the central: name its socket with --socket")
        }
    }

    /// The question to the central; nil when it only looks. Throws what is missing or malformed.
    public func centralCommand() throws(ControlError) -> CentralCommand? {
        switch verb {
        case .status, .displays, .queue, .watch, .history, .report, .appointments, .importRows,
            .importEnd, .toCheck, .keys, .keysRead, .keyRevoke, .backup, .audit:
            return nil
        case .book, .unbook, .arrive, .absent, .present, .settle:
            return .appointments(try appointmentCommand())
        case .take: return .take(service: try wantedService(), priority: try wantedPriority())
        case .cancel: return .cancel(try wantedNumber())
        case .fence:
            return .fence(try name(controller, "controller", "hall-a"))
        case .turnDay:
            guard let day, let count = Int32(exactly: day), count > 0 else {
                throw Self.missing("day", "20780")
            }
            return .turnDay(ServiceDay(count))
        case .press, .tap, .next, .recall, .call, .noShow, .finish, .park, .transfer, .undo, .open,
            .close, .giveBack, .readmit, .busScan, .busAddress, .busIdentify, .busTest, .busRelease,
            .busAnswer, .busEnd:
            throw ControlError(
                name: "wrong-daemon",
                detail: "\(verb.rawValue) is asked of a controller: name its socket with --socket")
        }
    }

    static func missing(_ key: String, _ example: String) -> ControlError {
        ControlError(
            name: "bad-request",
            detail:
                "\(key) is missing, or not written in small letters, digits and -; for example \(example)"
        )
    }

    private func wantedBooth() throws(ControlError) -> BoothNumber {
        guard let booth, (1...Int(Limits.boothNumberMax)).contains(booth) else {
            throw ControlError(
                name: "bad-request",
                detail: "a booth is a number from 1 to \(Limits.boothNumberMax)")
        }
        return BoothNumber(booth)
    }

    private func wantedButton() throws(ControlError) -> Int {
        guard let button, (1...KioskLimits.buttonsMax).contains(button) else {
            throw ControlError(
                name: "bad-request",
                detail: "a kiosk's button is a number from 1 to \(KioskLimits.buttonsMax)")
        }
        return button - 1
    }

    private func wantedGesture() throws(ControlError) -> Gesture {
        guard let found = Gesture(rawValue: gesture ?? "short") else {
            throw ControlError(name: "bad-request", detail: "a gesture is short, double or long")
        }
        return found
    }

    private func wantedNumber() throws(ControlError) -> TicketNumber {
        guard let number, let found = TicketNumber(number) else {
            throw ControlError(
                name: "bad-request",
                detail: "a ticket number is a letter and up to three digits, such as A042")
        }
        return found
    }

    private func wantedService() throws(ControlError) -> Name {
        try name(service, "service", "admission")
    }

    func wantedPriority() throws(ControlError) -> PriorityClass {
        guard let found = PriorityClass(word: priority ?? "normal") else {
            let words = PriorityClass.allCases.map(\.word).joined(separator: ", ")
            throw ControlError(name: "bad-request", detail: "a class is one of \(words)")
        }
        return found
    }

    func name(
        _ text: String?, _ key: String, _ example: String
    ) throws(ControlError) -> Name {
        guard let text, let found = Name(text) else { throw Self.missing(key, example) }
        return found
    }
}
