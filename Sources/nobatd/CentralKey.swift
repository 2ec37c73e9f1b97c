// SPDX-License-Identifier: Apache-2.0

// The key that a controller opens its link with: read from its file whenever it is needed, so that a
// new one needs no restart.

import KeyFiles
import QueueCore
import Synchronization
import Uplink

final class CentralKey: Sendable {
    private struct State {
        var turns: KeyTurns
        var fault: KeyFault?
    }

    private let path: String
    private let state: Mutex<State>
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void

    init(_ path: String, addresses: Int, tell: @escaping @Sendable (String, Bool) -> Void) {
        self.path = path
        state = Mutex(State(turns: KeyTurns(addresses: addresses)))
        self.tell = tell
    }

    /// Asks for the key of each attempt.
    var source: KeySource {
        let ask: KeySource = { () throws(UplinkError) -> LinkKey in try self.next() }
        return ask
    }

    /// The key to show now; without any, why.
    func next() throws(UplinkError) -> LinkKey {
        let read = read()
        let inFile: LinkKey?
        var why = "there is no key in \(path)"
        switch read {
        case .success(let key): inFile = key
        case .failure(let fault):
            inFile = nil
            why = "\(fault)"
        }
        guard let key = state.withLock({ $0.turns.next(inFile: inFile) }) else {
            throw .noKey(why: why)
        }
        return key
    }

    /// The link stands.
    func opened() { state.withLock { $0.turns.opened() } }

    /// Whether the file holds another key than the one that the link was opened with.
    func hasChanged() -> Bool {
        guard case .success(let key) = read() else { return false }
        return state.withLock { $0.turns.isChange(inFile: key) }
    }

    private func read() -> Result<LinkKey, KeyFault> {
        let result: Result<LinkKey, KeyFault>
        do throws(KeyFault) {
            result = .success(try KeyFile.read(path))
        } catch {
            result = .failure(error)
        }
        var fault: KeyFault?
        if case .failure(let found) = result { fault = found }
        let isNews = state.withLock { [fault] state in
            defer { state.fault = fault }
            return fault != nil && fault != state.fault
        }
        if isNews, let fault { tell("\(fault); the booths call on meanwhile", true) }
        return result
    }
}
