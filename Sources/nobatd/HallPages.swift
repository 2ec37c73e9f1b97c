// SPDX-License-Identifier: Apache-2.0

// The hall board of a controller as a page: what the core did becomes what patients see.

import Control
import DaemonSupport
import Dispatch
import Hardware
import NobatConfiguration
import QueueCore
import StatusPages
import Synchronization

/// Keeps the page of a controller's hall in step with its machine.
final class HallPages: Sendable {
    private struct State {
        var calls = HallCalls(countMax: BoardLimits.callsKept)
        /// Another controller calls in this hall: the tray here is a part of its queue only.
        var hasOthers = false
        /// The link has just come up: what is told now was called before.
        var isQuietUntil = Moment.zero
        var isLookWanted = false
        var look: (@Sendable (@escaping @Sendable (ControllerMachine) -> Void) -> Bool)?
        var lastView: BoardView?
    }

    /// The board's page.
    let board: BoardPage
    private let plan: BoardPlan
    private let voice: Voice
    private let announcer: Announcer
    private let now: @Sendable () -> Moment
    private let state = Mutex(State())
    private let writer = DispatchQueue(label: "nobatd.pages")

    /// After a greeting the central tells the hall's last calls; nobody waits to hear those.
    private static let quietSpan = TimeSpan.seconds(3)

    init(
        _ pages: PagesConfiguration, _ configuration: ControllerConfiguration,
        now: @escaping @Sendable () -> Moment, tell: @escaping @Sendable (String, Bool) -> Void
    ) {
        self.now = now
        let look = BoardLook(font: FontFile.bytes(pages.fontPath, tell: tell))
        board = BoardPage(path: "/board", look: look)
        voice =
            pages.voice.map { voice in
                Voice(
                    folder: voice.folder, languages: voice.languages.compactMap { Name($0) },
                    tell: tell)
            } ?? .none
        var output: Announcer.Output?
        if let device = pages.voice?.output {
            let sound = SoundOutput(device: device) { tell("audio output \($0)", true) }
            output = { samples, rate in sound.play(samples, rate: rate) }
        }
        announcer = Announcer(
            voice: voice, feed: board.feed, output: output, now: now)
        let arrows = pages.arrows.isEmpty ? configuration.board?.arrows ?? [:] : pages.arrows
        plan = BoardPlan(
            heading: pages.heading?.bilingual, text: pages.text?.bilingual,
            services: configuration.servicesInOrder.map { name in
                let words = configuration.titles[name]?.bilingual
                return .init(name: name, words: words ?? Bilingual(fa: "\(name)", en: "\(name)"))
            }, arrows: arrows.mapValues(\.rawValue), languages: pages.languages.map(\.rawValue))
    }

    /// From now on `look` shows the machine, in turn with everything else.
    func begin(
        _ look: @escaping @Sendable (@escaping @Sendable (ControllerMachine) -> Void) -> Bool
    ) {
        state.withLock { $0.look = look }
        wantLook()
    }

    /// What the server serves.
    var routes: [any PageRoutes] {
        [HomePage(path: "/board"), board, board.look, voice]
    }

    /// The sign of a booth changed.
    func changed(_ booth: BoothNumber, to sign: BoothSign) {
        let place = HallCalls.Place(booth: booth)
        let before = state.withLock { state in
            defer { state.calls.changed(booth, to: sign) }
            return state.calls.calls.first { $0.place == place }?.number
        }
        switch sign {
        case .number(let number, attention: true):
            announcer.called(
                Announcement(place: place, number: number, isRecall: number == before))
        case .number(let number, attention: false): announcer.left(place, for: number)
        case .dashes, .trouble: announcer.left(place)
        }
        wantLook()
    }

    /// The link to the central came up.
    func linkUp() {
        let end = now() + Self.quietSpan
        state.withLock { $0.isQuietUntil = end }
    }

    /// Another controller of the hall called.
    func told(_ news: News) {
        let time = now()
        let isNew = state.withLock { state in
            let count = state.calls.callCount
            state.calls.told(news)
            state.hasOthers = true
            return state.calls.callCount != count && time >= state.isQuietUntil
        }
        if isNew {
            let place = HallCalls.Place(controller: news.controller, booth: news.booth)
            announcer.called(Announcement(place: place, number: news.number, isRecall: false))
        }
        wantLook()
    }

    /// Something may have changed who waits, or who is heard. Several times are one look.
    func wantLook() {
        let look = state.withLock { state in
            defer { state.isLookWanted = state.look != nil }
            return state.isLookWanted ? nil : state.look
        }
        guard let look else { return }
        if !look({ self.see($0) }) { state.withLock { $0.isLookWanted = false } }
    }

    /// Tells the pages that the core turns, and the time of day when the clock is right. It looks
    /// again, too: a look that was refused leaves no stale board that looks live.
    func beat(time: String?) {
        let look = state.withLock { $0.look }
        _ = look? { [self] machine in
            see(machine)
            writer.async { [board] in
                board.beat(BoardBeat(time: time.map { Bilingual(digitsOf: $0) }))
            }
        }
    }

    private func see(_ machine: ControllerMachine) {
        var waiting: [Name: Int] = [:]
        for ticket in machine.tray { waiting[ticket.service, default: 0] += 1 }
        let isCut = !machine.link.isLive
        let (calls, hasOthers) = state.withLock { state in
            state.isLookWanted = false
            return (state.calls, state.hasOthers)
        }
        let known = hasOthers ? nil : waiting
        writer.async { [self] in
            let others = Set(calls.calls.compactMap(\.place.controller))
            let view = BoardView(
                calls: calls, waiting: known, cut: isCut ? others : [], plan: plan)
            let isNews = state.withLock { state in
                defer { state.lastView = view }
                return state.lastView != view
            }
            if isNews { board.show(view) }
        }
    }
}

extension ServiceTitle {
    /// The title as pages show it.
    var bilingual: Bilingual { Bilingual(fa: persian, en: english) }
}

extension ControllerConfiguration {
    /// The services of the hall: those of its booths, then the others.
    fileprivate var servicesInOrder: [Name] {
        var names: [Name] = []
        for name in plan.booths.flatMap(\.services) + plan.services where !names.contains(name) {
            names.append(name)
        }
        return names
    }
}

extension PagesSettings {
    /// The settings of configured pages; the address was checked when it was read.
    init(_ pages: PagesConfiguration, name: Name, tell: (String, Bool) -> Void) {
        self.init(
            address: pages.listenAddress,
            reading: ReadingRule(rawValue: pages.readers.rawValue) ?? .key, name: "\(name)",
            key: AccessKey.load(pages.keyPath, tell: tell))
    }
}
