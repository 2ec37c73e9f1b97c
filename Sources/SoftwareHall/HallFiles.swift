// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Writes the configurations of a software hall.
struct HallFiles {
    let folder: String
    let plan: SoftwareHall.Plan

    /// Series letters for local numbering, apart from the services' own.
    private static let localLetters = ["L", "M", "N", "P", "Q", "R", "S", "T"]

    func path(_ file: String) -> String { folder + "/" + file }

    func writeCentral(port: UInt16) throws {
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
            socket: \(path("central.sock"))
            database: \(path("central.db"))
            halls:
              - name: main
                services:
            \(services.joined(separator: "\n"))
                controllers:
            \(controllers.joined(separator: "\n"))
            \(plan.centralMore)

            """
        try write(text, "central.yaml")
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
        let deadMan = plan.deadMan.map { "\n    dead-man: \($0)" } ?? ""
        let text = """
            name: \(name)
            central: 127.0.0.1:\(port)
            socket: \(path("\(name).sock"))
            database: \(path("\(name).db"))
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

    private func write(_ text: String, _ file: String) throws {
        try text.write(toFile: path(file), atomically: true, encoding: .utf8)
    }
}
