// SPDX-License-Identifier: Apache-2.0

/// Everything that can go wrong in a simulated clinic. Which kinds exist in a world, and how often they
/// strike, is drawn from its seed.
public enum FaultKind: Int, CaseIterable, Sendable {
    // The network.
    case slowWire, cut, hoursOffline, oneWayUp, oneWayDown, halfOpen, truncated, lateEcho
    case lostMessage, doubledMessage
    // Disks: before and after each commit, and what a card can forget.
    case crashBeforeCommit, crashAfterCommit, crashAmidEffects, fullDisk, stalledDisk
    case lostDatabase, oldBackup, restored, lyingDisk
    case centralCrashBeforeCommit, centralCrashAfterCommit, centralCrashAmidEffects
    case centralFullDisk, centralStalledDisk, centralLostDatabase, centralOldBackup
    case centralRestored
    // Programs.
    case crash, pause, restart, centralCrash, centralPause, newerPeer, namesake
    // Clocks.
    case clockStep, bootIn1970, clockDrift, dayOffline
    // Panels and displays.
    case bounce, stuckLine, lostEdges, repeatedEdges
    case deadUnit, framesLost, unitRestart, adapterGone
    // People.
    case pressedTwice, heldLong, mistyped, breakTaken, fenced, kioskAskedTwice
    // Kiosks at controllers.
    case tappedTwice, paperUsedUp, printerGone

    /// Its name in tables.
    public var name: String {
        var text = ""
        for scalar in "\(self)".unicodeScalars {
            if (0x41...0x5A).contains(scalar.value) {
                text.unicodeScalars.append("-")
                text.unicodeScalars.append(Unicode.Scalar(scalar.value + 0x20) ?? scalar)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Whether only worlds with kiosks at controllers have it.
    var isOfKiosks: Bool { self == .tappedTwice || self == .paperUsedUp || self == .printerGone }

    /// Whether one side forgets what the other has heard.
    var isForgetting: Bool {
        switch self {
        case .lostDatabase, .oldBackup, .restored, .lyingDisk, .centralLostDatabase,
            .centralOldBackup, .centralRestored:
            true
        default: false
        }
    }
}
