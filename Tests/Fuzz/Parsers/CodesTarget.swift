// SPDX-License-Identifier: Apache-2.0

// Codes, numbers, dates, names and addresses as people type them at pages, keypads, telephones and in
// configurations: the first byte says which.

import Control
import Hardware
import KeyFiles
import QueueCore
import Uplink

enum CodesTarget {
    /// What is read reads the same from its own text, and in other digits; what is private shows
    /// nothing of itself.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        guard let kind = bytes.first else { return }
        let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
        switch kind % 8 {
        case 0: try tracking(text)
        case 1: try mobile(text)
        case 2: try times(text)
        case 3: try numbers(text)
        case 4: try hosts(text)
        case 5: try ports(text)
        case 6: try keys(text)
        default: try digits(text)
        }
    }

    private static func tracking(_ text: String) throws(Broken) {
        let code = TrackingCode(typed: text)
        try demand(TrackingCode(typed: Digits.persian(text)) == code, "Persian digits read else")
        try demand(
            TrackingCode(typed: Bilingual.latinDigits(text)) == code, "Latin digits read else")
        guard let code else { return }
        try demand(TrackingCode(code.description) == code, "\(code) reads else")
        try demand(code.description.utf8.count == TrackingCode.length, "\(code)")
        try demand(!code.masked.contains(code.description.prefix(6)), "\(code.masked)")
        // Damm's digit: a wrong digit is always noticed.
        guard code.isSound, let other = TrackingCode(value: code.value ^ 1) else { return }
        try demand(!other.isSound, "\(code) and \(other) are both sound")
    }

    private static func mobile(_ text: String) throws(Broken) {
        let number = MobileNumber(typed: text)
        try demand(MobileNumber(typed: Digits.persian(text)) == number, "Persian digits read else")
        guard let number else { return }
        try demand(MobileNumber(number.digits) == number, "it reads else from its digits")
        try demand(MobileNumber(typed: "+98" + number.digits.dropFirst()) == number, "from abroad")
        var dumped = ""
        dump(number, to: &dumped)
        let shown = "\(number) \(String(reflecting: number)) \(dumped)"
        try demand(
            !shown.contains(number.digits.dropFirst().prefix(5)), "it shows itself: \(shown)")
    }

    private static func times(_ text: String) throws(Broken) {
        if let date = JalaliDate(text) {
            try demand(JalaliDate(date.description) == date, "\(date) reads else")
            try demand(JalaliDate(Digits.persian(date.description)) == date, "\(date) in Persian")
            try demand(JalaliDate(date.serviceDay) == date, "\(date) is another day")
            try demand(!date.persian.isEmpty && !date.serviceDay.dateText.isEmpty, "no words")
        }
        if let time = LocalTime(text) {
            try demand(LocalTime(time.description) == time, "\(time) reads else")
            try demand((0...1_440).contains(time.minute), "\(time.minute)")
        }
    }

    private static func numbers(_ text: String) throws(Broken) {
        if let number = TicketNumber(text) {
            try demand(TicketNumber(number.description) == number, "\(number) reads else")
            try demand(number.description.utf8.count == 4, "\(number)")
        }
        let typed = PageAct.number(text)
        try demand(PageAct.number(typed) == typed, "\(typed) is corrected twice")
        if let name = Name(text) {
            try demand(name.description == text && Name(name.description) == name, "\(name)")
        }
        if let value = Digits.number(text, max: 999_999) {
            try demand((0...999_999).contains(value), "\(value)")
            try demand(Digits.number("\(value)", max: 999_999) == value, "\(value) reads else")
        }
    }

    private static func hosts(_ text: String) throws(Broken) {
        do throws(UplinkError) {
            let address = try HostPort(text)
            guard let again = try? HostPort(address.description) else {
                throw .badAddress("\(address) is refused")
            }
            try? address.checkLoopback()
            if again != address { throw .badAddress("\(again) is not \(address)") }
        } catch .badAddress(let shown) {
            try demand(shown == text, shown)
        } catch {
            throw Broken(sentence: "\(error)")
        }
    }

    private static func ports(_ text: String) throws(Broken) {
        switch Result(catching: { () throws(PortSettingsError) in try PortAddress(text) }) {
        case .success(let address):
            let again = try? PortAddress(address.description)
            try demand(again == address, "\(address) reads else")
        case .failure(let error):
            // What was written is named, for the line of the configuration; it may hold anything.
            try demand("\(error)".utf8.count <= 4_096, "a sentence without end")
        }
    }

    private static func keys(_ text: String) throws(Broken) {
        if let key = LinkKey(line: text) {
            try demand(
                key.line == text.lowercased() || key.identity != key.identity.lowercased(), "")
            try demand(LinkKey(line: key.line) == key, "the key of \(key.identity) reads else")
            let digits = key.line.suffix(LinkKey.secretBytes * 2)
            var shown = "\(key) \(String(reflecting: key))"
            dump(key, to: &shown)
            try demand(!shown.contains(digits.prefix(8)), "it shows its secret")
        }
        if let holder = KeyHolder(fileName: text) {
            try demand(holder.fileName == text, "\(holder.fileName) is another file")
            let again = KeyHolder(identity: holder.identity, role: holder.role)
            try demand(again == holder, "\(holder) reads else")
            try demand(!text.contains("/"), "a path: \(text)")
        }
        if let holder = KeyHolder(identity: text, role: .kiosk) {
            try demand(holder.identity == text, "\(holder.identity)")
            try demand(KeyHolder(fileName: holder.fileName) == holder, "\(holder.fileName)")
        }
    }

    private static func digits(_ text: String) throws(Broken) {
        let latin = Bilingual.latinDigits(text)
        try demand(Bilingual.latinDigits(latin) == latin, "it changes twice")
        try demand(
            Bilingual.latinDigits(Bilingual.persianDigits(text)) == latin, "Persian digits are lost"
        )
        try demand(
            Bilingual.persianDigits(text) == Digits.persian(text), "two ways to Persian digits")
        if let digits = Digits.latin(text, skipping: " -") {
            try demand(digits.utf8.allSatisfy { (0x30...0x39).contains($0) }, digits)
        }
    }
}
