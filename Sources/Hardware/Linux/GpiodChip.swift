// SPDX-License-Identifier: Apache-2.0

// Finds a GPIO chip by its label and its lines by name or offset. Chip numbers are never used: they
// follow the order in which drivers happened to start.

import CGpiod
import Glibc

/// A GPIO chip that is open for looking at.
struct GpiodChip: ~Copyable {
    let name: ChipName
    let lineCount: Int
    private let chip: OpaquePointer

    private init(name: ChipName, lineCount: Int, chip: OpaquePointer) {
        self.name = name
        self.lineCount = lineCount
        self.chip = chip
    }

    deinit { gpiod_chip_close(chip) }

    /// The one chip with a label, among the `gpiochip*` devices of a folder.
    static func find(label: String, in folder: String = "/dev") throws(LineError) -> GpiodChip {
        var present: [ChipName] = []
        var unreadable: [String] = []
        for path in chipPaths(in: folder) {
            do throws(Errno) {
                present.append(try GpiodChip.open(path).name)
            } catch {
                if error.code == EACCES || error.code == EPERM { unreadable.append(path) }
            }
        }
        let matching = present.filter { $0.label == label }
        guard let found = matching.first else {
            throw .noChip(label: label, present: present, unreadable: unreadable)
        }
        guard matching.count == 1 else {
            throw .ambiguousChip(label: label, paths: matching.map(\.path))
        }
        do throws(Errno) {
            return try GpiodChip.open(found.path)
        } catch {
            throw LineError(error, chip: found, operation: "open")
        }
    }

    /// The chip devices of a folder, by name: `gpiochip2` before `gpiochip10`.
    static func chipPaths(in folder: String) -> [String] {
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { text in
                text.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix("gpiochip") { names.append(name) }
        }
        return names.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }.map { "\(folder)/\($0)" }
    }

    /// Opens a chip's device and reads its label.
    private static func open(_ path: String) throws(Errno) -> GpiodChip {
        guard let chip = gpiod_chip_open(path) else { throw Errno(errno) }
        var label = [CChar](repeating: 0, count: HardwareLimits.nameBytesMax)
        let count = nobat_gpio_chip_about(chip, &label, label.count)
        guard count >= 0 else {
            let reason = Errno(errno)
            gpiod_chip_close(chip)
            throw reason
        }
        return GpiodChip(
            name: ChipName(path: path, label: text(label)), lineCount: Int(count), chip: chip)
    }

    /// The chips of a folder that may be opened, with the names of their lines by offset; and those that
    /// may not.
    static func present(
        in folder: String
    ) -> (chips: [(name: ChipName, lines: [String])], unreadable: [String]) {
        var chips: [(name: ChipName, lines: [String])] = []
        var unreadable: [String] = []
        for path in chipPaths(in: folder) {
            do throws(Errno) {
                let chip = try GpiodChip.open(path)
                chips.append((chip.name, (0..<UInt32(chip.lineCount)).map { chip.about($0).name }))
            } catch {
                if error.code == EACCES || error.code == EPERM { unreadable.append(path) }
            }
        }
        return (chips, unreadable)
    }

    /// Takes lines for this program, as inputs with both edges or as outputs that start dark.
    consuming func request(
        _ lines: [LineChoice], isOutput: Bool, user: String
    ) throws(LineError) -> GpiodRequest {
        guard (1...HardwareLimits.linesMax).contains(lines.count) else {
            throw .badRequest(
                reason: "\(lines.count) lines were named, 1 to \(HardwareLimits.linesMax) fit")
        }
        let offsets = try offsets(of: lines)
        let wanted = zip(lines, offsets).map { line, offset in
            nobat_gpio_line(
                offset: offset, bias: line.bias.shimValue, active_low: line.isActiveLow)
        }
        let name = name
        let users = offsets.map { about($0).user }
        // The request closes the chip that it is given, so it gets one of its own.
        guard let own = gpiod_chip_open(name.path) else {
            throw LineError(Errno(errno), chip: name, operation: "open")
        }
        guard let held = nobat_gpio_request(own, wanted, UInt32(wanted.count), isOutput, user)
        else {
            let reason = Errno(errno)
            let taken = zip(lines, users).first { !$0.1.isEmpty }
            if reason.code == EBUSY {
                throw .inUse(
                    taken?.0.address ?? lines[0].address, chip: name, by: taken?.1 ?? "")
            }
            throw LineError(reason, chip: name, operation: "taking the lines")
        }
        return GpiodRequest(held: held, chip: name)
    }

    /// Where each line is on the chip.
    private borrowing func offsets(of lines: [LineChoice]) throws(LineError) -> [UInt32] {
        let names = (0..<UInt32(lineCount)).map { about($0).name }
        var offsets: [UInt32] = []
        for line in lines {
            let offset = try LineSearch(chip: name, names: names).offset(of: line.address)
            guard !offsets.contains(offset) else {
                throw .badRequest(reason: "line \(line.address) of chip \(name) is named twice")
            }
            offsets.append(offset)
        }
        return offsets
    }

    private borrowing func about(_ offset: UInt32) -> (name: String, user: String) {
        var name = [CChar](repeating: 0, count: HardwareLimits.nameBytesMax)
        var user = name
        guard nobat_gpio_line_about(chip, offset, &name, &user, name.count) == 0 else {
            return ("", "")
        }
        return (Self.text(name), Self.text(user))
    }

    private static func text(_ bytes: [CChar]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension LineBias {
    /// The shim's number for it.
    fileprivate var shimValue: UInt32 {
        switch self {
        case .asIs: NOBAT_GPIO_BIAS_AS_IS.rawValue
        case .disabled: NOBAT_GPIO_BIAS_DISABLED.rawValue
        case .pullUp: NOBAT_GPIO_BIAS_PULL_UP.rawValue
        case .pullDown: NOBAT_GPIO_BIAS_PULL_DOWN.rawValue
        }
    }
}

extension LineError {
    /// The fault that an errno of the chip's driver means.
    init(_ reason: Errno, chip: ChipName, operation: String) {
        switch reason.code {
        case ENODEV, ENXIO, ENOENT, EIO: self = .vanished(chip: chip)
        case EACCES, EPERM: self = .permission(chip: chip)
        default:
            self = .failed(chip: chip, operation: operation, reason: reason.description)
        }
    }
}
