// SPDX-License-Identifier: Apache-2.0

// The one thread that owns a machine and its store. Everything that happened comes through its
// mailbox; what is to be done is committed first and carried out after that.

import QueueCore
import Synchronization

/// The loop.
public final class MachineLoop<Hands: LoopHands>: @unchecked Sendable {
    // All but the mailbox belongs to the loop's thread; the mailbox is the only way in.

    /// The machine that is served.
    public typealias Controlled = Hands.Controlled

    private enum Item: Sendable {
        case input(Controlled.Input, Moment)
        case inspect(@Sendable (Controlled) -> Void)
        case hands(@Sendable (Hands) -> Void)
    }

    private var machine: Controlled
    // What the inputs of a batch have brought so far.
    private var changes: [Controlled.Change] = []
    private var effects: [Controlled.Effect] = []
    private var inputs: [Controlled.Input] = []
    private let hands: Hands
    private let mailbox: Mailbox<Item>
    private let now: @Sendable () -> Moment
    private let turned = Atomic<UInt64>(0)

    /// A loop over a machine that has been started. `now` reads the monotonic clock.
    public init(
        machine: Controlled, hands: Hands, now: @escaping @Sendable () -> Moment
    ) {
        self.machine = machine
        self.hands = hands
        self.now = now
        mailbox = Mailbox(capacity: SupportLimits.mailbox)
    }

    /// Feeds an input, which counts from this moment however long the loop takes to come to it; false
    /// when the loop is so far behind that it was refused.
    @discardableResult
    public func feed(_ input: Controlled.Input) -> Bool {
        mailbox.put(.input(input, now()))
    }

    /// Looks at the machine, in turn with everything else.
    @discardableResult
    public func inspect(_ body: @escaping @Sendable (Controlled) -> Void) -> Bool {
        mailbox.put(.inspect(body))
    }

    /// Lets the hands do something, in turn with everything else.
    @discardableResult
    public func withHands(_ body: @escaping @Sendable (Hands) -> Void) -> Bool {
        mailbox.put(.hands(body))
    }

    /// How many inputs wait.
    public var backlog: Int { mailbox.count }

    /// How many batches of inputs have been carried out.
    public var turns: UInt64 { turned.load(ordering: .relaxed) }

    /// Ends the loop after what is in the mailbox.
    public func stop() { mailbox.close() }

    /// Runs until ``stop()``, on the thread that calls it.
    public func run(firstChanges: [Controlled.Change], firstEffects: [Controlled.Effect]) {
        carryOut(
            firstChanges, firstEffects, inputs: [], isAudited: false,
            times: BatchTimes(received: now(), commit: .zero))
        while true {
            let timeout = machine.deadline.map { $0 - now() }
            let isBehind = mailbox.count > SupportLimits.backlogLow
            let count = isBehind ? SupportLimits.batchBehind : SupportLimits.batch
            guard let items = mailbox.take(countMax: count, timeout: timeout) else { return }
            serve(items)
            turned.wrappingAdd(1, ordering: .relaxed)
        }
    }

    private func serve(_ items: [Item]) {
        defer { empty() }
        var isAudited = false
        var received: Moment?
        var decide = TimeSpan.zero
        let time = now()
        for item in items {
            switch item {
            case .input(let input, let at):
                if hands.hear(input) { isAudited = true }
                let began = now()
                let output = machine.advance(input, at: at)
                decide = decide + (now() - began)
                changes += output.changes
                effects += output.effects
                inputs.append(input)
                received = received ?? at
            case .inspect, .hands:
                // What is looked at must be on disk.
                carryOut(
                    changes, effects, inputs: inputs, isAudited: isAudited,
                    times: BatchTimes(received: received ?? time, decide: decide, commit: .zero))
                empty()
                (received, isAudited) = (nil, false)
                decide = .zero
                if case .inspect(let body) = item { body(machine) }
                if case .hands(let body) = item { body(hands) }
            }
        }
        if let deadline = machine.deadline, deadline <= time {
            let output = machine.advance(Controlled.tick, at: time)
            changes += output.changes
            effects += output.effects
        }
        carryOut(
            changes, effects, inputs: inputs, isAudited: isAudited,
            times: BatchTimes(received: received ?? time, decide: decide, commit: .zero))
    }

    /// Room for a busy moment's batch is kept, and not asked of the system again and again.
    private func empty() {
        changes.removeAll(keepingCapacity: changes.capacity <= SupportLimits.batchRoom)
        effects.removeAll(keepingCapacity: effects.capacity <= SupportLimits.batchRoom)
        inputs.removeAll(keepingCapacity: inputs.capacity <= SupportLimits.batchRoom)
    }

    private func carryOut(
        _ changes: [Controlled.Change], _ effects: [Controlled.Effect],
        inputs: [Controlled.Input], isAudited: Bool, times: BatchTimes
    ) {
        var times = times
        if !changes.isEmpty || isAudited {
            let start = now()
            do {
                try hands.commit(changes, inputs: inputs, effects: effects)
            } catch {
                let recovered = hands.recover(
                    from: error, inputs: inputs, old: machine, at: now())
                machine = recovered.machine
                for effect in recovered.effects { hands.perform(effect, times) }
                return hands.performed()
            }
            let end = now()
            times.commit = end - start
            machine.committed(at: end)
        }
        for effect in effects where hands.goesFirst(effect) { hands.perform(effect, times) }
        for effect in effects where !hands.goesFirst(effect) { hands.perform(effect, times) }
        hands.performed()
    }
}
