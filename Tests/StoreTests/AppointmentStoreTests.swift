// SPDX-License-Identifier: Apache-2.0

// The appointment book comes back from disk as the machine left it.

import Foundation
import QueueCore
import Testing

@testable import Store

@Suite struct AppointmentStoreTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "nobat-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func open() throws -> (store: CentralStore, snapshot: CentralSnapshot) {
        let opened = try CentralRowsPlace.open(
            path: folder.appending(path: "central.db").path, freshEpoch: Epoch(random: 1))
        return (opened.store, opened.snapshot)
    }

    @Test func everyChange_MeansOnDiskWhatItMeansInMemory() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let changes = try AppointmentSamples.changes()
        var expected = AppointmentSnapshot()
        let store = try open().store
        #expect(try store.snapshot().appointments == expected)
        for change in changes {
            expected.apply(change)
            try store.commit([.appointment(change)])
            #expect(try store.snapshot().appointments == expected, "\(change)")
        }
        #expect(expected.appointments.count == 3 && expected.questions.count == 3)
    }

    @Test func badMobileNumberOnDisk_IsNotQuoted() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try open().store
        try store.commit([.appointment(.put(try AppointmentSamples.appointment(1)))])
        try store.execute("UPDATE appointments SET mobile = '0912x555'")
        do {
            _ = try store.snapshot()
            Issue.record("a bad number was read")
        } catch {
            #expect(!"\(error)".contains("0912x555"))
            #expect("\(error)".contains("mobile"))
        }
    }
}
