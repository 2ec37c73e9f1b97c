// SPDX-License-Identifier: Apache-2.0

// The words between us and stm32flash: its arguments, and what its output means.

/// How stm32flash (Debian package of the same name, 0.7) is called for a unit.
public struct FlashTool: Equatable, Sendable {
    /// The port's device.
    public var device: String
    /// Bits a second to the boot loader, which finds the speed by itself (AN2606).
    public var baud = 115_200
    /// The frame to the boot loader: 8E1 (AN3155); software without a wire knows no parity.
    public var mode = "8e1"
    /// The sequence of adapter signals that enters and leaves the boot loader, or nil.
    public var signals: String?

    /// A call with a boot loader's usual frame.
    public init(device: String) { self.device = device }

    /// Where the chip's flash begins (RM0351, 2.2).
    public static let flashStart = "0x08000000"

    private var common: [String] {
        ["-b", "\(baud)", "-m", mode] + (signals.map { ["-i", $0] } ?? [])
    }

    /// Asks the chip what it is; nothing is changed. It stays in the boot loader.
    public var asking: [String] { common + [device] }

    /// Writes and verifies an image, then starts it, by the exit signals where there are some.
    public func writing(_ path: String) -> [String] {
        let start = signals == nil ? ["-g", Self.flashStart] : []
        return common + ["-w", path, "-v", "-S", Self.flashStart] + start + [device]
    }
}

/// What stm32flash says, bit by bit, and what became of it.
public struct FlashTalk: Equatable, Sendable {
    /// The chip's device id, once it was told.
    public private(set) var chipID: Int?
    /// Per cent written and verified.
    public private(set) var percent: Int?
    /// Whether erasing has begun: from here on the unit has no firmware until the end.
    public private(set) var hasErased = false
    private var rest: [UInt8] = []
    private var last: [String] = []

    /// Nothing was said yet.
    public init() {}

    /// Takes in output, in any chunks; true when there is something new to show.
    public mutating func take(_ bytes: some Sequence<UInt8>) -> Bool {
        let before = (chipID, percent, hasErased)
        for byte in bytes {
            // Progress is overwritten in place: a carriage return ends a line too.
            guard byte == 0x0A || byte == 0x0D else {
                if rest.count < 512 { rest.append(byte) }
                takePercent()
                continue
            }
            takeLine(String(decoding: rest, as: UTF8.self))
            rest = []
        }
        return before != (chipID, percent, hasErased)
    }

    /// The last lines, for a sentence about a failure.
    public var lastWords: String {
        (last + [String(decoding: rest, as: UTF8.self)])
            .filter { !$0.isEmpty && !$0.hasPrefix("Wrote") }.suffix(3).joined(separator: "; ")
    }

    /// Why stm32flash failed, and what to do.
    public func failure(device: String, isInterrupted: Bool) -> String {
        let again =
            "restart the chip into its boot loader and run the same command again. The boot loader is "
            + "in the ROM and can't be damaged"
        if isInterrupted {
            return hasErased
                ? "interrupted while the unit was written: it has no whole firmware now; \(again)"
                : "interrupted before anything was erased; the unit's firmware is as it was"
        }
        if hasErased {
            return "writing failed after \(percent ?? 0) % (\(lastWords)); check the cable and "
                + again
        }
        if chipID == nil {
            return "no boot loader answers at \(device) (\(lastWords)): on an L476RG "
                + "set BOOT0 to 1 and press reset; an L432KC has no BOOT0 pin: use --over-bus "
                + "--address N, or switch it off and on when it is empty or half written. Check that "
                + "a TTL adapter is at the header J1 with the bus plug pulled, RX and TX, and that "
                + "no other program has the port; nothing was erased"
        }
        return "stm32flash failed (\(lastWords)); nothing was erased"
    }

    private mutating func takePercent() {
        guard rest.last == UInt8(ascii: "%"), let open = rest.lastIndex(of: UInt8(ascii: "("))
        else { return }
        let digits = rest[(open + 1)...].prefix { $0 != UInt8(ascii: ".") }
        if let value = Int(String(decoding: digits, as: UTF8.self)) { percent = min(value, 100) }
    }

    private mutating func takeLine(_ line: String) {
        guard !line.isEmpty else { return }
        if line.hasPrefix("Device ID"), let start = line.firstRange(of: "0x")?.upperBound {
            chipID = Int(line[start...].prefix { $0.isHexDigit }, radix: 16)
        }
        if line.hasPrefix("Erasing") || line.hasPrefix("Write to memory") { hasErased = true }
        last.append(line)
        if last.count > 8 { last.removeFirst() }
    }
}
