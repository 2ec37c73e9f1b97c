// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import StatusPages

/// Who may do what, decided without a server.
@Suite struct AccessTests {
    static let good = Access.Shown(
        hasSession: true, mayAct: true, hasKey: false, hasPageToken: true, isFromElsewhere: false)

    static func acting(_ change: (inout Access.Shown) -> Void = { _ in }) -> Access.Verdict {
        var shown = good
        change(&shown)
        return Access.verdict(.acting, rule: .open, isKeyed: true, shown: shown)
    }

    @Test func whoActsHasShownEverything() {
        #expect(Self.acting() == .allowed)
        #expect(Self.acting { $0.hasSession = false } == .keyIsWanted)
        #expect(Self.acting { $0.hasPageToken = false } == .isForeign)
        #expect(Self.acting { $0.isFromElsewhere = true } == .isForeign)
        #expect(Self.acting { $0.mayAct = false } == .keyIsOld)
    }

    @Test func theKeyOfProgramsReadsAndActsNot() {
        let shown = Access.Shown(hasKey: true)
        #expect(
            Access.verdict(.reading, rule: .key, isKeyed: true, shown: shown) == .allowed)
        #expect(
            Access.verdict(.acting, rule: .key, isKeyed: true, shown: shown) == .keyIsWanted)
    }

    @Test func withoutAKeyNobodyActs() {
        #expect(
            Access.verdict(.acting, rule: .open, isKeyed: false, shown: Self.good) == .hasNoKey)
    }

    @Test func readingFollowsTheRule() {
        let nobody = Access.Shown()
        #expect(Access.verdict(.reading, rule: .open, isKeyed: false, shown: nobody) == .allowed)
        #expect(Access.verdict(.reading, rule: .key, isKeyed: true, shown: nobody) == .keyIsWanted)
        #expect(
            Access.verdict(.reading, rule: .key, isKeyed: true, shown: Self.good) == .allowed)
    }

    @Test(arguments: [
        ("/login", true, Access.Need.nothing), ("/login", false, .nothing),
        ("/assets/desk.css", true, .nothing), ("/session", true, .nothing),
        ("/board", true, .reading), ("/metrics", true, .reading), ("/", true, .reading),
        ("/technician/events", true, .reading), ("/technician/act", false, .acting),
        ("/logout", false, .acting), ("/anything", false, .acting),
    ])
    func everyOtherWayOfAskingActs(path: String, isReading: Bool, need: Access.Need) {
        #expect(Access.need(path: path, isReading: isReading) == need)
    }

    @Test(arguments: [
        ("/technician", "/technician"), ("/halls/main/board", "/halls/main/board"),
        ("//evil.example", "/"), ("//evil", "/"), ("https://evil.example", "/"), ("/\\evil", "/"),
        ("", "/"),
        ("/a?b", "/"), ("/\"><script>", "/"), ("/a\r\nSet-Cookie: x", "/"),
    ])
    func aLoginLeadsNowhereElse(wanted: String, path: String) {
        #expect(Access.destination(wanted) == path)
    }

    @Test func otherSitesAreKnownByWhatTheBrowserSays() {
        let host = "board.local:8080"
        #expect(!Access.isFromElsewhere(origin: nil, site: nil, host: host))
        #expect(!Access.isFromElsewhere(origin: "http://\(host)", site: "same-origin", host: host))
        #expect(!Access.isFromElsewhere(origin: nil, site: "none", host: host))
        #expect(!Access.isFromElsewhere(origin: "http://\(host)", site: nil, host: host))
        #expect(!Access.isFromElsewhere(origin: "null", site: "same-origin", host: host))
        #expect(Access.isFromElsewhere(origin: "http://\(host)", site: "cross-site", host: host))
        #expect(Access.isFromElsewhere(origin: "http://evil.example", site: nil, host: host))
        #expect(Access.isFromElsewhere(origin: "http://board.local:9", site: nil, host: host))
        #expect(Access.isFromElsewhere(origin: "null", site: nil, host: host))
        #expect(Access.isFromElsewhere(origin: nil, site: "cross-site", host: host))
        #expect(Access.isFromElsewhere(origin: nil, site: "same-site", host: host))
    }
}
