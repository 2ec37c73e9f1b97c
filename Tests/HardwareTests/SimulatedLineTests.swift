// SPDX-License-Identifier: Apache-2.0

// The lines of the demo and of other tests: they must wait, wake, overrun and vanish as real ones.

import Glibc
import QueueCore
import Testing

@testable import Hardware

@Suite struct SimulatedLineTests {
    private func at(_ milliseconds: Int64) -> Moment { .zero + .milliseconds(milliseconds) }

    @Test func presses_WakeAWaitingThread_InOrder_WithTheirStamps() throws {
        let lines = try SimulatedButtonLines(count: 2)
        let reader = OwnThread { try lines.wait(timeout: .seconds(20)) }
        usleep(20_000)
        lines.set(1, isPressed: true, at: at(5))
        var edges = try reader.value().edges
        lines.set(1, isPressed: true, at: at(6))
        lines.set(0, isPressed: true, at: at(7))
        lines.set(1, isPressed: false, at: at(8))
        edges += try lines.wait(timeout: .seconds(20)).edges
        #expect(
            edges == [
                LineEdge(line: 1, isPressed: true, at: at(5)),
                LineEdge(line: 0, isPressed: true, at: at(7)),
                LineEdge(line: 1, isPressed: false, at: at(8)),
            ])
        #expect(try lines.levels() == [true, false])
        #expect(try lines.wait(timeout: .milliseconds(20)) == LineBatch())
    }

    @Test func interrupt_EndsOneWait() throws {
        let lines = try SimulatedButtonLines(count: 1)
        let reader = OwnThread { try lines.wait(timeout: .seconds(20)) }
        usleep(20_000)
        lines.interrupt()
        #expect(try reader.value() == LineBatch(isInterrupted: true))
        #expect(try lines.wait(timeout: .milliseconds(20)) == LineBatch())
    }

    @Test func edgesBeyondTheQueue_AreAnOverrun_AndLevelsAreRight() throws {
        let lines = try SimulatedButtonLines(count: 1)
        for index in 0...HardwareLimits.simulatedEdgesMax {
            lines.set(0, isPressed: index.isMultiple(of: 2), at: at(Int64(index)))
        }
        let batch = try lines.wait(timeout: .zero)
        #expect(batch.isOverrun && batch.edges.count == HardwareLimits.simulatedEdgesMax)
        #expect(batch.edges.last?.isPressed == false)
        #expect(try lines.levels() == [true])
        #expect(try lines.wait(timeout: .zero) == LineBatch())
    }

    @Test func aChipThatVanishes_EndsAWait_AndStaysGone() throws {
        let lines = try SimulatedButtonLines(count: 1)
        let reader = OwnThread { try lines.wait(timeout: .seconds(20)) }
        usleep(20_000)
        lines.vanish()
        #expect(throws: LineError.self) { try reader.value() }
        #expect(throws: LineError.self) { try lines.levels() }
        let error = #expect(throws: LineError.self) { try lines.wait(timeout: .zero) }
        #expect(error?.description.contains("\"simulated\"") == true)
    }

    @Test(arguments: [0, -1, 65])
    func countsThatNoChipHas_AreRefused(_ count: Int) {
        #expect(throws: LineError.self) { try SimulatedButtonLines(count: count) }
    }

    @Test func lamps_ShowWhatWasSet() throws {
        let lamps = SimulatedLampLines(count: 3)
        try lamps.set(1, isLit: true)
        #expect(lamps.lit == [false, true, false])
        try lamps.set(1, isLit: false)
        #expect(lamps.lit == [false, false, false])
        lamps.vanish()
        #expect(throws: LineError.self) { try lamps.set(0, isLit: true) }
    }
}
