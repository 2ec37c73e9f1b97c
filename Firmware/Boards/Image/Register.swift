// SPDX-License-Identifier: Apache-2.0

// The chip's registers, as the image reads and writes them. Addresses, offsets and bits are those
// of RM0351 (STM32L47x) and RM0394 (STM32L43x), which agree in all that is used here.

import _Volatile

/// A 32-bit register of the chip; no access to it is left out or moved by the compiler.
struct Register32 {
    private let address: UInt

    @inline(__always)
    init(_ address: UInt) { self.address = address }

    @inline(__always)
    var value: UInt32 {
        get { VolatileMappedRegister<UInt32>(unsafeBitPattern: address).load() }
        nonmutating set {
            VolatileMappedRegister<UInt32>(unsafeBitPattern: address).store(newValue)
        }
    }

    /// Whether all of `bits` are set.
    @inline(__always)
    func has(_ bits: UInt32) -> Bool { value & bits == bits }

    @inline(__always)
    func set(_ bits: UInt32) { value |= bits }

    @inline(__always)
    func clear(_ bits: UInt32) { value &= ~bits }

    /// Writes the field of `mask` bits at `shift`.
    @inline(__always)
    func replace(_ mask: UInt32, at shift: UInt32, with field: UInt32) {
        value = value & ~(mask << shift) | field << shift
    }

    /// Waits until `bit` is set, or clear; false when that takes too long to be right.
    @inline(never)
    func wait(for bit: UInt32, isSet: Bool) -> Bool {
        // Some 200 ms at 16 MHz: longer than the chip's slowest act, a page erase of 25 ms
        // (data sheets, flash memory characteristics), and shorter than the watchdog's second.
        for _ in 0..<400_000 where has(bit) == isSet { return true }
        return false
    }
}
