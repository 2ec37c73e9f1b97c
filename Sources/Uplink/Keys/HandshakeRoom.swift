// SPDX-License-Identifier: Apache-2.0

// The waiting room of peers that have not shown their key yet, and the line before it. Only so many
// handshakes are at work at once: a machine that begins five thousand ends none in time. Whoever is
// in the room and says nothing while others wait must go; an honest handshake is done in a few round
// trips. Hosts take turns, so that one with many peers holds up no other; and when the line is full,
// the host with the most in it gives a place to one with fewer. Pure: the time comes in.

import QueueCore

struct HandshakeRoom {
    /// Who changes places.
    struct Moves: Equatable {
        /// They said nothing for too long while others waited, or lost their place in the line.
        var out: [ConnectionID] = []
        /// Their handshakes may begin.
        var come: [ConnectionID] = []
    }

    /// A time in which peers had to wait.
    struct Rush: Hashable {
        /// The longest that the line was.
        var most = 0
        /// How many waited and came in.
        var through = 0
        /// When the first one had to wait.
        var began: Moment
        /// Since when nobody waits; nil while somebody does.
        var ended: Moment?

        /// How long somebody had to wait.
        var span: TimeSpan { (ended ?? began) - began }
    }

    private struct Guest {
        var host: String
        var heardAt: Moment
    }

    private struct Host {
        var guests = 0
        /// In the order in which they came.
        var line: [ConnectionID] = []
    }

    private let bounds: Bounds
    private var guests: [ConnectionID: Guest] = [:]
    private var hosts: [String: Host] = [:]
    /// Where those in the line come from.
    private var hostOf: [ConnectionID: String] = [:]
    /// The hosts with a line, in the order of their turns.
    private var turns: [String] = []
    /// The hosts with a line, by its length: a flood of newcomers must not cost a look at each of them.
    private var hostsByLength: [Int: Set<String>] = [:]
    /// The length of the longest line.
    private var longest = 0
    /// Others have their places in the line; the next turn tells them.
    private var crowdedOut: [ConnectionID] = []
    /// Before this moment nobody has been quiet for too long.
    private var quietAfter = Moment.zero
    private var rush: Rush?

    init(_ bounds: Bounds = Bounds()) { self.bounds = bounds }

    /// How many are in the room.
    var count: Int { guests.count }

    /// How many wait before it.
    var lineCount: Int { hostOf.count }

    /// Puts one at the end of its host's line; false when that is too long already. If all lines
    /// together are, the last of the longest one makes room, and goes with the next turn; not for a host
    /// that would then have as many as that one had: the two would push each other out for ever.
    mutating func lineUp(_ id: ConnectionID, from host: String) -> Bool {
        let own = hosts[host]?.line.count ?? 0
        guard own < bounds.lineOfOneHostMax else { return false }
        if lineCount >= bounds.lineMax {
            guard own + 1 < longest, let other = hostsByLength[longest]?.first,
                let last = hosts[other]?.line.last
            else { return false }
            crowdedOut.append(last)
            leave(last)
        }
        if own == 0 { turns.append(host) }
        hosts[host, default: Host()].line.append(id)
        hostOf[id] = host
        noteLine(of: host, by: 1)
        return true
    }

    /// It has sent something.
    mutating func heard(_ id: ConnectionID, at now: Moment) { guests[id]?.heardAt = now }

    /// It has shown its key, or is gone.
    mutating func leave(_ id: ConnectionID) {
        if let guest = guests.removeValue(forKey: id) {
            hosts[guest.host]?.guests -= 1
            forgetIfEmpty(guest.host)
        } else if let host = hostOf.removeValue(forKey: id) {
            hosts[host]?.line.removeAll { $0 == id }
            noteLine(of: host, by: -1)
            if hosts[host]?.line.isEmpty == true { turns.removeAll { $0 == host } }
            forgetIfEmpty(host)
        }
    }

    /// Lets in who may come in now.
    mutating func turn(at now: Moment) -> Moves {
        var moves = Moves(out: crowdedOut)
        crowdedOut = []
        var passed = 0
        while let host = turns.first, passed < turns.count {
            let isFull = guests.count >= bounds.guestsMax
            let hasShare = (hosts[host]?.guests ?? 0) >= bounds.guestsOfOneHostMax
            if isFull || hasShare {
                guard let out = quietest(of: hasShare ? host : nil, at: now) else {
                    if isFull, !hasShare { break }
                    turns.append(turns.removeFirst())
                    passed += 1
                    continue
                }
                moves.out.append(out)
                leave(out)
            }
            moves.come.append(seat(from: host, at: now))
            passed = 0
        }
        note(moves, at: now)
        return moves
    }

    /// A rush that is over, once: nobody has had to wait for some time.
    mutating func endedRush(at now: Moment) -> Rush? {
        guard let over = rush, let ended = over.ended, ended + bounds.calmSpan <= now else {
            return nil
        }
        rush = nil
        return over
    }

    private mutating func note(_ moves: Moves, at now: Moment) {
        guard lineCount > 0 || rush != nil else { return }
        var rush = rush ?? Rush(began: now)
        rush.most = max(rush.most, lineCount)
        rush.through += moves.come.count
        rush.ended = lineCount > 0 ? nil : rush.ended ?? now
        self.rush = rush
    }

    /// The first of a host's line comes in; the host's next turn is after those of the others.
    private mutating func seat(from host: String, at now: Moment) -> ConnectionID {
        turns.removeFirst()
        var own = hosts[host] ?? Host()
        let id = own.line.removeFirst()
        own.guests += 1
        if !own.line.isEmpty { turns.append(host) }
        hosts[host] = own
        noteLine(of: host, by: -1)
        hostOf[id] = nil
        guests[id] = Guest(host: host, heardAt: now)
        return id
    }

    /// A host's line has grown or shrunk by one.
    private mutating func noteLine(of host: String, by change: Int) {
        let length = hosts[host]?.line.count ?? 0
        let before = length - change
        hostsByLength[before]?.remove(host)
        if hostsByLength[before]?.isEmpty == true { hostsByLength[before] = nil }
        if length > 0 { hostsByLength[length, default: []].insert(host) }
        // When nobody has the longest line any more, this host has just left it, by one.
        if length > longest || hostsByLength[longest] == nil { longest = length }
    }

    private mutating func forgetIfEmpty(_ host: String) {
        guard let own = hosts[host], own.guests <= 0, own.line.isEmpty else { return }
        hosts[host] = nil
    }

    /// Who has said nothing for longest, if that is too long; of one host, or of all.
    private mutating func quietest(of host: String?, at now: Moment) -> ConnectionID? {
        guard now >= quietAfter else { return nil }
        let those = guests.lazy.filter { host == nil || $0.value.host == host }
        let longest = those.min {
            ($0.value.heardAt, $0.key.number) < ($1.value.heardAt, $1.key.number)
        }
        guard let longest, longest.value.heardAt + bounds.quietMax <= now else {
            if host == nil, let longest { quietAfter = longest.value.heardAt + bounds.quietMax }
            return nil
        }
        return longest.key
    }
}

extension HandshakeRoom {
    /// How much room there is.
    struct Bounds {
        var guestsMax = UplinkLimits.handshakesMax
        var guestsOfOneHostMax = UplinkLimits.handshakesOfOneHostMax
        var lineMax = UplinkLimits.handshakeLineMax
        var lineOfOneHostMax = UplinkLimits.handshakeLineOfOneHostMax
        var quietMax = UplinkLimits.handshakeQuietMax
        var calmSpan = UplinkLimits.handshakeCalmSpan
    }
}
