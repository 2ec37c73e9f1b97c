// SPDX-License-Identifier: Apache-2.0

// A guess is made for a slip of the fingers, and for nothing farther away.

import Testing

@testable import NobatConfiguration

struct SuggestionTests {
    static let known = ["name", "central", "database", "dead-man", "rs485"]

    @Test(arguments: [
        ("nmae", "name"), ("Name", "name"), ("centrall", "central"), ("deadman", "dead-man"),
        ("data-base", "database"), ("rs-485", "rs485"), ("dtaabsae", "database"),
    ])
    func slip_IsUnderstood(word: String, meant: String) {
        #expect(Suggestion.nearest(to: word, among: Self.known) == meant)
    }

    @Test(arguments: ["nn", "port", "", "database-of-this", String(repeating: "name", count: 99)])
    func otherWord_IsNot(word: String) {
        #expect(Suggestion.nearest(to: word, among: Self.known) == nil)
    }

    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("abc", "adc", 1), ("kitten", "sitting", 3),
    ])
    func distance_CountsChanges(left: String, right: String, count: Int) {
        #expect(
            Suggestion.distance(Array(left.unicodeScalars), Array(right.unicodeScalars)) == count)
        #expect(
            Suggestion.distance(Array(right.unicodeScalars), Array(left.unicodeScalars)) == count)
    }

    @Test func timeZone_IsOnlyLookedUp_WhereTheSystemHasZones() throws {
        let text = Samples.central + "\ntimezone: Moon/Base\n"
        let source = ConfigurationText(text, file: "f")
        let central = try CentralConfiguration.read(Reading(source, zoneFolder: "/nowhere"))
        #expect(central.timeZone == "Moon/Base")
        #expect(Samples.centralErrors(text).count == 1)
    }
}
