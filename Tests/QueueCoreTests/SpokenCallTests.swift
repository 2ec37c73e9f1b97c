// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Testing

@Suite struct SpokenCallTests {
    @Test(arguments: [
        ("fa", 3, "3"), ("fa", 20, "20"), ("fa", 21, "20 and 1"), ("fa", 100, "100"),
        ("fa", 123, "100 and 20 and 3"), ("fa", 405, "400 and 5"), ("fa", 999, "900 and 90 and 9"),
        ("fa", 217, "200 and 17"), ("en", 20, "20"), ("en", 21, "20 1"), ("en", 100, "1 hundred"),
        ("en", 123, "1 hundred and 20 3"), ("en", 612, "6 hundred and 12"), ("tr", 307, "3 0 7"),
    ])
    func numbersAreSaidAsTheLanguageSaysThem(language: String, value: Int, said: String) throws {
        let spoken = SpokenCall(language: try #require(Name(language)))
        #expect(spoken.clips(value: value).joined(separator: " ") == said)
    }

    @Test func aCallSaysNumberThenBooth() throws {
        let spoken = SpokenCall(language: try #require(Name("fa")))
        let number = try #require(TicketNumber("B045"))
        #expect(
            spoken.clips(number, booth: 12)
                == ["number", "letter-b", "40", "and", "5", "booth", "12"])
    }

    @Test(arguments: ["fa", "en", "de"])
    func noCallNeedsAClipThatIsNotAskedFor(language: String) throws {
        let spoken = SpokenCall(language: try #require(Name(language)))
        let series = try #require(Series("K"))
        let needed = Set(spoken.needed(series: [series]))
        for value in 1...999 {
            let number = try #require(TicketNumber(series: series, value: UInt16(value)))
            let clips = spoken.clips(number, booth: UInt8(1 + value % 99))
            #expect(needed.isSuperset(of: clips), "\(number)")
        }
    }
}
