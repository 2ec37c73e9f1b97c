// SPDX-License-Identifier: Apache-2.0

// Programs that we did not write, as peers with keys: OpenSSL's client and stunnel.

import Foundation
import SoftwareHall
import Testing

/// The keys of a hall, as its peers have them.
struct HallKeys {
    let hall: SoftwareHall

    /// The line of a peer's key.
    func line(_ name: String) throws -> String {
        try String(contentsOfFile: hall.folder + "/\(name).key", encoding: .utf8)
            .trimmingCharacters(in: .newlines)
    }

    /// The arguments of `openssl s_client` for a peer's key.
    func openSSL(_ name: String) throws -> [String] {
        let parts = try line(name).split(separator: ":").map(String.init)
        return ["-psk_identity", parts[0], "-psk", parts[1]]
    }

    /// Runs nobatctl's commands about keys; its output.
    @discardableResult
    func control(
        _ arguments: String..., refuses: Bool = false,
        at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let run = try Finished(
            "nobatctl",
            ["key"] + arguments
                + ["--folder", hall.folder + "/keys", "--socket", hall.central.socketPath],
            at: location)
        try check(
            run.status, is: refuses ? 1 : 0, "nobatctl key \(arguments): \(run.output)",
            at: location)
        return run.output
    }

    /// Brings a peer's newest key to where its program looks for it.
    func bring(_ name: String) throws {
        let line = try control("show", name)
        let run = try Finished(
            "/bin/sh",
            "-c",
            "printf '%s' '\(line)' | \(RunningDaemon.folder)/nobatctl key put --file "
                + "\(hall.folder)/\(name).key")
        try check(run.status, is: 0, "key put: \(run.output)")
    }
}

/// `openssl s_client`, told what to say.
struct OpenSSLClient {
    static let usual = ["-tls1_2", "-cipher", "ECDHE-PSK-CHACHA20-POLY1305"]

    /// Says lines and waits until it has said `marker`, or has ended. What it said.
    static func run(
        port: UInt16, _ arguments: [String], says lines: [String], then rest: String = "",
        until marker: String, seconds: Double = 40, at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let text = lines.map { $0 + "\\n" }.joined() + rest
        let options = (["-connect", "127.0.0.1:\(port)"] + arguments).joined(separator: " ")
        let client = try Background(
            "/bin/sh",
            [
                "-c",
                "(printf '\(text)'; sleep \(seconds)) | (openssl s_client \(options) 2>&1; echo ENDED)",
            ])
        try within(seconds, "\(marker), or the end of: \(client.output)", at: location) {
            let output = client.output
            return output.contains(marker) || output.contains("ENDED")
        }
        return client.output
    }
}

/// A process's memory.
enum Memory {
    /// The pages that it has at the moment, in MiB.
    static func resident(_ process: Int32) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let number = line?.split(separator: " ").compactMap { Double($0) }.first
        return (number ?? 0) / 1_024
    }
}
