// SPDX-License-Identifier: Apache-2.0

/// Situations that a run must have reached, or it has proven little. They are counted from what the
/// machines say and commit.
public enum Situation: Int, CaseIterable, Sendable {
    case issuedAtCentral, issuedAtController, issuedOffline, numberedLocally, seriesWrapped
    case seriesExhausted, called, calledOffline, calledByNumber, nobodyWaited, recalled
    case recallLimitReached, noShow, parked, returned, transferKept, transferredAway, undone
    case guardTimeRefused, cancelledByClerk, cancelledBySupervisor, boothOpened, boothClosed
    case yielded, withdrawnTooLate, dealtAgain, controllerFenced, fenceObeyed, conflict, gapRecorded
    case statementMade, newControllerEpoch, centralRebuilt, greetedAgain, outOfOrder
    case epochSuperseded, nameTaken, settlingRefused, notIntroduced, dayTurnedByCentral
    case dayTurnedOffline, dayEndVoided, clockRefused, clockBehind, diskFailed, diskBack
    case classDue, closedRefused, sessionEndVoided, sessionEndedOffline, sessionCarried,
        sessionBegan
    case sentOn, sentToOtherHall, numberedAnew, givenBack, stepUndone, readmitted, readmittedTooLate
    case booked, codeUsedInTime, codeChecked, codeEarly, codeLate, codeOnWrongDay, codeUsedAgain
    case codeCancelled, codeMistyped, codeUnknown, arrivedAtController, arrivalToCheck
    case movedByAbsence, cancelledByAbsence, walkInsFull
    case slipPrinted, slipSpoiled, cancelledUnprinted, slipUnconfirmed, codeUnchecked
    case codeCheckedByKiosk, codeRefusedByKiosk
    case troubleShown, stuckButton, displayLost, displayBack, dashesForSilence, reportChecked

    /// Its name in tables.
    public var name: String { "\(self)" }
}

/// One of the numbered promises of the design, "What must always hold"; 0 stands for the contract
/// between a machine and its caller, on which the others rest, 10 for what a patient was told of an
/// appointment, and 11 for the reports made from the history.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// The number of the promise, 0…11.
    public let promise: Int
    /// What was seen, with booths, numbers and names.
    public let text: String

    /// The promise and what was seen.
    public var description: String { "promise \(promise) (\(Self.names[promise])): \(text)" }

    /// The promises in a few words each.
    public static let names = [
        "disk and memory agree", "never at two booths", "no number twice", "nobody skipped or lost",
        "a press counts once", "both sides agree", "displays tell the truth", "in order",
        "no clock decides", "bounded", "appointments hold", "reports tell the truth",
    ]
}
