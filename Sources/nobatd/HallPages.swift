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
        var isLookWanted = false
        var look: (@Sendable (@escaping @Sendable (ControllerMachine) -> Void) -> Bool)?
        var lastView: BoardView?
    }

    /// The board's page.
    let board: BoardPage
    private let plan: BoardPlan
    private let state = Mutex(State())
    private let writer = DispatchQueue(label: "nobatd.pages")

    init(_ pages: PagesConfiguration, _ configuration: ControllerConfiguration, look: BoardLook) {
        board = BoardPage(path: "/board", look: look)
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

    /// The sign of a booth changed.
    func changed(_ booth: BoothNumber, to sign: BoothSign) {
        state.withLock { $0.calls.changed(booth, to: sign) }
        wantLook()
    }

    /// Another controller of the hall called.
    func told(_ news: News) {
        state.withLock {
            $0.calls.told(news)
            $0.hasOthers = true
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

    /// Tells the pages that the core turns, and the time of day when the clock is right.
    func beat(time: String?) {
        let look = state.withLock { $0.look }
        _ = look? { [board, writer] _ in
            writer.async { board.beat(BoardBeat(time: time.map { Bilingual(digitsOf: $0) })) }
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
            let view = BoardView(calls: calls, waiting: known, isCut: isCut, plan: plan)
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
    init(_ pages: PagesConfiguration) {
        let address = pages.listenAddress
        let colon = address.lastIndex(of: ":") ?? address.endIndex
        let host = address[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        self.init(
            host: String(host), port: Int(address[colon...].dropFirst()) ?? 0,
            reading: ReadingRule(rawValue: pages.readers.rawValue) ?? .key)
    }
}
