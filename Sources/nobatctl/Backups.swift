// SPDX-License-Identifier: Apache-2.0

// Backups of a daemon's database: made by the daemon while it goes on, put back while it stands still.

import ArgumentParser
import Control
import Foundation
import NobatConfiguration
import QueueCore
import Store

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the daemon's database to a file, while it goes on.",
        discussion: """
            The daemon writes the file, as its own user, readable for that user alone; under systemd \
            it may write beneath /var/lib/nobat only: copy the file to another machine from there. A \
            central's has patients' telephone numbers in it. --socket names the central's socket.
            """)
    @OptionGroup var common: Common
    @Argument(help: "The new file; one that is there already is never replaced.") var file: String

    func run() throws {
        var request = ControlRequest(.backup)
        request.file =
            file.hasPrefix("/") ? file : FileManager.default.currentDirectoryPath + "/" + file
        let made: BackupResult
        do {
            // A year of history on a slow disk takes minutes.
            made = try ControlClient(path: common.path, timeoutSeconds: 3_600)
                .ask(request, as: BackupResult.self)
        } catch let error as ControlError {
            common.say(error)
            throw ExitCode(1)
        } catch let error as ControlClientError {
            common.say(ControlError(name: "unreachable", detail: error.description))
            throw ExitCode(2)
        }
        common.show(made, "\(made.file): \(made.sentence)")
    }
}

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in place of a daemon's database.",
        discussion: """
            Stop the daemon first, and start it when this is done. The present database is set aside, \
            not deleted. What comes back begins a new epoch: a central asks its controllers for what \
            happened since; a controller gives out no number and calls nobody before the central has \
            dealt again. Restore while the others can be reached.
            """)
    @Argument(help: "The file that \"nobatctl backup\" has made.") var file: String
    @Option(
        name: .long,
        help: "The daemon's configuration; usually /etc/nobat/hall.yaml or central.yaml.")
    var config: String?
    @Flag(name: .long, help: "Only look at the file and say what it is.") var check = false

    func run() throws {
        do throws(StoreError) {
            let note = try Backup.look(at: file)
            guard !check else { return print("\(file): \(note.sentence)") }
            let place = try database(for: note.owner)
            let entry = AuditEntry(
                at: WallTime(Int64(Date().timeIntervalSince1970)), act: .restore, subject: file,
                who: "uid \(getuid())", place: "nobatctl",
                detail: "made \(note.madeAt), epoch \(note.epoch)")
            let report = try Backup.restore(
                file, to: place.path, owner: place.owner, name: place.name,
                epoch: Epoch(random: UInt32.random(in: 1...UInt32.max)), audit: entry)
            print(Self.sentence(report))
        } catch {
            FileHandle.standardError.write(Data("nobatctl: \(error)\n".utf8))
            throw ExitCode(1)
        }
    }

    private static func sentence(_ report: RestoreReport) -> String {
        let kept = report.setAside.map { "; the one that was there is now \($0)" } ?? ""
        return "\(report.database) is \(report.note.sentence), and begins epoch \(report.epoch)"
            + kept + ". Start \(report.note.owner.program)."
    }

    private static func onServer(_ path: String, _ server: DatabaseServer) -> StoreError {
        StoreError(
            kind: .other, path: path,
            sentence: "\(path) has the central's rows on \(server.shown): stop every node, put the "
                + "server's own backup back there, then start them; see README.md")
    }

    /// The database that a configuration names, and whose it is.
    private func database(
        for owner: StoreOwner
    ) throws(StoreError) -> (path: String, owner: StoreOwner, name: String) {
        let path = config ?? "/etc/nobat/\(owner == .controller ? "hall" : "central").yaml"
        let others = StoreOwner.allCases.filter { $0 != owner }
        var first: ConfigurationErrors?
        for owner in [owner] + others {
            do {
                switch owner {
                case .controller:
                    let found = try ControllerConfiguration.load(path: path)
                    return (found.databasePath, owner, found.plan.name.description)
                case .central:
                    let found = try CentralConfiguration.load(path: path)
                    if let server = found.databaseServer { throw Self.onServer(path, server) }
                    return (found.databasePath, owner, "central")
                }
            } catch let error as StoreError {
                throw error
            } catch {
                first = first ?? error as? ConfigurationErrors
            }
        }
        let why = first.map { "\($0)" } ?? "it can't be read"
        throw StoreError(
            kind: .other, path: path,
            sentence: "\(path) is no configuration that says where the database is: \(why)")
    }
}
