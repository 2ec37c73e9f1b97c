// SPDX-License-Identifier: Apache-2.0

// What a hall board shows whatever is called: its heading, its running text, the services and the
// ways to the booths.

import QueueCore

/// A hall board as configured.
public struct BoardPlan: Sendable, Equatable {
    /// A service and how patients call it.
    public struct ServiceWords: Sendable, Equatable {
        /// The service.
        public var name: Name
        /// What patients read.
        public var words: Bilingual

        /// A service and its words.
        public init(name: Name, words: Bilingual) {
            self.name = name
            self.words = words
        }
    }

    /// The heading; nil for none.
    public var heading: Bilingual?
    /// The running text; nil for none.
    public var text: Bilingual?
    /// The services, in the order in which they are shown.
    public var services: [ServiceWords]
    /// The way to a booth as seen from before the board: `left`, `right`, `up` or `down`.
    public var arrows: [BoothNumber: String]
    /// The languages in which it is read, `fa` and `en`; the first one is the large one.
    public var languages: [String]

    /// A board as configured.
    public init(
        heading: Bilingual?, text: Bilingual?, services: [ServiceWords],
        arrows: [BoothNumber: String], languages: [String]
    ) {
        self.heading = heading
        self.text = text
        self.services = services
        self.arrows = arrows
        self.languages = languages
    }
}
