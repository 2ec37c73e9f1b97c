// SPDX-License-Identifier: Apache-2.0

import Foundation
import QueueCore
import Synchronization
import Testing

@testable import StatusPages

@Suite struct VoiceTests {
    /// A folder of clips for a language that is spoken digit by digit, without those in `missing`.
    static func folder(missing: Set<String> = [], rate: [String: Int] = [:]) throws -> String {
        let folder = NSTemporaryDirectory() + "nobat-voice-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder + "/de", withIntermediateDirectories: true)
        let german = SpokenCall(language: try #require(Name("de")))
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).compactMap { Series(letter: $0) }
        let names = ["chime"] + german.needed(series: letters).map { "de/" + $0 }
        for name in names where !missing.contains(name) {
            let file = Waves.file(
                rate: rate[name] ?? 16_000, samples: Array(repeating: 1, count: 3_200))
            try Data(file).write(to: URL(fileURLWithPath: "\(folder)/\(name).wav"))
        }
        return folder
    }

    static func read(_ folder: String) throws -> (voice: Voice, said: [String]) {
        var said: [String] = []
        let voice = Voice(folder: folder, languages: [try #require(Name("de"))]) { text, _ in
            said.append(text)
        }
        return (voice, said)
    }

    static func call() throws -> Announcement {
        Announcement(
            place: .init(booth: 3), number: try #require(TicketNumber("A012")), isRecall: false)
    }

    @Test func aCallIsTheChimeAndItsClips() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (voice, said) = try Self.read(folder)
        #expect(said.isEmpty)
        let clips = voice.clips(for: try Self.call())
        #expect(
            clips == ["chime", "de/number", "de/letter-a", "de/1", "de/2", "de/booth", "de/3"])
        #expect(voice.span(of: clips) == .milliseconds(700))
        #expect(voice.sound(of: clips)?.samples.count == 7 * 3_200)
    }

    @Test func aMissingClipIsSaidAtTheStartAndTheLanguageIsLeftOut() throws {
        let folder = try Self.folder(missing: ["de/7"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (voice, said) = try Self.read(folder)
        #expect(said.count == 1)
        #expect(said.first?.contains("de/7.wav can't be read") == true)
        #expect(voice.clips(for: try Self.call()) == ["chime"])
    }

    @Test func clipsOfTwoRatesAreNotPutTogether() throws {
        let folder = try Self.folder(rate: ["de/4": 22_050])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (voice, said) = try Self.read(folder)
        #expect(said.first?.contains("16000, 22050") == true)
        #expect(voice.languageCount == 0)
    }

    @Test(.timeLimit(.minutes(5))) func callsFollowEachOtherWithoutOverlap() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (voice, _) = try Self.read(folder)
        let times = Mutex<[ContinuousClock.Instant]>([])
        let clock = ContinuousClock()
        let start = clock.now
        let announcer = Announcer(
            voice: voice, feed: LiveFeed(),
            output: { _, _ in times.withLock { $0.append(clock.now) } },
            now: {
                let span = clock.now - start
                let (seconds, rest) = span.components
                return Moment(microseconds: seconds * 1_000_000 + rest / 1_000_000_000_000)
            })
        for booth in 1...3 {
            announcer.called(
                Announcement(
                    place: .init(booth: UInt8(booth)), number: try #require(TicketNumber("A012")),
                    isRecall: false))
        }
        while times.withLock({ $0.count }) < 3 { try await Task.sleep(for: .milliseconds(50)) }
        let spoken = times.withLock { $0 }
        // Each call sounds 0.7 s and leaves a gap.
        #expect(spoken[1] - spoken[0] >= .milliseconds(1_300))
        #expect(spoken[2] - spoken[1] >= .milliseconds(1_300))
    }
}
