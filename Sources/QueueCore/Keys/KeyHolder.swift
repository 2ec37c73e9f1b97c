// SPDX-License-Identifier: Apache-2.0

// Whose key a link was opened with: the name that a peer must greet by, and what it may be.

/// The owner of one key: a peer, its role, and the how-manieth key of that peer it is.
///
/// The identity that stands on the wire is the peer's name, followed from the second key on by `.`
/// and the key's number: `hall-a`, then `hall-a.2`. So two keys of one peer are valid side by side
/// while it goes over from one to the next.
public struct KeyHolder: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name that the peer greets by.
    public let name: Name
    /// What the peer may be.
    public let role: Role
    /// 1 for the first key of the peer, then 2, 3, …
    public let generation: UInt16

    /// The highest generation: a key a day for a quarter of a century.
    public static let generationMax: UInt16 = 9_999

    /// The owner of a key; `generation` from 1 to `generationMax`.
    public init?(name: Name, role: Role, generation: UInt16 = 1) {
        guard (1...Self.generationMax).contains(generation) else { return nil }
        self.name = name
        self.role = role
        self.generation = generation
    }

    /// The owner of a key from the identity on the wire.
    public init?(identity: some StringProtocol, role: Role) {
        let parts = identity.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, let name = Name(first) else { return nil }
        switch parts.count {
        case 1: self.init(name: name, role: role)
        case 2:
            guard let number = UInt16(parts[1]), String(number) == parts[1], number > 1 else {
                return nil
            }
            self.init(name: name, role: role, generation: number)
        default: return nil
        }
    }

    /// The owner of a key from the name of its file at the central: `hall-a.controller.key`,
    /// `hall-a.2.controller.key`.
    public init?(fileName: some StringProtocol) {
        var parts = fileName.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.removeLast() == "key",
            let role = Role(rawValue: String(parts.removeLast()))
        else { return nil }
        self.init(identity: parts.joined(separator: "."), role: role)
    }

    /// How it calls itself in the handshake.
    public var identity: String { generation == 1 ? "\(name)" : "\(name).\(generation)" }

    /// The name of its file at the central.
    public var fileName: String { "\(identity).\(role.rawValue).key" }

    /// The owner of the next key; nil when the generations are used up.
    public var next: KeyHolder? {
        KeyHolder(name: name, role: role, generation: generation + 1)
    }

    /// The identity and the role.
    public var description: String { "\(identity) (\(role.rawValue))" }

    /// By name, then by role and generation.
    public static func < (left: KeyHolder, right: KeyHolder) -> Bool {
        (left.name, left.role.rawValue, left.generation)
            < (right.name, right.role.rawValue, right.generation)
    }
}
