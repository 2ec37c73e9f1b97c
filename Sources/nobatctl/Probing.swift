// SPDX-License-Identifier: Apache-2.0

// Looks at an installation: the file, the service, the daemon. What is wrong with what was seen is
// decided in Installation.

import Control
import Foundation
import Hardware
import Installation
import NobatConfiguration

/// Looks at one daemon's installation.
struct Probing {
    /// `nobatd` or `nobat-central`.
    let daemon: String
    let path: String
    /// The control socket; nil for the one that the file names.
    let socket: String?

    /// The user that the packages make.
    private static let user = "nobat"

    func probes() -> Probes {
        var probes = Probes(
            daemon: daemon, version: programVersion, file: FileProbe(path: path, exists: false))
        probes.service = service()
        probes.user = Accounts.user(Self.user)
        var about = stat()
        if stat(path, &about) == 0 {
            probes.file.exists = true
        }
        var found = socket
        if probes.file.exists {
            do throws(ConfigurationErrors) {
                if daemon == "nobatd" {
                    let configuration = try ControllerConfiguration.load(path: path)
                    found = found ?? configuration.socketPath
                    probes.file.fingerprint = configuration.fingerprint
                    look(at: configuration, &probes)
                } else {
                    let configuration = try CentralConfiguration.load(path: path)
                    found = found ?? configuration.socketPath
                    probes.file.fingerprint = configuration.fingerprint
                    probes.clock = MachineProbe.clock(configuration.timeZone, configuration.clock)
                    probes.keys = [configuration.pages?.keyPath].compactMap(\.self)
                        .map(MachineProbe.key)
                    probes.keyFolder = configuration.keysPath.flatMap(MachineProbe.keyFolder)
                    if configuration.databaseServer == nil {
                        probes.disk = MachineProbe.disk(database: configuration.databasePath)
                    }
                }
            } catch {
                probes.file.errors = "\(error)".split(separator: "\n").map(String.init)
            }
        }
        ask(found ?? "/run/nobat/\(daemon == "nobatd" ? "nobatd" : "central").sock", &probes)
        return probes
    }

    private func look(at configuration: ControllerConfiguration, _ probes: inout Probes) {
        probes.clock = MachineProbe.clock(configuration.timeZone, configuration.clock)
        probes.keys = [configuration.pages?.keyPath].compactMap(\.self).map(MachineProbe.key)
        if let path = configuration.centralKeyPath {
            var key = MachineProbe.key(path)
            key.isOfLink = true
            probes.keys.append(key)
        }
        probes.disk = MachineProbe.disk(database: configuration.databasePath)
        var ports = configuration.buses.map { ("bus \($0.name)", $0.port) }
        var inputs: [String] = []
        if let kiosk = configuration.kiosk {
            ports.append(("the slip printer", kiosk.printer.port))
            for reader in kiosk.readers {
                switch reader {
                case .serial(let port, _): ports.append(("a reader of codes", port))
                case .keyboard(let path): inputs.append(path)
                }
            }
        }
        probes.devices = ports.filter { $0.1.hasPrefix("/") }
            .map { MachineProbe.device(purpose: $0.0, path: $0.1) }
        probes.devices += inputs.map {
            MachineProbe.device(purpose: "a reader of codes", path: $0, access: 0o040)
        }
        let wired =
            configuration.wiring.flatMap { [$0.button, $0.lamp].compactMap(\.self) }
            + (configuration.kiosk?.buttons ?? []).flatMap {
                [$0.line, $0.lamp].compactMap(\.self)
            }
        let byChip = Dictionary(grouping: wired, by: \.chip)
        let chips = byChip.isEmpty ? nil : GpioChips.present()
        probes.chips = byChip.sorted { $0.key < $1.key }.compactMap { label, lines in
            chips.map { MachineProbe.chip(label: label, lines: lines.map(\.line), among: $0) }
        }
    }

    private func ask(_ socket: String, _ probes: inout Probes) {
        do {
            let report = try ControlClient(path: socket).ask(
                ControlRequest(.status), as: StatusReport.self)
            probes.report = report
        } catch let error as ControlError {
            probes.silence = error.detail
        } catch {
            probes.silence = "\(error)"
        }
    }

    private func service() -> ServiceProbe? {
        guard FileManager.default.fileExists(atPath: "/run/systemd/system"),
            let said = Systemd.ask(
                "show", "\(daemon).service", "--property",
                "LoadState,ActiveState,UnitFileState,Result,NRestarts")
        else { return nil }
        var words: [String: String] = [:]
        for line in said.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { words[String(parts[0])] = String(parts[1]) }
        }
        return ServiceProbe(
            load: words["LoadState"] ?? "not-found", active: words["ActiveState"] ?? "inactive",
            file: words["UnitFileState"] ?? "", result: words["Result"] ?? "",
            restarts: words["NRestarts"].flatMap { Int($0) } ?? 0)
    }
}

/// systemctl as a process.
enum Systemd {
    /// What it says; nil when it could not be asked or refused.
    static func ask(_ arguments: String...) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["systemctl"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    }
}
