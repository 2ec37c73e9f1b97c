// SPDX-License-Identifier: Apache-2.0

// What is wrong with a central's file is said where it is, and with what to do.

import Testing

struct CentralErrorsTests {
    static let bad: [BadFile] = [
        BadFile(
            "listen: 127.0.0.1:7450\n", "",
            """
            1:1: the file has no "listen"; add a line such as "listen: 127.0.0.1:7450"
            """),
        BadFile(
            "127.0.0.1:7450", "127.0.0.1",
            """
            1:9: "127.0.0.1" is no address: the port is missing; write host:port, as in \
            "127.0.0.1:7450" or "[::1]:7450"
            """),
        BadFile(
            "127.0.0.1:7450", "127.0.0.256:7450",
            """
            1:9: "127.0.0.256:7450" is no address: an IPv4 address has four numbers of 0 to 255; \
            write host:port, as in "127.0.0.1:7450" or "[::1]:7450"
            """),
        BadFile(
            "127.0.0.1:7450", "::1:7450",
            """
            1:9: "::1:7450" is no address: an IPv6 address stands in brackets; write host:port, \
            as in "127.0.0.1:7450" or "[::1]:7450"
            """),
        BadFile(
            "127.0.0.1:7450", "localhost:70000",
            """
            1:9: "localhost:70000" is no address: the port must be 0 to 65535; write host:port, \
            as in "127.0.0.1:7450" or "[::1]:7450"
            """),
        BadFile(
            "127.0.0.1:7450", "\"*:7450\"",
            """
            1:9: "*:7450" is no address: the host has a character that no host name has; write \
            host:port, as in "127.0.0.1:7450" or "[::1]:7450"
            """),
        BadFile(
            "127.0.0.1:7450", "0.0.0.0:7450",
            """
            1:9: others than this machine reach the central at 0.0.0.0:7450, and plain lines could \
            be read and forged there; add "keys: /var/lib/nobat/keys" and have a key made for each \
            peer with 'nobatctl key new', or listen at 127.0.0.1
            """),
        BadFile(
            "listen:", "listn:",
            """
            1:1: the file has no key "listn"; did you mean "listen"?
            """),
        BadFile(
            "socket: /run/c.sock", "socket: /var/c.db",
            """
            3:11: the socket and the database have the same path (see line 2); give the socket \
            another one, such as /run/nobat/central.sock
            """),
        BadFile(
            "/run/c.sock", "/run/" + String(repeating: "y", count: 103),
            """
            2:9: the path has 108 bytes, and the system takes 107 at most; use a shorter one
            """),
        BadFile(
            "/var/c.db", "~/c.db",
            """
            3:11: "~" is not replaced by a home folder here; write the path in full
            """),
        BadFile(
            "/var/c.db", "/var/",
            """
            3:11: "/var/" is a folder; add the name of the file
            """),
        BadFile(
            "halls:", "timezone: Asia/Teheran\nhalls:",
            """
            4:11: there is no time zone "Asia/Teheran"; write a name from /usr/share/zoneinfo, \
            such as Asia/Tehran
            """),
        BadFile(
            "halls:", "timezone: ../../etc/passwd\nhalls:",
            """
            4:11: there is no time zone "../../etc/passwd"; write a name from \
            /usr/share/zoneinfo, such as Asia/Tehran
            """),
        BadFile(
            "halls:", "clock: sync\nhalls:",
            """
            4:8: "sync" is no value of "clock"; known here: synchronised, always
            """),
        BadFile(
            "halls:", "clock: synchronized\nhalls:",
            """
            4:8: "synchronized" is no value of "clock"; did you mean "synchronised"?
            """),
        BadFile(
            "halls:", "history-days: 0\nhalls:",
            """
            4:15: 0 is out of range; "history-days" may be 1 to 3660
            """),
        BadFile(
            "halls:", "history-days: 030\nhalls:",
            """
            4:15: 030 begins with a zero, which some programs read as octal; write the number \
            without it
            """),
        BadFile(
            "halls:", "history-days: \"30\"\nhalls:",
            """
            4:15: "history-days" must be a whole number of 1 to 3660, but this is a text in \
            quotes; write it without quotes: "history-days: 400"
            """),
        BadFile(
            "halls:", "history-days: 1e2\nhalls:",
            """
            4:15: "history-days" must be a whole number of 1 to 3660, but this is "1e2"; write \
            "history-days: 400"
            """),
        BadFile(
            "halls:", "history-days:\nhalls:",
            """
            4:1: "history-days" must be a whole number of 1 to 3660, but this is empty; write \
            "history-days: 400"
            """),
        BadFile(
            "- name: main", "- name: Main",
            """
            5:11: "Main" is no name; use 1 to 16 characters of a-z, 0-9 and "-", not "-" first, \
            as in "main"
            """),
        BadFile(
            "- name: lab", "- name: a-name-too-long-x",
            """
            7:15: "a-name-too-long-x" is no name; use 1 to 16 characters of a-z, 0-9 and "-", \
            not "-" first, as in "admission"
            """),
        BadFile(
            "series: A\n", "series: a\n",
            """
            8:17: "a" is no series; write one capital letter A to Z
            """),
        BadFile(
            "series: A\n", "series: A\n        first: 5\n        last: 4\n",
            """
            10:15: the series ends at 4 before it begins at 5; make "last" at least "first"
            """),
        BadFile(
            "series: A\n", "series: A\n        last: 1000\n",
            """
            9:15: 1000 is out of range; "last" may be 1 to 999
            """),
        BadFile(
            "series: A\n", "series: A\n        last: 9\n        block: 10\n",
            """
            10:16: a block of 10 is longer than the series of 9 numbers; make it 9 or less
            """),
        BadFile(
            "series: A\n", "series: A\n        wrap: yes\n",
            """
            9:15: "wrap" must be true or false, but this is "yes"; write "wrap: true"
            """),
        BadFile(
            "series: A\n", "series: A\n        title: Lab\n",
            """
            9:16: a title must be keys and values, but this is "Lab"; write it as "title: { fa: \
            پذیرش, en: Admission }"
            """),
        BadFile(
            "series: A\n", "series: A\n        title: { de: Labor }\n",
            """
            9:18: a title has no key "de"; known here: fa, en
            """),
        BadFile(
            "series: A\n", "series: A\n        title: { en: \"a\\u0007\" }\n",
            """
            9:22: "en" has a control character (U+0007); remove it
            """),
        BadFile(
            "local-series: L", "local-series: A",
            """
            11:23: the series A is already at line 8; give each service and each controller a \
            letter of its own
            """),
        BadFile(
            "hall-a", "central",
            """
            10:15: "central" is the name that the central issues its own tickets under; give the \
            controller another name, such as hall-a
            """),
        BadFile(
            "local-series: L", "local-series: L\n      - { name: hall-a, local-series: L }",
            """
            12:17: the controller "hall-a" is already at line 10; give one of the two another name
            12:39: the series L is already at line 11; give each service and each controller a \
            letter of its own
            """),
        BadFile(
            "series: A\n", "series: A\n      - { name: lab, series: A }\n",
            """
            9:17: the service "lab" is already at line 7; give one of the two another name
            9:30: the series A is already at line 8; give each service and each controller a \
            letter of its own
            """),
        BadFile(
            "local-series: L", "local-series: L\n  - { name: main, services: [], controllers: {} }",
            """
            12:13: the hall "main" is already at line 5; give one of the two another name
            12:29: "services" has 0 services, but may have 1 to 26; add an item, as in "- { \
            name: admission, series: A }"
            12:46: "controllers" must be a list, but this is a mapping; write "- { name: hall-a, \
            local-series: L }"
            """),
        BadFile(
            "      - name: lab\n        series: A\n", "        lab\n",
            """
            7:9: "services" must be a list, but this is "lab"; write "- { name: admission, \
            series: A }"
            """),
        BadFile(
            "      - name: lab\n        series: A\n", "      - lab\n",
            """
            7:9: a service must be keys and values, but this is "lab"; write it as "{ name: \
            admission, series: A }"
            """),
    ]

    @Test(arguments: bad)
    func badFile_IsReported(file: BadFile) {
        #expect(Samples.centralErrors(file.applied(to: Samples.central)) == file.errors)
    }

    @Test func sample_IsRight() { #expect(Samples.centralErrors(Samples.central) == []) }
}
