// SPDX-License-Identifier: Apache-2.0

// What libserialport does not know, and how faults of opening are named. Real UARTs and USB
// adapters are the rig tier's: a machine of the unit tier has none.

import Glibc
import QueueCore
import Testing

@testable import Hardware

@Suite struct LibSerialPortTests {
    private func port(_ path: String, isRS485: Bool = false) throws -> LibSerialPort {
        try LibSerialPort(
            path: path, settings: PortSettings(address: path, isRS485: isRS485))
    }

    @Test func aPseudoTerminal_IsOpenedThroughTermios() throws {
        let unit = try PseudoTerminal()
        try unit.open()
        let port = try port(try #require(unit.slavePath))
        try port.open()
        try port.write([0, 3, 13, 255], until: farOff())
        #expect(try readExactly(4, from: unit) == [0, 3, 13, 255])
        #expect(port.remarks.isEmpty)
    }

    @Test func noDevice_IsNotFound_WithAHint() throws {
        let path = "/dev/ttyNobatNone"
        let port = try port(path)
        for _ in 0..<3 {
            let error = #expect(throws: PortError.self) { try port.open() }
            #expect(error == .notFound(port: path))
            #expect(error?.description.contains("/dev/serial/by-id") == true)
        }
    }

    @Test func whatIsNoTerminal_IsRefused_AndLeavesNothingOpen() throws {
        let folder = try TestFolder()
        let file = folder.path + "/file"
        Posix.close(try Posix.call { open(file, O_CREAT | O_RDWR, 0o600) })
        for path in ["/dev/null", file] {
            let port = try port(path)
            let before = descriptors(leadingTo: path).count
            for _ in 0..<10 {
                let error = #expect(throws: PortError.self) { try port.open() }
                #expect(error?.description.contains("it is no serial port") == true)
            }
            if path == file { #expect(descriptors(leadingTo: path).count == before) }
        }
        #expect(throws: PortError.self) { try port(folder.path).open() }
    }

    @Test func aPortThatCannotSwitchRS485_OpensAndSaysSo() throws {
        let unit = try PseudoTerminal()
        try unit.open()
        let port = try port(try #require(unit.slavePath), isRS485: true)
        try port.open()
        let remark = try #require(port.remarks.first)
        #expect(remark.contains("cannot switch an RS-485 transceiver"))
        #expect(remark.contains("use an adapter that switches by itself"))
    }

    @Test func errnos_OfOpening_HaveTheirNames() {
        let known: [(Int32, PortError)] = [
            (ENOENT, .notFound(port: "p")), (ENODEV, .notFound(port: "p")),
            (ENXIO, .notFound(port: "p")), (EBUSY, .inUse(port: "p")),
            (EWOULDBLOCK, .inUse(port: "p")), (EACCES, .permission(port: "p")),
            (EPERM, .permission(port: "p")),
            (
                EMFILE,
                .failed(port: "p", operation: "open", reason: "Too many open files")
            ),
        ]
        for (code, error) in known {
            #expect(PortError.opening(Errno(code), port: "p") == error)
        }
        #expect(PortError.permission(port: "p").description.contains("dialout"))
    }

    @Test func sentences_ForServers_DoNotSpeakOfAdapters() {
        let text = PortError.notFound(port: "tcp://10.0.0.9:4001").description
        #expect(text.contains("nothing answers at tcp://10.0.0.9:4001"))
        #expect(!text.contains("adapter"))
    }
}
