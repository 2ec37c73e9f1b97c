// SPDX-License-Identifier: Apache-2.0

// Reads the text of a sign: characters, escapes such as \x02 for what has no key, and places in
// braces. Both a quoted text that YAML has put control characters into and one with the escapes
// written out are understood.

internal import Yams

extension Value {
    /// One printable ASCII character.
    func character(example: String) -> UInt8? {
        guard let scalar = node.scalar, scalar.string.utf8.count == 1,
            let byte = scalar.string.utf8.first, 0x20...0x7E ~= byte
        else {
            report(
                "\"\(key)\" must be one ASCII character, but this is \(kind)",
                "write \"\(key): \(example)\"")
            return nil
        }
        return byte
    }

    /// A template whose number takes `width` places.
    func template(width: Int) -> [TemplatePiece]? {
        let example = #"template: '\x02{text}\r\n'"#
        guard let scalar = node.scalar, !scalar.string.isEmpty else {
            report("\"\(key)\" must be a text, but this is \(kind)", "write \"\(example)\"")
            return nil
        }
        do throws(TemplateText.Fault) {
            let pieces = try TemplateText.pieces(of: scalar.string)
            guard pieces.contains(.place(.text)) || pieces.contains(.place(.number)) else {
                throw TemplateText.Fault("has no place for the number", "write {text} into it")
            }
            let length = TemplateText.bytesMax(of: pieces, width: width)
            guard length <= ConfigurationLimits.signBytesMax else {
                throw TemplateText.Fault(
                    "becomes up to \(length) bytes long",
                    "shorten it to \(ConfigurationLimits.signBytesMax) at most")
            }
            return pieces
        } catch {
            report("the template \(error.problem)", error.remedy)
            return nil
        }
    }
}

/// The language of templates.
enum TemplateText {
    /// What is wrong with a template, and what to do.
    struct Fault: Error {
        var problem: String
        var remedy: String

        init(_ problem: String, _ remedy: String) {
            self.problem = problem
            self.remedy = remedy
        }
    }

    static func pieces(of text: String) throws(Fault) -> [TemplatePiece] {
        var pieces: [TemplatePiece] = []
        var bytes: [UInt8] = []
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\": bytes.append(try escape(&rest))
            case "{":
                if !bytes.isEmpty { pieces.append(.bytes(bytes)) }
                bytes = []
                pieces.append(.place(try place(&rest)))
            case "}":
                throw Fault("has a \"}\" without a \"{\"", #"write \x7D for the character itself"#)
            default:
                guard scalar.isASCII else {
                    throw Fault(
                        "has \"\(scalar)\", which is not ASCII", #"write its byte as \xNN"#)
                }
                bytes.append(UInt8(scalar.value))
            }
        }
        if !bytes.isEmpty { pieces.append(.bytes(bytes)) }
        return pieces
    }

    static func bytesMax(of pieces: [TemplatePiece], width: Int) -> Int {
        pieces.reduce(0) { sum, piece in
            switch piece {
            case .bytes(let bytes): sum + bytes.count
            case .place(.text), .place(.number): sum + width
            case .place(.booth): sum + 2
            case .place(.arrow): sum + 1
            case .place(.address): sum + 3
            }
        }
    }

    private static func escape(_ rest: inout Substring.UnicodeScalarView) throws(Fault) -> UInt8 {
        let known = #"use \r \n \t \0 \\ or \xNN"#
        switch rest.popFirst() {
        case "r": return 0x0D
        case "n": return 0x0A
        case "t": return 0x09
        case "0": return 0x00
        case "\\": return 0x5C
        case "x":
            let digits = String(String.UnicodeScalarView(rest.prefix(2)))
            guard digits.utf8.count == 2, digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
                let byte = UInt8(digits, radix: 16)
            else { throw Fault(#"has a \x without two hex digits"#, #"write such as \x0D"#) }
            rest = rest.dropFirst(2)
            return byte
        case let other?: throw Fault(#"has "\\#(other)", which means nothing"#, known)
        case nil: throw Fault(#"ends in a lone "\""#, known)
        }
    }

    private static func place(
        _ rest: inout Substring.UnicodeScalarView
    ) throws(Fault) -> TemplatePiece.Place {
        guard let end = rest.firstIndex(of: "}") else {
            throw Fault("has a \"{\" without a \"}\"", #"write \x7B for the character itself"#)
        }
        let word = String(String.UnicodeScalarView(rest[..<end]))
        rest = rest[rest.index(after: end)...]
        let words = TemplatePiece.Place.allCases.map(\.rawValue)
        guard let place = TemplatePiece.Place(rawValue: word) else {
            throw Fault(
                "has no place \"\(Reading.shown(word))\"",
                Suggestion.remedy(for: word, among: words))
        }
        return place
    }
}
