// SPDX-License-Identifier: Apache-2.0

// A port that nobatd leaves to us: for as long as this connection lives, and not longer.

import ArgumentParser
import Control
import DisplayDrivers
import Foundation

/// A port on loan from the daemon that had it.
final class PortLease {
    private let client: ControlClient

    private init(_ client: ControlClient) { self.client = client }

    /// Takes the port over from nobatd; nil when no nobatd runs, or it has another port.
    static func take(_ device: String, _ common: Common) throws -> PortLease? {
        guard let client = try? ControlClient(path: common.path),
            let report = try? client.ask(ControlRequest(.status), as: StatusReport.self),
            let bus = report.buses?.first(where: { isSame($0.port, device) })
        else { return nil }
        var request = ControlRequest(.busRelease)
        request.bus = bus.name
        do {
            let news = try client.ask(request, as: JobNews.self)
            guard news.kind == .released else { return nil }
            return PortLease(client)
        } catch let error as ControlError {
            common.say(error)
            throw ExitCode(1)
        }
    }

    /// Why the loan is over; nil while it stands. nobatd says nothing more until it ends it.
    var endedBecause: String? {
        guard client.hasNews else { return nil }
        let answer = client.readLine().flatMap {
            ControlText.decode(ControlAnswer<JobNews>.self, $0)
        }
        return answer?.result?.text ?? answer?.error?.detail
            ?? "nobatd ended, and takes the port when it starts again"
    }

    /// Lets nobatd have it again.
    func giveBack() { try? client.send(ControlRequest(.busEnd)) }

    /// Whether two names are of one device.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        func device(_ name: String) -> String {
            let path = name.hasPrefix("pty:") ? String(name.dropFirst(4)) : name
            return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        }
        return device(left) == device(right)
    }
}
