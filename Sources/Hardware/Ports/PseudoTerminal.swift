// SPDX-License-Identifier: Apache-2.0

// A wire without a wire: the side of a pseudo-terminal at which a software unit stands in the demo
// and in tests, while the daemon opens the other side as a serial port.

import CSerialPort
import Glibc
import QueueCore
import Synchronization

/// The master of a pseudo-terminal. `open` plugs it in, `close` unplugs it: the other side sees
/// a port that is gone, as with an adapter. Between the two, programs may come and go there.
public final class PseudoTerminal: SerialPort {
    private struct Far: ~Copyable {
        var slave = Descriptor()
        var path: String?
    }

    /// The stable link to the other side, if one was asked for.
    public let link: String?

    private let far = Mutex(Far())
    private let channel: PortChannel

    /// A pseudo-terminal that is not open yet. `link` is a path whose folder exists: each `open` puts
    /// a symbolic link there that leads to the other side.
    public init(link: String? = nil) throws(PortError) {
        self.link = link
        channel = try PortChannel(address: link ?? "pseudo-terminal")
    }

    deinit { removeLink(far.withLock { $0.path }) }

    /// The other side's device, such as `/dev/pts/3`; nil while it is not open.
    public var slavePath: String? { far.withLock { $0.path } }

    /// `pseudo-terminal /dev/pts/3`, or its link.
    public var description: String { "pseudo-terminal \(link ?? slavePath ?? "(closed)")" }

    /// What a technician should know of the port as it was opened.
    public var remarks: [String] { channel.remarks }

    /// Makes a new pseudo-terminal, raw, and its link; an open one is closed first.
    public func open() throws(PortError) {
        close()
        try channel.open { () throws(PortError) in try opened() }
    }

    /// Unplugs: the other side's program sees its port disconnected. The link goes too.
    public func close() {
        channel.close()
        let path = far.withLock { far in
            far.slave.close()
            defer { far.path = nil }
            return far.path
        }
        removeLink(path)
    }

    /// Appends what has come, up to `max` bytes, waiting for it until the deadline.
    public func read(
        into buffer: inout [UInt8], max: Int, until deadline: Moment
    ) throws(PortError) -> PortRead {
        try channel.read(into: &buffer, max: max, until: deadline)
    }

    /// Hands all bytes to the driver.
    public func write(_ bytes: [UInt8], until deadline: Moment) throws(PortError) {
        try channel.write(bytes, until: deadline)
    }

    /// Returns at once: a pseudo-terminal has no wire.
    public func drain(until deadline: Moment) throws(PortError) {
        try channel.drain(until: deadline)
    }

    /// Throws away what has come and was not read.
    public func discard() throws(PortError) { try channel.discard() }

    /// Ends a read within milliseconds, or the next one. From any thread.
    public func interrupt() { channel.interrupt() }

    private func opened() throws(PortError) -> OpenedPort {
        let settings: PortSettings
        do throws(PortSettingsError) {
            settings = try PortSettings(address: "/dev/ptmx")
        } catch {
            throw failed(error.description)
        }
        do throws(Errno) {
            let flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
            let master = Descriptor(try Posix.call { Glibc.open("/dev/ptmx", flags) })
            let number = master.number
            let path = "/dev/pts/\(try Posix.call { nobat_pty_number(number) })"
            // Held open, so that reads here do not end whenever the other side's program does.
            let slave = Descriptor(try Posix.call { Glibc.open(path, flags) })
            try Terminal.makeRaw(slave.number, settings)
            try makeLink(to: path)
            keep(slave, path)
            return OpenedPort(descriptor: master, kind: .master, remarks: [])
        } catch {
            throw failed(error.description)
        }
    }

    private func keep(_ slave: consuming Descriptor, _ path: String) {
        let number = slave.release()
        far.withLock { far in
            far.slave.adopt(Descriptor(number))
            far.path = path
        }
    }

    /// Puts the link in its place in one step, so that it is never missing in between.
    private func makeLink(to path: String) throws(Errno) {
        guard let link else { return }
        let passing = link + ".new"
        unlink(passing)
        _ = try Posix.call { symlink(path, passing) }
        _ = try Posix.call { rename(passing, link) }
    }

    /// Removes the link while it is still the one that was made here.
    private func removeLink(_ path: String?) {
        guard let link, let path else { return }
        // One byte more than the target that is ours: a longer one then differs in length.
        var target = [CChar](repeating: 0, count: path.utf8.count + 1)
        let count = readlink(link, &target, target.count)
        let found = target.prefix(max(0, count)).map(UInt8.init(bitPattern:))
        if found.elementsEqual(path.utf8) { unlink(link) }
    }

    private func failed(_ reason: String) -> PortError {
        .failed(
            port: link ?? "pseudo-terminal", operation: "making a pseudo-terminal",
            reason: reason)
    }
}
