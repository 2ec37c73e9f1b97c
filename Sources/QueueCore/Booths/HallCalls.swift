// SPDX-License-Identifier: Apache-2.0

// The calls that a hall board may show: the last call of each booth, the newest first. A booth is in
// it once at most, so that a patient never reads two numbers for one booth.

/// The last calls of a hall, one for each booth.
public struct HallCalls: Equatable, Sendable {
    /// A booth of the hall.
    public struct Place: Hashable, Sendable {
        /// Its controller; nil for the controller that keeps the list.
        public var controller: Name?
        /// Its number.
        public var booth: BoothNumber

        /// A booth; without a controller one of the list's own.
        public init(controller: Name? = nil, booth: BoothNumber) {
            self.controller = controller
            self.booth = booth
        }
    }

    /// A number at a booth.
    public struct Call: Hashable, Sendable {
        /// The booth.
        public var place: Place
        /// The number called there.
        public var number: TicketNumber
    }

    /// The calls, the newest first.
    public private(set) var calls: [Call] = []
    /// The call that the last change is about, until the next one.
    public private(set) var newest: Call?
    /// Grows with every call and recall.
    public private(set) var callCount = 0
    /// A list may become shorter by a booth that shows no number any more; then an older call comes
    /// up, so this many are kept.
    private let countMax: Int

    /// An empty list that keeps `countMax` calls.
    public init(countMax: Int) {
        precondition(countMax > 0, "a list that keeps no call")
        self.countMax = countMax
    }

    /// The sign of one of the list's own booths changed. A call or recall comes first; a number
    /// without attention (after a start, or a call taken back) keeps its booth's place, and a booth
    /// that shows no number any more leaves the list.
    public mutating func changed(_ booth: BoothNumber, to sign: BoothSign) {
        let place = Place(booth: booth)
        switch sign {
        case .number(let number, attention: true): put(Call(place: place, number: number))
        case .number(let number, attention: false): keep(Call(place: place, number: number))
        case .dashes, .trouble: left(place)
        }
    }

    /// Another controller of the hall called. What it called last already is told again after a cut
    /// and changes nothing.
    public mutating func told(_ news: News) {
        let place = Place(controller: news.controller, booth: news.booth)
        let call = Call(place: place, number: news.number)
        guard !calls.contains(call) else { return }
        put(call)
    }

    /// A booth called a number, or called it again.
    public mutating func called(_ place: Place, _ number: TicketNumber) {
        put(Call(place: place, number: number))
    }

    /// A booth shows the number without having called it anew.
    public mutating func shows(_ place: Place, _ number: TicketNumber) {
        let call = Call(place: place, number: number)
        if !calls.contains(call) { keep(call) }
    }

    /// A booth shows no number any more.
    public mutating func left(_ place: Place) {
        calls.removeAll { $0.place == place }
        if newest?.place == place { newest = nil }
    }

    private mutating func keep(_ call: Call) {
        if newest?.place == call.place { newest = nil }
        if let index = calls.firstIndex(where: { $0.place == call.place }) {
            calls[index] = call
        } else {
            calls.append(call)
            trim()
        }
    }

    private mutating func put(_ call: Call) {
        calls.removeAll { $0.place == call.place }
        calls.insert(call, at: 0)
        newest = call
        callCount += 1
        trim()
    }

    private mutating func trim() {
        if calls.count > countMax { calls.removeLast() }
    }
}
