// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Testing

@Suite struct AnnouncementQueueTests {
    static func call(_ booth: UInt8, _ value: UInt16, again: Bool = false) throws -> Announcement {
        let series = try #require(Series("A"))
        let number = try #require(TicketNumber(series: series, value: value))
        return Announcement(place: .init(booth: booth), number: number, isRecall: again)
    }

    let start = Moment(microseconds: 5_000_000)

    @Test func callsAreSpokenInOrderAndNeverOverlap() throws {
        var queue = AnnouncementQueue()
        queue.add(try Self.call(1, 1), at: start)
        queue.add(try Self.call(2, 2), at: start)
        #expect(queue.next(at: start) == (try Self.call(1, 1)))
        queue.speaks(for: .seconds(4), at: start)
        #expect(queue.next(at: start + .seconds(4)) == nil, "the gap belongs to the call")
        let due = try #require(queue.deadline)
        #expect(due >= start + .seconds(4))
        #expect(queue.next(at: due) == (try Self.call(2, 2)))
        #expect(queue.deadline == nil)
    }

    @Test func aRecallIsSpokenAgain() throws {
        var queue = AnnouncementQueue()
        queue.add(try Self.call(1, 1), at: start)
        #expect(queue.next(at: start) != nil)
        queue.speaks(for: .seconds(4), at: start)
        queue.add(try Self.call(1, 1, again: true), at: start + .seconds(1))
        #expect(queue.next(at: start + .seconds(6))?.isRecall == true)
    }

    @Test func theNextCallOfABoothTakesTheFormersPlace() throws {
        var queue = AnnouncementQueue()
        queue.add(try Self.call(1, 1), at: start)
        queue.add(try Self.call(2, 2), at: start)
        queue.add(try Self.call(1, 3), at: start)
        #expect(queue.next(at: start)?.number.value == 3)
        #expect(queue.next(at: start)?.number.value == 2)
        #expect(queue.next(at: start) == nil)
    }

    @Test func nobodyHearsACallThatIsOver() throws {
        var queue = AnnouncementQueue()
        queue.add(try Self.call(1, 1), at: start)
        queue.add(try Self.call(2, 2), at: start)
        queue.add(try Self.call(3, 3), at: start)
        queue.withdraw(.init(booth: 1))
        queue.withdraw(.init(booth: 2), unless: try Self.call(2, 2).number)
        queue.withdraw(.init(booth: 3), unless: try Self.call(3, 9).number)
        #expect(queue.next(at: start)?.place.booth == 2)
        #expect(queue.next(at: start) == nil)
    }

    @Test func aStaleCallIsDropped() throws {
        var queue = AnnouncementQueue()
        queue.add(try Self.call(1, 1), at: start)
        #expect(queue.next(at: start + Limits.announcementAgeMax + .microseconds(1)) == nil)
        #expect(queue.droppedCount == 1)
    }

    @Test func theOldestGivesWayWhenThereAreTooMany() throws {
        var queue = AnnouncementQueue()
        for booth in 1...(Limits.announcementsMax + 3) {
            queue.add(try Self.call(UInt8(booth), UInt16(booth)), at: start)
        }
        #expect(queue.count == Limits.announcementsMax)
        #expect(queue.droppedCount == 3)
        #expect(queue.next(at: start)?.place.booth == 4)
    }
}
