// SPDX-License-Identifier: Apache-2.0

// The hall boards of all halls, served by the central: what it learns from its controllers becomes
// what patients see.

import Control
import Dispatch
import NobatConfiguration
import QueueCore
import StatusPages
import Synchronization

/// Keeps the boards of all halls in step with the central's machine.
final class CentralPages: Sendable {
    private struct State {
        var calls: [Name: HallCalls]
        var catchUps: [Name: CatchUp] = [:]
        var views: [Name: BoardView] = [:]
        var isLookWanted = false
        var look: (@Sendable (@escaping @Sendable (CentralMachine) -> Void) -> Bool)?
    }

    private struct Hall: Sendable {
        let plan: HallPlan
        let words: BoardPlan
        let board: BoardPage
        let announcer: Announcer
    }

    private let halls: [Hall]
    private let hallOf: [Name: Name]
    private let look: BoardLook
    private let voice: Voice
    private let now: @Sendable () -> Moment
    private let state: Mutex<State>
    private let writer = DispatchQueue(label: "nobat-central.pages")

    init(
        _ pages: PagesConfiguration, _ configuration: CentralConfiguration,
        now: @escaping @Sendable () -> Moment, tell: @escaping @Sendable (String, Bool) -> Void
    ) {
        self.now = now
        let look = BoardLook(font: FontFile.bytes(pages.fontPath, tell: tell))
        let voice =
            pages.voice.map { voice in
                Voice(
                    folder: voice.folder, languages: voice.languages.compactMap { Name($0) },
                    tell: tell)
            } ?? .none
        halls = configuration.plan.halls.map { hall in
            let board = BoardPage(path: "/halls/\(hall.name)/board", look: look)
            return Hall(
                plan: hall, words: BoardPlan(pages, configuration, hall: hall.name), board: board,
                announcer: Announcer(voice: voice, feed: board.feed, output: nil, now: now))
        }
        hallOf = Dictionary(
            uniqueKeysWithValues: configuration.plan.halls.flatMap { hall in
                hall.controllers.map { ($0.name, hall.name) }
            })
        self.look = look
        self.voice = voice
        let calls = configuration.plan.halls.map {
            ($0.name, HallCalls(countMax: BoardLimits.callsKept))
        }
        state = Mutex(State(calls: Dictionary(uniqueKeysWithValues: calls)))
    }

    /// What the server serves.
    var routes: [any PageRoutes] {
        let home = halls.first.map { HomePage(path: "/halls/\($0.plan.name)/board") }
        return halls.map(\.board) + [look, voice] + (home.map { [$0] } ?? [])
    }

    /// What the server's connections are told by.
    var feeds: [LiveFeed] { halls.map(\.board.feed) }

    /// From now on `look` shows the machine, in turn with everything else.
    func begin(
        _ look: @escaping @Sendable (@escaping @Sendable (CentralMachine) -> Void) -> Bool
    ) {
        state.withLock { $0.look = look }
        wantLook()
    }

    /// A controller's link came up: it tells what happened while it was away.
    func linkUp(_ controller: Name) {
        let time = now()
        state.withLock { $0.catchUps[controller, default: CatchUp()].linkUp(at: time) }
    }

    /// A controller told of something at one of its booths that happened `age` seconds ago.
    func told(
        _ fact: Fact, by controller: Name, age: Int64?, numberOf: (TicketID) -> TicketNumber?
    ) {
        guard let hall = halls.first(where: { $0.plan.name == hallOf[controller] }) else { return }
        let time = now()
        let isNews = state.withLock {
            $0.catchUps[controller, default: CatchUp()].isNews(at: time, age: age)
        }
        let call: (booth: BoothNumber, number: TicketNumber?, isRecall: Bool)
        switch fact {
        case .called(let booth, let ticket): call = (booth, ticket.number, false)
        case .recalled(let booth, let ticket, _): call = (booth, numberOf(ticket), true)
        default: return
        }
        guard let number = call.number else { return }
        let name = hall.plan.name
        let place = HallCalls.Place(controller: controller, booth: call.booth)
        state.withLock { state in
            if isNews {
                state.calls[name]?.called(place, number)
            } else {
                state.calls[name]?.shows(place, number)
            }
        }
        guard isNews else { return }
        hall.announcer.called(
            Announcement(place: place, number: number, isRecall: call.isRecall))
    }

    /// Something may have changed what stands at the booths, who waits, or who is heard.
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
        let boards = halls.map(\.board)
        _ = look? { [self] machine in
            see(machine)
            writer.async {
                let beat = BoardBeat(time: time.map { Bilingual(digitsOf: $0) })
                for board in boards { board.beat(beat) }
            }
        }
    }

    private func see(_ machine: CentralMachine) {
        state.withLock { $0.isLookWanted = false }
        for hall in halls { see(machine, hall) }
    }

    /// Brings a hall's calls in line with its booths, and shows them.
    private func see(_ machine: CentralMachine, _ hall: Hall) {
        let name = hall.plan.name
        var cut: Set<Name> = []
        var waiting: [Name: Int] = [:]
        for ticket in machine.pool[name] ?? [] { waiting[ticket.service, default: 0] += 1 }
        var calls = state.withLock { $0.calls[name] } ?? HallCalls(countMax: BoardLimits.callsKept)
        for controller in hall.plan.controllers.map(\.name) {
            if machine.links[controller] == nil { cut.insert(controller) }
            for (service, count) in machine.trays[controller]?.services ?? [] {
                waiting[service, default: 0] += count
            }
            for booth in machine.booths[controller] ?? [] {
                let place = HallCalls.Place(controller: controller, booth: booth.number)
                let number = booth.current.flatMap { machine.tickets[$0]?.ticket.number }
                if let number { calls.shows(place, number) } else { calls.left(place) }
                hall.announcer.left(place, for: number)
            }
        }
        state.withLock { $0.calls[name] = calls }
        writer.async { [self, calls, waiting, cut] in
            let view = BoardView(calls: calls, waiting: waiting, cut: cut, plan: hall.words)
            let isNews = state.withLock { state in
                defer { state.views[name] = view }
                return state.views[name] != view
            }
            if isNews { hall.board.show(view) }
        }
    }
}

extension ServiceTitle {
    /// The title as pages show it.
    var bilingual: Bilingual { Bilingual(fa: persian, en: english) }
}

extension BoardPlan {
    fileprivate init(
        _ pages: PagesConfiguration, _ configuration: CentralConfiguration, hall: Name
    ) {
        self.init(
            heading: pages.heading?.bilingual, text: pages.text?.bilingual,
            services: configuration.plan.services.filter { $0.hall == hall }.map { service in
                let plain = "\(service.name)"
                let words = configuration.titles[service.name]?.bilingual
                return ServiceWords(
                    name: service.name, words: words ?? Bilingual(fa: plain, en: plain))
            }, arrows: pages.arrows.mapValues(\.rawValue),
            languages: pages.languages.map(\.rawValue))
    }
}

extension PagesSettings {
    /// The settings of configured pages; the address was checked when it was read.
    init(_ pages: PagesConfiguration, tell: (String, Bool) -> Void) {
        self.init(
            address: pages.listenAddress,
            reading: ReadingRule(rawValue: pages.readers.rawValue) ?? .key, name: "central",
            key: AccessKey.load(pages.keyPath, tell: tell))
    }
}
