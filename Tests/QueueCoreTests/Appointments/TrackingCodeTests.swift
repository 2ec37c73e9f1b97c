// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import QueueCore

@Suite struct TrackingCodeTests {
    @Test func checkDigit_IsDamms() {
        // The example of Damm's dissertation that everybody quotes: 572 has the check digit 4.
        #expect(TrackingCode.interim(572) == 4)
        #expect(TrackingCode.interim(5_724) == 0)
    }

    @Test func everyWrongDigitAndEverySwap_IsNoticed() throws {
        for seed in 0..<200 as Range<UInt64> {
            let code = TrackingCode(random: seed &* 0x9E37_79B9_7F4A_7C15)
            #expect(code.isSound)
            let digits = Array("\(code)")
            for place in digits.indices {
                for digit in "0123456789" where digit != digits[place] {
                    var other = digits
                    other[place] = digit
                    #expect(TrackingCode(String(other))?.isSound != true)
                }
                guard place > 0, digits[place] != digits[place - 1] else { continue }
                var other = digits
                other.swapAt(place, place - 1)
                #expect(TrackingCode(String(other))?.isSound != true)
            }
        }
    }

    @Test func typedCodes_AreReadInAllDigits() throws {
        let code = TrackingCode(random: 77)
        let text = "\(code)"
        let persian = String(
            String.UnicodeScalarView(
                text.unicodeScalars.compactMap { Unicode.Scalar($0.value - 0x30 + 0x6F0) }))
        #expect(TrackingCode(typed: persian) == code)
        #expect(TrackingCode(typed: " \(text.prefix(5))-\(text.suffix(5)) ") == code)
        #expect(TrackingCode(typed: text + "0") == nil)
        #expect(TrackingCode(typed: String(text.dropLast())) == nil)
        #expect(TrackingCode("+" + text.dropLast()) == nil)
        #expect(TrackingCode("0" + text.dropFirst()) == nil)
        #expect(code.masked.count == 5 && text.hasSuffix(code.masked.dropFirst()))
    }

    @Test func mobileNumbers_AreReadAsTypedAndNeverShown() throws {
        let plain = try #require(MobileNumber("09121234567"))
        for text in ["9121234567", "+98 912 123 4567", "00989121234567", "۰۹۱۲۱۲۳۴۵۶۷"] {
            #expect(MobileNumber(typed: text) == plain, "\(text)")
        }
        for text in ["0912123456", "091212345678", "08121234567", "0912x234567", "", "98"] {
            #expect(MobileNumber(typed: text) == nil, "\(text)")
        }
        #expect(plain.digits == "09121234567")
        let booking = Booking(clinic: 1, mobile: plain)
        var dumped = ""
        dump(booking, to: &dumped)
        for shown in ["\(plain)", "\(booking)", String(reflecting: [booking]), dumped] {
            #expect(!shown.contains("1234567") && !shown.contains("9121234"), "\(shown)")
        }
    }
}
