// SPDX-License-Identifier: Apache-2.0

// What the wires do with what is sent: carry it in order, late, in part, twice, or not at all.

import LineProtocol
import QueueCore

extension World {
    private mutating func trip(_ controller: Int) -> TimeSpan {
        let span = trips.span(scenario.shortestTrip, scenario.longestTrip)
        return now < lines[controller].slowUntil ? span + .milliseconds(900) : span
    }

    @inline(__always)
    mutating func sendUp(_ controller: Int, _ message: ClientMessage, on link: LinkID) {
        guard lines[controller].link == link else { return }
        witness.mix(0x10 | UInt64(controller))
        let at = now + trip(controller)
        if case .hello(let hello) = message {
            lines[controller].up.put(asSpoken(hello), on: link, due: at, isGreeting: true)
        } else {
            lines[controller].up.put(message, on: link, due: at, isGreeting: false)
        }
        reckonUp(controller)
    }

    /// A greeting as a peer of some later version says it, in worlds where there are such.
    private mutating func asSpoken(_ hello: Hello) -> ClientMessage {
        guard scenario.strikes(.newerPeer) > 0 else { return .hello(hello) }
        witness.tally.count(.newerPeer)
        var hello = hello
        hello.version = protocolVersion + 1
        return .hello(hello)
    }

    mutating func sendEndUp(_ controller: Int, of link: LinkID) {
        witness.mix(0x10 | UInt64(controller))
        lines[controller].up.putEnd(of: link, due: now + trip(controller))
        reckonUp(controller)
    }

    @inline(__always)
    mutating func sendDown(_ controller: Int, _ message: CentralMessage, on link: LinkID) {
        // Clients that are no controllers have no wire here.
        guard controller < lines.count, lines[controller].link == link else { return }
        let isGreeting = if case .welcome = message { true } else { false }
        lines[controller].down.put(
            message, on: link, due: now + trip(controller), isGreeting: isGreeting)
        reckonDown(controller)
    }

    mutating func sendEndDown(_ controller: Int, of link: LinkID) {
        guard controller < lines.count, lines[controller].link == link else { return }
        lines[controller].down.putEnd(of: link, due: now + trip(controller))
        reckonDown(controller)
    }

    mutating func deliverUp(_ controller: Int) {
        guard let at = lines[controller].up.due, at <= now else { return reckonUp(controller) }
        let parcel = lines[controller].up.take()
        reckonUp(controller)
        guard let message = parcel.message else {
            return feedCentral(.disconnected(parcel.link))
        }
        if trace?.isFull == true { note("\(names[controller]) → central: \(message)") }
        if scenario.linesAreText, !survivesText(message) { return }
        feedCentral(.message(parcel.link, message, random: marks.mark()))
    }

    mutating func deliverDown(_ controller: Int) {
        guard let at = lines[controller].down.due, at <= now else { return reckonDown(controller) }
        let parcel = lines[controller].down.take()
        reckonDown(controller)
        guard parcel.link == lines[controller].link else { return }
        guard let message = parcel.message else { return hangUp(controller) }
        if trace?.isFull == true { note("central → \(names[controller]): \(message)") }
        if scenario.linesAreText, !survivesText(message) { return }
        feed(controller, .message(parcel.link, message, random: marks.mark()))
    }

    private mutating func reckonUp(_ controller: Int) {
        due[slots.up(controller)] = lines[controller].up.due?.microseconds ?? .max
    }

    private mutating func reckonDown(_ controller: Int) {
        due[slots.down(controller)] = lines[controller].down.due?.microseconds ?? .max
    }

    /// A message goes through the codec as a line, with a key of some later version behind it.
    private mutating func survivesText(_ message: ClientMessage) -> Bool {
        let line = message.line + " x-later=1"
        guard (try? ClientMessage(line: line)) == message else {
            witness.fail(0, "the line \(line) is not read as it was meant")
            return false
        }
        return true
    }

    private mutating func survivesText(_ message: CentralMessage) -> Bool {
        let line = message.line + " x-later=1"
        guard (try? CentralMessage(line: line)) == message else {
            witness.fail(0, "the line \(line) is not read as it was meant")
            return false
        }
        return true
    }

    // MARK: - Connections

    mutating func connect(_ controller: Int) {
        due[slots.connect(controller)] = .max
        guard controllers[controller].isRunning, lines[controller].link == 0 else { return }
        guard central.isRunning, now >= lines[controller].cutUntil else { return retry(controller) }
        lastLink += 256
        let link = lastLink | UInt64(controller)
        lines[controller].link = link
        lines[controller].down.clear()
        feedCentral(.connected(link))
        feed(controller, .connected(link))
    }

    /// Tries again, as the client of the uplink does: soon, later when the wire is known to be cut.
    mutating func retry(_ controller: Int) {
        let wait = trips.span(.milliseconds(100), .seconds(4))
        let at = max(now + wait, lines[controller].cutUntil)
        due[slots.connect(controller)] = at.microseconds
    }

    /// The controller's end is gone, and its program hears of it.
    mutating func hangUp(_ controller: Int) {
        let link = lines[controller].link
        guard link != 0 else { return }
        lines[controller].link = 0
        lines[controller].down.clear()
        due[slots.down(controller)] = .max
        feed(controller, .disconnected(link))
        lines[controller].up.putEnd(of: link, due: now + .milliseconds(1))
        reckonUp(controller)
        retry(controller)
    }

    /// The controller's program has ended the connection itself.
    mutating func closeNear(_ controller: Int) {
        let link = lines[controller].link
        lines[controller].link = 0
        lines[controller].down.clear()
        due[slots.down(controller)] = .max
        lines[controller].up.putEnd(of: link, due: now + .milliseconds(1))
        reckonUp(controller)
        retry(controller)
    }

    /// The wire carries nothing for a while, both ways. A short time is only a delay; after four
    /// seconds each end finds the other silent, and what was on its way is lost.
    mutating func cut(_ controller: Int, for span: TimeSpan) {
        lines[controller].cutUntil = max(lines[controller].cutUntil, now + span)
        trouble(for: span + .seconds(10))
        guard span >= .seconds(4) else {
            lines[controller].up.blockedUntil = now + span
            lines[controller].down.blockedUntil = now + span
            reckonUp(controller)
            return reckonDown(controller)
        }
        let link = lines[controller].link
        lines[controller].up.clear()
        lines[controller].down.clear()
        reckonUp(controller)
        reckonDown(controller)
        guard link != 0 else { return }
        lines[controller].up.blockedUntil = now + span
        lines[controller].down.blockedUntil = now + span
        put(.nearLost(controller, link), after: trips.span(.seconds(4), .seconds(5)))
        put(.farLost(link), after: trips.span(.seconds(4), .seconds(5)))
    }

    /// One direction carries nothing; the end that hears nothing hangs up.
    mutating func blockOneWay(_ controller: Int, up: Bool, for span: TimeSpan) {
        let link = lines[controller].link
        guard link != 0 else { return }
        trouble(for: span + .seconds(10))
        lines[controller].cutUntil = max(lines[controller].cutUntil, now + span)
        if up {
            if span >= .seconds(4) { lines[controller].up.clear() }
            lines[controller].up.blockedUntil = now + span
        } else {
            if span >= .seconds(4) { lines[controller].down.clear() }
            lines[controller].down.blockedUntil = now + span
        }
        reckonUp(controller)
        reckonDown(controller)
        guard span >= .seconds(4) else { return }
        let silence = trips.span(.seconds(4), .seconds(5))
        put(.nearLost(controller, link), after: silence + (up ? .milliseconds(20) : .zero))
        put(.farLost(link), after: silence + (up ? .zero : .milliseconds(20)))
    }

    /// The controller's end dies unnoticed by the central; what was on its way comes late, after the
    /// next connection has begun, or never.
    mutating func breakSilently(_ controller: Int, withEcho: Bool) {
        let link = lines[controller].link
        guard link != 0 else { return }
        trouble(for: .seconds(15))
        let onItsWay = lines[controller].up.clear()
        lines[controller].link = 0
        lines[controller].down.clear()
        reckonUp(controller)
        due[slots.down(controller)] = .max
        if withEcho {
            var after = trips.span(.milliseconds(200), .seconds(4))
            for parcel in onItsWay {
                guard let message = parcel.message else { continue }
                after = after + .milliseconds(3)
                put(.lateMessage(link, message), after: after)
            }
        }
        put(.farLost(link), after: .seconds(5))
        feed(controller, .disconnected(link))
        due[slots.connect(controller)] = (now + .milliseconds(100)).microseconds
    }

    /// The last line on its way is torn in the middle, and the connection with it.
    mutating func tear(_ controller: Int, up: Bool) {
        let link = lines[controller].link
        guard link != 0 else { return }
        trouble(for: .seconds(10))
        if up {
            lines[controller].up.tearLast()
            reckonUp(controller)
        } else {
            lines[controller].down.tearLast()
        }
        if up {
            sendEndDown(controller, of: link)
            sendEndUp(controller, of: link)
        } else {
            hangUp(controller)
        }
    }
}
