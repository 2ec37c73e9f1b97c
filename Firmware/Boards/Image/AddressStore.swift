// SPDX-License-Identifier: Apache-2.0

// The unit's address in the chip's flash: its last two pages hold a record each, and only the older
// one is ever erased. Source: RM0351 and RM0394,
// embedded flash memory, program and erase.

import BoothUnit

/// The two places of the address.
enum AddressStore {
    // The last pages of 2 KiB; the L476RG has two banks, and these pages are in the second.
    #if L432KC
        private static let start: UInt = 0x0803_F000
        private static let firstPage: UInt32 = 126
        private static let isInBank2 = false
        private static let chip: UInt32 = 0x435
    #else
        private static let start: UInt = 0x080F_F000
        private static let firstPage: UInt32 = 254
        private static let isInBank2 = true
        private static let chip: UInt32 = 0x415
    #endif
    private static let pageBytes: UInt = 2_048

    private static var accessControl: Register32 { Register32(0x4002_2000) }
    private static var key: Register32 { Register32(0x4002_2008) }
    private static var status: Register32 { Register32(0x4002_2010) }
    private static var control: Register32 { Register32(0x4002_2014) }

    private static let busy: UInt32 = 1 << 16
    private static let errors: UInt32 = 0xC3FA
    private static let program: UInt32 = 1 << 0
    private static let erase: UInt32 = 1 << 1
    private static let begin: UInt32 = 1 << 16
    private static let lock: UInt32 = 1 << 31
    private static let dataCache: UInt32 = 1 << 10
    private static let dataCacheReset: UInt32 = 1 << 12

    /// Whether this is the chip that the image is for (DBGMCU_IDCODE of the reference manuals; an emulator
    /// has none). On another one there may be no such pages, and reading them would be a fault: the
    /// unit then runs without, so that the bus can still tell what is wrong with it.
    private static var isThere: Bool {
        let identifier = Register32(0xE004_2000).value & 0xFFF
        return identifier == chip || identifier == 0
    }

    /// The address that was kept last; nil if none ever was.
    static var kept: UInt8? { isThere ? newest?.record.address : nil }

    /// Keeps an address; false when flash does not then hold it.
    static func keep(_ address: UInt8) -> Bool {
        guard isThere else { return false }
        let last = newest
        if let last, last.record.address == address { return true }
        let record = AddressRecord(address: address, after: last?.record)
        let place: UInt = last?.place == 0 ? 1 : 0
        write(record.words, to: place)
        return read(place) == record
    }

    private static var newest: (place: UInt, record: AddressRecord)? {
        let (first, second) = (read(0), read(1))
        switch AddressRecord.newest(first, second) {
        case 0: return first.map { (0, $0) }
        case 1: return second.map { (1, $0) }
        default: return nil
        }
    }

    private static func word(_ place: UInt, _ index: UInt) -> Register32 {
        Register32(start + place * pageBytes + index * 4)
    }

    private static func read(_ place: UInt) -> AddressRecord? {
        AddressRecord(words: (word(place, 0).value, word(place, 1).value))
    }

    /// Erases the place and writes both words, which flash takes as one of 64 bits. Whatever goes
    /// wrong shows when the record is read back.
    private static func write(_ words: (UInt32, UInt32), to place: UInt) {
        if control.has(lock) {
            key.value = 0x4567_0123
            key.value = 0xCDEF_89AB
        }
        guard status.wait(for: busy, isSet: false) else { return }
        // Read while the other bank is erased or written, the data cache of an L476 may be corrupted
        // (errata sheet ES0250); and it may hold what stood here before.
        accessControl.clear(dataCache)
        defer {
            accessControl.set(dataCacheReset)
            accessControl.clear(dataCacheReset)
            accessControl.set(dataCache)
        }
        status.value = errors
        let page = firstPage + UInt32(place)
        control.value = erase | page << 3 | (isInBank2 ? 1 << 11 : 0)
        control.set(begin)
        guard status.wait(for: busy, isSet: false) else { return }
        control.value = program
        word(place, 0).value = words.0
        word(place, 1).value = words.1
        _ = status.wait(for: busy, isSet: false)
        control.value = lock
    }
}
