// SPDX-License-Identifier: Apache-2.0

// The five address switches of a booth unit: what a technician sets with a screwdriver.

/// The position of a booth unit's address switches, from 1 (bit 0) to 5 (bit 4).
public struct AddressSwitches: Sendable, Equatable, CustomStringConvertible {
    /// Switches of a unit.
    public static let count = 5

    /// The addresses that switches can say: with all of them open the address kept in flash counts.
    public static let addresses: ClosedRange<UInt8> = 1...31

    /// Where a new unit answers, one with open switches and nothing in flash.
    public static let newUnit: UInt8 = 247

    /// Whether each switch is on (closed), the first being bit 0.
    public let isOn: [Bool]

    /// The switches for an address; all open where it must be kept in flash.
    public init(address: UInt8) {
        let bits = Self.addresses.contains(address) ? address : 0
        isOn = (0..<Self.count).map { bits & (1 << UInt8($0)) != 0 }
    }

    /// The address that they say; 0 when all are open.
    public var address: UInt8 {
        isOn.indices.reduce(0) { $0 | (isOn[$1] ? 1 << UInt8($1) : 0) }
    }

    /// From switch 1 to 5: `ON off ON off off` is address 5.
    public var description: String { isOn.map { $0 ? "ON" : "off" }.joined(separator: " ") }
}
