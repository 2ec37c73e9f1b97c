// SPDX-License-Identifier: Apache-2.0

// The keys that a listener takes at this moment. It may be changed at any time, from any thread:
// the next handshake meets what it then holds.

import NIOConcurrencyHelpers
import QueueCore

/// Which key a handshake was done with; a key put in the place of another one is not that key.
public struct ShownKey: Hashable, Sendable {
    /// Whose it is.
    public let holder: KeyHolder
    /// Counts the keys of one ring.
    let serial: UInt64
}

/// The keys of a listener, by identity.
public final class KeyRing: Sendable {
    struct Entry: Sendable {
        let shown: ShownKey
        let key: LinkKey
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var last: UInt64 = 0
    }

    private let state = NIOLockedValueBox(State())

    /// A ring without keys: nobody is let in.
    public init() {}

    /// Takes `keys` for those that are valid from now on, and returns the owners of those that were
    /// and are no more, in order. Of two keys with one identity the first counts.
    /// Keys of `kept` stay as they were, if `keys` has no others of them.
    public func replace(
        with keys: [(holder: KeyHolder, key: LinkKey)], kept: Set<KeyHolder> = []
    ) -> [KeyHolder] {
        state.withLockedValue { state in
            let old = state.entries
            state.entries = old.filter { kept.contains($0.value.shown.holder) }
            for (holder, _) in keys { state.entries[holder.identity] = nil }
            for (holder, key) in keys where state.entries[holder.identity] == nil {
                if let known = old[holder.identity], known.shown.holder == holder, known.key == key
                {
                    state.entries[holder.identity] = known
                } else {
                    state.last += 1
                    let shown = ShownKey(holder: holder, serial: state.last)
                    state.entries[holder.identity] = Entry(shown: shown, key: key)
                }
            }
            let gone = old.values.filter { state.entries[$0.key.identity]?.shown != $0.shown }
            return gone.map(\.shown.holder).sorted()
        }
    }

    /// The owners of all keys, in order.
    public var holders: [KeyHolder] {
        state.withLockedValue { $0.entries.values.map(\.shown.holder) }.sorted()
    }

    /// Whether a key that was shown is valid still.
    public func holds(_ shown: ShownKey) -> Bool {
        state.withLockedValue { $0.entries[shown.holder.identity]?.shown == shown }
    }

    /// The key of an identity.
    func entry(_ identity: String) -> Entry? {
        state.withLockedValue { $0.entries[identity] }
    }
}
