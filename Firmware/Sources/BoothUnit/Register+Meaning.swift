// SPDX-License-Identifier: Apache-2.0

// What each register means to the person at the bench; the text of RegisterMap.md.

#if !hasFeature(Embedded)
    extension Register {
        /// The unit of the register's number, or nothing.
        public var unit: String {
            switch self {
            case .blinkPeriod, .beepDuration: "10 ms"
            case .deadManTime, .lampTest: "100 ms"
            case .uptimeHigh, .uptimeLow: "s"
            case .textLeft, .textRight, .shownLeft, .shownRight: "2 × ASCII"
            case .segmentsLeft, .segmentsRight: "2 × segments"
            case .flags, .buttons: "bits"
            case .stackFree: "bytes"
            default: ""
            }
        }

        /// What the register holds or does, in one or two sentences.
        public var meaning: String {
            switch self {
            case .signature: "Always 0x4E42 (NB): a Nobat unit answers here."
            case .boardID: "The kind of board that the firmware was built for."
            case .firmwareVersion: "High byte: major version; low byte: minor version."
            case .firmwarePatch: "Patch version."
            case .mapVersion: "Version of this map; it grows when registers are added."
            case .unitAddress:
                "The unit's own bus address; 247 is a new unit. A write is answered from the old "
                    + "address, then the new one is kept in flash and listened at. Exception 04: "
                    + "the address switches are set, or flash could not be written. Broadcasts "
                    + "are ignored."
            case .identify: "1: blink the own address (-007) until 0 is written."
            case .addressSource:
                "Where the address is from: 0 nothing kept, 1 kept in flash, 2 the switches."
            case .flashKey:
                "0x464C (FL): answer, then restart into the boot loader of the chip's ROM. "
                    + "Broadcasts are ignored."
            case .restart: "0x5253 (RS): answer, then restart. Broadcasts are ignored."
            case .revisionHigh:
                "First 4 hexadecimal digits of the source revision that the firmware is of."
            case .revisionLow: "The next 4 digits."
            case .showTag:
                "Chosen by the master for each show. A show without it has tag 0; a show that "
                    + "repeats tag and content starts neither blinking nor beeping again."
            case .textLeft: "Characters 1 and 2; with textRight, the text to show."
            case .textRight: "Characters 3 and 4."
            case .blinks:
                "Blinks of the show, half the period dark: 0 none, 255 for ever. Reads what is "
                    + "left."
            case .beeps: "Beeps to sound, with equal pauses. Reads what is left."
            case .blinkPeriod: "Period of one blink; never under 500 ms (2 Hz)."
            case .beepDuration: "Length of one beep and of the pause after it."
            case .deadManTime:
                "When no valid frame for this unit arrives for this long, dashes stand until the "
                    + "next show."
            case .brightness: "0 darkest, 15 brightest."
            case .lampTest: "Light every segment for this long; 0 ends it. Reads what is left."
            case .segmentsLeft:
                "Raw segments of places 1 and 2, shown instead of text: point, A to G from bit 7."
            case .segmentsRight: "Raw segments of places 3 and 4."
            case .shownTag: "Tag of the show that stands now; 0 for dashes, identify and lamp test."
            case .shownLeft:
                "What places 1 and 2 show now, read from the segments; a blink's dark half is not "
                    + "blank; ? is no character."
            case .shownRight: "What places 3 and 4 show now."
            case .flags:
                "0 dead-man dashes, 1 blinking, 2 identifying, 3 lamp test, 4 reset since this was "
                    + "last read, 5 raw segments, 6 beeping."
            case .buttons: "Bit 0: button 1 is down; bit 1: button 2 is down (debounced, 20 ms)."
            case .presses: "Presses so far: low byte button 1, high byte button 2; they wrap."
            case .uptimeHigh: "Seconds since the start, high word."
            case .uptimeLow: "Seconds since the start, low word."
            case .resetCause:
                "0 unknown, 1 power on, 2 reset pin, 3 watchdog, 4 software, 5 fault."
            case .framesReceived: "Valid frames for this unit, broadcasts included; wraps."
            case .badFrames: "Frames too short or with a wrong check word; wraps."
            case .longFrames: "Frames above 256 bytes; wraps."
            case .othersFrames: "Valid frames for other addresses; wraps."
            case .exceptions: "Requests refused with an exception; wraps."
            case .lineErrors: "Framing, noise and overrun errors of the receiver; wraps."
            case .deadManCount: "Times that the dead-man time ran out; wraps."
            case .stackFree: "Fewest bytes of stack that were free since the start."
            case .faultCount: "Restarts after a fault since power came on; wraps."
            case .watchdogResets: "Restarts by the watchdog since power came on; wraps."
            case .displayKind: "Display driver: 0 MAX7219, 1 TPIC6B595."
            }
        }
    }
#endif
