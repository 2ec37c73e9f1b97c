// SPDX-License-Identifier: Apache-2.0
import Foundation
final class LiveDemo {
    let stage: Stage
    init(_ stage: Stage) { self.stage = stage }
    func run() throws -> Bool { true }
}
