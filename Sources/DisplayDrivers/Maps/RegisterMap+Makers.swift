// SPDX-License-Identifier: Apache-2.0

// The register maps of displays that are sold as they are. Sources: the makers' sheets, as far as
// they say; what they leave open is said here.

extension RegisterMap {
    /// LED-485: register 0 is a signed number, written and read. Registers 2 (address), 3 (speed)
    /// and 4 (point) are left alone. It shows no letters: `A042` is 42, dashes are 0.
    public static let led485 = RegisterMap(
        digits: .number, first: 0, places: 4, function: .one, readBack: 0)

    /// LED-485 by its raw segments from register 80 hex on, two digits each: with letters and
    /// dashes. The sheet does not say the order of the bits; A as the lowest is common. The number
    /// in register 0 does not follow the segments, so they can't be read back.
    public static let led485Segments = RegisterMap(
        digits: .segments, first: 0x80, places: 4, function: .many)

    /// DM56A04: registers 0 to 5 hold one ASCII digit each; a number in 6 and 7 is not used. Six
    /// places, four of which a ticket fills from the right. Letters stay blank.
    public static let dm56a04 = RegisterMap(
        digits: .characters, first: 0, places: 6, function: .many, readBack: 0)

    /// Ditel DN109: two ASCII characters a register from 0 on; 08 and 09 hex begin and end
    /// blinking, 34 hex is the brightness (30 to 33 hex are the colours). It is not read back.
    public static let dn109 = RegisterMap(
        digits: .pairs, first: 0, places: 4, function: .many, hasLetters: true,
        blink: Blink(start: 0x08, stop: 0x09),
        brightness: Brightness(register: 0x34, range: 0...15))
}
