// SPDX-License-Identifier: Apache-2.0

// A bus on the bench: signs are ordered, time passes from deadline to deadline, and it is measured
// how long each display takes.

import QueueCore
import Simulation

struct BusBench {
    var bus: UnitBus
    let booths: [BoothNumber]
    var reports: [UnitBus.Report] = []
    /// How many of a booth's last orders may stand on its display.
    var staleMax = 2
    /// The texts ordered of each booth, the newest last.
    var ordered: [BoothNumber: [String]] = [:]
    /// Texts that stood on a display and never should have.
    var wrong: [String] = []
    private var random: UInt64
    private var value: UInt16 = 0
    private var looked = 0

    init(units: Int, seed: UInt64 = 1, start: Bool = true) {
        // Booth numbers need not begin at 1, nor be in order.
        booths = (0..<units).map { BoothNumber(200 - 3 * $0) }
        bus = UnitBus(booths: booths, seed: seed, at: .zero)
        random = seed
        if start { bus.masterStarts(at: .zero) }
    }

    mutating func draw(_ bound: Int) -> Int {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(random >> 33) % bound
    }

    mutating func show(_ booth: BoothNumber, _ sign: BoothSign) {
        bus.show(booth, sign, at: bus.now)
        ordered[booth, default: []].append(sign.text)
    }

    /// Orders the next number, which is another each time.
    mutating func call(_ booth: BoothNumber) {
        value = value % 999 + 1
        guard let series = Series("A"), let number = TicketNumber(series: series, value: value)
        else { return }
        show(booth, .number(number, attention: draw(2) == 0))
    }

    /// Passes time, and looks at one display after another, one after each event.
    mutating func run(_ span: TimeSpan) {
        let end = bus.now + span
        while bus.now < end { step(to: end) }
    }

    private mutating func step(to end: Moment) {
        reports += bus.advance(to: min(end, bus.deadline ?? end))
        looked = (looked + 1) % booths.count
        let booth = booths[looked]
        let text = bus.text(booth)
        let isRight = ordered[booth]?.suffix(staleMax).contains(text) ?? false
        if !isRight && text != "----" && text != "    " {
            wrong.append("booth \(booth) shows \(text) at \(bus.now.microseconds) us")
        }
    }

    /// How long each of the booths takes to show what was ordered last; nil for one that did not
    /// within the span.
    mutating func times(_ waiting: [BoothNumber], within span: TimeSpan) -> [TimeSpan?] {
        let start = bus.now
        var times = [TimeSpan?](repeating: nil, count: waiting.count)
        while bus.now - start < span, times.contains(where: { $0 == nil }) {
            step(to: start + span)
            for (index, booth) in waiting.enumerated() where times[index] == nil {
                if bus.text(booth) == ordered[booth]?.last { times[index] = bus.now - start }
            }
        }
        return times
    }

    func works(_ booth: BoothNumber) -> [Bool] {
        reports.filter { $0.booth == booth }.map(\.works)
    }
}
