// SPDX-License-Identifier: Apache-2.0

// Which key a controller shows next. A new key in its file is tried at once; as long as the central
// does not take it, the one that last worked is tried in turn, so that nobody has to hurry when keys
// are changed. Each is shown at every address before the other one's turn comes. Pure.

import QueueCore

/// The keys of a controller, in the order in which they are to be shown.
public struct KeyTurns: Sendable {
    private let addresses: Int
    private var proven: LinkKey?
    private var shown: LinkKey?
    /// Attempts since the last one that worked, or since the file changed.
    private var attempts = 0
    private var tried: LinkKey?
    /// A new key for which the link was given up once; it is not given up again for the same one.
    private var changedFor: LinkKey?

    /// No key has been shown yet. The attempts go round so many addresses.
    public init(addresses: Int = 1) { self.addresses = max(1, addresses) }

    /// The key for the next attempt. `inFile` is nil when the file is none at the moment.
    public mutating func next(inFile: LinkKey?) -> LinkKey? {
        guard let inFile else {
            shown = proven
            return shown
        }
        if tried != inFile { (tried, attempts) = (inFile, 0) }
        let isOldTurn = attempts / addresses % 2 == 1
        attempts += 1
        shown = isOldTurn ? proven ?? inFile : inFile
        return shown
    }

    /// The attempt led to a connection.
    public mutating func opened() {
        proven = shown
        attempts = 0
    }

    /// Whether a link that stands is to be opened anew, with the key that its file now holds.
    public mutating func isChange(inFile: LinkKey) -> Bool {
        guard let proven, proven != inFile, changedFor != inFile else { return false }
        changedFor = inFile
        attempts = 0
        return true
    }
}
