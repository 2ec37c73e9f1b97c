// SPDX-License-Identifier: Apache-2.0

import Foundation
import QueueCore

/// Writes the configurations of a software hall.
struct HallFiles {
    let folder: String
    let plan: SoftwareHall.Plan

    /// Series letters for local numbering, apart from the services' own.
    private static let localLetters = ["L", "M", "N", "P", "Q", "R", "S", "T"]

    func path(_ file: String) -> String { folder + "/" + file }

    func writeCentral(
        _ name: String = "central", port: UInt16, database: String? = nil
    ) throws {
        let services = plan.services.map { name, series in
            let more = plan.serviceKeys[name].map { ", " + $0 } ?? ""
            return "      - { name: \(name), series: \(series), last: \(plan.last), "
                + "wrap: \(plan.wraps), block: \(plan.block)\(more) }"
        }
        let controllers = plan.controllers.enumerated().map { index, name in
            """
                  - name: \(name)
                    local-series: \(Self.localLetters[index])
            """
        }
        let text = """
            listen: 127.0.0.1:\(port)
            socket: \(path("\(name).sock"))
            database: \(database ?? path("central.db"))\(plan.hasKeys ? "\nkeys: \(path("keys"))" : "")
            halls:
              - name: main
                services:
            \(services.joined(separator: "\n"))
                controllers:
            \(controllers.joined(separator: "\n"))
            \(plan.centralMore)

            """
        try write(text, "\(name).yaml")
    }

    func writeController(_ name: String, booths: [Int], port: UInt16) throws {
        let services = plan.services.map(\.0).joined(separator: ", ")
        let list = booths.map { booth in
            """
              - number: \(booth)
                services: [\(services)]
                display: { bus: displays, address: \(booth) }
            """
        }
        let ports = plan.nodePorts.isEmpty ? [port] : plan.nodePorts
        let addresses = ports.map { "127.0.0.1:\($0)" }
        let key = plan.hasKeys ? "\ncentral-key: \(path("\(name).key"))" : ""
        let deadMan = plan.deadMan.map { "\n    dead-man: \($0)" } ?? ""
        let text = """
            name: \(name)
            central: \(addresses.count == 1 ? addresses[0] : "[\(addresses.joined(separator: ", "))]")
            socket: \(path("\(name).sock"))
            database: \(path("\(name).db"))\(key)
            calls: { guard: \(plan.guardTime) }
            buses:
              - name: displays
                port: pty:\(path("\(name).bus"))\(deadMan)
            booths:
            \(list.joined(separator: "\n"))
            \(plan.more)

            """
        try write(text, "\(name).yaml")
    }

    /// A key for each controller, and for each of the others, at both its ends.
    func writeKeys() throws {
        let files = FileManager.default
        try files.createDirectory(atPath: path("keys"), withIntermediateDirectories: true)
        let owners = plan.controllers.map { ($0, "controller") } + plan.otherKeys
        var random = SystemRandomNumberGenerator()
        for (name, role) in owners {
            guard let name = Name(name), let role = Role(rawValue: role),
                let holder = KeyHolder(name: name, role: role)
            else { continue }
            let line = Data((LinkKey(of: holder, using: &random).line + "\n").utf8)
            for file in ["keys/\(holder.fileName)", "\(name).key"] {
                _ = files.createFile(
                    atPath: path(file), contents: line, attributes: [.posixPermissions: 0o600])
            }
        }
    }

    private func write(_ text: String, _ file: String) throws {
        try text.write(toFile: path(file), atomically: true, encoding: .utf8)
    }
}
