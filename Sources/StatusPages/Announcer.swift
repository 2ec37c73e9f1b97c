// SPDX-License-Identifier: Apache-2.0

// Speaks the calls of a hall, one after another: tells its boards which clips to play, and gives the
// same sound to the controller's own output if it has one.

import Control
import Dispatch
import Foundation
import QueueCore
import Synchronization

/// What boards are told to play.
public struct SpokenEvent: Codable, Sendable, Equatable {
    /// Counts the calls of this run.
    public var id: Int
    /// The clips in order, as paths below `/voice/`; a board sounds a chime of its own before them
    /// when the first is not `chime`.
    public var clips: [String]
}

/// The speaker of one hall.
public final class Announcer: Sendable {
    /// Plays samples of 16 bits at a rate, and returns at once.
    public typealias Output = @Sendable (_ samples: [UInt8], _ rate: Int) -> Void

    private struct State {
        var queue = AnnouncementQueue()
        var lastID = 0
        var isTimerSet = false
    }

    private let state = Mutex(State())
    private let voice: Voice
    private let feed: LiveFeed
    private let output: Output?
    private let now: @Sendable () -> Moment
    private let timer = DispatchQueue(label: "nobat.announcer")

    /// How long a board's own chime sounds.
    static let chimeSpan = TimeSpan.milliseconds(1_600)

    /// A speaker to the boards of `feed`; `now` reads the monotonic clock.
    public init(
        voice: Voice, feed: LiveFeed, output: Output?, now: @escaping @Sendable () -> Moment
    ) {
        self.voice = voice
        self.feed = feed
        self.output = output
        self.now = now
    }

    /// A booth called, or called again.
    public func called(_ call: Announcement) {
        state.withLock { $0.queue.add(call, at: now()) }
        wake()
    }

    /// A booth shows no number any more, or another one that is not called out.
    public func left(_ place: HallCalls.Place, for number: TicketNumber? = nil) {
        state.withLock { $0.queue.withdraw(place, unless: number) }
    }

    private func wake() { timer.async { [weak self] in self?.speak() } }

    private func speak() {
        let time = now()
        let due = state.withLock { state -> (call: Announcement, id: Int)? in
            guard let call = state.queue.next(at: time) else { return nil }
            state.lastID += 1
            return (call, state.lastID)
        }
        if let due {
            let names = voice.clips(for: due.call)
            let hasChime = names.first == "chime"
            let span = voice.span(of: names) + (hasChime ? .zero : Self.chimeSpan)
            state.withLock { $0.queue.speaks(for: span, at: time) }
            if let json = try? JSONEncoder().encode(SpokenEvent(id: due.id, clips: names)) {
                feed.publish("call", Array(json), .moment)
            }
            if let output, let sound = voice.sound(of: names) { output(sound.samples, sound.rate) }
        }
        setTimer(at: time)
    }

    /// Comes back when the present call has been spoken, if another one waits.
    private func setTimer(at time: Moment) {
        let deadline = state.withLock { state -> Moment? in
            guard !state.isTimerSet, let deadline = state.queue.deadline else { return nil }
            state.isTimerSet = true
            return deadline
        }
        guard let deadline else { return }
        let wait = max(deadline - time, .zero).microseconds
        timer.asyncAfter(deadline: .now() + .microseconds(Int(wait))) { [weak self] in
            guard let self else { return }
            state.withLock { $0.isTimerSet = false }
            speak()
        }
    }
}
