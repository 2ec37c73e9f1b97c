// SPDX-License-Identifier: Apache-2.0

import DaemonSupport
import Foundation
import QueueCore
import Testing

@Suite struct MailboxTests {
    @Test func itemsComeOutInOrderAndTogether() {
        let mailbox = Mailbox<Int>(capacity: 10)
        for item in 1...5 { mailbox.put(item) }
        #expect(mailbox.take(countMax: 3, timeout: .zero) == [1, 2, 3])
        #expect(mailbox.take(countMax: 3, timeout: .zero) == [4, 5])
        #expect(mailbox.isEmpty)
    }

    @Test func aFullMailboxRefusesVisibly() {
        let mailbox = Mailbox<Int>(capacity: 2)
        #expect(mailbox.put(1) && mailbox.put(2))
        #expect(!mailbox.put(3))
        #expect(mailbox.take(countMax: 9, timeout: .zero) == [1, 2])
        #expect(mailbox.put(3))
    }

    @Test func closingEndsTheReaderAfterTheLastItem() {
        let mailbox = Mailbox<Int>(capacity: 2)
        mailbox.put(1)
        mailbox.close()
        #expect(!mailbox.put(2))
        #expect(mailbox.take(countMax: 9, timeout: nil) == [1])
        #expect(mailbox.take(countMax: 9, timeout: nil) == nil)
    }

    @Test(.timeLimit(.minutes(5))) func aWaitingReaderIsWoken() {
        let mailbox = Mailbox<Int>(capacity: 2)
        let thread = Thread {
            usleep(20_000)
            mailbox.put(7)
        }
        thread.start()
        var taken: [Int]? = []
        while taken == [] { taken = mailbox.take(countMax: 1, timeout: nil) }
        #expect(taken == [7])
    }

    @Test(.timeLimit(.minutes(5))) func nothingComesWithinTheTime() {
        #expect(Mailbox<Int>(capacity: 2).take(countMax: 1, timeout: .milliseconds(5)) == [])
    }

    @Test func whoOnlyLooks_IsNeverPutToSleep() {
        // Times the kernel took this thread off a processor because it wanted to wait (RUSAGE_THREAD).
        func sleeps() -> Int {
            var usage = rusage()
            getrusage(__rusage_who_t(1), &usage)
            return usage.ru_nvcsw
        }
        let mailbox = Mailbox<Int>(capacity: 2)
        var found = 0
        let before = sleeps()
        for _ in 0..<1_000 {
            if mailbox.take(countMax: 1, timeout: .zero) != [] { found += 1 }
        }
        let after = sleeps()
        #expect(found == 0)
        #expect(after - before < 100)
    }
}
