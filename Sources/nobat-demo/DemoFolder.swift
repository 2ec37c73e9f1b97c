// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation

/// Where the hall's files are: a temporary folder that goes away again, or one that a person named.
struct DemoFolder {
    /// The folder.
    let path: String
    /// Whether it stays when the demo ends.
    let isKept: Bool

    /// The longest file name of a socket in the folder, with its slash.
    private static let longestName = "/central.sock".utf8.count
    /// The longest path of a socket, in bytes (`sun_path` less its end).
    private static let socketPathBytesMax = 107

    /// Makes the folder. A `fresh` demo can't begin in a hall of an earlier run.
    init(wanted: String?, keep: Bool, isFresh: Bool) throws {
        let temporary = FileManager.default.temporaryDirectory.path + "/nobat-demo-\(getpid())"
        let path = wanted.map { URL(fileURLWithPath: $0).path } ?? temporary
        guard path.utf8.count + Self.longestName <= Self.socketPathBytesMax else {
            throw ControlError(
                name: "folder",
                detail: "the folder's path is too long for sockets (\(path)); name a shorter one "
                    + "with --folder, such as /tmp/hall")
        }
        if isFresh, FileManager.default.fileExists(atPath: path + "/central.db") {
            throw ControlError(
                name: "folder",
                detail:
                    "\(path) has a hall of an earlier run, and the scripted morning needs a new "
                    + "one; name another folder with --folder")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ControlError(
                name: "folder", detail: "\(path) can't be made: \(error.localizedDescription)")
        }
        self.path = path
        isKept = keep || wanted != nil
    }

    /// Removes it, or says where it is.
    func close() {
        if isKept {
            Output.write("Kept in \(path): configurations, databases, logs (*.log).\n")
        } else {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
