// SPDX-License-Identifier: Apache-2.0

import Control
import DaemonSupport
import Foundation
import Hardware
import KeyFiles
import QueueCore
import Synchronization
import Testing

@testable import NobatCentralProgram
@testable import Uplink

/// How the central notices what becomes of the files of its keys.
@Suite struct KeyDeskTests {
    private final class Told: Sendable {
        let time = Mutex(Moment.zero)
        let revoked = Mutex<[KeyHolder]>([])
        let warnings = Mutex<[String]>([])
        let rows = Mutex<[AuditEntry]>([])
        /// The core takes nothing more for the moment.
        let isFull = Mutex(false)
    }

    private let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("nobat-keys-\(UInt32.random(in: 0...UInt32.max))").path
    private let told = Told()

    private func desk() throws -> KeyDesk {
        let told = told
        return KeyDesk(
            KeyFolder(path),
            timestamps: Timestamps(clock: try SystemClock(timeZone: "Asia/Tehran")),
            audit: AuditDesk(now: { told.time.withLock { $0 } }, wall: { .unknown }) { entry in
                told.rows.withLock { $0.append(entry) }
            },
            now: { told.time.withLock { $0 } },
            feed: { input in
                guard !told.isFull.withLock({ $0 }) else { return false }
                if case .revoked(let holder) = input { told.revoked.withLock { $0.append(holder) } }
                return true
            },
            tell: { text, isWarning in
                if isWarning { told.warnings.withLock { $0.append(text) } }
            })
    }

    private func pass(_ span: TimeSpan, _ desk: KeyDesk) {
        told.time.withLock { $0 = $0 + span }
        desk.look()
    }

    /// A key of a controller, in the folder.
    private func key(of name: String, in folder: KeyFolder) throws -> KeyHolder {
        let holder = try #require(KeyHolder(fileName: "\(name).controller.key"))
        var random = SystemRandomNumberGenerator()
        try folder.add(LinkKey(of: holder, using: &random), of: holder)
        return holder
    }

    /// Neither the folder's time nor the file's name changes.
    @Test func aKeyWrittenOverInItsPlaceIsNoticed() throws {
        let folder = KeyFolder(path)
        try folder.make()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let holder = try key(of: "hall-a", in: folder)
        let desk = try desk()
        desk.read()
        // The look that a changed folder has twice.
        for _ in 0..<3 { pass(.seconds(1), desk) }
        var random = SystemRandomNumberGenerator()
        let other = LinkKey(of: holder, using: &random)
        let file = try #require(FileHandle(forWritingAtPath: path + "/" + holder.fileName))
        try file.write(contentsOf: Data((other.line + "\n").utf8))
        try file.close()
        for _ in 0..<30 { pass(.seconds(1), desk) }
        #expect(told.revoked.withLock { $0 } == [holder], "what the old secret opened is ended")
        #expect(desk.ring.holders == [holder])
        #expect(told.rows.withLock { $0.map(\.act) } == [.keyRevoked, .keyMade])
    }

    /// A look may notice a revoked key before `nobatctl` says who revoked it; long after it nobody
    /// is taken for who did.
    @Test(arguments: [(TimeSpan.seconds(1), true), (.seconds(20), false)])
    func aChangeThatALookNoticedFirstIsStillSomebodysDoing(span: TimeSpan, isClaimed: Bool) throws {
        let folder = KeyFolder(path)
        try folder.make()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let holder = try key(of: "hall-a", in: folder)
        let other = try key(of: "hall-b", in: folder)
        let desk = try desk()
        desk.read()
        for _ in 0..<3 { pass(.seconds(1), desk) }
        // Somebody else does away with another one in the same moment: that is not the clerk's doing.
        try folder.remove(other)
        pass(.seconds(1), desk)
        told.rows.withLock { $0 = [] }
        try folder.remove(holder)
        pass(.seconds(1), desk)
        told.time.withLock { $0 = $0 + span }
        let clerk = ControlActor("uid 1000", at: "socket")
        #expect(desk.revoke(holder.name, by: clerk) == (isClaimed ? [holder] : []))
        #expect(desk.read(by: clerk).isEmpty, "it is claimed once")
        let rows = told.rows.withLock { $0 }
        #expect(rows.map(\.who) == ["unknown"] + (isClaimed ? ["uid 1000"] : []))
        #expect(rows.allSatisfy { $0.act == .keyRevoked })
    }

    /// A key is revoked in the moment in which it opens a link, and so much is going on that the core
    /// can't be told.
    @Test func whatARevokedKeyHasJustOpened_IsEndedAsSoonAsTheCoreListens() throws {
        let folder = KeyFolder(path)
        try folder.make()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let holder = try key(of: "hall-a", in: folder)
        let desk = try desk()
        desk.read()
        let shown = try #require(desk.ring.entry(holder.identity)).shown
        try folder.remove(holder)
        desk.read()
        #expect(told.revoked.withLock { $0 } == [holder])
        told.isFull.withLock { $0 = true }
        desk.opened(ConnectionID.next(), shown)
        pass(.seconds(1), desk)
        #expect(told.revoked.withLock { $0 } == [holder])
        told.isFull.withLock { $0 = false }
        for _ in 0..<3 { pass(.seconds(1), desk) }
        #expect(told.revoked.withLock { $0 } == [holder, holder], "once, when there is room")
    }

    /// A file that somebody is just writing, or that can't be read for a moment, ends no link; one that
    /// stays no key does.
    @Test func aFileThatIsNoKeyForAMomentEndsNothing() throws {
        let folder = KeyFolder(path)
        try folder.make()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let holder = try #require(KeyHolder(fileName: "hall-a.controller.key"))
        var random = SystemRandomNumberGenerator()
        let key = LinkKey(of: holder, using: &random)
        try folder.add(key, of: holder)
        let desk = try desk()
        desk.read()
        let file = path + "/" + holder.fileName
        for isMended in [true, false] {
            let handle = try #require(FileHandle(forWritingAtPath: file))
            try handle.truncate(atOffset: 5)
            desk.read()
            #expect(desk.ring.holders == [holder])
            if isMended {
                try handle.seek(toOffset: 0)
                try handle.write(contentsOf: Data((key.line + "\n").utf8))
            }
            try handle.close()
            pass(.seconds(1), desk)
            #expect(desk.ring.holders == (isMended ? [holder] : []))
        }
        #expect(told.revoked.withLock { $0 } == [holder])
    }

    /// Nobody is let in by a folder that went away, and nobody who is in is thrown out.
    @Test func aFolderThatGoesAwayIsToldOnce_AndItsKeysStay() throws {
        let folder = KeyFolder(path)
        try folder.make()
        let holder = try key(of: "hall-a", in: folder)
        let desk = try desk()
        desk.read()
        try FileManager.default.removeItem(atPath: path)
        for _ in 0..<40 { pass(.seconds(1), desk) }
        #expect(desk.ring.holders == [holder])
        #expect(told.revoked.withLock { $0 }.isEmpty)
        #expect(told.warnings.withLock { $0.count { $0.contains(path) } } == 1)
        #expect(desk.report().faults.count == 1, "and the report goes on telling")
    }
}
