// SPDX-License-Identifier: Apache-2.0

// One request on the wire and what came back of its reply.

import BoothUnit
import QueueCore

/// What an exchange is for.
enum ExchangeKind: Equatable, Sendable {
    /// Write a show, with the settings too if asked, and read back what stands.
    case show(tag: UInt16, withSettings: Bool)
    /// Write the settings, and read back what stands.
    case settings
    /// End an identify that nobody waits for any more, and read back what stands.
    case endIdentify
    /// Read who the unit is.
    case identity
    /// Read what stands, the buttons and the uptime.
    case poll

    /// The first register that the exchange reads.
    var firstRegister: Register { self == .identity ? .signature : .shownTag }

    /// The number of registers that the exchange reads.
    var words: Int {
        switch self {
        case .show, .settings, .endIdentify: Self.count(.shownTag, .flags)
        case .identity: Self.count(.signature, .unitAddress)
        case .poll: Self.count(.shownTag, .uptimeLow)
        }
    }

    private static func count(_ first: Register, _ last: Register) -> Int {
        Int(last.rawValue - first.rawValue) + 1
    }
}

/// An exchange in flight.
struct Exchange: Sendable {
    let link: Int
    let kind: ExchangeKind
    let request: [UInt8]
    let deadline: Moment
    private(set) var bytes: [UInt8] = []
    /// Bytes beyond the bound, not looked at.
    private(set) var excess = 0

    init(link: Int, kind: ExchangeKind, request: [UInt8], deadline: Moment) {
        self.link = link
        self.kind = kind
        self.request = request
        self.deadline = deadline
    }

    mutating func append(_ more: [UInt8]) {
        let room = DisplayLimits.bufferBytesMax - bytes.count
        bytes.append(contentsOf: more.prefix(room))
        excess += max(0, more.count - room)
    }

    var reply: ModbusReply? { ModbusReply.find(in: bytes, request: request, words: kind.words) }

    var fault: BusFault { ModbusReply.fault(in: bytes, request: request, words: kind.words) }
}
