// SPDX-License-Identifier: Apache-2.0

// Which keys each verb needs and may do without, as the page has them, tried on generated lines.
import QueueCore
import Testing

@testable import LineProtocol

@Suite struct PageKeysTests {
    private struct Keys {
        var all: Set<String> = []
        var optional: Set<String> = []
    }

    private static let ticketKeys =
        "`ticket` `number` `day` `service` `class` `rank` [`returned`] [`again`] [`sender`]"
    private static let blockKeys = "`day` `series` [`service`] `first` `last` [`next`]"

    /// The keys of each verb as the page has them; of `HELLO`, for a controller.
    private func told() throws -> [String: Keys] {
        var told: [String: Keys] = [:]
        for row in try Page().rows(under: "## Verbs") {
            guard row[0].hasPrefix("`"), let verb = Page.quoted(row[0]).first else { continue }
            let cell = row[row.count - 2]
                .replacing("ticket keys", with: Self.ticketKeys)
                .replacing("block keys", with: Self.blockKeys)
            var keys = Keys(all: Set(Page.quoted(cell)))
            for part in cell.split(separator: "[").dropFirst() {
                keys.optional.formUnion(Page.quoted(String(part.prefix { $0 != "]" })))
            }
            if Verb(rawValue: verb).map(Self.isFact) == true {
                // Said of all facts at once, above their table.
                keys.all.insert("at")
                keys.optional.insert("at")
            }
            told[verb] = keys
        }
        return told
    }

    private static func isFact(_ verb: Verb) -> Bool {
        ((try? Page().rows(under: "### Facts: a controller tells what happened")) ?? []).contains {
            $0.first.map { Page.quoted($0).first == verb.rawValue } ?? false
        }
    }

    @Test func everyVerb_NeedsTheKeysThatThePageSays() throws {
        let told = try told()
        var seen: [String: Set<String>] = [:]
        var generator = Generator(seed: 3)
        for turn in 0..<20_000 {
            let isClients = turn.isMultiple(of: 2)
            let line =
                isClients ? generator.clientMessage().line : generator.centralMessage().line
            let words = line.split(separator: " ").map { String($0) }
            let verb = try #require(words.first { $0.first?.isNumber == false })
            let keys = try #require(told[verb])
            for (index, word) in words.enumerated() where word.contains("=") {
                let key = String(word.prefix { $0 != "=" })
                seen[verb, default: []].insert(key)
                var rest = words
                rest.remove(at: index)
                let shorter = rest.joined(separator: " ")
                let complaint = Self.complaint(shorter, isClients: isClients)
                let expected: Complaint? = keys.optional.contains(key) ? nil : .missingKey
                try #require(complaint == expected, "\(key) left out of \(line)")
            }
        }
        for (verb, keys) in told {
            #expect(seen[verb, default: []] == keys.all.subtracting(["caps"]), "\(verb)")
        }
    }

    private static func complaint(_ line: String, isClients: Bool) -> Complaint? {
        do throws(LineError) {
            if isClients {
                _ = try ClientMessage(line: line)
            } else {
                _ = try CentralMessage(line: line)
            }
            return nil
        } catch {
            return error.complaint
        }
    }
}
