// SPDX-License-Identifier: Apache-2.0

// What an emulated unit hands from thread to thread while it starts.

import Foundation
import Synchronization

/// Starts QEMU on the thread that will read its pins, and hands both to the thread that waits.
final class Launch: Sendable {
    private let made = Mutex<Result<(QemuProcess, PinSocket), EmulatorError>?>(nil)
    private let isMade = DispatchSemaphore(value: 0)

    /// Starts QEMU, tells so, and reads its pins until it ends.
    func run(image: String, folder: String) {
        let result = Result { () throws(EmulatorError) in
            let process = try QemuProcess(image: image, folder: folder)
            do throws(EmulatorError) {
                return (process, PinSocket(try process.connect("pins")))
            } catch {
                process.end()
                throw error
            }
        }
        made.withLock { $0 = result }
        isMade.signal()
        if case .success(let (process, pins)) = result {
            pins.run()
            process.waitForEnd()
        }
    }

    /// Waits until QEMU runs.
    func wait() throws(EmulatorError) -> (QemuProcess, PinSocket) {
        isMade.wait()
        guard let result = made.withLock({ $0 }) else { throw EmulatorError("nothing was made") }
        return try result.get()
    }
}

/// Something to call that is not known yet.
final class Relay: Sendable {
    private let target = Mutex<(@Sendable () -> Void)?>(nil)

    func set(_ body: @escaping @Sendable () -> Void) { target.withLock { $0 = body } }

    func call() { target.withLock { $0 }?() }
}
