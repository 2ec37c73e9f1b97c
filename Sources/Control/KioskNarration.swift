// SPDX-License-Identifier: Apache-2.0

import QueueCore

extension Narration {
    /// What happened at a kiosk.
    public init(_ event: KioskEvent) {
        switch event {
        case .printer(let condition):
            self.init(
                "printer-\(condition.rawValue)", condition.sentence,
                isWarning: condition != .ready && condition != .starting)
        case .notPrinted(let number, let condition):
            self.init(
                "slip-not-printed",
                "the slip of \(number) was not printed, and its number is void: "
                    + condition.sentence, isWarning: true)
        case .unconfirmed(let number):
            self.init(
                "slip-unconfirmed",
                "nobody knows whether the slip of \(number) was printed: it counts as printed",
                isWarning: true)
        case .refused(let name, let code):
            let what = code.map { "the code \($0.masked)" } ?? "what was asked for at the kiosk"
            self.init("kiosk-refused", "\(what) was refused (\(name))")
        case .codeAgain(let code, let number):
            self.init(
                "code-again", "the code \(code.masked) was brought again; its slip is \(number)")
        }
    }
}
