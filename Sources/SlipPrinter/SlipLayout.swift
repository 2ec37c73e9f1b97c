// SPDX-License-Identifier: Apache-2.0

// Sets strips beside and below each other: a slip from its words.

import QueueCore

/// Lays slips out.
public struct SlipLayout: Sendable {
    private let form: SlipForm
    private let strips: StripSet

    /// A layout with its strips. Throws the name of a text that was not drawn.
    public init(form: SlipForm, strips: StripSet) throws(StripFileError) {
        if let missing = strips.missing(of: form.keys) {
            throw StripFileError(
                description: "it has no picture of \"\(missing.text)\" (\(missing.style.rawValue))")
        }
        self.form = form
        self.strips = strips
    }

    /// A part of a line.
    private enum Piece {
        /// A drawn text.
        case words(String)
        /// Digits and letters that stand from left to right.
        case figures(String)
    }

    /// The items of a slip.
    public func items(_ slip: SlipPaper) -> [SlipItem] {
        var items: [SlipItem] = []
        if let header = form.header {
            items += [line(.title, [.words(header)]), .space(8), rule, .space(12)]
        }
        items.append(line(.text, [.words(SlipWords.yourNumber)]))
        items.append(line(.number, [.figures(persian(slip.number.description))]))
        items.append(line(.title, [.words(slip.service)]))
        if let words = SlipWords.of(slip.priority) { items.append(line(.text, [.words(words)])) }
        items.append(.space(8))
        if let ahead = slip.ahead {
            items.append(
                ahead > 0
                    ? line(.text, [.figures(persian("\(ahead)")), .words(SlipWords.before)])
                    : line(.text, [.words(SlipWords.nobody)]))
        }
        if let wait = slip.wait { items.append(line(.text, words(wait))) }
        if slip.isToBeChecked {
            items += [.space(8), rule, line(.text, [.words(SlipWords.unchecked)])]
            items += [line(.text, [.words(SlipWords.seeDesk)]), rule, .space(8)]
        }
        items += dateLines(slip)
        items.append(
            line(
                .text,
                [.words(SlipWords.onDisplays), .figures(":"), .figures("\(slip.number)")]))
        return items + [.space(16), .qr(slip.code), .space(16)]
    }

    private func words(_ wait: RoundedWait) -> [Piece] {
        switch wait {
        case .minutes(let count):
            [
                .words(SlipWords.about), .figures(persian("\(count)")),
                .words(SlipWords.minutesOfWaiting),
            ]
        case .hours(let count):
            [
                .words(SlipWords.about), .figures(persian("\(count)")),
                .words(SlipWords.hoursOfWaiting),
            ]
        }
    }

    /// What is printed after a slip that was given up.
    public var voidMark: [SlipItem] {
        [
            rule, .space(8), line(.title, [.words(SlipWords.void)]),
            line(.text, [.words(SlipWords.takeAnother)]), .space(8), rule,
        ]
    }

    /// Why a tracking code or a tap is not taken, by the name of the refusal.
    public func note(_ name: String) -> [SlipItem] {
        let words = SlipWords.notes[name] ?? SlipWords.notNow
        let header = form.header.map { [line(.title, [.words($0)]), .space(8), rule] } ?? []
        return header + [
            .space(12), line(.text, [.words(words)]), line(.text, [.words(SlipWords.askDesk)]),
            .space(8),
        ]
    }

    private func dateLines(_ slip: SlipPaper) -> [SlipItem] {
        var date: [Piece] = []
        if let day = slip.date {
            date = [
                .words(Weekday(day.serviceDay).persian), .figures(persian("\(day.day)")),
                .words(JalaliDate.monthNames[day.month - 1]), .figures(persian("\(day.year)")),
            ]
        }
        guard let time = slip.time else { return date.isEmpty ? [] : [line(.text, date)] }
        let clock: [Piece] = [.words(SlipWords.time), .figures(persian(time.description))]
        if width(.text, date + clock) <= form.width { return [line(.text, date + clock)] }
        return [line(.text, date), line(.text, clock)]
    }

    /// A line across the paper.
    private var rule: SlipItem {
        var rule = Bitmap(width: form.width * 7 / 8, height: 2)
        for x in 0..<rule.width { (rule[x, 0], rule[x, 1]) = (true, true) }
        return .picture(rule)
    }

    private func persian(_ text: String) -> String {
        String(
            text.map { character in
                guard character.isASCII, let value = character.wholeNumberValue else {
                    return character
                }
                return SlipWords.digits[value]
            })
    }

    private func picture(_ style: StripStyle, _ piece: Piece) -> Bitmap {
        switch piece {
        case .words(let text):
            return strips[StripKey(style, text)] ?? Bitmap(width: 0, height: style.lineHeight)
        case .figures(let text):
            let parts = text.compactMap { strips[StripKey(style, String($0))] }
            var row = Bitmap(
                width: parts.reduce(0) { $0 + $1.width }, height: style.lineHeight)
            var left = 0
            for part in parts {
                row.draw(part, left: left, top: 0)
                left += part.width
            }
            return row
        }
    }

    private func space(_ style: StripStyle) -> Int { style.lineHeight / 4 }

    private func width(_ style: StripStyle, _ pieces: [Piece]) -> Int {
        pieces.reduce(-space(style)) { $0 + picture(style, $1).width + space(style) }
    }

    /// A line of pieces, the first at the right; what does not fit is cut off at the left.
    private func line(_ style: StripStyle, _ pieces: [Piece]) -> SlipItem {
        let pictures = pieces.map { picture(style, $0) }
        let width = min(max(0, width(style, pieces)), form.width)
        var line = Bitmap(width: width, height: style.lineHeight)
        var right = width
        for picture in pictures {
            line.draw(picture, left: right - picture.width, top: 0)
            right -= picture.width + space(style)
        }
        return .picture(line)
    }
}
