// SPDX-License-Identifier: Apache-2.0

// Everybody at the site: the controllers, the kiosk, and one thread that is all clerks, patients and
// broken wires.

import Foundation
import QueueCore
import Synchronization

final class Crowd: Sendable {
    private struct State {
        var pace: Pace?
        var isOver = false
        var hungUp = 0
        var cut = 0
        var cutsDue = 0
    }

    let site: Site
    let tally = Tally()
    let witness = Witness()
    let controllers: [LoadController]
    let kiosk: LoadKiosk
    private let seed: UInt64
    private let state = Mutex(State())

    init(site: Site, seed: UInt64) throws {
        self.site = site
        self.seed = seed
        let (tally, witness) = (tally, witness)
        controllers = try site.controllers.map {
            try LoadController($0, of: site, tally: tally, witness: witness)
        }
        kiosk = try LoadKiosk(site, tally: tally)
    }

    /// Keeps all links until the task is cancelled.
    func run() async {
        await withTaskGroup { group in
            group.addTask { await self.kiosk.run() }
            for controller in controllers { group.addTask { await controller.run() } }
        }
    }

    /// People come, at this pace; nil sends them away.
    func keep(_ pace: Pace?) { state.withLock { $0.pace = pace } }

    /// Links that were ended in order, those that were cut without a word, and how many of these there
    /// should be.
    var ended: (hungUp: Int, cut: Int, cutsDue: Int) {
        state.withLock { ($0.hungUp, $0.cut, $0.cutsDue) }
    }

    /// How many have told everything, and been heard.
    var settled: Int { controllers.count { $0.isSettled } }

    func end() { state.withLock { $0.isOver = true } }

    // MARK: - The thread

    /// Returns after ``end()``.
    func live() {
        var random = SplitMix(state: seed)
        var due = Due()
        var last = Clocks.now()
        var beats = 0
        while true {
            let (isOver, pace) = state.withLock { ($0.isOver, $0.pace) }
            if isOver { return }
            let now = Clocks.now()
            let passed = Double((now - last).microseconds) / 1_000_000
            last = now
            if let pace {
                due.add(pace, passed, hosts: controllers.count)
                happen(&due, &random)
            }
            beats += 1
            if beats % 50 == 0 { for controller in controllers { controller.tickIfDue() } }
            if beats % 1_500 == 0 { for controller in controllers { controller.tellTime() } }
            Clocks.sleep(milliseconds: 20)
        }
    }

    /// What is due of each kind.
    private struct Due {
        var acts = 0.0
        var tickets = 0.0
        var churn = 0.0

        mutating func add(_ pace: Pace, _ seconds: Double, hosts: Int) {
            acts += pace.acts * seconds
            tickets += pace.tickets * seconds
            churn += pace.churn / 100 * Double(hosts) / 60 * seconds
        }
    }

    private func happen(_ due: inout Due, _ random: inout SplitMix) {
        while due.acts >= 1 {
            due.acts -= 1
            one(&random).act(Int.random(in: 0..<100, using: &random))
        }
        while due.tickets >= 1 {
            due.tickets -= 1
            if Bool.random(using: &random) {
                let hall = Int.random(in: 0..<site.halls.count, using: &random)
                kiosk.take(site.halls[hall].service)
            } else {
                let controller = one(&random)
                controller.issue(site.halls[controller.place.hall].service)
            }
        }
        while due.churn >= 1 {
            due.churn -= 1
            if Bool.random(using: &random) {
                one(&random).hangUp()
                state.withLock { $0.hungUp += 1 }
            } else {
                let isCut = Sockets.cutOne(to: site.port, using: &random)
                state.withLock { state in
                    state.cutsDue += 1
                    if isCut { state.cut += 1 }
                }
            }
        }
    }

    private func one(_ random: inout SplitMix) -> LoadController {
        controllers[Int.random(in: 0..<controllers.count, using: &random)]
    }
}

/// A small deterministic generator.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
