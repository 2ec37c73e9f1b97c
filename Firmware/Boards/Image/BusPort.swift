// SPDX-License-Identifier: Apache-2.0

// The unit's end of the bus: USART1 with an RS-485 driver. Bytes arrive by interrupt into a ring,
// together with what the receiver says of them.

import Start

/// What the receiver told, in the order in which it happened.
enum BusEvent {
    case byte(UInt8)
    /// A framing, noise or overrun error, or a full ring.
    case error
    /// Nothing for 3.5 characters.
    case gap
}

/// Events on their way from the interrupt to the main loop.
///
/// The storage is a tuple: an `InlineArray` in a global is made at its first use, under a lock that
/// an interrupt could wait for without an end.
struct EventRing {
    private static var capacity: UInt8 { 64 }
    private static var errorCode: UInt16 { 0x100 }
    private static var gapCode: UInt16 { 0x200 }

    private var storage:
        (
            (UInt64, UInt64, UInt64, UInt64), (UInt64, UInt64, UInt64, UInt64),
            (UInt64, UInt64, UInt64, UInt64), (UInt64, UInt64, UInt64, UInt64)
        ) = (
            (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)
        )
    private var head: UInt8 = 0
    private var tail: UInt8 = 0
    private var hasLost = false

    mutating func push(_ event: BusEvent) {
        let next = (head &+ 1) % Self.capacity
        guard next != tail else {
            hasLost = true
            return
        }
        let code: UInt16 =
            switch event {
            case .byte(let byte): UInt16(byte)
            case .error: Self.errorCode
            case .gap: Self.gapCode
            }
        let at = Int(head)
        withUnsafeMutableBytes(of: &storage) {
            $0.storeBytes(of: code, toByteOffset: 2 * at, as: UInt16.self)
        }
        head = next
    }

    mutating func pop() -> BusEvent? {
        guard head != tail else {
            defer { hasLost = false }
            return hasLost ? .error : nil
        }
        let at = Int(tail)
        let code = withUnsafeBytes(of: &storage) {
            $0.load(fromByteOffset: 2 * at, as: UInt16.self)
        }
        tail = (tail &+ 1) % Self.capacity
        if code == Self.errorCode { return .error }
        if code == Self.gapCode { return .gap }
        return .byte(UInt8(truncatingIfNeeded: code))
    }
}

/// Events that the main loop has not taken; touched only with interrupts off.
nonisolated(unsafe) var busEvents = EventRing()
/// While the unit talks, what it hears is its own echo.
nonisolated(unsafe) var isBusSending = false

/// USART1 at 9600 baud, 8N1.
enum BusPort {
    static let baud: UInt32 = 9_600
    private static let interrupt: UInt = 37

    private static var control1: Register32 { Register32(0x4001_3800) }
    private static var control2: Register32 { Register32(0x4001_3804) }
    private static var control3: Register32 { Register32(0x4001_3808) }
    private static var baudRate: Register32 { Register32(0x4001_380C) }
    private static var receiverTimeout: Register32 { Register32(0x4001_3814) }
    private static var status: Register32 { Register32(0x4001_381C) }
    private static var statusClear: Register32 { Register32(0x4001_3820) }
    private static var received: Register32 { Register32(0x4001_3824) }
    private static var transmitted: Register32 { Register32(0x4001_3828) }

    // Status bits, and those of control register 1 at the same places that ask for interrupts.
    private static let overrunNoiseFraming: UInt32 = 0b1110
    private static let hasByte: UInt32 = 1 << 5
    private static let isComplete: UInt32 = 1 << 6
    private static let hasRoom: UInt32 = 1 << 7
    private static let timedOut: UInt32 = 1 << 11
    private static let timeoutInterrupt: UInt32 = 1 << 26

    static func start() {
        control1.value = 0
        Pins.busTransmit.setUp(function: 7, pull: .up)
        Pins.busReceive.setUp(function: 7, pull: .up)
        baudRate.value = (Chip.clockHz + baud / 2) / baud
        // The driver enable is the hardware's: up one bit before the start bit, down one bit after
        // the last stop bit; both in sixteenths of a bit (RM0351, DEAT and DEDT).
        control3.value = 1 << 14
        // 3.5 characters of 10 bits after a stop bit (RM0351, USART_RTOR).
        receiverTimeout.value = 35
        control2.value = 1 << 23
        control1.value = 16 << 21 | 16 << 16 | timeoutInterrupt
        control1.set(1 << 0)
        control1.set(1 << 2 | 1 << 3)
        Pins.busDriverEnable.setUp(function: 7, pull: .down)
        statusClear.value = overrunNoiseFraming | timedOut
        control1.set(hasByte)
        Chip.allowInterrupt(interrupt)
    }

    /// Sends a byte; there must be room for it.
    static func send(_ byte: UInt8) {
        transmitted.value = UInt32(byte)
    }

    /// Whether there is room for a byte.
    static var canSend: Bool { status.has(hasRoom) }

    /// Whether the last bit of the last byte has left.
    static var isSilent: Bool { status.has(isComplete) }

    /// Wakes the main loop when there is room for a byte, or when the last bit has left.
    static func wakeWhenRoom() { control1.set(hasRoom) }
    static func wakeWhenSilent() { control1.set(isComplete) }

    /// Takes in what the receiver has; the main loop looks for itself at what the sender says.
    @inline(__always)
    static func interrupted() {
        let now = status.value
        if now & overrunNoiseFraming != 0 {
            statusClear.value = overrunNoiseFraming
            if !isBusSending { busEvents.push(.error) }
        }
        if now & hasByte != 0 {
            let byte = UInt8(truncatingIfNeeded: received.value)
            if !isBusSending { busEvents.push(.byte(byte)) }
        }
        if now & timedOut != 0 {
            statusClear.value = timedOut
            busEvents.push(.gap)
        }
        control1.clear(now & (hasRoom | isComplete))
    }
}

@_cdecl("usart1_interrupt") func usart1Interrupt() { BusPort.interrupted() }
