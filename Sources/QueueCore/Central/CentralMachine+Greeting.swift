// SPDX-License-Identifier: Apache-2.0

// Who connects, in which role, and where the two logs stand.

extension CentralMachine {
    mutating func receive(_ message: consuming ClientMessage, _ id: LinkID, random: UInt32) {
        guard let session = sessions[id] else { return }
        let role = session.role
        switch consume message {
        case .hello(let hello) where role == nil: greet(hello, id, random: random)
        case .attach(let version, let role, let name) where session.role == nil:
            attach(version, role, name, id)
        case .ping: effect(.send(id, .pong))
        case .pong: break
        case .bye:
            effect(.close(id, .unexpected))
            drop(id)
        case .fact(let fact) where role == .controller: take(fact, id)
        case .acknowledge(let number) where role == .controller: acknowledged(number, id)
        case .reaching(let booth, let due) where role == .controller: reach(for: booth, due, id)
        case .take(let reference, let service, let priority)
        where role == .kiosk || role == .system || role == .supervisor:
            answerOnce(reference, id) { machine in
                Self.answer(machine.issueWalkIn(service, priority), reference)
            }
        case .fence(let reference, let name) where role == .supervisor:
            answerOnce(reference, id) { Self.answer($0.fence(name), reference) }
        case .cancel(let reference, let number) where role == .supervisor || role == .system:
            answerOnce(reference, id) { Self.answer($0.cancel(number), reference) }
        case .appointment(let reference, let request) where request.isFor(role):
            answer(request, reference, id, random: random)
        case .hello, .attach: refuse(id, .unexpected, "greeted already")
        default:
            guard let role else {
                return refuse(id, .unexpected, "greet first: HELLO with version, role and name")
            }
            refuse(id, .role, "a \(role.rawValue) may not say that")
        }
    }

    private mutating func attach(_ version: UInt16, _ role: Role, _ name: Name, _ id: LinkID) {
        guard version >= 1 else { return refuse(id, .version, "version 1 is the lowest spoken") }
        guard mayGreet(id, as: name, role) else { return }
        sessions[id]?.role = role
        sessions[id]?.name = name
        if role == .board { boards.append(id) }
        let common = min(version, protocolVersion)
        effect(.send(id, .attached(version: common, central: meta.epoch, day: meta.day)))
        guard role == .board else { return }
        for hall in plan.halls {
            for call in (news[hall.name] ?? []).reversed() { effect(.send(id, .news(call))) }
        }
    }

    private mutating func greet(_ hello: Hello, _ id: LinkID, random: UInt32) {
        guard hello.version >= 1 else {
            return refuse(id, .version, "version 1 is the lowest spoken")
        }
        guard mayGreet(id, as: hello.name, .controller) else { return }
        guard let known = controllers[hello.name], let hall = hallOf[hello.name] else {
            return refuse(
                id, .unknownController,
                "no controller \(hello.name) is in this central's configuration; add it to a hall")
        }
        guard !known.oldLogs.contains(where: { $0.epoch == hello.epoch }) else {
            return refuse(
                id, .epochSuperseded,
                "\(hello.name) has since been here with a newer log; begin a new epoch")
        }
        if let other = links[hello.name] {
            guard known.epoch == hello.epoch else {
                return refuse(
                    id, .nameTaken,
                    "another controller named \(hello.name) is connected; give one of them a new name"
                )
            }
            refuse(other, .replaced, "\(hello.name) connected again")
        }
        let isSameLog = known.epoch == hello.epoch
        if isAhead(hello, of: known) { return rebuild(random) }
        if isSameLog, hello.central == meta.epoch {
            guard hello.applied >= known.ordersAcknowledged else {
                return refuse(
                    id, .epochSuperseded,
                    "\(hello.name) came back from an old copy; begin a new epoch")
            }
            // A restart amid a statement, or an older copy of the log: which part of it is the present
            // statement is not known.
            let isKnown = statementAfter[hello.name].map { $0 <= hello.last } ?? false
            guard known.hasReported || isKnown else { return rebuild(random) }
        }
        sessions[id]?.role = .controller
        sessions[id]?.name = hello.name
        links[hello.name] = id
        lostAt[hello.name] = nil
        adopt(hello, isSameLog: isSameLog)
        welcome(hello, id, hall)
    }

    /// Whether a controller has seen more of this central than the central remembers.
    private func isAhead(_ hello: Hello, of known: ControllerRecord) -> Bool {
        guard let central = hello.central else { return false }
        guard central == meta.epoch else {
            return known.epoch == hello.epoch && known.hasReported && hello.last >= known.have
        }
        return known.epoch != hello.epoch || hello.acknowledged > known.have
            || hello.applied > lastTold[hello.name] ?? 0
    }

    /// Brings the record of a controller in line with the log that it now keeps.
    private mutating func adopt(_ hello: Hello, isSameLog: Bool) {
        let continues = isSameLog && hello.central == meta.epoch
        if !isSameLog {
            change(hello.name) {
                $0.begin(hello.epoch, copied: hello.copied)
            }
            effect(.event(.newEpoch(hello.name, hello.epoch)))
        }
        if !continues {
            marksSent[hello.name] = nil
            statementAfter[hello.name] = hello.last
            lastTold[hello.name] = 0
            trimOrders(hello.name, through: controllers[hello.name]?.lastOrder ?? 0)
            change(hello.name) {
                $0.lastOrder = 0
                $0.ordersAcknowledged = 0
                $0.hasReported = false
            }
        }
        if let have = controllers[hello.name]?.have, hello.first > have + 1 {
            change(hello.name) { $0.have = hello.first - 1 }
        }
    }

    private mutating func welcome(_ hello: Hello, _ id: LinkID, _ hall: Name) {
        guard let record = controllers[hello.name] else { return }
        let welcome = Welcome(
            version: min(hello.version, protocolVersion), central: meta.epoch, have: record.have,
            day: meta.day, rank: meta.rank)
        effect(.send(id, .welcome(welcome)))
        acknowledgeOrders(hello.name, through: record.lastOrder == 0 ? 0 : hello.applied)
        sentOrder[hello.name] = record.lastOrder == 0 ? 0 : hello.applied
        unsent.insert(hello.name)
        if hello.day < meta.day, meta.day != .unknown { order(hello.name, .day(meta.day)) }
        let beginsAnew = record.lastOrder == 0
        if record.isFenced, beginsAnew { order(hello.name, .fence) }
        for call in (news[hall] ?? []).reversed() where call.controller != hello.name {
            effect(.send(id, .news(call)))
        }
        sayLoss(of: hello.name)
        self.record(.linkUp(hello.name))
        dirtyHalls.insert(hall)
        refills.insert(hello.name)
        sendMarks(hello.name)
        tellQuotas(to: hello.name)
    }

    private mutating func acknowledged(_ number: UInt64, _ id: LinkID) {
        guard let name = sessions[id]?.name, let last = controllers.read(name, { $0.lastOrder })
        else { return }
        guard number <= last else {
            return refuse(id, .outOfOrder, "order \(number) was never sent")
        }
        acknowledgeOrders(name, through: number)
    }

    private mutating func acknowledgeOrders(_ name: Name, through number: UInt64) {
        guard let known = controllers.read(name, { $0.ordersAcknowledged }), number > known else {
            return
        }
        let wasFull = (orders[name]?.count ?? 0) >= Limits.ordersMax
        change(name) { $0.ordersAcknowledged = number }
        if number < sentOrder[name] ?? 0 { owedSince[name] = now } else { owedSince.remove(name) }
        trimOrders(name, through: number)
        unsent.insert(name)
        if wasFull, let hall = hallOf[name] { dirtyHalls.insert(hall) }
    }

    // MARK: - Clients without logs

    mutating func answerOnce(
        _ reference: UInt64, _ id: LinkID, _ make: (inout CentralMachine) -> CentralMessage
    ) {
        if let earlier = answered[id]?[reference] {
            return effect(.send(id, earlier))
        }
        let answer = make(&self)
        // A refusal changed nothing: whoever asks again is to be given another answer.
        if case .refused = answer { return effect(.send(id, answer)) }
        answered.update(id) { if $0.count >= 64 { $0.removeAll() } }
        answered[id, default: KeyedRows()][reference] = answer
        effect(.send(id, answer))
    }

    /// Of the type, not of a machine: one that is asked while another is changed to make the reply would
    /// be a copy of it, with all that it holds.
    static func answer(_ reply: Reply, _ reference: UInt64) -> CentralMessage {
        switch reply {
        case .issued(let number, let ticket, let ahead, let wait):
            .ticket(
                reference: reference, number: number, ticket: ticket,
                ahead: UInt32(clamping: ahead), wait: wait.map(WaitEstimator.told))
        case .refused(let refusal):
            .refused(reference: reference, name: refusal.name, detail: refusal.sentence)
        default: .done(reference: reference)
        }
    }
}
