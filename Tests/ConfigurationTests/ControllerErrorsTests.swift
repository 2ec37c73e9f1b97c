// SPDX-License-Identifier: Apache-2.0

// What is wrong with a controller's file is said where it is, and with what to do.

import Testing

struct ControllerErrorsTests {
    static let times: [BadFile] = [
        BadFile(
            "buses:", "calls: { guard: 800 }\nbuses:",
            """
            5:17: 800 has no unit; write a number with ms, s or m, such as 800ms
            """),
        BadFile(
            "buses:", "calls: { guard: 11s, undo: 2h, recalls: 100, park: 30s }\nbuses:",
            """
            5:17: 11s is out of range; "guard" may be 0ms to 10s
            5:28: "2h" is no length of time; write a number with ms, s or m, such as 5s
            5:41: 100 is out of range; "recalls" may be 0 to 99
            5:52: 30s is out of range; "park" may be 1m to 240m
            """),
        BadFile(
            "buses:", "calls: { park: 99999999999999999999m, undo: s }\nbuses:",
            """
            5:16: 99999999999999999999m is out of range; "park" may be 1m to 240m
            5:45: "s" is no length of time; write a number with ms, s or m, such as 5s
            """),
        BadFile(
            "buses:", "calls: { park: 60500ms }\nbuses:",
            """
            5:16: 60500ms is no whole number of seconds; write it in s or m, such as 10m
            """),
        BadFile(
            "buses:", "calls: [5s]\nbuses:",
            """
            5:8: "calls" must be keys and values, but this is a list; write it as "calls: { \
            guard: 800ms, undo: 5s, recalls: 3, park: 10m, late: 30m }"
            """),
        BadFile(
            "buses:", "buttons: { debounce: 0ms, stuck: 1s, longs: 1s }\nbuses:",
            """
            5:22: 0ms is out of range; "debounce" may be 1ms to 200ms
            5:34: 1s is out of range; "stuck" may be 2s to 10m
            5:38: "buttons" has no key "longs"; did you mean "long"?
            """),
        BadFile(
            "buses:", "buttons: { debounce: 200ms, double: 100ms }\nbuses:",
            """
            5:37: "double" (100ms) is not longer than "debounce" (200ms); make "double" longer, \
            or "debounce" shorter
            """),
        BadFile(
            "buses:", "buttons: { long: 5s, stuck: 5s }\nbuses:",
            """
            5:29: "stuck" (5s) is not longer than "long" (5s); make "stuck" longer, or "long" \
            shorter
            """),
    ]

    static let wiring: [BadFile] = [
        BadFile(
            "buses:", "flash: { boot0: { line: GPIO20, active: low } }\nbuses:",
            """
            5:8: "flash" has no "reset"; add a line such as "reset: { line: GPIO4 }"
            5:33: a line of the flashing header has no key "active"; known here: chip, line
            """),
        BadFile(
            "/dev/ttyS0", "ttyS0",
            """
            7:11: "ttyS0" is no address of a serial port; write /dev/serial/by-id/…, \
            tcp://host:port or pty:/path
            """),
        BadFile(
            "/dev/ttyS0", "tcp://10.0.0.9",
            """
            7:11: "tcp://10.0.0.9" is no address: the port is missing; write \
            /dev/serial/by-id/…, tcp://host:port or pty:/path
            """),
        BadFile(
            "/dev/ttyS0", "/dev/ttyS0\n    baud: 9601",
            """
            8:11: 9601 is no usual value of "baud"; write one of 1200, 2400, 4800, 9600, 19200, \
            38400, 57600, 115200
            """),
        BadFile(
            "/dev/ttyS0", "/dev/ttyS0\n    baud: 300",
            """
            8:11: 300 is out of range; "baud" may be 1200 to 115200
            """),
        BadFile(
            "/dev/ttyS0", "/dev/ttyS0\n    frame: 8N2",
            """
            8:12: "8N2" is no value of "frame"; did you mean "8N1"?
            """),
        BadFile(
            "/dev/ttyS0", "/dev/ttyS0\n    rs-485: true",
            """
            8:5: a bus has no key "rs-485"; did you mean "rs485"?
            """),
        BadFile(
            "/dev/ttyS0", "/dev/ttyS0\n    rs485: 1",
            """
            8:12: "rs485" must be true or false, but this is "1"; write "rs485: true"
            """),
        BadFile(
            "/dev/ttyS0", "/dev/ttyS0\n    brightness: 16",
            """
            8:17: 16 is out of range; "brightness" may be 0 to 15
            """),
        BadFile(
            "/dev/ttyS0", "/dev/ttyS0\n    dead-man: 1s",
            """
            8:15: 1s is out of range; "dead-man" may be 3s to 1m
            """),
        BadFile(
            "/dev/ttyS0", "/dev/ttyS0\n  - { name: hall, port: /dev/ttyS0 }",
            """
            8:13: the bus "hall" is already at line 6; give one of the two another name
            8:25: the port /dev/ttyS0 is already at line 7; one port is one bus: give the other \
            bus its own port
            """),
        BadFile(
            "chip: pinctrl-rp1", "chip: gpiochip0",
            """
            8:15: "gpiochip0" is the number of a GPIO chip, which changes with board and kernel; \
            write the label that gpiodetect shows in brackets, such as pinctrl-bcm2711
            """),
        BadFile(
            "chip: pinctrl-rp1", "bias: up",
            """
            8:15: "up" is no value of "bias"; known here: as-is, disabled, pull-up, pull-down
            13:13: a button has no "chip", and "gpio" names none for all; add a line such as \
            "gpio: { chip: pinctrl-bcm2711 }" to the file
            14:11: a lamp has no "chip", and "gpio" names none for all; add a line such as \
            "gpio: { chip: pinctrl-bcm2711 }" to the file
            """),
        BadFile(
            "line: GPIO27", "line: GPIO17",
            """
            14:19: line GPIO17 of pinctrl-rp1 is already at line 13; wire one of the two to \
            another line
            """),
        BadFile(
            "line: GPIO27", "line: GPIO27, bias: pull-up, active: on",
            """
            14:27: a lamp has no key "bias"; known here: chip, line, active
            14:50: "on" is no value of "active"; known here: low, high
            """),
        BadFile(
            "line: GPIO27", "line: 027",
            """
            14:19: 027 is no offset of a line; write its name, such as GPIO17, or a number of 0 \
            to 1023 without leading zeros
            """),
        BadFile(
            "{ line: GPIO17 }", "{ lin: GPIO17 }",
            """
            13:15: a button has no key "lin"; did you mean "line"?
            """),
        BadFile(
            "bus: hall, address: 1", "bus: hal, address: 0",
            """
            12:21: there is no bus "hal"; did you mean "hall"?
            12:35: 0 is out of range; "address" may be 1 to 247
            """),
        BadFile(
            "bus: hall, address: 1", "bus: hall, address: 248",
            """
            12:36: 248 is out of range; "address" may be 1 to 247
            """),
    ]

    static let booths: [BadFile] = [
        BadFile(
            "name: hall-a", "name: central",
            """
            1:7: "central" is the name that the central issues its own tickets under; give the \
            controller another name, such as hall-a
            """),
        BadFile(
            "central: 127.0.0.1:7450", "central: []",
            """
            2:10: "central" has 0 addresses, but may have 1 to 5; add an item, as in "central: \
            [10.0.0.5:7450, 10.0.0.6:7450]"
            """),
        BadFile(
            "central: 127.0.0.1:7450", "central: [localhost:1, localhost:1, b:0]",
            """
            2:24: the address localhost:1 is already at line 2; keep one of the two
            2:37: "b:0" is no address: the port must be 1 to 65535; write host:port, as in \
            "127.0.0.1:7450" or "[::1]:7450"
            """),
        BadFile(
            "central: 127.0.0.1:7450", "central: [127.0.0.1:1, \"10.0.0.5:7450\"]",
            """
            2:24: 10.0.0.5:7450 is not on this machine, and plain lines could be read and forged on \
            the way; add "central-key: /var/lib/nobat/keys/central.key", the key that 'nobatctl key \
            new' makes at the central
            """),
        BadFile(
            "number: 1", "number: 0",
            """
            10:13: 0 is out of range; "number" may be 1 to 99
            """),
        BadFile(
            "number: 1", "number: one",
            """
            10:13: "number" must be a whole number of 1 to 99, but this is "one"; write "number: \
            1"
            """),
        BadFile(
            "services: [lab]", "services: lab",
            """
            11:15: "services" must be a list, but this is "lab"; write "services: [admission]"
            """),
        BadFile(
            "services: [lab]", "services: [lab, lab]",
            """
            11:21: the service "lab" is already at line 11; name it once for each booth
            """),
        BadFile(
            "services: [lab]", "services: []",
            """
            11:15: "services" has 0 services, but may have 1 to 8; add an item, as in "services: \
            [admission]"
            """),
        BadFile(
            "buses:", "services: [{ name: labs }]\nbuses:",
            """
            12:16: there is no service "lab" in this file's list of services; did you mean "labs"?
            """),
        BadFile(
            "buses:", "services: [{ name: xray }, { name: xray }]\nbuses:",
            """
            5:36: the service "xray" is already at line 5; keep one of the two
            12:16: there is no service "lab" in this file's list of services; add it there: - { \
            name: lab }
            """),
        BadFile(
            "services: [lab]", "services: [lab]\n    gestures: { short: nxt, triple: next }",
            """
            12:24: "nxt" is no value of "short"; did you mean "next"?
            12:29: "gestures" has no key "triple"; known here: short, double, long
            """),
        BadFile(
            "services: [lab]", "services: [lab]\n    open: off",
            """
            12:11: "open" must be true or false, but this is "off"; write "open: false"
            """),
        BadFile(
            "lamp: { line: GPIO27 }",
            """
            lamp: { line: GPIO27 }
              - number: 1
                services: [lab]
                display: { bus: hall, address: 1 }
                button: { line: GPIO27 }
            """,
            """
            15:13: booth 1 is already at line 10; give one of the two another number
            17:36: address 1 of bus "hall" is already at line 12; give each display of a bus its \
            own address, and set the unit to it
            18:21: line GPIO27 of pinctrl-rp1 is already at line 14; wire one of the two to \
            another line
            """),
        BadFile(
            "    services: [lab]\n", "",
            """
            10:5: a booth has no "services"; add a line such as "services: [admission]"
            """),
    ]

    @Test(arguments: times + wiring + booths)
    func badFile_IsReported(file: BadFile) {
        #expect(Samples.hallErrors(file.applied(to: Samples.hall)) == file.errors)
    }

    @Test func tenErrors_AreAllReported_InOrder() {
        let text = """
            nam: hall-a
            central: 127.0.0.1
            database: /var/h.db
            socket: /run/h.sock
            clock: never
            calls: { guard: 800 }
            buses:
              - name: Hall
                port: /dev/ttyS0
                baud: 9601
            booths:
              - number: 0
                services: [lab]
                open: yes
                display: { bus: hall, address: 300 }
                button: { line: GPIO17 }
            """
        let errors = Samples.hallErrors(text)
        #expect(
            errors
                == """
                1:1: the file has no key "nam"; did you mean "name"?
                2:10: "127.0.0.1" is no address: the port is missing; write host:port, as in \
                "127.0.0.1:7450" or "[::1]:7450"
                5:8: "never" is no value of "clock"; known here: synchronised, always
                6:17: 800 has no unit; write a number with ms, s or m, such as 800ms
                8:11: "Hall" is no name; use 1 to 16 characters of a-z, 0-9 and "-", not "-" \
                first, as in "hall"
                10:11: 9601 is no usual value of "baud"; write one of 1200, 2400, 4800, 9600, \
                19200, 38400, 57600, 115200
                12:13: 0 is out of range; "number" may be 1 to 99
                14:11: "open" must be true or false, but this is "yes"; write "open: true"
                15:36: 300 is out of range; "address" may be 1 to 247
                16:13: a button has no "chip", and "gpio" names none for all; add a line such as \
                "gpio: { chip: pinctrl-bcm2711 }" to the file
                """.lines)
    }

    @Test func sample_IsRight() { #expect(Samples.hallErrors(Samples.hall) == []) }
}
