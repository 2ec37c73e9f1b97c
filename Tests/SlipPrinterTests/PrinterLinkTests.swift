// SPDX-License-Identifier: Apache-2.0

// What the driver makes of a printer that prints, runs out of paper, is opened, dies, or knows less
// than others.

import QueueCore
import Testing

@testable import SlipPrinter

@Suite struct PrinterLinkTests {
    private var bench = PrinterBench()

    init() { bench.open() }

    @Test mutating func slip_IsPrintedWhenThePrinterSaysSo() {
        #expect(bench.link.condition == .ready)
        let job = PrinterBench.job(7)
        bench.link.print(job, at: bench.now)
        bench.run(for: .milliseconds(20))
        #expect(bench.ends == [:])
        bench.run(for: .seconds(2))
        #expect(bench.ends == [7: .printed])
        #expect(bench.printed == job.commands.flatMap(\.self) + ESCPOS.confirm)
    }

    @Test mutating func paperOut_IsToldWithinSeconds_AndNoSlipIsSent() {
        bench.paper = 0
        bench.run(for: .seconds(3))
        #expect(bench.link.condition == .paperOut)
        bench.link.print(PrinterBench.job(1), at: bench.now)
        bench.run(for: .seconds(1))
        #expect(bench.ends == [1: .failed(.paperOut)])
        #expect(bench.printed == [] && bench.buffer == [])
        bench.paper = .max
        bench.run(for: .seconds(3))
        bench.link.print(PrinterBench.job(2), at: bench.now)
        bench.run(for: .seconds(3))
        #expect(bench.ends[2] == .printed)
    }

    @Test mutating func paperOutHalfWay_FailsTheSlip_AndWhatIsLeftIsNeverTakenForOne() {
        bench.paper = 700
        let job = PrinterBench.job(1, bytes: 4_000)
        bench.link.print(job, at: bench.now)
        bench.run(for: .seconds(3))
        #expect(bench.ends == [1: .failed(.paperOut)])
        #expect(!bench.events.contains(.ended(1, .printed)))
        bench.paper = .max
        bench.speed = 4
        let before = bench.printed.count
        bench.run(for: .seconds(5))
        bench.speed = 40
        // The rest is cleared, and the mark that makes the slip void is printed.
        let mark = ([SlipItem.space(40)] as [SlipItem]).commands.flatMap(\.self)
        let after = Array(bench.printed[before...])
        #expect(after.suffix(mark.count + 3) == (mark + ESCPOS.confirm)[...])
        #expect(after.indices.count { after[$0...].starts(with: ESCPOS.cut) } == 1)
        bench.link.print(PrinterBench.job(2), at: bench.now)
        bench.run(for: .seconds(3))
        #expect(bench.ends[2] == .printed)
    }

    @Test mutating func printerThatCannotClear_PrintsTheMarkAfterTheRest() throws {
        bench.clears = false
        bench.paper = 700
        let job = PrinterBench.job(1, bytes: 1_400)
        bench.link.print(job, at: bench.now)
        bench.run(for: .seconds(3))
        #expect(bench.ends == [1: .failed(.paperOut)])
        bench.paper = .max
        bench.run(for: .seconds(6))
        let mark = ([SlipItem.space(40)] as [SlipItem]).commands.flatMap(\.self)
        #expect(bench.printed.suffix(mark.count + 3) == (mark + ESCPOS.confirm)[...])
    }

    @Test mutating func coverOpened_FailsTheSlipOnItsWay() {
        bench.link.print(PrinterBench.job(1, bytes: 30_000), at: bench.now)
        bench.run(for: .milliseconds(100))
        bench.isCoverOpen = true
        bench.run(for: .seconds(3))
        #expect(bench.ends == [1: .failed(.coverOpen)])
    }

    @Test mutating func portGoneHalfWay_Fails_AfterTheLastByteNobodyKnows() {
        let commands = PrinterBench.job(1).commands.count
        bench.link.print(PrinterBench.job(1), at: bench.now)
        for _ in 0..<commands / 2 { _ = bench.link.next(at: bench.now) }
        bench.link.portLost(at: bench.now)
        #expect(bench.link.takeEvents().contains(.ended(1, .failed(.closed))))

        bench.open()
        bench.confirms = false
        bench.link.print(PrinterBench.job(2), at: bench.now)
        bench.run(for: .seconds(3))
        bench.link.portLost(at: bench.now)
        #expect(bench.link.takeEvents().contains(.ended(2, .unconfirmed)))
    }

    @Test mutating func printerThatDiesAfterTheLastByte_LeavesTheSlipUnconfirmed() {
        bench.confirms = false
        bench.link.print(PrinterBench.job(1, bytes: 300), at: bench.now)
        bench.run(for: .milliseconds(30))
        bench.isDead = true
        bench.run(for: .seconds(12))
        #expect(bench.ends == [1: .unconfirmed])
        #expect(bench.link.condition == .silent)
    }

    @Test mutating func silentPrinter_IsTold_AndTakesNoSlip() {
        bench.isDead = true
        bench.run(for: .seconds(8))
        #expect(bench.link.condition == .silent)
        bench.link.print(PrinterBench.job(1), at: bench.now)
        bench.run(for: .seconds(4))
        #expect(bench.ends == [1: .failed(.silent)])
        bench.isDead = false
        bench.run(for: .seconds(5))
        #expect(bench.link.condition == .ready)
    }

    @Test mutating func printerWithoutGSr_PrintsAllTheSame() {
        bench = PrinterBench()
        bench.confirms = false
        bench.open()
        bench.run(for: .seconds(6))
        bench.link.print(PrinterBench.job(1), at: bench.now)
        bench.run(for: .seconds(8))
        #expect(bench.ends == [1: .printed])
        let remarks = bench.events.count { if case .remark = $0 { true } else { false } }
        bench.link.print(PrinterBench.job(2), at: bench.now)
        bench.run(for: .seconds(8))
        #expect(bench.ends[2] == .printed && remarks == 1)
    }

    @Test mutating func paperNearlyOut_IsSaid_AndPrintsOn() {
        bench.isPaperLow = true
        bench.run(for: .seconds(3))
        #expect(bench.link.condition == .paperLow)
        bench.link.print(PrinterBench.job(1), at: bench.now)
        bench.run(for: .seconds(3))
        #expect(bench.ends == [1: .printed])
    }

    @Test mutating func heldLine_SendsNothing_AndIsGivenUpInTheEnd() {
        bench.link.print(PrinterBench.job(1), at: bench.now)
        _ = bench.link.next(at: bench.now)
        bench.link.received([PrinterAnswer.hold], at: bench.now)
        bench.run(for: .seconds(5))
        let sent = bench.printed.count + bench.buffer.count
        #expect(sent <= PrinterBench.job(1).commands[0].count)
        #expect(bench.ends == [:])
        bench.run(for: .seconds(6))
        #expect(bench.ends == [1: .failed(.fault)])
    }

    @Test func newlyOpenedPort_EndsThePictureOfAnotherProgram_BeforeAnySlip() {
        var link = PrinterLink(voidMark: [.space(40)])
        let now = Moment.zero + .seconds(1)
        link.portReady(at: now)
        link.print(PrinterBench.job(1), at: now)
        #expect(link.next(at: now) == .transmit(ESCPOS.askState))
        link.received([0x12, 0x12, 0x12, 0x12], at: now)
        guard case .transmit(let white) = link.next(at: now) else {
            Issue.record("nothing is sent")
            return
        }
        // As many as the largest picture lacks.
        let largest = ESCPOS.raster(
            Bitmap(width: SlipLimits.widthMax, height: SlipLimits.bandRows))
        #expect(white.count >= largest.count && white.allSatisfy { $0 == 0 })
        #expect(link.next(at: now) == .transmit(ESCPOS.confirm))
        // What is whole in the printer is printed first.
        guard case .idle = link.next(at: now) else {
            Issue.record("the slip does not wait")
            return
        }
        link.received([0], at: now)
        #expect(link.next(at: now) == .transmit(PrinterBench.job(1).commands[0]))
    }

    @Test mutating func slowPrinterBehindADeviceServer_IsWaitedFor() {
        bench.answersInTurn = true
        bench.speed = 1
        bench.link = PrinterLink(voidMark: [.space(40)], isPaced: true)
        bench.open()
        bench.run(for: .seconds(8))
        #expect(bench.link.condition == .ready)
        let job = PrinterBench.job(1, bytes: 12_000)
        let before = bench.printed.count
        bench.link.print(job, at: bench.now)
        var most = 0
        for _ in 0..<30 {
            bench.run(for: .milliseconds(500))
            most = max(most, bench.buffer.count)
        }
        #expect(bench.ends == [1: .printed])
        #expect(bench.printed.count - before == job.commands.joined().count + 3)
        // One band at a time is on its way.
        #expect(most <= job.commands[0].count)
    }

    @Test mutating func remainsWithoutPaper_AreWaitedForAtRest() {
        bench.paper = 700
        bench.link.print(PrinterBench.job(1, bytes: 4_000), at: bench.now)
        bench.run(for: .seconds(3))
        #expect(bench.ends == [1: .failed(.paperOut)])
        var steps = 0
        for _ in 0..<50 {
            if case .idle(let until) = bench.link.next(at: bench.now), until > bench.now { break }
            bench.link.received([0x1A, 0x32, 0x12, 0x7E], at: bench.now)
            steps += 1
        }
        #expect(steps < 3)
    }

    @Test mutating func closedPort_RefusesAtOnce() {
        bench.link.portLost(at: bench.now)
        bench.link.print(PrinterBench.job(9), at: bench.now)
        #expect(bench.link.takeEvents().contains(.ended(9, .failed(.closed))))
    }
}
