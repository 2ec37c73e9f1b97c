// SPDX-License-Identifier: Apache-2.0

// A list of few things that lives where its owner lives. Facts and rows that hold such a list, and no
// array, are copied like numbers: the simulator copies some ten of them in each step.

/// What can be an element of a ``ShortList``.
public protocol ShortListElement: Hashable, Sendable, BitwiseCopyable {
    /// What stands in the places that are not in use.
    static var filler: Self { get }
}

/// A list of at most `most` elements, without memory of its own.
public struct ShortList<let most: Int, Element: ShortListElement>: Sendable, BitwiseCopyable {
    private var places = InlineArray<most, Element>(repeating: Element.filler)
    private var used: UInt8 = 0

    /// The elements of a list, which must not be longer than `most`.
    public init(_ list: some Collection<Element>) {
        precondition(list.count <= most, "more than \(most) in a short list")
        for element in list { append(element) }
    }

    /// The elements of a list from outside, or nil when it is longer than `most`.
    public init?(exactly list: some Collection<Element>) {
        guard list.count <= most else { return nil }
        self.init(list)
    }

    /// Puts an element at the end; the list must not be full.
    public mutating func append(_ element: Element) {
        places[count] = element
        used += 1
    }

    /// Takes the first element out; the list must not be empty.
    public mutating func removeFirst() {
        for index in 1..<count { places[index - 1] = places[index] }
        used -= 1
        places[count] = Element.filler
    }
}

extension ShortList: RandomAccessCollection {
    /// The first place.
    public var startIndex: Int { 0 }
    /// The place after the last one.
    public var endIndex: Int { Int(used) }
    /// The element at a place.
    public subscript(index: Int) -> Element { places[index] }
}

extension ShortList: ExpressibleByArrayLiteral {
    /// The elements of a literal.
    public init(arrayLiteral elements: Element...) { self.init(elements) }
}

extension ShortList: Hashable {
    /// The same elements in the same order.
    public static func == (left: ShortList, right: ShortList) -> Bool {
        left.elementsEqual(right)
    }

    /// Takes in all elements.
    public func hash(into hasher: inout Hasher) {
        for element in self { hasher.combine(element) }
        hasher.combine(used)
    }
}

extension Name: ShortListElement {
    /// Any name.
    public static var filler: Name { .central }
}

extension Epoch: ShortListElement {
    /// Any epoch.
    public static var filler: Epoch { Epoch(random: 1) }
}

/// What a booth serves, in order of preference.
public typealias BoothServices = ShortList<8, Name>

extension ShortList: CustomStringConvertible {
    /// The elements, as an array would tell them.
    public var description: String { "\(Array(self))" }
}
