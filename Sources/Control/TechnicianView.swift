// SPDX-License-Identifier: Apache-2.0

// What the technician's page shows at one moment: a value that the page draws as it is. Which words
// and marks stand for which state is decided here.

/// A controller as its technician sees it.
public struct TechnicianView: Codable, Sendable, Equatable {
    /// How something is, for its colour and its mark.
    public enum Mood: String, Codable, Sendable {
        /// It works.
        case good
        /// It works, with something to see to.
        case uneasy
        /// It does not work.
        case bad
        /// It is not there, or not in use.
        case idle
    }

    /// A state in words.
    public struct State: Codable, Sendable, Equatable {
        /// Its colour and mark.
        public var mood: Mood
        /// What it is.
        public var words: Bilingual

        init(_ mood: Mood, fa: String, en: String) {
            self.mood = mood
            words = Bilingual(fa: fa, en: en)
        }
    }

    /// A display as it looks.
    public struct Mirror: Codable, Sendable, Equatable {
        /// The text: as read back, or as ordered where nothing can be read.
        public var text: String
        /// Seven segments and a point for each place, in the order of the booth unit's font; empty when
        /// nobody knows what it shows.
        public var segments: [UInt8]
        /// Whether that was read back from the display.
        public var state: State
    }

    /// A booth with its display, button and lamp.
    public struct Booth: Codable, Sendable, Equatable {
        /// Its number.
        public var booth: Int
        /// Its number in words.
        public var words: Bilingual
        /// Whether it is open.
        public var open: State
        /// The services, by name.
        public var services: [String]
        /// The ticket at the booth.
        public var current: Bilingual?
        /// How many wait for it.
        public var waiting: Bilingual
        /// Its display; nil without one.
        public var mirror: Mirror?
        /// The bus and the address of its display.
        public var bus: String?
        /// See `bus`.
        public var address: Int?
        /// Its button.
        public var button: State
        /// What its lamp tells.
        public var lamp: State
        /// When its button was last pressed, in ISO 8601.
        public var pressedAt: String?
        /// How.
        public var pressed: Bilingual?
    }

    /// An error count.
    public struct ErrorCount: Codable, Sendable, Equatable {
        /// The kind, for programs.
        public var kind: String
        /// The kind and the count in words.
        public var words: Bilingual
    }

    /// A unit.
    public struct Unit: Codable, Sendable, Equatable {
        /// Its address.
        public var address: Int
        /// Its place in words.
        public var place: Bilingual
        /// Whether it answers.
        public var state: State
        /// Since when, in ISO 8601.
        public var since: String
        /// Its board and firmware.
        public var board: String
        /// Seconds since it started, in whole minutes.
        public var uptimeSeconds: Int?
        /// Its errors; kinds that never happened are left out.
        public var errors: [ErrorCount]
        /// Whether it can be identified and tested.
        public var isOurs: Bool
        /// What it shows; units of booths have it there too.
        public var mirror: Mirror
    }

    /// A bus.
    public struct Bus: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its port and speed.
        public var port: String
        /// Whether it is open.
        public var state: State
        /// Since when, in ISO 8601.
        public var since: String
        /// Its units.
        public var units: [Unit]
    }

    /// A pair of words: what, and how much.
    public struct Fact: Codable, Sendable, Equatable {
        /// What.
        public var what: Bilingual
        /// How much, or how it is.
        public var value: Bilingual
        /// Since when, or when, in ISO 8601.
        public var at: String?
    }

    /// The controller's name.
    public var name: String
    /// The version of the program.
    public var version: String
    /// The clinic's time zone, by which times are shown.
    public var timeZone: String
    /// The languages of the pages, the usual one first.
    public var languages: [String]
    /// How the link is.
    public var link: State
    /// What is known of the controller itself.
    public var facts: [Fact]
    /// What is wrong.
    public var findings: [PageFinding]
    /// The booths.
    public var booths: [Booth]
    /// The buses.
    public var buses: [Bus]
}
