// SPDX-License-Identifier: Apache-2.0

import QueueCore

/// Where a loop's changes go and what carries out its effects. All calls come from the loop's thread.
public protocol LoopHands<Controlled>: AnyObject {
    /// The machine that is served.
    associatedtype Controlled: Machine

    /// Makes the changes durable, all or none.
    func commit(_ changes: [Controlled.Change]) throws

    /// Hears an input before the machine does; whether the audit says something of it, even when it
    /// changes nothing.
    func hear(_ input: Controlled.Input) -> Bool

    /// Makes the changes durable, all or none, and with them what the audit says of the inputs that
    /// they come from.
    func commit(
        _ changes: [Controlled.Change], inputs: [Controlled.Input], effects: [Controlled.Effect]
    ) throws

    /// Carries out an effect; `batch` says how long its commit took and when its first input came.
    func perform(_ effect: Controlled.Effect, _ batch: BatchTimes)

    /// Whether an effect is carried out before the others of its batch: somebody looks for it.
    func goesFirst(_ effect: Controlled.Effect) -> Bool

    /// All effects of a batch have been carried out.
    func performed()

    /// The changes could not be made durable: returns a machine made anew from what is on disk, all of
    /// whose own changes are on disk too, and what is to be done about it. Does not return when that
    /// can't be had.
    func recover(
        from error: any Error, inputs: [Controlled.Input], old: Controlled, at now: Moment
    ) -> (machine: Controlled, effects: [Controlled.Effect])
}

extension LoopHands {
    /// Without an audit.
    public func hear(_ input: Controlled.Input) -> Bool { false }

    /// Without an audit.
    public func commit(
        _ changes: [Controlled.Change], inputs: [Controlled.Input], effects: [Controlled.Effect]
    ) throws {
        try commit(changes)
    }

    /// Nothing is left to do.
    public func performed() {}

    /// They are carried out as they come.
    public func goesFirst(_ effect: Controlled.Effect) -> Bool { false }
}

/// When a batch's first input came, and how long its steps took.
public struct BatchTimes: Sendable {
    /// When the oldest input of the batch was put into the mailbox.
    public var received: Moment
    /// How long the machine took over the batch's inputs.
    public var decide = TimeSpan.zero
    /// How long the commit took.
    public var commit: TimeSpan
}
