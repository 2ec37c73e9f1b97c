// SPDX-License-Identifier: Apache-2.0

// A booth unit as it is shipped: the very image, on an emulated chip whose pins are wires in this
// program. What it shows is read from its pins, never from its registers.

import Foundation
import Synchronization

/// A unit in QEMU's STM32L475 board, which boots the image for the L476RG.
public final class EmulatedUnit: Sendable {
    /// Ways to make the processor stumble.
    public enum Fault: Sendable {
        /// It meets a trap instruction of the image's own, as a failed check of Swift's is one.
        case trap
        /// It runs into memory where there is nothing.
        case nowhere
        /// An interrupt that nobody handles: the non-maskable one.
        case strayInterrupt
    }

    /// A pin that something outside drives.
    private struct Wire: Hashable {
        var port: Character
        var pin: Int
    }

    private struct State {
        var grounded: Set<Wire> = []
        var everDriven: Set<Wire> = []
        var resets = 0
        var isStopped = false
    }

    /// The bus side of the unit: the bytes of its USART1.
    public let uart: LocalSocket
    /// The file that it boots.
    public let image: String
    private let process: QemuProcess
    private let pinSocket: PinSocket
    private let control: ControlSocket
    private let state = Mutex(State())
    private let caretaker: DispatchQueue

    private static let switchWires = [
        Wire(port: "a", pin: 0), Wire(port: "a", pin: 1), Wire(port: "a", pin: 11),
        Wire(port: "b", pin: 4), Wire(port: "b", pin: 5),
    ]
    private static let buttonWires = [Wire(port: "b", pin: 0), Wire(port: "b", pin: 1)]

    /// Gives a unit power whose address switches are set to `switches` (0: all open).
    public convenience init(image: String, switches: UInt8 = 0) throws(EmulatorError) {
        guard FileManager.default.isReadableFile(atPath: image) else {
            throw EmulatorError("there is no image at \(image); make firmware builds it")
        }
        let name = "nobat-emu-\(UInt32.random(in: 0...UInt32.max))"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch { throw EmulatorError("\(folder) can't be made: \(error)") }
        let (process, pins) = try Self.launch(image, folder)
        do throws(EmulatorError) {
            try self.init(process, pins, image)
            try start(switches)
        } catch {
            process.end()
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    /// The thread that starts QEMU reads its pins afterwards, and so lives as long as QEMU does.
    private static func launch(
        _ image: String, _ folder: String
    ) throws(EmulatorError) -> (QemuProcess, PinSocket) {
        let launch = Launch()
        let thread = Thread { launch.run(image: image, folder: folder) }
        thread.name = "pins"
        thread.start()
        return try launch.wait()
    }

    private init(_ process: QemuProcess, _ pins: PinSocket, _ image: String) throws(EmulatorError) {
        self.process = process
        self.image = image
        pinSocket = pins
        caretaker = DispatchQueue(label: "caretaker")
        let relay = Relay()
        control = ControlSocket(try process.connect("control")) { relay.call() }
        uart = try process.connect("uart")
        relay.set { [weak self] in self?.hasResetItself() }
        let control = control
        let thread = Thread { control.run() }
        thread.name = "control"
        thread.start()
    }

    private func start(_ switches: UInt8) throws(EmulatorError) {
        try control.execute("qmp_capabilities")
        try pinSocket.command("irq_intercept_out /machine/soc/gpioa")
        try setSwitches(switches)
        try control.execute("cont")
    }

    deinit { stop() }

    /// What has come out of the pins so far.
    public var pins: UnitPins { pinSocket.pins }

    /// The four characters that are lit now.
    public var text: String { pinSocket.look(\.text) }

    /// The segments that are lit now, leftmost first, bits DP A–G.
    public var segments: [UInt8] { pinSocket.look(\.segments) }

    /// How often the chip has reset itself.
    public var resets: Int { state.withLock { $0.resets } }

    /// Whether its QEMU runs; it ends by itself when the chip has locked up for good.
    public var isRunning: Bool { process.isRunning }

    /// The process id of its QEMU.
    public var processID: Int32 { process.processID }

    /// Forgets changes and beeps so far.
    public func forget() { pinSocket.forget() }

    /// Waits until the pins are as wanted; false when they are not within `seconds`.
    public func wait(_ seconds: Double, until holds: (UnitPins) -> Bool) -> Bool {
        let end = UnitPins.now() + seconds
        while true {
            if pinSocket.look(holds) { return true }
            if UnitPins.now() > end { return false }
            usleep(1_000)
        }
    }

    /// Sets the address switches; they are read at the next reset.
    public func setSwitches(_ switches: UInt8) throws(EmulatorError) {
        for (bit, wire) in Self.switchWires.enumerated() {
            try ground(wire, switches >> bit & 1 == 1)
        }
    }

    /// Presses button 1 or 2, or lets it go.
    public func press(_ button: Int, _ isDown: Bool) throws(EmulatorError) {
        try ground(Self.buttonWires[button - 1], isDown)
    }

    /// Resets the chip as its reset button does; memory keeps what it holds.
    public func reset() throws(EmulatorError) {
        let result = caretaker.sync { () -> Result<Void, EmulatorError> in
            Result { () throws(EmulatorError) in
                try control.execute("stop")
                try restart()
            }
        }
        try result.get()
    }

    /// Makes the processor stumble. It notices within milliseconds.
    public func fault(_ fault: Fault) throws(EmulatorError) {
        switch fault {
        case .trap:
            let image = try FirmwareImage(path: image)
            guard let trap = image.trapOffset else {
                throw EmulatorError("\(self.image) has no trap instruction")
            }
            try debug().goOn(at: FirmwareImage.flashStart + UInt32(trap))
        case .nowhere:
            try debug().goOn(at: 0x6000_0000)
        case .strayInterrupt:
            // NMIPENDSET of ICSR (ARMv7-M Architecture Reference Manual, B3.2.4).
            try pinSocket.command("writel 0xE000ED04 0x80000000")
        }
    }

    /// The word at an address of the chip.
    public func word(at address: UInt32) throws(EmulatorError) -> UInt32 {
        let text = try pinSocket.command("readl 0x\(String(address, radix: 16))")
        guard let value = UInt64(text.dropFirst(2), radix: 16) else {
            throw EmulatorError("QEMU answers \(text)")
        }
        return UInt32(truncatingIfNeeded: value)
    }

    /// Takes the power away and waits until QEMU is gone.
    public func stop() {
        let wasStopped = state.withLock { state in
            defer { state.isStopped = true }
            return state.isStopped
        }
        if wasStopped { return }
        uart.end()
        process.end()
        try? FileManager.default.removeItem(atPath: process.folder)
    }

    private func debug() throws(EmulatorError) -> DebugSocket {
        try DebugSocket(path: process.folder + "/debug")
    }

    private func ground(_ wire: Wire, _ isGrounded: Bool) throws(EmulatorError) {
        let isNews = state.withLock { state in
            if isGrounded { state.grounded.insert(wire) } else { state.grounded.remove(wire) }
            // An input that nothing has driven yet is left to its pull-up.
            if isGrounded { state.everDriven.insert(wire) }
            return state.everDriven.contains(wire)
        }
        if isNews { try drive(wire, isGrounded ? 0 : 1) }
    }

    private func drive(_ wire: Wire, _ level: Int) throws(EmulatorError) {
        try pinSocket.command(
            "set_irq_in /machine/soc/gpio\(wire.port) unnamed-gpio-in \(wire.pin) \(level)")
    }

    private func hasResetItself() {
        state.withLock { $0.resets += 1 }
        caretaker.async { [weak self] in
            guard let self, !state.withLock({ $0.isStopped }) else { return }
            // Fails only when QEMU has ended, which everything after this will meet.
            try? restart()
        }
    }

    /// A reset takes the outputs away without telling so. Each that was high is driven high and let
    /// go, so that its fall, and its next rise, are told.
    private func dropOutputs() throws(EmulatorError) {
        let levels = try word(at: 0x4800_0010)
        for pin in UnitPins.Pin.outputs where pinSocket.look({ $0.level(pin) }) {
            guard levels >> pin & 1 == 0 else { continue }
            for level in [1, 0] { try drive(Wire(port: "a", pin: pin), level) }
        }
    }

    private func restart() throws(EmulatorError) {
        try control.resetStandingStill()
        try dropOutputs()
        for wire in state.withLock({ $0.grounded }) { try drive(wire, 0) }
        try control.execute("set-action", ["reboot": "shutdown"])
        try control.execute("cont")
    }
}
