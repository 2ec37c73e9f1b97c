// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import StatusPages

@Suite struct AccessKeyTests {
    static func file(_ text: String, mode: Int = 0o600) throws -> String {
        let path = NSTemporaryDirectory() + "nobat-key-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test func theOnlyLineIsTheKey() throws {
        let path = try Self.file("0123456789abcdef\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let key = try AccessKey.read(path)
        #expect(key.matches("0123456789abcdef"))
        for wrong in [
            "", "0", "0123456789abcdeF", "0123456789abcdef0", "0123456789abcde",
            String(repeating: "0123456789abcdef", count: 100), "0123456789abcdef\0",
        ] {
            #expect(!key.matches(wrong), "\(wrong.prefix(20))")
        }
    }

    @Test(arguments: [0o640, 0o604, 0o666, 0o620])
    func aFileThatOthersMayReadOrWriteIsNone(mode: Int) throws {
        let path = try Self.file("0123456789abcdef\n", mode: mode)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: AccessKey.Fault.open(path: path, mode: UInt32(mode))) {
            try AccessKey.read(path)
        }
    }

    @Test(arguments: [
        "", "\n", "short\n", "two\nlines of sixteen\n", "with a space in it\n",
        String(repeating: "x", count: 129), "پانزده شانزده هفده\n",
    ])
    func whatNobodyCanTypeOrAnybodyCanGuessIsNone(text: String) throws {
        let path = try Self.file(text)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: AccessKey.Fault.malformed(path: path)) { try AccessKey.read(path) }
    }

    @Test func aFolderAndNothingAreTold() throws {
        #expect(throws: AccessKey.Fault.foreign(path: "/")) { try AccessKey.read("/") }
        let none = "/nonexistent/nobat.key"
        var said = ""
        let loaded = AccessKey.load(none) { text, _ in said = text }
        #expect(loaded == nil)
        #expect(said.contains(none) && said.contains("nobody acts"))
        let absent = AccessKey.load(nil) { _, _ in Issue.record("no file is no fault") }
        #expect(absent == nil)
    }

    /// What systemd hands over stands for root's file; its mode tells nothing, for systemd guards it.
    @Test func aCredentialStandsForAKeyOfRoots() throws {
        let folder = NSTemporaryDirectory() + "nobat-credentials-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/keys_pages.key"
        try Data("0123456789abcdef\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o440], ofItemAtPath: path)
        let named = { (key: String) in AccessKey.credential(of: key, folder: folder) }
        #expect(named("/etc/nobat/keys/pages.key") == path)
        #expect(named("/etc/nobat/keys/other.key") == nil, "it was not handed over")
        #expect(named("/etc/nobat/pages.key") == nil, "it is not root's")
        #expect(named("/etc/nobat/keys/../pages.key") == nil)
        #expect(AccessKey.credential(of: "/etc/nobat/keys/pages.key", folder: nil) == nil)
        #expect(try AccessKey.read(path, isCredential: true).matches("0123456789abcdef"))
    }
}
