// SPDX-License-Identifier: Apache-2.0

// A printer in software and in simulated time: it answers as Epson's reference says, prints a byte at a
// time, and stops when its paper is used up.

import QueueCore

@testable import SlipPrinter

/// A link and a printer at the two ends of a line.
struct PrinterBench {
    var link = PrinterLink(voidMark: [.space(40)])
    /// How many bytes it prints in a millisecond.
    var speed = 40
    /// It answers a question only when it has printed what came before.
    var answersInTurn = false
    /// Questions that wait for their turn: how many bytes stand before each.
    private var questions: [Int] = []
    var now = Moment.zero + .seconds(1)
    var events: [PrinterEvent] = []

    /// What has come out on paper.
    private(set) var printed: [UInt8] = []
    /// What the printer has and has not printed.
    private(set) var buffer: [UInt8] = []
    /// How many bytes the paper is still good for.
    var paper = Int.max
    var isCoverOpen = false
    var isPaperLow = false
    /// It is switched off, or its cable is out.
    var isDead = false
    /// It knows GS r.
    var confirms = true
    /// It knows DLE DC4 8.
    var clears = true
    /// Bytes that it has sent and are on their way.
    private var answers: [UInt8] = []

    mutating func open() {
        link.portReady(at: now)
        run(for: .seconds(1))
        // What ends the picture of another program.
        printed = []
        events = []
    }

    /// Lets time pass, a millisecond at a time.
    mutating func run(for span: TimeSpan) {
        let end = now + span
        while now < end {
            for _ in 0..<50 {
                guard case .transmit(let bytes) = link.next(at: now) else { break }
                take(bytes)
            }
            work()
            if !answers.isEmpty, !isDead { link.received(answers, at: now) }
            answers = []
            events += link.takeEvents()
            now = now + .milliseconds(1)
        }
    }

    private var isStopped: Bool { paper <= 0 || isCoverOpen }

    private mutating func take(_ bytes: [UInt8]) {
        guard !isDead else { return }
        if bytes == ESCPOS.askState, answersInTurn, !buffer.isEmpty {
            questions.append(buffer.count)
        } else if bytes == ESCPOS.askState {
            answer()
        } else if bytes == ESCPOS.clear, clears {
            buffer = []
        } else {
            buffer += bytes
        }
    }

    private mutating func answer() {
        let offline: UInt8 = isStopped ? 0x1A : 0x12
        let cause: UInt8 = isCoverOpen ? 0x16 : paper <= 0 ? 0x32 : 0x12
        answers += [offline, cause, 0x12, paper <= 0 ? 0x7E : isPaperLow ? 0x1E : 0x12]
    }

    /// Prints some bytes of what has come.
    private mutating func work() {
        guard !isDead, !isStopped, !buffer.isEmpty else { return }
        let count = min(buffer.count, speed, paper)
        let done = Array(buffer.prefix(count))
        buffer.removeFirst(count)
        paper -= count
        printed += done
        questions = questions.map { $0 - count }
        while let first = questions.first, first <= 0 {
            questions.removeFirst()
            answer()
        }
        if confirms,
            done.suffix(3) == ESCPOS.confirm[...] || printed.suffix(3) == ESCPOS.confirm[...]
        {
            answers.append(isPaperLow ? 0x03 : 0x00)
        }
    }

    /// How each slip ended.
    var ends: [UInt64: SlipOutcome] {
        var ends: [UInt64: SlipOutcome] = [:]
        for case .ended(let id, let outcome) in events { ends[id] = outcome }
        return ends
    }

    /// A slip of so many bytes.
    static func job(_ id: UInt64, bytes: Int = 2_000) -> PrintJob {
        let command = ESCPOS.raster(Bitmap(width: 64, height: 24))
        let count = max(1, bytes / command.count)
        return PrintJob(
            id: id, commands: Array(repeating: command, count: count) + [ESCPOS.cut])
    }
}
