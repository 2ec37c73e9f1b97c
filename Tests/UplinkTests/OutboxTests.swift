// SPDX-License-Identifier: Apache-2.0

// The outgoing queue keeps order and its bound.

import NIOCore
import Testing

@testable import Uplink

@Suite struct OutboxTests {
    @Test func linesComeOutInOrder_AndOneWakesTheLoop() {
        var outbox = Outbox(bytesMax: 100)
        #expect(outbox.put("a") == .wake)
        #expect(outbox.put("b") == .queued)
        #expect(outbox.take() == ByteBuffer(string: "a\nb\n"))
        #expect(outbox.take() == nil)
        #expect(outbox.put("c") == .wake)
    }

    @Test func itIsFullUntilTheKernelTookBytes_NotWhenTheLoopDid() {
        var outbox = Outbox(bytesMax: 10)
        #expect(outbox.put("12345678") == .wake)
        #expect(outbox.take()?.readableBytes == 9)
        #expect(outbox.unsentBytes == 9)
        outbox.wrote(9)
        #expect(outbox.put("123456789") == .wake)
        #expect(outbox.put("") == .full)
        #expect(outbox.put("") == .shut)
        #expect(outbox.unsentBytes == 10)
    }

    @Test func shuttingIsSaidOnce_AndKeepsWhatWasPut() {
        var outbox = Outbox(bytesMax: 10)
        _ = outbox.put("last")
        let said = [outbox.shut(), outbox.shut()]
        #expect(said == [true, false])
        #expect(outbox.put("late") == .shut)
        #expect(outbox.take() == ByteBuffer(string: "last\n"))
    }
}
