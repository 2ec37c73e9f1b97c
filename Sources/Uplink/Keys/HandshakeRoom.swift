// SPDX-License-Identifier: Apache-2.0

// The waiting room of peers that have not shown their key yet. It is small; when it is full, who has
// waited longest must go: an honest handshake is done in a few round trips, and whoever merely holds
// a place is pushed out by those who come. Pure.

struct HandshakeRoom {
    private struct Guest {
        var id: ConnectionID
        var host: String
    }

    private let guestsMax: Int
    private let guestsOfOneHostMax: Int
    /// In the order in which they came.
    private var guests: [Guest] = []

    init(
        guestsMax: Int = UplinkLimits.handshakesMax,
        guestsOfOneHostMax: Int = UplinkLimits.handshakesOfOneHostMax
    ) {
        precondition(0 < guestsOfOneHostMax && guestsOfOneHostMax <= guestsMax, "one fits in all")
        self.guestsMax = guestsMax
        self.guestsOfOneHostMax = guestsOfOneHostMax
    }

    var count: Int { guests.count }

    /// Takes one in; the one that must go for it, if any. A host that fills its own share pushes out
    /// its own.
    mutating func enter(_ id: ConnectionID, from host: String) -> ConnectionID? {
        var out: ConnectionID?
        if guests.count(where: { $0.host == host }) >= guestsOfOneHostMax {
            out = guests.first { $0.host == host }?.id
        } else if guests.count >= guestsMax {
            out = guests.first?.id
        }
        if let out { leave(out) }
        guests.append(Guest(id: id, host: host))
        return out
    }

    /// It has shown its key, or is gone.
    mutating func leave(_ id: ConnectionID) { guests.removeAll { $0.id == id } }
}
