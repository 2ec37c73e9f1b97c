// SPDX-License-Identifier: Apache-2.0

// What becomes of disks: backups that are made and put back, copies by hand, losses, cards that lie.

import QueueCore

extension World {
    mutating func strikeDisks(_ deed: Deed) {
        switch deed {
        case .backUp(let who?):
            let who = place(who)
            if !controllers[who].runsOnOldCopy {
                controllers[who].disk.backup = controllers[who].disk.read()
            }
        case .backUp(nil): central.disk.backup = central.disk.read()
        case .restoreBackup(let who?, let span):
            if let copy = controllers[place(who)].disk.backup { rewrite(place(who), copy, span) }
        case .restoreBackup(nil, let span):
            if let copy = central.disk.backup { rewriteCentral(copy, span) }
        case .restore(let who?, let span):
            guard var rows = controllers[place(who)].disk.backup else { return }
            rows.apply(rows.changesPuttingBack(under: Epoch(random: marks.mark())))
            rewrite(place(who), rows, span, isOldCopy: false)
        case .restore(nil, let span):
            guard var rows = central.disk.backup else { return }
            rows.apply(rows.changesPuttingBack(under: Epoch(random: marks.mark())))
            // Who is not heard by then can't say what was given out since.
            let isHeard = names.indices.allSatisfy {
                lines[$0].link != 0 && controllers[$0].isRunning
            }
            rewriteCentral(rows, span, isOldCopy: !isHeard)
        case .loseDatabase(let who?, let span):
            rewrite(place(who), ControllerSnapshot(epoch: Epoch(random: marks.mark())), span)
        case .loseDatabase(nil, let span):
            rewriteCentral(CentralSnapshot(epoch: Epoch(random: marks.mark())), span)
        case .losePower(let who, let commits, let span):
            let who = place(who)
            guard controllers[who].isRunning else { return }
            die(who, downFor: span, isSudden: true)
            var disk = controllers[who].disk
            disk.forget(commits: commits)
            rewrite(who, disk.read(), span)
        case .namesake(let who): greetFalsely(place(who))
        default: break
        }
    }

    /// `isOldCopy` is whether it may give out again what it has given out since.
    private mutating func rewrite(
        _ controller: Int, _ rows: ControllerSnapshot, _ span: TimeSpan, isOldCopy: Bool = true
    ) {
        die(controller, downFor: span, isSudden: true)
        controllers[controller].disk.replace(with: rows)
        if controllers[controller].knowsTime { controllers[controller].wallError = 0 }
        controllers[controller].runsOnOldCopy = isOldCopy && rows.meta.lastFact > 0
        witness.hasForgotten = true
        witness.controllerForgot = true
        if isOldCopy, rows.meta.lastFact > 0 { witness.hasOldCopy = true }
        // A backup says what it is a copy of; of other copies something may be told again.
        if isOldCopy { witness.mayHearAgain = true }
        witness.reread(rows, controller)
        isUnchecked[controller] = true
    }

    private mutating func rewriteCentral(
        _ rows: CentralSnapshot, _ span: TimeSpan, isOldCopy: Bool = true
    ) {
        dieCentral(downFor: span, isSudden: true)
        central.disk.replace(with: rows)
        if central.knowsTime { central.wallError = 0 }
        witness.hasForgotten = true
        witness.centralForgot = true
        witness.fenced = Set(rows.controllers.filter(\.isFenced).map(\.name))
        witness.mayHearAgain = true
        if isOldCopy { witness.hasOldCopy = true }
        for life in witness.lives.indices {
            witness.lives[life].heardCall = nil
            witness.lives[life].heardEnd = -1
            witness.lives[life].heardTwice = false
        }
    }
}
