// SPDX-License-Identifier: Apache-2.0

// A call button under clean fingers, bouncing contacts, lost edges and a chair that leans on it.

import Testing

@testable import QueueCore

private let shortOnly = GestureMap(short: .next, double: nil, long: nil)
private let withLong = GestureMap(short: .next, double: nil, long: .noShow)
private let withDouble = GestureMap(short: .next, double: .recall, long: nil)
private let all = GestureMap()

private struct Told: Hashable {
    var at: Int64
    var event: ButtonEvent
}

/// A button and what it told, with ticks at its deadlines.
private struct Bench {
    var button: ButtonMachine
    var told: [Told] = []
    var ticks = true

    init(_ gestures: GestureMap, ticks: Bool = true) {
        button = ButtonMachine(gestures: gestures)
        self.ticks = ticks
    }

    mutating func edge(_ isPressed: Bool, _ milliseconds: Int64) {
        run(to: milliseconds)
        note(button.edge(isPressed: isPressed, at: moment(milliseconds)), milliseconds)
    }

    mutating func press(_ from: Int64, _ to: Int64) {
        edge(true, from)
        edge(false, to)
    }

    mutating func run(to milliseconds: Int64) {
        while ticks, let deadline = button.deadline, deadline < moment(milliseconds) {
            note(button.tick(at: deadline), deadline.microseconds / 1_000)
        }
    }

    mutating func finish(_ milliseconds: Int64) {
        run(to: milliseconds)
        note(button.tick(at: moment(milliseconds)), milliseconds)
    }

    private mutating func note(_ events: [ButtonEvent], _ at: Int64) {
        told += events.map { Told(at: at, event: $0) }
    }

    func moment(_ milliseconds: Int64) -> Moment { .zero + .milliseconds(milliseconds) }

    var events: [ButtonEvent] { told.map(\.event) }
    var gestures: [Gesture] {
        events.compactMap { if case .gesture(let gesture) = $0 { gesture } else { nil } }
    }
}

@Suite struct ButtonMachineTests {
    @Test func withShortAloneTheGestureComesAtTheDebouncedPress() {
        var bench = Bench(shortOnly)
        bench.press(100, 900)
        bench.finish(2_000)
        #expect(
            bench.told == [Told(at: 120, event: .down), Told(at: 120, event: .gesture(.short))])
    }

    @Test func withLongAShortPressComesAtReleaseAndALongOneWhileHeld() {
        var bench = Bench(withLong)
        bench.press(0, 699)
        bench.press(1_000, 1_800)
        bench.finish(3_000)
        #expect(
            bench.told == [
                Told(at: 20, event: .down), Told(at: 719, event: .gesture(.short)),
                Told(at: 1_020, event: .down), Told(at: 1_700, event: .gesture(.long)),
            ])
    }

    @Test func withDoubleAShortPressWaitsForTheGapAndADoubleComesAtOnce() {
        var bench = Bench(all)
        bench.press(0, 100)
        bench.press(1_000, 1_100)
        bench.press(1_399, 3_000)
        bench.press(4_000, 4_100)
        bench.press(4_401, 4_500)
        bench.finish(6_000)
        #expect(
            bench.told.filter { $0.event != .down } == [
                Told(at: 400, event: .gesture(.short)), Told(at: 1_419, event: .gesture(.double)),
                Told(at: 4_400, event: .gesture(.short)),
                Told(at: 4_800, event: .gesture(.short)),
            ])
    }

    @Test func theLengthOfAPressMattersOnlyWhenLongIsUsed() {
        var bench = Bench(withDouble)
        bench.press(0, 2_000)
        bench.finish(3_000)
        #expect(bench.gestures == [.short])
        var unused = Bench(GestureMap(short: nil, double: nil, long: .noShow))
        unused.press(0, 100)
        unused.finish(1_000)
        #expect(unused.gestures == [.short])
    }

    @Test func aPulseShorterThanTheDebounceCountsForNothing() {
        var bench = Bench(all)
        for start in stride(from: Int64(0), to: 2_000, by: 25) { bench.press(start, start + 19) }
        bench.finish(5_000)
        #expect(bench.told.isEmpty)
        bench.press(6_000, 6_020)
        bench.finish(7_000)
        #expect(bench.gestures == [.short])
    }

    @Test func aGapInTheHoldShorterThanTheDebounceDoesNotSplitIt() {
        var bench = Bench(withLong)
        bench.edge(true, 0)
        bench.edge(false, 690)
        bench.edge(true, 709)
        bench.edge(false, 1_000)
        bench.finish(2_000)
        #expect(
            bench.told == [
                Told(at: 20, event: .down), Told(at: 709, event: .gesture(.long)),
            ])
    }

    @Test func aStuckLineIsNamedOnceAndIgnoredUntilItIsFree() {
        var bench = Bench(all)
        bench.edge(true, 0)
        bench.finish(60_000)
        #expect(bench.events == [.down, .gesture(.long), .stuck])
        #expect(bench.told.last?.at == 10_000)
        #expect(bench.button.deadline == nil)
        bench.edge(false, 60_100)
        bench.edge(true, 60_110)
        bench.edge(false, 70_000)
        bench.finish(71_000)
        #expect(bench.told.last == Told(at: 70_020, event: .free))
        bench.press(72_000, 72_100)
        bench.finish(73_000)
        #expect(bench.gestures == [.long, .short])
    }

    @Test func aLineHeldAtStartMeansNothingUntilItIsLetGo() {
        for gestures in [shortOnly, withLong, withDouble, all] {
            var bench = Bench(gestures)
            bench.button.level(isPressed: true, at: bench.moment(0))
            bench.edge(false, 5_000)
            bench.finish(6_000)
            #expect(bench.told.isEmpty)
            bench.press(7_000, 7_100)
            bench.finish(8_000)
            #expect(bench.gestures == [.short])
        }
        var leaning = Bench(all)
        leaning.button.level(isPressed: true, at: leaning.moment(0))
        leaning.finish(20_000)
        #expect(leaning.told == [Told(at: 10_000, event: .stuck)])
    }

    @Test func aLostReleaseIsMadeGoodByTheLevel() {
        var bench = Bench(withLong)
        bench.edge(true, 0)
        bench.run(to: 300)
        bench.button.level(isPressed: false, at: bench.moment(300))
        bench.finish(1_000)
        #expect(bench.told.last == Told(at: 320, event: .gesture(.short)))
        bench.button.level(isPressed: false, at: bench.moment(1_100))
        bench.press(2_000, 2_100)
        bench.finish(3_000)
        #expect(bench.gestures == [.short, .short])
    }

    @Test func whatALevelBringsIsOwedToTheNextTick() {
        var bench = Bench(all, ticks: false)
        bench.press(0, 100)
        bench.button.level(isPressed: true, at: bench.moment(200))
        #expect(bench.button.deadline == bench.moment(200))
        bench.finish(200)
        #expect(bench.events == [.down, .gesture(.short)])
        bench.edge(false, 300)
        bench.finish(2_000)
        #expect(bench.gestures == [.short])
    }

    @Test func stampsOutOfOrderOrEqualNeverTrap() {
        var random = SplitMix(state: 5)
        for _ in 0..<200 {
            var button = ButtonMachine(gestures: all)
            var downs = 0
            var gestures = 0
            for _ in 0..<200 {
                let at = Moment(
                    microseconds: Int64.random(in: -1_000_000...9_000_000, using: &random))
                var events: [ButtonEvent] = []
                switch Int.random(in: 0..<4, using: &random) {
                case 0: events = button.tick(at: at)
                case 1: button.level(isPressed: .random(using: &random), at: at)
                default: events = button.edge(isPressed: .random(using: &random), at: at)
                }
                downs += events.count { $0 == .down }
                gestures += events.count { if case .gesture = $0 { true } else { false } }
            }
            #expect(gestures <= downs)
        }
    }
}

/// What a finger meant to do, and what a perfect contact would make of it.
private struct Finger {
    var presses: [(from: Int64, to: Int64)] = []
    var gestures: [Gesture] = []
    var stuck = 0
    private var clock: Int64 = 500

    init(_ map: GestureMap, _ random: inout SplitMix) {
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2:
                press(.random(in: 130...500, using: &random))
                gestures.append(.short)
            case 3...4:
                press(.random(in: 130...500, using: &random))
                clock += .random(in: 130...230, using: &random)
                press(.random(in: 130...500, using: &random))
                gestures += map.double == nil ? [.short, .short] : [.double]
            case 5...6:
                press(.random(in: 900...8_000, using: &random))
                gestures.append(map.long == nil ? .short : .long)
            default:
                press(.random(in: 10_200...30_000, using: &random))
                stuck += 1
                if map.long != nil {
                    gestures.append(.long)
                } else if map.double == nil {
                    gestures.append(.short)
                }
            }
            clock += .random(in: 450...3_000, using: &random)
        }
    }

    private mutating func press(_ length: Int64) {
        presses.append((clock, clock + length))
        clock += length
    }
}

@Suite struct ButtonBounceTests {
    @Test(arguments: 0..<400)
    func bouncingContactsTellWhatCleanOnesWould(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let map = [shortOnly, withLong, withDouble, all][seed % 4]
        let finger = Finger(map, &random)
        // Half of the runs hear of time only by edges: late ticks must change no meaning.
        var bench = Bench(map, ticks: seed % 8 < 4)
        for press in finger.presses {
            bounce(to: true, press.from, &bench, &random)
            chatter(press.from + 75, press.to - 30, false, &bench, &random)
            bounce(to: false, press.to, &bench, &random)
        }
        bench.finish((finger.presses.last?.to ?? 0) + 2_000)
        #expect(bench.gestures == finger.gestures, "seed \(seed)")
        #expect(bench.events.count { $0 == .stuck } == finger.stuck, "seed \(seed)")
        #expect(bench.events.count { $0 == .free } == finger.stuck, "seed \(seed)")
        #expect(bench.events.count { $0 == .down } == finger.presses.count, "seed \(seed)")
        #expect(bench.button.deadline == nil)
    }

    /// A burst of up to 50 ms, each part of it shorter than the debounce, that ends in `level`.
    private func bounce(
        to level: Bool, _ at: Int64, _ bench: inout Bench, _ random: inout SplitMix
    ) {
        let end = at + Int64.random(in: 0...50, using: &random)
        var clock = at
        bench.edge(level, clock)
        while true {
            let there = clock + Int64.random(in: 1...19, using: &random)
            let back = there + Int64.random(in: 1...19, using: &random)
            guard back <= end else { return }
            bench.edge(!level, there)
            bench.edge(level, back)
            clock = back
        }
    }

    /// Short flickers to `level` while the line should rest at the other.
    private func chatter(
        _ from: Int64, _ to: Int64, _ level: Bool, _ bench: inout Bench, _ random: inout SplitMix
    ) {
        var clock = from
        while Bool.random(using: &random) {
            let start = clock + Int64.random(in: 0...200, using: &random)
            let end = start + Int64.random(in: 1...19, using: &random)
            guard end < to else { return }
            bench.edge(level, start)
            bench.edge(!level, end)
            clock = end + 1
        }
    }
}
