// SPDX-License-Identifier: Apache-2.0

// The one thread that owns a machine and its store. Everything that happened comes through its
// mailbox; what is to be done is committed first and carried out after that.

import Dispatch
import QueueCore

/// A machine of the core, as the loop sees it.
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

    /// When ``tick`` is wanted next.
    var deadline: Moment? { get }

    /// The input that says that a deadline has come.
    static var tick: Input { get }
}

extension ControllerMachine: Machine {
    /// A step of the machine.
    public mutating func advance(
        _ input: ControllerInput, at now: Moment
    ) -> (changes: [ControllerChange], effects: [ControllerEffect]) {
        let output = step(input, at: now)
        return (output.changes, output.effects)
    }

    /// Time has passed.
    public static var tick: ControllerInput { .tick }
}

extension CentralMachine: Machine {
    /// A step of the machine.
    public mutating func advance(
        _ input: CentralInput, at now: Moment
    ) -> (changes: [CentralChange], effects: [CentralEffect]) {
        let output = step(input, at: now)
        return (output.changes, output.effects)
    }

    /// Time has passed.
    public static var tick: CentralInput { .tick }
}

/// Where a loop's changes go and what carries out its effects. All calls come from the loop's thread.
public protocol LoopHands<Controlled>: AnyObject {
    /// The machine that is served.
    associatedtype Controlled: Machine

    /// Makes the changes durable, all or none.
    func commit(_ changes: [Controlled.Change]) throws

    /// Carries out an effect; `batch` says how long its commit took and when its first input came.
    func perform(_ effect: Controlled.Effect, _ batch: BatchTimes)

    /// The changes could not be made durable: returns a machine made anew from what is on disk, and
    /// what is to be done about it.
    func recover(
        from error: any Error, inputs: [Controlled.Input], at now: Moment
    ) -> (machine: Controlled, effects: [Controlled.Effect])
}

/// When a batch's first input came and how long its commit took.
public struct BatchTimes: Sendable {
    /// When the oldest input of the batch was put into the mailbox.
    public var received: Moment
    /// How long the commit took.
    public var commit: TimeSpan
}

/// The loop.
public final class MachineLoop<Hands: LoopHands>: @unchecked Sendable {
    // `machine` and `hands` belong to the loop's thread; the mailbox is the only way in.

    /// The machine that is served.
    public typealias Controlled = Hands.Controlled

    private enum Item: Sendable {
        case input(Controlled.Input, Moment)
        case inspect(@Sendable (Controlled) -> Void)
    }

    private var machine: Controlled
    private let hands: Hands
    private let mailbox: Mailbox<Item>
    private let now: @Sendable () -> Moment

    /// A loop over a machine that has been started. `now` reads the monotonic clock.
    public init(
        machine: Controlled, hands: Hands, now: @escaping @Sendable () -> Moment
    ) {
        self.machine = machine
        self.hands = hands
        self.now = now
        mailbox = Mailbox(capacity: SupportLimits.mailbox)
    }

    /// Feeds an input; false when the loop is so far behind that it was refused.
    @discardableResult
    public func feed(_ input: Controlled.Input) -> Bool {
        mailbox.put(.input(input, now()))
    }

    /// Looks at the machine, in turn with everything else.
    @discardableResult
    public func inspect(_ body: @escaping @Sendable (Controlled) -> Void) -> Bool {
        mailbox.put(.inspect(body))
    }

    /// Ends the loop after what is in the mailbox.
    public func stop() { mailbox.close() }

    /// Runs until ``stop()``, on the thread that calls it.
    public func run(firstChanges: [Controlled.Change], firstEffects: [Controlled.Effect]) {
        carryOut(firstChanges, firstEffects, inputs: [], received: now())
        while true {
            let timeout = machine.deadline.map { $0 - now() }
            guard let items = mailbox.take(countMax: SupportLimits.batch, timeout: timeout) else {
                return
            }
            serve(items)
        }
    }

    private func serve(_ items: [Item]) {
        var changes: [Controlled.Change] = []
        var effects: [Controlled.Effect] = []
        var inputs: [Controlled.Input] = []
        var received: Moment?
        let time = now()
        if let deadline = machine.deadline, deadline <= time {
            let output = machine.advance(Controlled.tick, at: time)
            changes += output.changes
            effects += output.effects
        }
        for item in items {
            switch item {
            case .input(let input, let at):
                let output = machine.advance(input, at: time)
                changes += output.changes
                effects += output.effects
                inputs.append(input)
                received = received ?? at
            case .inspect(let body):
                // What is looked at must be on disk.
                carryOut(changes, effects, inputs: inputs, received: received ?? time)
                (changes, effects, inputs, received) = ([], [], [], nil)
                body(machine)
            }
        }
        carryOut(changes, effects, inputs: inputs, received: received ?? time)
    }

    private func carryOut(
        _ changes: [Controlled.Change], _ effects: [Controlled.Effect],
        inputs: [Controlled.Input], received: Moment
    ) {
        var times = BatchTimes(received: received, commit: .zero)
        if !changes.isEmpty {
            let start = now()
            do {
                try hands.commit(changes)
            } catch {
                let recovered = hands.recover(from: error, inputs: inputs, at: now())
                machine = recovered.machine
                for effect in recovered.effects { hands.perform(effect, times) }
                return
            }
            times.commit = now() - start
        }
        for effect in effects { hands.perform(effect, times) }
    }
}

/// Bounds of this module, each with the reason for its figure.
public enum SupportLimits {
    /// Inputs that wait for the core: a second of the heaviest load measured, many times over.
    public static let mailbox = 16_384

    /// Inputs that share a commit: enough to keep up with a slow disk, few enough for a press to be
    /// answered soon.
    public static let batch = 64

    /// Times kept for percentiles.
    public static let samples = 10_000

    /// Events kept for a watcher that comes later.
    public static let events = 200

    /// Watchers of one daemon at a time.
    public static let watchers = 32
}
