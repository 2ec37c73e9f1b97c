// SPDX-License-Identifier: Apache-2.0

// Reads what a daemon is told of its pages. Off this machine they are served only when the file says
// who may read them.

import QueueCore

extension Fields {
    private static let pagesExample = "pages: { listen: 127.0.0.1:8080, reading: open }"

    /// The pages; nil when there are none, or after an error.
    func pages() -> PagesConfiguration? {
        let keys = [
            "listen", "reading", "key", "heading", "text", "languages", "arrows", "font", "voice",
        ]
        guard
            let fields = optional("pages")?.fields(
                "\"pages\"", keys: keys, example: Self.pagesExample)
        else { return nil }
        let listenValue = fields.required("listen", example: "127.0.0.1:8080")
        let listen = listenValue?.hostAndPort(isListener: true)
        let readers = fields.optional("reading")?.choice(PagesConfiguration.Readers.self)
        if let listen, let listenValue, fields.optional("reading") == nil,
            !NetworkAddress.isLoopback(listen)
        {
            listenValue.report(
                "others than this machine reach the pages at \(listen), and nothing says who may "
                    + "read them",
                "add \"reading: open\" for whoever reaches them, or \"reading: key\"")
        }
        let key =
            fields.optional("key").map { $0.path(example: "/etc/nobat/keys/pages.key") } ?? nil
        if readers == .key, fields.optional("key") == nil {
            fields.optional("reading")?.report(
                "whoever reads the pages is to show a key, and none is named",
                "add \"key: /etc/nobat/keys/pages.key\", a file of mode 600 with one line")
        }
        let typeface = fields.optional("font").map { $0.path(example: "/usr/share/fonts/…/a.ttf") }
        let words = ConfigurationLimits.self
        let languages = fields.boardLanguages()
        let heading = fields.bilingual("heading", charactersMax: words.titleMax)
        let text = fields.bilingual("text", charactersMax: words.runningTextMax)
        let arrows = fields.boardArrows()
        let voice = fields.voice()
        // All that is wrong is told at once.
        guard let listen else { return nil }
        return PagesConfiguration(
            listenAddress: listen, readers: readers ?? .open, heading: heading, text: text,
            languages: languages, arrows: arrows, fontPath: typeface ?? nil, voice: voice,
            keyPath: key)
    }

    private func boardLanguages() -> [PagesConfiguration.Language] {
        typealias Language = PagesConfiguration.Language
        let both: [Language] = [.persian, .english]
        guard let value = optional("languages") else { return both }
        let items = value.list(
            1...Language.allCases.count, of: "languages", example: "languages: [fa, en]")
        var once = Once<Language>()
        let languages = (items ?? []).compactMap { item -> Language? in
            guard let language = item.choice(Language.self) else { return nil }
            once.take(
                language, at: item.place, reading, "the language \"\(language.rawValue)\"",
                "name it once")
            return language
        }
        return languages.isEmpty ? both : languages
    }

    /// The same in both languages; what is said in one only is said so in the other too.
    private func bilingual(_ key: String, charactersMax: Int) -> ServiceTitle? {
        let example = "\(key): { fa: خوش آمدید, en: Welcome }"
        guard let value = optional(key),
            let fields = value.fields("\"\(key)\"", keys: ["fa", "en"], example: example)
        else { return nil }
        let texts = ["fa", "en"].map { language -> String? in
            guard let value = fields.optional(language),
                let text = value.text("a text", example: language == "fa" ? "خوش آمدید" : "Welcome")
            else { return nil }
            guard text.count <= charactersMax else {
                value.report(
                    "the text has \(text.count) characters",
                    "shorten it to \(charactersMax) at most")
                return nil
            }
            return text
        }
        guard let persian = texts[0] ?? texts[1], let english = texts[1] ?? texts[0] else {
            value.report("\"\(key)\" says nothing", "write it as in \"\(example)\"")
            return nil
        }
        return ServiceTitle(persian: persian, english: english)
    }

    private func voice() -> VoiceConfiguration? {
        guard let value = optional("voice"),
            let fields = value.fields(
                "\"voice\"", keys: ["folder", "languages", "output"],
                example: "voice: { folder: /var/lib/nobat/voice, languages: [fa, en] }")
        else { return nil }
        let folder = fields.required("folder", example: "/var/lib/nobat/voice")?
            .folderPath(example: "/var/lib/nobat/voice")
        let items = fields.optional("languages").map {
            $0.list(
                1...ConfigurationLimits.voiceLanguagesMax, of: "languages",
                example: "languages: [fa, en]")
        }
        var once = Once<Name>()
        let languages = (items ?? nil)?.compactMap { item -> String? in
            guard let name = item.name(example: "fa") else { return nil }
            once.take(name, at: item.place, reading, "the language \"\(name)\"", "name it once")
            return name.description
        }
        let output = fields.optional("output")?.text("an audio device", example: "default")
        guard let folder else { return nil }
        return VoiceConfiguration(folder: folder, languages: languages ?? ["fa"], output: output)
    }
}
