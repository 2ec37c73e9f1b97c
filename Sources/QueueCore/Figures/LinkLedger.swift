// SPDX-License-Identifier: Apache-2.0

/// When each controller was not connected, as the central's history tells it.
struct LinkLedger: Sendable {
    /// A time without a connection.
    struct Gap: Sendable {
        let controller: Name
        let from: WallTime
        let to: WallTime?
    }

    private(set) var gaps: [Gap] = []
    /// Since when a controller is gone.
    private var goneSince = KeyedRows<Name, WallTime>()
    /// Since when all controllers are gone that have not connected since.
    private var allGoneSince: WallTime?
    /// Who is connected, and since when.
    private var here = KeyedRows<Name, WallTime>()
    /// The last time that was known; a line without one is not older.
    private var last = WallTime.unknown

    mutating func add(_ entry: HistoryEntry, at time: HistoryTime) {
        let now = time.at.isKnown ? time.at : last
        switch entry {
        case .linkUp(let name):
            last = now
            comes(name, at: now)
        case .linkDown(let name, _), .absent(let name):
            last = now
            if goneSince[name] == nil { goneSince[name] = now }
            here.remove(name)
        case .started(let lastAlive):
            last = now
            let since = lastAlive.isKnown ? lastAlive : now
            // On a disk that was full it could not note that it was alive: whoever came since was there.
            for name in here.keys where goneSince[name] == nil {
                goneSince[name] = max(since, here[name] ?? since)
            }
            here.removeAll()
            if allGoneSince == nil { allGoneSince = since }
        case .dayTurned(let day):
            last = now
            // Who is not connected is named next, but where a session of the date begins.
            if day.part <= 1 { allGoneSince = nil }
        default: break
        }
    }

    private mutating func comes(_ name: Name, at now: WallTime) {
        let since = goneSince[name] ?? (here[name] != nil ? nil : allGoneSince)
        goneSince.remove(name)
        here[name] = now
        if let since { gaps.append(Gap(controller: name, from: since, to: now)) }
    }

    /// All gaps of these controllers, those that last included.
    func all(_ controllers: [Name]) -> [Gap] {
        gaps
            + controllers.compactMap { name in
                let since = goneSince[name] ?? (here[name] != nil ? nil : allGoneSince)
                return since.map { Gap(controller: name, from: $0, to: nil) }
            }
    }
}
