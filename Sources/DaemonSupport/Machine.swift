// SPDX-License-Identifier: Apache-2.0

// A machine of the core, as the loop sees it: the controller's and the central's alike.

import QueueCore

/// A machine of the core.
public protocol Machine: Sendable {
    /// Something that happened.
    associatedtype Input: Sendable
    /// A change to its rows.
    associatedtype Change: Sendable
    /// Something to do when the changes are durable.
    associatedtype Effect: Sendable

    /// Takes in what happened at `now`.
    mutating func advance(
        _ input: Input, at now: Moment
    ) -> (changes: [Change], effects: [Effect])

    /// The changes so far are durable at this moment.
    mutating func committed(at moment: Moment)

    /// When ``tick`` is wanted next.
    var deadline: Moment? { get }

    /// The input that says that a deadline has come.
    static var tick: Input { get }
}

extension ControllerMachine: Machine {
    /// One step, as its changes and effects.
    public mutating func advance(
        _ input: ControllerInput, at now: Moment
    ) -> (changes: [ControllerChange], effects: [ControllerEffect]) {
        let output = step(input, at: now)
        return (output.changes, output.effects)
    }

    /// A deadline has come.
    public static var tick: ControllerInput { .tick }
}

extension CentralMachine: Machine {
    /// One step, as its changes and effects.
    public mutating func advance(
        _ input: CentralInput, at now: Moment
    ) -> (changes: [CentralChange], effects: [CentralEffect]) {
        let output = step(input, at: now)
        return (output.changes, output.effects)
    }

    /// Nothing at the central depends on when a commit ended.
    public mutating func committed(at moment: Moment) { committed() }

    /// A deadline has come.
    public static var tick: CentralInput { .tick }
}
