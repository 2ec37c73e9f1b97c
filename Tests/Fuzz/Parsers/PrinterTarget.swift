// SPDX-License-Identifier: Apache-2.0

// A slip printer that answers anything at any time.

import QueueCore
import SlipPrinter

enum PrinterTarget {
    /// Every slip comes to one end and no second one, it begins only on a printer that said it can
    /// print, and the driver never waits for what is over.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        var script = Script(bytes)
        var printer = Printer(isPaced: script.draw(2) == 1)
        printer.link.portReady(at: printer.now)
        while !script.isAtEnd {
            let how = script.byte()
            switch how & 0x0F {
            case 0: printer.link.received(script.take(script.draw(16)), at: printer.now)
            // What a sound printer answers, and one whose bits the script names.
            case 1: printer.link.received([0x12, 0x12, 0x12, 0x12], at: printer.now)
            case 2:
                let bits = script.byte()
                let answers = (0..<4).map { bits >> (2 * $0) & 3 }.map { 0x12 | $0 << 2 | $0 << 5 }
                printer.link.received(answers.map { $0 & 0x7F }, at: printer.now)
            case 3: printer.print(bands: script.draw(6))
            case 4: printer.link.received([0], at: printer.now)
            case 5:
                printer.link.portLost(at: printer.now)
                printer.link.portReady(at: printer.now)
            default: break
            }
            for _ in 0..<(how >> 6) + 1 { try printer.step(pause: how & 0x20 != 0) }
            try printer.judge()
        }
        printer.link.portLost(at: printer.now)
        try printer.judge()
        try demand(printer.open.isEmpty, "slips without an end: \(printer.open.sorted())")
        try demand(!printer.link.isBusy, "it is busy without a port")
    }
}

private struct Printer {
    var link: PrinterLink
    var now = Moment.zero
    var open: Set<UInt64> = []
    private var last: UInt64 = 0

    init(isPaced: Bool) {
        let mark: [SlipItem] = [.space(40)]
        link = PrinterLink(voidMark: mark, isPaced: isPaced)
    }

    mutating func print(bands: Int) {
        last += 1
        open.insert(last)
        // Nothing else that is sent begins like this.
        let begin: [UInt8] = [0xEE, UInt8(truncatingIfNeeded: last)]
        link.print(
            PrintJob(id: last, commands: [begin] + Array(repeating: [1, 2, 3], count: bands)),
            at: now)
    }

    mutating func step(pause: Bool) throws(Broken) {
        switch link.next(at: now) {
        case .transmit(let bytes):
            if bytes.first == 0xEE {
                try demand(link.condition.canPrint, "a slip begins, and it is \(link.condition)")
            }
            now = now + .milliseconds(2)
        case .idle(let until):
            try demand(until >= now, "it waits for what is over")
            try demand(until - now <= .seconds(60), "it waits for \(until - now)")
            now = pause ? max(until, now + .milliseconds(1)) : now + .milliseconds(5)
        }
    }

    mutating func judge() throws(Broken) {
        for case .ended(let id, let outcome) in link.takeEvents() {
            try demand(open.remove(id) != nil, "slip \(id) ends twice: \(outcome)")
        }
    }
}
