// SPDX-License-Identifier: Apache-2.0

// Tickets that go on from service to service, also into another hall.

extension CentralMachine {
    /// A ticket waits for another service: in its controller's tray, or here to be dealt.
    mutating func transfer(
        _ held: CentralTicket, to service: Name, isKept: Bool, isReturned: Bool
    ) {
        var held = held
        if serviceOf[service] != nil, held.ticket.service != service {
            held.ticket.sender = held.ticket.service
            held.ticket.service = service
        }
        held.ticket.returned = isReturned
        held.state = .waiting
        held.isWithdrawing = false
        guard !isKept else { return put(held) }
        held.holder = .central
        putBack(held)
    }

    /// A controller's ticket that only another hall can call is asked back.
    mutating func bringHome(_ id: TicketID) {
        guard let held = tickets[id], held.state == .waiting,
            case .controller(let name) = held.holder, let hall = hallOf[name],
            let service = serviceOf[held.ticket.service], service.hall != hall,
            capacities[name]?.booths(for: service.name) ?? 0 == 0
        else { return }
        withdraw(id, from: name, for: nil)
    }

    /// The same for all that a controller has stated.
    mutating func bringAllHome(from name: Name) {
        for ticket in trays[name] ?? TicketLine([]) { bringHome(ticket.id) }
    }

    /// The services of each hall, and those of others that they lead to under a new number.
    static func lends(of plan: CentralPlan) -> KeyedRows<Name, [Service]> {
        var lends = KeyedRows<Name, [Service]>()
        for hall in plan.halls {
            let next = plan.services.filter { $0.hall == hall.name }.compactMap(\.then)
            lends[hall.name] = plan.services.filter { service in
                service.hall == hall.name
                    || next.contains { $0.service == service.name && $0.numbering == .new }
            }
        }
        return lends
    }

    static func lenders(of plan: CentralPlan) -> KeyedRows<Name, Int> {
        var lenders = KeyedRows<Name, Int>()
        let lends = lends(of: plan)
        for hall in plan.halls {
            for service in lends[hall.name] ?? [] {
                lenders[service.name, default: 0] += hall.controllers.count
            }
        }
        return lenders
    }
}
