// SPDX-License-Identifier: Apache-2.0

// The keys of the central's peers: made, shown, changed without haste, revoked at once.

import ArgumentParser
import Control
import Foundation
import KeyFiles
import QueueCore

struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The keys that controllers, kiosks and others connect to the central with.",
        discussion: """
            At the central: 'key new hall-a', then bring the key to its owner: \
            'nobatctl key show hall-a | ssh HOST sudo nobatctl key put'. To change it: 'key roll \
            hall-a' makes a second key, valid beside the first; bring it over; 'key finish hall-a' ends \
            the first. 'key revoke hall-a' ends all of them, and their connections, at once. \
            Folder: --folder, else /var/lib/nobat/keys.
            """,
        subcommands: [
            KeyList.self, KeyNew.self, KeyRoll.self, KeyFinish.self, KeyRevoke.self, KeyShow.self,
            KeyPut.self,
        ])
}

/// What the commands about keys have in common.
struct KeyOptions: ParsableArguments {
    @OptionGroup var common: Common

    @Option(name: .long, help: "The central's folder of keys, as its configuration names it.")
    var folder = KeyFolder.usualPath

    var keys: KeyFolder { KeyFolder(folder, credentials: nil) }

    /// The central is asked, unless another socket is named.
    var asked: Common {
        var common = common
        common.socket =
            common.socket ?? ProcessInfo.processInfo.environment["NOBAT_SOCKET"]
            ?? "/run/nobat/central.sock"
        return common
    }

    static let everyNode =
        "run this on every other node too: each has a folder of its own, and one that takes over would "
        + "let that key in"

    /// The keys of a peer, in order.
    func holders(of name: Name) throws -> [KeyHolder] {
        try said { () throws(KeyFault) in try keys.holders().filter { $0.name == name } }
    }

    /// The keys of a peer that must have some.
    func known(_ name: Name) throws -> [KeyHolder] {
        let known = try holders(of: name)
        guard !known.isEmpty else {
            throw stop("no-key", "\(name) has no key in \(folder); make one with 'key new \(name)'")
        }
        return known
    }

    /// What `body` gives, or the end with its fault in a sentence.
    func said<Value>(_ body: () throws(KeyFault) -> Value) throws -> Value {
        do throws(KeyFault) {
            return try body()
        } catch {
            throw stop("key-file", "\(error)")
        }
    }

    /// Says why not, and ends.
    func stop(_ name: String, _ detail: String) -> ExitCode {
        common.say(ControlError(name: name, detail: detail))
        return ExitCode(1)
    }

    /// Has the central read its folder now, or forget the keys of a peer; nil when it does not answer:
    /// it reads the folder by itself, within a second or when it starts.
    func notify(_ request: ControlRequest) throws -> KeysReport? {
        do {
            return try ControlClient(path: asked.path).ask(request, as: KeysReport.self)
        } catch let error as ControlError {
            throw stop(error.name, "\(error.detail) (the file itself is changed)")
        } catch is ControlClientError {
            return nil
        }
    }

    /// The folder is to be read for a change of this peer's keys: the audit says whose it was.
    func readRequest(_ name: Name) -> ControlRequest {
        var request = ControlRequest(.keysRead)
        request.controller = name.description
        return request
    }

    /// Makes a key and lets the central know.
    func make(_ holder: KeyHolder, _ next: String) throws {
        var random = SystemRandomNumberGenerator()
        let key = LinkKey(of: holder, using: &random)
        try said { () throws(KeyFault) in
            try keys.make()
            try keys.add(key, of: holder)
        }
        let report = try notify(readRequest(holder.name))
        let isTaken = report?.keys.contains { $0.identity == holder.identity }
        let taken =
            switch isTaken {
            case true?: "the central takes it from now on"
            case false?:
                "the central does not take it: \(report?.faults.joined(separator: "; ") ?? "")"
            case nil: "no central answers at \(asked.path); it takes it when it runs"
            }
        print("\(folder)/\(holder.fileName) is made; \(taken)")
        if report?.isOfOneNode == true {
            print("copy the file to that folder of every other node: one that takes over needs it")
        }
        print(next)
        if isTaken == false { throw ExitCode(1) }
    }
}

/// A name of a peer, as it is typed.
extension Name: ExpressibleByArgument {
    /// A name, or nil when the text is none.
    public init?(argument: String) { self.init(argument) }
}

extension Role: ExpressibleByArgument {}

struct KeyNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make the first key of a peer.")
    @OptionGroup var options: KeyOptions
    @Argument(help: "The name that the peer greets by, such as hall-a.") var name: Name
    @Option(name: .long, help: "controller, kiosk, system, board or supervisor.")
    var role: Role = .controller

    func run() throws {
        if FileManager.default.fileExists(atPath: options.folder) {
            guard try options.holders(of: name).isEmpty else {
                throw options.stop(
                    "has-key",
                    "\(name) has a key; 'key roll \(name)' makes the next one, 'key revoke \(name)' "
                        + "ends it")
            }
        }
        guard name != .central, let holder = KeyHolder(name: name, role: role) else {
            throw options.stop("bad-name", "\"central\" is the central's own name")
        }
        try options.make(
            holder,
            "Bring it to its owner: nobatctl key show \(name) | ssh HOST sudo nobatctl key put")
    }
}

struct KeyRoll: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roll", abstract: "Make a peer's next key, valid beside the present one.")
    @OptionGroup var options: KeyOptions
    @Argument(help: "The peer's name.") var name: Name

    func run() throws {
        let known = try options.known(name)
        guard known.count < 2 else {
            throw options.stop(
                "two-keys",
                "\(name) has two keys already; end the old one with 'key finish \(name)'")
        }
        guard let next = known.last?.next else {
            throw options.stop("no-more", "\(name) has had too many keys; take another name")
        }
        try options.make(
            next,
            "Bring it over (nobatctl key show \(name) | ssh HOST sudo nobatctl key put), then: "
                + "nobatctl key finish \(name)")
    }
}

struct KeyFinish: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finish", abstract: "End a peer's old key; its newest stays.")
    @OptionGroup var options: KeyOptions
    @Argument(help: "The peer's name.") var name: Name
    @Flag(name: .long, help: "Although the peer was not seen with its new key.") var force = false

    func run() throws {
        let known = try options.known(name)
        guard known.count > 1, let newest = known.last else {
            throw options.stop("one-key", "\(name) has one key; 'key roll \(name)' makes the next")
        }
        let report = try options.notify(options.readRequest(name))
        let isUsed = report?.keys.contains {
            $0.identity == newest.identity && ($0.connections > 0 || $0.lastOpened != nil)
        }
        guard force || isUsed == true else {
            throw options.stop(
                "not-seen",
                "the central has not seen \(newest.identity) yet: bring the new key over, or say "
                    + "--force")
        }
        for holder in known.dropLast() {
            try options.said { () throws(KeyFault) in try options.keys.remove(holder) }
        }
        let ended = try options.notify(options.readRequest(name))
        print("\(newest.identity) is the only key of \(name) from now on")
        if ended?.isOfOneNode == true { print(KeyOptions.everyNode + " (there with --force)") }
    }
}

struct KeyRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End all keys of a peer, and their connections, at once.")
    @OptionGroup var options: KeyOptions
    @Argument(help: "The peer's name.") var name: Name

    func run() throws {
        for holder in try options.known(name) {
            try options.said { () throws(KeyFault) in try options.keys.remove(holder) }
        }
        var request = ControlRequest(.keyRevoke)
        request.controller = name.description
        let report = try options.notify(request)
        if let report, report.keys.contains(where: { $0.name == name.description }) {
            let why = report.faults.isEmpty ? "" : ": " + report.faults.joined(separator: "; ")
            throw options.stop(
                "still-valid",
                "the files are gone, and the central at \(options.asked.path) still takes the key of "
                    + "\(name)\(why); is \(options.folder) the folder that its configuration names?"
            )
        }
        print(
            report == nil
                ? "the keys of \(name) are gone; no central answers at \(options.asked.path): one that "
                    + "runs ends their connections within a second"
                : "the keys of \(name) are gone, and their connections are ended")
        if report?.isOfOneNode == true { print(KeyOptions.everyNode) }
    }
}
