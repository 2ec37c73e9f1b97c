// SPDX-License-Identifier: Apache-2.0

// The central's keys while it runs: reads their folder when it changes, lets the core end what a
// revoked key has opened, and keeps count of who came without one.

import Control
import DaemonSupport
import KeyFiles
import QueueCore
import Synchronization
import Uplink

final class KeyDesk: Sendable {
    private struct State {
        var stamp: KeyFolder.Stamp?
        var lookAgain = false
        var readAt = Moment.zero
        var faults: [KeyFault] = []
        /// Revoked in this run, and still among systemd's credentials.
        var revoked: Set<String>
        var links: [ConnectionID: KeyHolder] = [:]
        var opened: [KeyHolder: Moment] = [:]
        var strangers = Strangers()
        var wasRead = false
        /// Whose files were no keys at the last look: a file that is being written is given another one.
        var doubted: Set<KeyHolder> = []
        /// Whose links the core is still to end.
        var owed: [KeyHolder] = []
        /// What a look has noticed lately, until somebody says that it was them.
        var lately: [Noticed] = []
    }

    /// A change of the folder that a look has noticed.
    private struct Noticed {
        let act: AuditAct
        let holder: KeyHolder
        let at: Moment
    }

    /// Who changes files of the folder; the files don't say.
    static let somebody = ControlActor("unknown", at: "folder")

    /// What the listener takes.
    let ring = KeyRing()
    private let folder: KeyFolder
    private let isOfOneNode: Bool
    private let state: Mutex<State>
    /// Held while the folder is read: what was read last counts.
    private let reading = Mutex(())
    private let timestamps: Timestamps
    private let audit: AuditDesk
    private let now: @Sendable () -> Moment
    private let feed: @Sendable (CentralInput) -> Bool
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void

    /// `revoked`: what was revoked before, in this run; `isOfOneNode`: other nodes may take the halls.
    init(
        _ folder: KeyFolder, revoked: Set<String> = [], isOfOneNode: Bool = false,
        timestamps: Timestamps, audit: AuditDesk,
        now: @escaping @Sendable () -> Moment,
        feed: @escaping @Sendable (CentralInput) -> Bool,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) {
        self.folder = folder
        self.isOfOneNode = isOfOneNode
        state = Mutex(State(revoked: revoked))
        self.timestamps = timestamps
        self.audit = audit
        self.now = now
        self.feed = feed
        self.tell = tell
    }

    /// After this long the folder is read though it seems unchanged: a file that was written over in
    /// its place leaves no trace in the folder.
    private static let rereadSpan = TimeSpan.seconds(30)

    /// Whoever changes a file by `nobatctl` says so at once; a look may come between.
    private static let claimSpan = TimeSpan.seconds(5)

    /// Reads the folder if it has changed. A change within the clock's grain of the last look shows
    /// at the next one, which is why a changed folder is read twice.
    func look() {
        for holder in state.withLock({ state in
            defer { state.owed = [] }
            return state.owed
        }) { end(holder) }
        let stamp = folder.stamp
        let time = now()
        let isWanted = state.withLock { state in
            defer { state.lookAgain = state.stamp != stamp }
            return state.stamp != stamp || state.lookAgain
                || time >= state.readAt + Self.rereadSpan
        }
        if isWanted { read() }
    }

    /// Reads the folder; the owners of keys that are no longer valid. Of a folder that can't be read what
    /// was read before stays. What became of the keys of `name` is the doing of `actor`, also what a look
    /// has noticed just before; other changes are somebody's, unless no name is given.
    @discardableResult
    func read(by actor: ControlActor = KeyDesk.somebody, of name: Name? = nil) -> [KeyHolder] {
        reading.withLock { _ in
            let stamp = folder.stamp
            let time = now()
            state.withLock { $0.readAt = time }
            let contents: KeyFolder.Contents
            do throws(KeyFault) {
                contents = try folder.read()
            } catch {
                note([error])
                return []
            }
            let (revoked, isFirst) = state.withLock { state in
                state.stamp = stamp
                defer { state.wasRead = true }
                return (state.revoked, !state.wasRead)
            }
            let valid = contents.keys.filter { !revoked.contains($0.holder.identity) }
            let before = Set(ring.holders)
            let kept = contents.faulty.subtracting(state.withLock { $0.doubted })
                .filter { !revoked.contains($0.identity) }
            state.withLock { state in
                state.doubted = contents.faulty
                if !kept.isEmpty { state.stamp = nil }
            }
            let gone = ring.replace(with: valid, kept: kept)
            for holder in gone {
                tell("the key \(holder) is no longer valid", true)
                note(.keyRevoked, holder, by: who(holder, actor, name))
                end(holder)
            }
            for (holder, _) in valid where !before.contains(holder) || gone.contains(holder) {
                tell("the key \(holder) is valid from now on", false)
                // Those of the start were there before.
                if !isFirst { note(.keyMade, holder, by: who(holder, actor, name)) }
            }
            note(contents.faults)
            return gone + claim(by: actor, of: name).filter { !gone.contains($0) }
        }
    }

    private func who(_ holder: KeyHolder, _ actor: ControlActor, _ name: Name?) -> ControlActor {
        name == nil || holder.name == name ? actor : Self.somebody
    }

    private func note(_ act: AuditAct, _ holder: KeyHolder, by actor: ControlActor) {
        audit.note(act, on: holder.description, by: actor)
        guard actor == Self.somebody else { return }
        let noticed = Noticed(act: act, holder: holder, at: now())
        state.withLock { state in
            state.lately.removeAll { noticed.at >= $0.at + Self.claimSpan }
            state.lately.append(noticed)
        }
    }

    /// Writes into the audit who made the changes of a peer's keys that looks have just noticed; the
    /// owners of those that were revoked. Nobody is taken for who changed others.
    private func claim(by actor: ControlActor, of name: Name?) -> [KeyHolder] {
        guard let name, actor != Self.somebody else { return [] }
        let since = now()
        let noticed = state.withLock { state in
            defer { state.lately.removeAll { $0.holder.name == name } }
            return state.lately.filter {
                $0.holder.name == name && since < $0.at + Self.claimSpan
            }
        }
        for one in noticed { audit.note(one.act, on: one.holder.description, by: actor) }
        return noticed.filter { $0.act == .keyRevoked }.map(\.holder)
    }

    /// Has the core end what a key has opened; when too much is going on, at the next look.
    private func end(_ holder: KeyHolder) {
        guard !feed(.revoked(holder)) else { return }
        state.withLock { $0.owed.append(holder) }
    }

    /// The keys of a peer are no longer valid; what systemd handed over is refused for the rest of
    /// this run.
    func revoke(_ name: Name, by actor: ControlActor) -> [KeyHolder] {
        let own = ring.holders.filter { $0.name == name }
        if folder.isHandedOver {
            state.withLock { $0.revoked.formUnion(own.map(\.identity)) }
        }
        return read(by: actor, of: name)
    }

    private func note(_ faults: [KeyFault]) {
        let news = state.withLock { state in
            defer { state.faults = faults }
            return faults.filter { !state.faults.contains($0) }
        }
        for fault in news { tell("\(fault)", true) }
    }

    // MARK: - What happens at the door

    /// A link was opened; a key that was revoked in this very moment opens nothing.
    func opened(_ id: ConnectionID, _ shown: ShownKey) {
        let time = now()
        state.withLock { state in
            state.links[id] = shown.holder
            state.opened[shown.holder] = time
            if state.opened.count > KeyFilesLimits.keysMax { state.opened = [:] }
        }
        if !ring.holds(shown) { end(shown.holder) }
    }

    func lost(_ id: ConnectionID) { state.withLock { state in state.links[id] = nil } }

    func turnedAway(_ peer: String, _ fault: HandshakeFault, _ identity: String?) {
        let host = peer.lastIndex(of: ":").map { String(peer[..<$0]) } ?? peer
        let key = Strangers.Key(fault: fault, host: host, identity: identity)
        let time = now()
        let line = state.withLock { $0.strangers.note(key, peer: peer, at: time) }
        if let line { tell(line, true) }
    }

    // MARK: - Reports

    /// The keys, and who is connected with them.
    func report(revoked: [KeyHolder] = []) -> KeysReport {
        let (links, opened, faults) = state.withLock { ($0.links, $0.opened, $0.faults) }
        var counts: [KeyHolder: Int] = [:]
        for holder in links.values { counts[holder, default: 0] += 1 }
        let rows = ring.holders.map { [counts] holder in
            KeysReport.Row(
                identity: holder.identity, name: holder.name.description,
                role: holder.role.rawValue, connections: counts[holder] ?? 0,
                lastOpened: opened[holder].map(timestamps.text))
        }
        var report = KeysReport(
            keys: rows, faults: faults.map { "\($0)" }, revoked: revoked.map(\.identity))
        if isOfOneNode { report.isOfOneNode = true }
        return report
    }

    /// Who was turned away.
    var strangers: StrangersReport {
        let strangers = state.withLock { $0.strangers }
        let rows = strangers.rows.sorted { $0.value.last > $1.value.last }.map { key, row in
            StrangersReport.Row(
                reason: key.fault.rawValue, host: key.host, identity: key.identity,
                count: row.count, since: timestamps.text(row.since),
                last: timestamps.text(row.last))
        }
        let totals = strangers.totals.map { ($0.key.rawValue, $0.value) }
        return StrangersReport(totals: Dictionary(uniqueKeysWithValues: totals), rows: rows)
    }
}
