// SPDX-License-Identifier: Apache-2.0

// Lines of a GPIO chip that this program holds: the ground under buttons and lamps.

import CGpiod
import CSerialPort
import Glibc
import QueueCore

/// Lines that are held until the owner goes.
struct GpiodRequest: ~Copyable {
    let chip: ChipName
    private let held: UnsafeMutablePointer<nobat_gpio>
    private var sequence: EdgeSequence

    init(held: UnsafeMutablePointer<nobat_gpio>, chip: ChipName) {
        self.held = held
        self.chip = chip
        sequence = EdgeSequence(lines: Int(held.pointee.count))
    }

    deinit { nobat_gpio_release(held) }

    var count: Int { Int(held.pointee.count) }

    /// The logical level of each line.
    borrowing func levels() throws(LineError) -> [Bool] {
        var levels: [Bool] = []
        for line in 0..<count {
            levels.append(
                try call("reading line \(line)") { nobat_gpio_get(held, UInt32(line)) } == 1)
        }
        return levels
    }

    /// Sets the logical level of an output.
    borrowing func set(_ line: Int, _ isActive: Bool) throws(LineError) {
        precondition((0..<count).contains(line), "the caller knows how many lines it asked for")
        _ = try call("setting line \(line)") { nobat_gpio_set(held, UInt32(line), isActive) }
    }

    /// Waits for edges or for `wake`; a chip that goes is noticed in `HardwareLimits.chipCheck`.
    mutating func wait(until deadline: Moment, wake: WakeUp) throws(LineError) -> LineBatch {
        var set = pollSet(wake)
        while true {
            let slice = min(deadline, Posix.now() + HardwareLimits.chipCheck)
            if try ready(&set, until: slice) { break }
            _ = try levels()
            if slice == deadline { return LineBatch() }
        }
        var batch = LineBatch(isInterrupted: set[set.count - 1].revents != 0 && wake.take())
        for place in 0..<set.count - 1 where set[place].revents != 0 {
            guard set[place].revents & Int16(POLLIN) != 0 else { throw .vanished(chip: chip) }
            try read(place, into: &batch)
        }
        batch.edges.sort { $0.at < $1.at }
        return batch
    }

    private borrowing func pollSet(_ wake: WakeUp) -> [pollfd] {
        var numbers = [Int32](repeating: -1, count: HardwareLimits.linesMax)
        let used = Int(nobat_gpio_descriptors(held, &numbers))
        let watched = numbers.prefix(used) + [wake.number]
        return watched.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }

    private borrowing func ready(
        _ set: inout [pollfd], until deadline: Moment
    ) throws(LineError) -> Bool {
        do throws(Errno) {
            return try Posix.poll(&set, until: deadline)
        } catch {
            throw LineError(error, chip: chip, operation: "waiting for edges")
        }
    }

    private mutating func read(_ place: Int, into batch: inout LineBatch) throws(LineError) {
        var edges = [nobat_gpio_edge](
            repeating: nobat_gpio_edge(), count: Int(NOBAT_GPIO_LINES_MAX))
        var isOverrun = false
        let count = try call("reading edges") {
            nobat_gpio_read(held, UInt32(place), &edges, &isOverrun)
        }
        for edge in edges.prefix(Int(count)) {
            if sequence.note(line: Int(edge.line), sequence: edge.sequence) { isOverrun = true }
            batch.edges.append(
                LineEdge(
                    line: Int(edge.line), isPressed: edge.rising,
                    at: Moment(microseconds: Int64(edge.stamp_ns / 1_000))))
        }
        if isOverrun { batch.isOverrun = true }
    }

    private borrowing func call(
        _ operation: String, _ body: () -> Int32
    ) throws(LineError) -> Int32 {
        do throws(Errno) {
            return try Posix.call(body)
        } catch {
            throw LineError(error, chip: chip, operation: operation)
        }
    }
}
