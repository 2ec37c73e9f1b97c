// SPDX-License-Identifier: Apache-2.0

// What a printer says of itself: four bytes, the answers to DLE EOT 1 to 4.

import QueueCore

enum PrinterAnswer {
    /// Whether a byte can be an answer to DLE EOT: bits 1 and 4 are set, 0 and 7 are not.
    static func isState(_ byte: UInt8) -> Bool { byte & 0x93 == 0x12 }

    /// Whether a byte can be an answer to GS r: bits 4 and 7 are not set.
    static func isConfirmation(_ byte: UInt8) -> Bool { byte & 0x90 == 0 }

    /// Software flow control.
    static let goOn: UInt8 = 0x11
    static let hold: UInt8 = 0x13

    /// The condition that four answers tell, in order of what a person must do first.
    static func condition(_ answers: [UInt8]) -> PrinterCondition {
        precondition(answers.count == 4)
        let (printer, cause, fault, paper) = (answers[0], answers[1], answers[2], answers[3])
        if cause & 0x04 != 0 { return .coverOpen }
        if paper & 0x60 != 0 || cause & 0x20 != 0 { return .paperOut }
        if fault & 0x68 != 0 || cause & 0x40 != 0 { return .fault }
        if printer & 0x08 != 0 || cause & 0x08 != 0 { return .offline }
        return paper & 0x0C != 0 ? .paperLow : .ready
    }
}
