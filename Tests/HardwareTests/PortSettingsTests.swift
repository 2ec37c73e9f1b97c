// SPDX-License-Identifier: Apache-2.0

// Addresses and formats as technicians write them, right and wrong.

import Testing

@testable import Hardware

@Suite struct PortSettingsTests {
    @Test func addresses_AreRead_AndWrittenBack() throws {
        let known: [(String, PortAddress)] = [
            ("/dev/ttyUSB0", .device(path: "/dev/ttyUSB0")),
            ("/dev/serial/by-id/usb-FTDI-if00", .device(path: "/dev/serial/by-id/usb-FTDI-if00")),
            ("tcp://10.0.0.9:4001", .tcp(host: "10.0.0.9", port: 4_001)),
            ("tcp://[fe80::1]:65535", .tcp(host: "fe80::1", port: 65_535)),
            ("pty:/run/nobat/booth 1", .pty(path: "/run/nobat/booth 1")),
        ]
        for (text, address) in known {
            #expect(try PortAddress(text) == address)
            #expect(address.description == text)
        }
    }

    @Test(arguments: [
        ("", "it is empty"), ("ttyUSB0", "kind is not known"), ("/", "names no device"),
        ("tcp://host", "port number is missing"), ("tcp://host:", "not 1 to 65535"),
        ("tcp://host:0", "not 1 to 65535"), ("tcp://host:65536", "not 1 to 65535"),
        ("tcp://host:+5", "not 1 to 65535"), ("tcp://:5", "host is missing"),
        ("tcp://fe80::1:5", "in brackets"), ("tcp://a b:5", "host is missing"),
        ("tcp://[]:5", "host is missing"), ("pty:x", "full path"), ("pty:/", "full path"),
        ("/dev/tty\n", "control character"), ("http://x:1", "kind is not known"),
    ])
    func wrongAddress_SaysWhy(_ text: String, _ reason: String) {
        let error = #expect(throws: PortSettingsError.self) { try PortAddress(text) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.description.contains("tcp://HOST:PORT") == true)
    }

    @Test func overlongAddress_IsRefused_Briefly() {
        let text = "/" + String(repeating: "x", count: HardwareLimits.addressBytesMax)
        let error = #expect(throws: PortSettingsError.self) { try PortAddress(text) }
        #expect((error?.description.utf8.count ?? .max) < 300)
    }

    @Test(arguments: ["8N1", "8E1", "8O1", "7E1", "7O2", "5N2"])
    func formats_AreRead_AndWrittenBack(_ text: String) throws {
        #expect(try SerialFormat(text).description == text)
        #expect(try SerialFormat(text.lowercased()) == SerialFormat(text))
    }

    @Test(arguments: ["", "8", "8N", "9N1", "4N1", "8X1", "8N3", "8N1 ", "N81", "٨N1"])
    func wrongFormat_IsNamed(_ text: String) {
        #expect(throws: PortSettingsError.format(text: text)) { try SerialFormat(text) }
    }

    @Test func bitsPerByte_CountStartParityAndStop() throws {
        #expect(SerialFormat.eightNoneOne.bitsPerByte == 10)
        #expect(try SerialFormat("8E1").bitsPerByte == 11)
        #expect(try SerialFormat("7O2").bitsPerByte == 11)
    }

    @Test(arguments: [0, -9_600, 49, 4_000_001])
    func wrongBaud_IsNamed(_ baud: Int) {
        #expect(throws: PortSettingsError.baud(baud)) {
            try PortSettings(address: "/dev/ttyS0", baud: baud)
        }
    }

    @Test func factory_MakesTheKindOfTheAddress() throws {
        #expect(try make("/dev/ttyUSB0") is LibSerialPort)
        #expect(try make("tcp://127.0.0.1:9") is TCPPort)
        #expect(try make("pty:/run/x") is TermiosPort)
        #expect(try make("tcp://127.0.0.1:9").description == "device server tcp://127.0.0.1:9")
        #expect(try make("/dev/ttyUSB0").description == "serial port /dev/ttyUSB0, 9600 8N1")
    }

    private func make(_ address: String) throws -> any SerialPort {
        try SerialPorts.make(PortSettings(address: address))
    }
}
