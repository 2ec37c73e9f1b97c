// SPDX-License-Identifier: Apache-2.0

// The pages that a daemon serves: where, to whom, and what its hall board says.

import QueueCore

/// The pages of a daemon.
public struct PagesConfiguration: Sendable, Equatable {
    /// Who may read the pages.
    public enum Readers: String, CaseIterable, Sendable {
        /// Whoever reaches the port.
        case open
        /// Who has shown the key.
        case key
    }

    /// The languages of hall boards.
    public enum Language: String, CaseIterable, Sendable {
        /// Persian, written `fa`.
        case persian = "fa"
        /// English, written `en`.
        case english = "en"
    }

    /// Where they are served, `host:port`.
    public var listenAddress: String
    /// Who may read them.
    public var readers: Readers
    /// The path of the file with the key; nil when nobody acts on the pages.
    public var keyPath: String?
    /// The heading of the hall board; nil for none.
    public var heading: ServiceTitle?
    /// Its running text; nil for none.
    public var text: ServiceTitle?
    /// Its languages, the large one first.
    public var languages: [Language]
    /// The way to each booth, as seen from before the board.
    public var arrows: [BoothNumber: BoardConfiguration.Arrow]
    /// The path of a font that has Persian; nil for the first one of the usual places.
    public var fontPath: String?
    /// The spoken calls; nil for none.
    public var voice: VoiceConfiguration?

    /// Pages; without more arguments a hall board in Persian and English, for whoever reaches it.
    public init(
        listenAddress: String, readers: Readers = .open, heading: ServiceTitle? = nil,
        text: ServiceTitle? = nil, languages: [Language] = [.persian, .english],
        arrows: [BoothNumber: BoardConfiguration.Arrow] = [:], fontPath: String? = nil,
        voice: VoiceConfiguration? = nil, keyPath: String? = nil
    ) {
        self.listenAddress = listenAddress
        self.readers = readers
        self.heading = heading
        self.text = text
        self.languages = languages
        self.arrows = arrows
        self.fontPath = fontPath
        self.voice = voice
        self.keyPath = keyPath
    }
}

/// Spoken calls.
public struct VoiceConfiguration: Sendable, Equatable {
    /// The folder of the clips, with one folder a language in it.
    public var folder: String
    /// The languages in which a call is spoken, one after another: names of folders.
    public var languages: [String]
    /// The controller's own audio output, as `aplay -L` names it; nil when only boards speak.
    public var output: String?

    /// Spoken calls.
    public init(folder: String, languages: [String], output: String? = nil) {
        self.folder = folder
        self.languages = languages
        self.output = output
    }
}
