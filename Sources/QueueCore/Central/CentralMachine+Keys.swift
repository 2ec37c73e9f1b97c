// SPDX-License-Identifier: Apache-2.0

/// What a key allows: a link that was opened with one is its owner's alone, in the owner's role, for
/// as long as the key is valid.
extension CentralMachine {
    /// A link that has until then to greet.
    struct Newcomer: Sendable {
        let id: LinkID
        let due: Moment
    }

    /// Somebody has connected.
    mutating func arrive(_ id: LinkID) {
        sessions[id] = Session()
        // Who comes and goes at once leaves an entry until it is due.
        if newcomers.count > 2 * sessions.count + Limits.newcomersSpare {
            newcomers.removeAll { sessions[$0.id] == nil }
        }
        newcomers.append(Newcomer(id: id, due: now + Limits.greetingSpan))
    }

    /// Who keeps a link open and never says who he is takes a place from others.
    mutating func turnAwayUngreeted() {
        // A list of its own: what shares the room of the others has them get more at each removal.
        let late = Array(newcomers.prefix { now >= $0.due })
        newcomers.removeFirst(late.count)
        for newcomer in late where sessions.read(newcomer.id, { $0.role == nil }) == true {
            refuse(
                newcomer.id, .silentPeer,
                "no HELLO came within \(Limits.greetingSpan.microseconds / 1_000_000) s")
        }
    }

    /// The link was opened with this key. One key takes no more places than a machine has use for.
    mutating func identify(_ id: LinkID, as holder: KeyHolder) {
        guard sessions[id] != nil else { return }
        sessions.update(id) { $0.holder = holder }
        linksOfKey[holder, default: 0] += 1
        guard linksOfKey[holder] ?? 0 > Limits.keyLinksMax else { return }
        refuse(
            id, .tooManyConnections,
            "\(Limits.keyLinksMax) connections are open with the key \(holder.identity); end one first"
        )
    }

    /// A link of the key has ended.
    mutating func leave(_ holder: KeyHolder) {
        guard let count = linksOfKey[holder] else { return }
        linksOfKey[holder] = count > 1 ? count - 1 : nil
    }

    /// Whether who is behind the link may greet so; if not, it is refused by name.
    mutating func mayGreet(_ id: LinkID, as name: Name, _ role: Role) -> Bool {
        guard let holder = sessions[id]?.holder else { return true }
        guard holder.name == name else {
            refuse(
                id, .wrongName,
                "the key is \(holder.name)'s, and the greeting is \(name)'s: greet as \(holder.name), "
                    + "or have a key made for \(name)")
            return false
        }
        guard holder.role == role else {
            refuse(
                id, .role,
                "the key of \(name) is a \(holder.role.rawValue)'s, not a \(role.rawValue)'s: have "
                    + "one made with 'nobatctl key new NAME --role \(role.rawValue)'")
            return false
        }
        return true
    }

    /// The key is no longer valid: what was opened with it ends now.
    mutating func revoke(_ holder: KeyHolder) {
        for id in sessions.keys.sorted() where sessions[id]?.holder == holder {
            refuse(id, .revoked, "the key \(holder.identity) is no longer valid; ask for a new one")
        }
    }
}
