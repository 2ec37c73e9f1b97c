// SPDX-License-Identifier: Apache-2.0

// Services that lead to others, in this hall or in the next, and what people do about them.

import QueueCore

extension Scenario {
    static let mainHall = Name("main")
    static let roomHall = Name("rooms")

    /// Where the tickets of each service go on to.
    var steps: [Name: Step] {
        services.reduce(into: [:]) { steps, service in steps[service.name] = service.then }
    }

    var hasSteps: Bool { services.contains { $0.then != nil } }

    /// For how long a no-show may come late.
    var lateReturnSpan: TimeSpan { .seconds(Int64(1_800 / haste)) }

    /// In half of all worlds that have several services, some lead to later ones; of those with several
    /// controllers, half have a second hall, with services of its own.
    mutating func drawSteps() {
        var dice = Dice(seed: seed, 7)
        guard services.count > 1, dice.chance(perMille: 500) else { return }
        var firstOfRooms = services.count
        if booths.count > 1, dice.chance(perMille: 500) {
            firstRoom = dice.among(1...booths.count - 1)
            firstOfRooms = dice.among(1...services.count - 1)
        }
        for place in services.indices {
            let isLast = place == services.count - 1
            let leads = !isLast && dice.chance(perMille: 600)
            let next = leads ? services[dice.among(place + 1...services.count - 1)].name : nil
            let then = next.map { Step(service: $0, numbering: dice.pick([.keep, .keep, .new])) }
            let hall = place < firstOfRooms ? Self.mainHall : Self.roomHall
            services[place] = services[place].moved(to: hall, then: then)
        }
        // Everybody is called several times.
        ticketsADay = max(8, ticketsADay * 2 / 3)
        if firstOfRooms < services.count { serveInTwoHalls(firstOfRooms, &dice) }
    }

    private mutating func serveInTwoHalls(_ firstOfRooms: Int, _ dice: inout Dice) {
        for controller in booths.indices {
            let own =
                controller < firstRoom
                ? Array(0..<firstOfRooms) : Array(firstOfRooms..<services.count)
            served[controller] = (0..<booths[controller]).map { booth in
                // The first service of a hall is everybody's.
                var places = own.filter { $0 == own[0] || ($0 + controller) % 3 != 0 }
                if booth % 2 == 1 { dice.shuffle(&places) }
                return Array(places.prefix(Limits.boothServicesMax))
            }
        }
    }
}

extension Service {
    fileprivate func moved(to hall: Name?, then: Step?) -> Service {
        Service(
            name: name, hall: hall ?? self.hall, series: series, first: first, last: last,
            wraps: wraps, blockSize: blockSize, then: then) ?? self
    }
}

extension World {
    /// One in five no-shows comes late, and one in five of those too late.
    mutating func patientComesLate(_ desk: Int) {
        guard scenario.hasSteps else { return }
        let controller = desks[desk].controller
        let owed = witness.owed[controller][Int(desks[desk].booth)]
        guard owed >= 0, owed % 5 == 1 else { return }
        let longest = scenario.lateReturnSpan.milliseconds
        let after = Int64(owed / 5 % 25) * longest / 20 + 4_000
        put(.deed(.readmit(controller, life: owed)), after: .milliseconds(after))
    }

    var someoneMoves: Bool {
        controllers.contains {
            $0.machine?.tickets.values.contains { $0.state == .moving } ?? false
        }
    }

    /// What is still kept back can be taken back: the clerk's question must not be refused.
    mutating func expectUndo(_ controller: Int, _ booth: BoothNumber) {
        guard scenario.hasSteps, now > troubledUntil,
            let life = witness.keptBack(from: booth, of: controller)
        else { return }
        undos[nextRequest + 1] = life
    }

    mutating func heard(_ reply: Reply, _ request: RequestID, _ controller: Int) {
        guard let life = undos[request] else { return }
        undos[request] = nil
        guard case .refused(.nothingToUndo(let booth)) = reply, now > troubledUntil,
            witness.keptBack(from: booth, of: controller) == life,
            now + .seconds(1) < witness.lives[life].leftAt + plans[controller].undoSpan
        else { return }
        witness.fail(
            4,
            "booth \(booth) of \(names[controller]) can't take back that \(witness.name(life)) "
                + "was sent on")
    }
}
