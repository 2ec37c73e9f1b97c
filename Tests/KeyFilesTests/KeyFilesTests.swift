// SPDX-License-Identifier: Apache-2.0

import Foundation
import QueueCore
import Testing

@testable import KeyFiles

@Suite struct KeyFilesTests {
    /// A folder for the length of one test.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("nobat-keys-\(UInt32.random(in: 0...UInt32.max))").path

        init() throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func put(_ text: String, _ name: String, mode: Int = 0o600) throws -> String {
            let file = path + "/" + name
            let attributes = [FileAttributeKey.posixPermissions: mode]
            _ = FileManager.default.createFile(
                atPath: file, contents: Data(text.utf8), attributes: attributes)
            try FileManager.default.setAttributes(attributes, ofItemAtPath: file)
            return file
        }
    }

    private static func holder(_ file: String) throws -> KeyHolder {
        try #require(KeyHolder(fileName: file))
    }

    private static func key(_ identity: String, _ digit: Character = "7") -> String {
        identity + ":" + String(repeating: digit, count: 64) + "\n"
    }

    private static func fault(_ path: String) -> KeyFault? {
        do throws(KeyFault) {
            _ = try KeyFile.read(path, credentials: nil)
            return nil
        } catch {
            return error
        }
    }

    @Test func aKeysFileIsReadOnlyWhenNobodyElseCan() throws {
        let folder = try Folder()
        let good = try folder.put(Self.key("hall-a"), "good")
        #expect(try KeyFile.read(good, credentials: nil).identity == "hall-a")
        for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666] {
            let open = try folder.put(Self.key("hall-a"), "open-\(mode)", mode: mode)
            #expect(Self.fault(open) == .open(path: open, mode: UInt32(mode)))
        }
        #expect(Self.fault(folder.path) == .foreign(path: folder.path))
        #expect(Self.fault(folder.path + "/none")?.description.contains("can't be read") == true)
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(Self.fault(pipe) == .foreign(path: pipe))
    }

    @Test func whatIsNoKeyIsRefused_AndNotRepeated() throws {
        let folder = try Folder()
        let texts = [
            "", "\n", "hall-a:77", String(repeating: "7", count: 64),
            Self.key("hall-a") + Self.key("hall-b"),
            Self.key("hall-a") + String(repeating: "x", count: 1_000), "hall-a:\u{0}",
        ]
        for (index, text) in texts.enumerated() {
            let file = try folder.put(text, "bad-\(index)")
            #expect(Self.fault(file) == .malformed(path: file), "\(index)")
            #expect(Self.fault(file)?.description.contains("77") == false)
        }
    }

    @Test func aKeyIsWrittenWhole_ForItsOwnerAlone_AndNotOverAnother() throws {
        let folder = try Folder()
        let holder = try Self.holder("hall-a.controller.key")
        var random = SystemRandomNumberGenerator()
        let (one, two) = (
            LinkKey(of: holder, using: &random), LinkKey(of: holder, using: &random)
        )
        let keys = KeyFolder(folder.path + "/keys", credentials: nil)
        umask(0)
        defer { umask(0o022) }
        try keys.make()
        try keys.make()
        try keys.add(one, of: holder)
        #expect(throws: KeyFault.self) { try keys.add(two, of: holder) }
        #expect(try keys.key(of: holder) == one)
        let file = keys.path + "/hall-a.controller.key"
        for (path, mode) in [(file, 0o600), (keys.path, 0o700)] {
            let found = try FileManager.default.attributesOfItem(atPath: path)
            #expect(found[.posixPermissions] as? Int == mode)
        }
        try KeyFile.write(two, to: file, replaces: true)
        #expect(try keys.key(of: holder) == two)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: keys.path)
                == ["hall-a.controller.key"])
        try keys.remove(holder)
        try keys.remove(holder)
        #expect(try keys.read().keys.isEmpty)
        #expect(throws: KeyFault.self) {
            try KeyFile.write(one, to: folder.path + "/nowhere/a.key")
        }
    }

    @Test func aFolderIsItsKeys_AndSaysWhichFilesAreNone() throws {
        let folder = try Folder()
        _ = try folder.put(Self.key("hall-b"), "hall-b.controller.key")
        _ = try folder.put(Self.key("hall-a.2"), "hall-a.2.controller.key")
        _ = try folder.put(Self.key("hall-a"), "hall-a.controller.key")
        let open = try folder.put(Self.key("hall-c"), "hall-c.controller.key", mode: 0o644)
        let other = try folder.put(Self.key("hall-a"), "kiosk-1.kiosk.key")
        _ = try folder.put("notes", "README")
        _ = try folder.put(Self.key("hall-d"), "hall-d.controller.key.new.17")
        let contents = try KeyFolder(folder.path, credentials: nil).read()
        #expect(contents.keys.map(\.holder.identity) == ["hall-a", "hall-a.2", "hall-b"])
        #expect(
            contents.faults == [
                .open(path: open, mode: 0o644), .misnamed(path: other, identity: "hall-a"),
            ])
        #expect(throws: KeyFault.self) {
            try KeyFolder(folder.path + "/none", credentials: nil).read()
        }
    }

    @Test func aChangedFolderHasAnotherStamp() throws {
        let folder = try Folder()
        let keys = KeyFolder(folder.path, credentials: nil)
        let before = keys.stamp
        #expect(before != nil)
        usleep(20_000)
        _ = try folder.put(Self.key("hall-b"), "hall-b.controller.key")
        let after = keys.stamp
        #expect(after != before)
        usleep(20_000)
        try keys.remove(Self.holder("hall-b.controller.key"))
        #expect(keys.stamp != after)
        #expect(KeyFolder("/nowhere/at/all", credentials: nil).stamp == nil)
    }

    @Test func rootsKeysComeAsCredentials() throws {
        let folder = try Folder()
        _ = try folder.put(Self.key("hall-a"), "keys_hall-a.controller.key", mode: 0o440)
        _ = try folder.put(Self.key("hall-b"), "hall-b.controller.key")
        let keys = KeyFolder("/etc/nobat/keys", credentials: folder.path)
        #expect(keys.isHandedOver)
        #expect(try keys.read().keys.map(\.holder.identity) == ["hall-a"])
        #expect(!KeyFolder("/var/lib/nobat/keys", credentials: folder.path).isHandedOver)
        let file = "/etc/nobat/keys/hall-a.controller.key"
        #expect(try KeyFile.read(file, credentials: folder.path).identity == "hall-a")
        #expect(KeyFile.credential(of: "/etc/nobat/keys/../x", folder: folder.path) == nil)
        #expect(KeyFile.credential(of: "/etc/nobat/keys/none.key", folder: folder.path) == nil)
    }
}
