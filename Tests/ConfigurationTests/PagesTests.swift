// SPDX-License-Identifier: Apache-2.0

// What is said of the pages is read into its place; who may read them is never left open by accident.

import NobatConfiguration
import QueueCore
import Testing

struct PagesTests {
    static func hall(_ pages: String) throws -> PagesConfiguration? {
        try ControllerConfiguration.parse(
            text: Samples.hall + "\n" + pages, file: "/etc/nobat/f.yaml"
        ).pages
    }

    @Test func absent_MeansNoPages() throws {
        #expect(try Self.hall("") == nil)
    }

    @Test func address_IsEnough_OnThisMachine() throws {
        for address in ["127.0.0.1:8080", "\"[::1]:8080\"", "localhost:8080"] {
            let pages = try #require(try Self.hall("pages: { listen: \(address) }"))
            #expect(pages.readers == .open)
            #expect(pages.languages == [.persian, .english])
        }
    }

    @Test func everyKey_IsRead() throws {
        let pages = try Self.hall(
            """
            pages:
              listen: 0.0.0.0:80
              reading: key
              key: pages.key
              heading: { fa: سالن, en: Hall }
              text: { fa: خوش آمدید }
              languages: [en, fa]
              arrows: { left: [1], up: [2] }
              font: fonts/a.ttf
              voice: { folder: voice, languages: [fa, tr], output: "plughw:1,0" }
            """)
        #expect(
            pages
                == PagesConfiguration(
                    listenAddress: "0.0.0.0:80", readers: .key,
                    heading: ServiceTitle(persian: "سالن", english: "Hall"),
                    text: ServiceTitle(persian: "خوش آمدید", english: "خوش آمدید"),
                    languages: [.english, .persian], arrows: [1: .left, 2: .up],
                    fontPath: "/etc/nobat/fonts/a.ttf",
                    voice: VoiceConfiguration(
                        folder: "/etc/nobat/voice", languages: ["fa", "tr"], output: "plughw:1,0"),
                    keyPath: "/etc/nobat/pages.key"))
    }

    @Test(arguments: [
        ("/var/lib/voice/", "/var/lib/voice"), ("voice//", "/etc/nobat/voice"),
        ("./", "/etc/nobat"),
        ("/", "/"),
    ])
    func aFolderIsNamedWithOrWithoutASlash(written: String, folder: String) throws {
        let central = try CentralConfiguration.parse(
            text: Samples.central
                + "\npages: { listen: 127.0.0.1:8081, voice: { folder: \(written) } }",
            file: "/etc/nobat/f.yaml")
        #expect(central.pages?.voice?.folder == folder)
    }

    @Test func central_ReadsThemToo() throws {
        let central = try CentralConfiguration.parse(
            text: Samples.central + "\npages: { listen: 127.0.0.1:8081 }", file: "/etc/f.yaml")
        #expect(central.pages == PagesConfiguration(listenAddress: "127.0.0.1:8081"))
    }

    @Test(arguments: [
        "0.0.0.0:80", "192.168.1.4:80", "\"[::]:80\"", "hall-a.clinic:80", "128.0.0.1:80",
    ])
    func otherMachines_AreNotServed_UnlessItIsSaidWhoReads(address: String) {
        let errors = Samples.hallErrors("\(Samples.hall)\npages: { listen: \(address) }")
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("15:18: others than this machine reach the pages") == true)
        #expect(
            Samples.hallErrors(
                "\(Samples.hall)\npages: { listen: \(address), reading: open }"
            ).isEmpty)
    }

    @Test func readingWithAKey_NeedsOne() {
        let errors = Samples.hallErrors(
            "\(Samples.hall)\npages: { listen: 0.0.0.0:80, reading: key }")
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("15:39: whoever reads the pages is to show a key") == true)
    }

    @Test func mistakes_AreSaidWhereTheyAre() {
        let errors = Samples.hallErrors(
            """
            \(Samples.hall)
            pages:
              reading: everybody
              languages: [fa, fa]
              arrows: { left: [1], right: [1] }
              text: { de: Hallo }
              voice: { languages: [] }
              colour: red
            """)
        let begins = errors.map { $0.prefix { $0 != " " } }
        #expect(errors.count == 9, "\(errors)")
        #expect(begins.contains("16:12:") && begins.contains("17:19:"), "\(errors)")
        #expect(errors.contains { $0.contains("has no \"listen\"") })
        #expect(errors.contains { $0.contains("has no key \"colour\"") })
    }
}
