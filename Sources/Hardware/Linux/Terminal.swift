// SPDX-License-Identifier: Apache-2.0

// What every terminal device needs, however it is opened: one user at a time, raw bytes, and a
// frame format that was really taken.

import CSerialPort
import Glibc

/// Steps on an open terminal.
enum Terminal {
    /// Opens a terminal by its path, locks it and sets it raw, all through termios.
    static func open(
        path: String, address: String, settings: PortSettings
    ) throws(PortError) -> OpenedPort {
        let descriptor: Descriptor
        do throws(Errno) {
            descriptor = Descriptor(
                try Posix.call {
                    Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
                })
        } catch {
            throw .opening(error, port: address)
        }
        guard isatty(descriptor.number) == 1 else {
            throw .failed(
                port: address, operation: "open",
                reason: "it is no serial port; correct the address in the configuration")
        }
        try lock(descriptor, address: address)
        do throws(Errno) {
            try makeRaw(descriptor.number, settings)
        } catch {
            throw .opening(error, port: address, operation: "setting \(settings.baud) baud")
        }
        return OpenedPort(
            descriptor: descriptor, kind: kind(settings),
            remarks: rs485Remarks(descriptor, settings, address: address))
    }

    /// What a channel needs to know for its pace.
    static func kind(_ settings: PortSettings) -> OpenedPort.Kind {
        .terminal(bytesPerSecond: max(1, settings.baud / settings.format.bitsPerByte))
    }

    /// Refuses a port that another program holds. The lock binds those who look for it; the flag
    /// TIOCEXCL binds all but root. A pseudo-terminal gets no flag: it would outlive a killed
    /// program for as long as the other side stays.
    static func lock(_ descriptor: borrowing Descriptor, address: String) throws(PortError) {
        let number = descriptor.number
        do throws(Errno) {
            _ = try Posix.call { flock(number, LOCK_EX | LOCK_NB) }
            if !isPseudo(number) {
                _ = try Posix.call { nobat_serial_exclusive(number, true) }
            }
        } catch {
            throw .opening(error, port: address, operation: "lock")
        }
    }

    /// Whether it is the slave side of a pseudo-terminal.
    static func isPseudo(_ number: Int32) -> Bool {
        var about = stat()
        return fstat(number, &about) == 0 && nobat_device_is_pty(about.st_rdev)
    }

    /// Asks the driver to switch the RS-485 transceiver, when wanted, and says so if it cannot.
    static func rs485Remarks(
        _ descriptor: borrowing Descriptor, _ settings: PortSettings, address: String
    ) -> [String] {
        let number = descriptor.number
        guard settings.isRS485 else { return [] }
        do throws(Errno) {
            _ = try Posix.call { nobat_serial_rs485(number, true) }
            return ["\(address) switches the RS-485 transceiver by its driver"]
        } catch {
            return [
                "\(address) cannot switch an RS-485 transceiver by its driver (\(error)); use an "
                    + "adapter that switches by itself, as most USB adapters do"
            ]
        }
    }

    /// Sets raw bytes, the frame format and the speed, without flow control; a read answers with
    /// what is there, at least one byte.
    static func makeRaw(_ number: Int32, _ settings: PortSettings) throws(Errno) {
        guard let speed = speeds[settings.baud] else { throw Errno(EINVAL) }
        var modes = termios()
        _ = try Posix.call { tcgetattr(number, &modes) }
        cfmakeraw(&modes)
        modes.c_cflag &= ~tcflag_t(CRTSCTS)
        modes.c_cflag |= tcflag_t(CLOCAL | CREAD)
        if !isPseudo(number) {
            modes.c_cflag = modes.c_cflag & ~formatMask | flags(settings.format)
        }
        cfsetispeed(&modes, speed)
        cfsetospeed(&modes, speed)
        waitForOneByte(&modes)
        _ = try Posix.call { tcsetattr(number, TCSANOW, &modes) }
    }

    /// Makes reads of a terminal that a library has set up answer as ours do, and checks that the
    /// device took the format: some adapters ignore what they cannot do.
    static func finish(_ number: Int32, _ format: SerialFormat) throws(Errno) -> Bool {
        var modes = termios()
        _ = try Posix.call { tcgetattr(number, &modes) }
        let isTaken = modes.c_cflag & formatMask == flags(format)
        waitForOneByte(&modes)
        _ = try Posix.call { tcsetattr(number, TCSANOW, &modes) }
        return isTaken
    }

    private static func waitForOneByte(_ modes: inout termios) {
        withUnsafeMutableBytes(of: &modes.c_cc) { bytes in
            bytes[Int(VMIN)] = 1
            bytes[Int(VTIME)] = 0
        }
    }

    private static let formatMask = tcflag_t(CSIZE | PARENB | PARODD | CSTOPB)

    private static func flags(_ format: SerialFormat) -> tcflag_t {
        var flags = [5: CS5, 6: CS6, 7: CS7][format.dataBits] ?? CS8
        if format.parity != .none { flags |= PARENB }
        if format.parity == .odd { flags |= PARODD }
        if format.stopBits == 2 { flags |= CSTOPB }
        return tcflag_t(flags)
    }

    /// The speeds that termios names; libserialport sets others too.
    private static let speeds: [Int: speed_t] = [
        50: speed_t(B50), 75: speed_t(B75), 110: speed_t(B110), 134: speed_t(B134),
        150: speed_t(B150), 200: speed_t(B200), 300: speed_t(B300), 600: speed_t(B600),
        1_200: speed_t(B1200), 1_800: speed_t(B1800), 2_400: speed_t(B2400),
        4_800: speed_t(B4800), 9_600: speed_t(B9600), 19_200: speed_t(B19200),
        38_400: speed_t(B38400), 57_600: speed_t(B57600), 115_200: speed_t(B115200),
        230_400: speed_t(B230400), 460_800: speed_t(B460800), 500_000: speed_t(B500000),
        576_000: speed_t(B576000), 921_600: speed_t(B921600), 1_000_000: speed_t(B1000000),
        1_152_000: speed_t(B1152000), 1_500_000: speed_t(B1500000),
        2_000_000: speed_t(B2000000), 2_500_000: speed_t(B2500000),
        3_000_000: speed_t(B3000000), 3_500_000: speed_t(B3500000),
        4_000_000: speed_t(B4000000),
    ]
}
