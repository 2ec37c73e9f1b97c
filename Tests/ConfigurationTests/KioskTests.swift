// SPDX-License-Identifier: Apache-2.0

// A kiosk in a controller's file: the example as it is, and what is reported of a bad one.

import Foundation
import NobatConfiguration
import QueueCore
import Testing

struct KioskTests {
    /// The example's hall with another kiosk; it begins in line 27.
    private static func hall(_ kiosk: String) throws -> String {
        let text = try Samples.text("kiosk.yaml")
        // The comments at the top count as lines.
        let head = try #require(text.range(of: "kiosk:\n  printer"))
        return text[..<head.lowerBound] + kiosk
    }

    @Test func example_IsRead() throws {
        let file = try ControllerConfiguration.load(path: Samples.path("kiosk.yaml"))
        let kiosk = try #require(file.kiosk)
        #expect(kiosk.printer.baud == 38_400 && kiosk.printer.width == 512)
        #expect(kiosk.printer.strips == "/var/lib/nobat/slips.strips")
        #expect(kiosk.buttons.map(\.service.description) == ["admission", "lab"])
        #expect(kiosk.buttons.map(\.line.line) == ["GPIO6", "GPIO13"])
        #expect(kiosk.codeService == Name("admission") && kiosk.readers.count == 2)
        #expect(kiosk.display?.address == 9)
        #expect(kiosk.plan.buttons.count == 2)
        #expect(file.slipTitles == ["آزمایشگاه", "پذیرش"])
    }

    @Test func badKiosk_IsReportedInFull() throws {
        let text = try Self.hall(
            """
            kiosk:
              printer: { baud: 9601, width: 100, papr: 80 }
              buttons:
                - { service: admision, class: vip, button: { line: GPIO17 } }
                - { service: lab, line: GPIO5 }
              codes: { service: lab, readers: [{ input: /dev/input/x, port: /dev/ttyS9 }, { port: ttyS1 }] }
              display: { bus: hall, address: 1 }
            """)
        #expect(
            Samples.hallErrors(text)
                == """
                28:12: a printer has no "port"; add a line such as "port: /dev/serial/by-id/…"
                28:20: 9601 is no usual value of "baud"; write one of 4800, 9600, 19200, 38400, \
                57600, 115200
                28:33: 100 is out of range; "width" may be 360 to 640
                28:38: a printer has no key "papr"; known here: port, baud, frame, width, header, \
                font, strips
                30:18: there is no service "admision" in this hall; did you mean "admission"?
                30:35: "vip" is no value of "class"; known here: normal, elderly, disabled, emergency
                30:56: line GPIO17 of pinctrl-bcm2711 is already at line 24; wire one of the two to \
                another line
                31:7: a kiosk's button has no "button"; add a line such as "button: { line: GPIO5 }"
                31:23: a kiosk's button has no key "line"; known here: service, class, button, lamp
                32:65: a reader is either at a "port" or an "input"; take one of the two away
                32:87: "ttyS1" is no address of a serial port; write /dev/serial/by-id/…, \
                tcp://host:port or pty:/path
                33:34: address 1 of bus "hall" is already at line 23; give each display of a bus its \
                own address, and set the unit to it
                """.lines)
    }

    @Test func printerThatCannotPrintPictures_IsReported() throws {
        let port = "/dev/serial/by-id/x"
        let printer = "{ port: \(port), baud: 2400, frame: 7E1 }"
        let errors = Samples.hallErrors(
            try Self.hall("kiosk: { buttons: [], printer: \(printer) }"))
        #expect(errors.count == 2, "\(errors)")
        #expect(errors.first?.hasPrefix("27:") == true && errors.last?.hasPrefix("27:") == true)
        #expect(errors.contains { $0.contains("2400 is out of range; \"baud\" may be 4800 to") })
        #expect(errors.contains { $0.contains("\"7E1\" is no value of \"frame\"") })
    }

    @Test func kioskWithoutAnythingToDo_AndAPortUsedTwice_AreReported() throws {
        let port = "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10K1234-if00-port0"
        let errors = Samples.hallErrors(try Self.hall("kiosk: { printer: { port: \(port) } }"))
        #expect(
            errors
                == """
                27:8: the kiosk has neither "buttons" nor "codes"; add "buttons: [{ service: \
                admission, button: { line: GPIO5 } }]"
                27:27: the port /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10K1234-if00-por… is \
                already at line 18; give each device its own port
                """.lines)
    }
}
