// SPDX-License-Identifier: Apache-2.0

/// Those who wait before a ticket, and the booths that work on them: enough to say how long the ticket
/// itself will wait.
struct WaitingLine {
    private let ticket: Ticket
    /// How many tickets of each service precede it.
    private var preceding: [(service: Name, count: Int)] = []
    /// How many open booths serve each service beside the ticket's own, and without it.
    private var booths = 0
    private var busy = 0
    private var served: [BoothServices] = []

    init(for ticket: Ticket) { self.ticket = ticket }

    /// Tickets of its own service that precede it: the people before it.
    var ahead: Int { preceding.first { $0.service == ticket.service }?.count ?? 0 }

    /// Adds those who wait in a tray.
    mutating func add(_ waiting: some Sequence<Ticket>) {
        for other in waiting where other.precedes(ticket) {
            if let place = preceding.firstIndex(where: { $0.service == other.service }) {
                preceding[place].count += 1
            } else {
                preceding.append((other.service, 1))
            }
        }
    }

    /// Adds an open booth.
    mutating func add(booth services: BoothServices, isBusy: Bool) {
        served.append(services)
        guard services.contains(ticket.service) else { return }
        booths += 1
        if isBusy { busy += 1 }
    }

    /// The expected time until the call: the turns of those before it, as far as they fall to the
    /// booths that serve it, and one more when all of these are busy, shared among them. Nil when no
    /// open booth serves it.
    func wait(_ pace: WaitEstimator) -> TimeSpan? {
        guard booths > 0 else { return nil }
        var work: Int64 = busy == booths ? pace.turn(of: ticket.service).microseconds : 0
        for (service, count) in preceding {
            let all = served.count { $0.contains(service) }
            let here = served.count { $0.contains(service) && $0.contains(ticket.service) }
            guard here > 0 else { continue }
            work += pace.turn(of: service).microseconds * Int64(count * here) / Int64(all)
        }
        return .microseconds(work / Int64(booths))
    }
}
