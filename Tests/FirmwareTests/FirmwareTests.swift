// SPDX-License-Identifier: Apache-2.0

// The tier that boots the very image in QEMU and reads its pins. One test at a time: the machines
// that tests run on are small, and an emulated chip that gets no time is late.

import EmulatedUnits
import Foundation
import Testing

/// Everything that boots an image is nested in here, so that nothing of it runs side by side.
@Suite(.serialized)
enum FirmwareTests {
    /// The top folder of the sources.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
}
