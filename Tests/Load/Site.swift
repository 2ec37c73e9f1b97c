// SPDX-License-Identifier: Apache-2.0

import Foundation
import QueueCore

/// A site on paper: its halls, its controllers, the files of its central.
struct Site: Sendable {
    let folder: String
    let port: UInt16
    let halls: [Hall]
    let controllers: [Place]
    let kiosk: LinkKey

    /// A hall and its one service.
    struct Hall: Sendable {
        let name: Name
        let service: Name
        let series: Series
    }

    /// A controller, its hall, its key and the address that it comes from.
    struct Place: Sendable {
        let name: Name
        let hall: Int
        let key: LinkKey
        let source: String
    }

    /// Controllers of one address: a building behind a router.
    private static let controllersOfAddress = 100

    init(folder: String, hosts: Int, halls count: Int) throws {
        guard (1...Limits.servicesMax).contains(count),
            (count...Limits.controllersMax).contains(hosts)
        else {
            throw LoadError(
                "\(hosts) controllers in \(count) halls are none: 1 to \(Limits.servicesMax) halls, and "
                    + "from one to \(Limits.controllersMax) controllers for all of them")
        }
        var random = SystemRandomNumberGenerator()
        self.folder = folder
        port = try Self.freePort()
        halls = (0..<count).compactMap { index in
            guard let name = Name("hall-\(index + 1)"), let service = Name("service-\(index + 1)"),
                let series = Series(letter: 0x41 + UInt8(index))
            else { return nil }
            return Hall(name: name, service: service, series: series)
        }
        controllers = (0..<hosts).compactMap { index in
            guard let name = Name("c\(index + 1)"),
                let holder = KeyHolder(name: name, role: .controller)
            else { return nil }
            return Place(
                name: name, hall: index % count, key: LinkKey(of: holder, using: &random),
                source:
                    "127.1.\(index / Self.controllersOfAddress / 200).\(index / Self.controllersOfAddress % 200 + 1)"
            )
        }
        guard let name = Name("kiosk-1"), let holder = KeyHolder(name: name, role: .kiosk) else {
            throw LoadError("the kiosk has no name")
        }
        kiosk = LinkKey(of: holder, using: &random)
    }

    func path(_ file: String) -> String { folder + "/" + file }

    /// Makes the folder, the central's configuration and its keys.
    func write() throws {
        let files = FileManager.default
        guard !files.fileExists(atPath: folder) else {
            throw LoadError("\(folder) is there already: remove it, or name another with --folder")
        }
        try files.createDirectory(
            atPath: path("keys"), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        var text = """
            listen: 127.0.0.1:\(port)
            socket: \(path("central.sock"))
            database: \(path("central.db"))
            keys: \(path("keys"))
            timezone: UTC
            halls:

            """
        for (index, hall) in halls.enumerated() {
            text += "  - name: \(hall.name)\n    services:\n"
            text += "      - { name: \(hall.service), series: \(hall.series), block: 2 }\n"
            text += "    controllers:\n"
            for place in controllers where place.hall == index {
                text += "      - { name: \(place.name) }\n"
            }
        }
        try text.write(toFile: path("central.yaml"), atomically: false, encoding: .utf8)
        for place in controllers { try write(place.key, "\(place.name).controller.key") }
        try write(kiosk, "kiosk-1.kiosk.key")
    }

    private func write(_ key: LinkKey, _ file: String) throws {
        let made = FileManager.default.createFile(
            atPath: path("keys/" + file), contents: Data((key.line + "\n").utf8),
            attributes: [.posixPermissions: 0o600])
        guard made else { throw LoadError("the key \(path("keys/" + file)) can't be written") }
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard result else { throw LoadError("no port is free on 127.0.0.1") }
        return UInt16(bigEndian: address.sin_port)
    }
}
