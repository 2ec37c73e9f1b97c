// SPDX-License-Identifier: Apache-2.0

// Lists as spreadsheets write them: all that is wrong is told with line and column.

import Control
import QueueCore
import Testing

@Suite struct ImportListTests {
    private func errors(_ text: String) -> [String] {
        do throws(ImportList.Faults) {
            let list = try ImportList(text)
            return ["\(list.rows.count) rows"]
        } catch {
            return error.errors.map { ImportErrorRow($0).text(file: "f") }
        }
    }

    @Test func soundLists_AreReadAsSpreadsheetsWriteThem() throws {
        let plain = "doctor,date,time,mobile\n3,1405/09/02,08:30,09121234567\n"
        let row = try #require(try ImportList(plain).rows.first)
        #expect(row.doctor == 3 && row.time == LocalTime("08:30") && row.line == 2)
        #expect(JalaliDate(row.date).description == "1405/09/02")
        for text in [
            "\u{FEFF}" + plain.replacing("\n", with: "\r\n"), plain.replacing(",", with: ";"),
            plain.replacing(",", with: "\t"), String(plain.dropLast()),
            "\"doctor\",date,time,mobile\n\"3\",1405/09/02,08:30,\"0912 123 4567\"\n",
            "DOCTOR, date ,time,mobile\n۳,۱۴۰۵/۰۹/۰۲,۰۸:۳۰,۰۹۱۲۱۲۳۴۵۶۷\n",
            "class,mobile,time,date,doctor\n,09121234567,8:30,1405/9/2,3\n",
        ] {
            var read = try #require(try ImportList(text).rows.first, "\(text)")
            read.line = 2
            #expect(read == row, "\(text)")
        }
    }

    @Test func everyBadCell_IsToldWithItsPlace_AndNoMobileNumber() {
        let text = """
            doctor,date,time,mobile,class
            3,1405/09/02,08:30,09121234567,normal

            0,1405/13/02,8.30,0912123456,old
            3,1405/09/02,08:30,09121234567
            "3
            4",1405/09/02,24:00,09121234567,elderly
            """
        #expect(
            errors(text) == [
                "f:4: doctor: a doctor's code, 1 to 9999 must stand here, not \"0\"",
                "f:4: date: a Jalali date such as 1405/09/02 must stand here, not \"1405/13/02\"",
                "f:4: time: a time of day such as 08:30 must stand here, not \"8.30\"",
                "f:4: mobile: a mobile number: 09 and nine more digits must stand here, not "
                    + "something else",
                "f:4: class: one of normal, elderly, disabled, emergency, or nothing must stand "
                    + "here, not \"old\"",
                "f:5: the row has 4 cells, the first line has 5",
                "f:6: doctor: a doctor's code, 1 to 9999 must stand here, not \"3?4\"",
                "f:6: time: a time of day such as 08:30 must stand here, not \"24:00\"",
            ])
    }

    @Test(arguments: [
        "3 09121234567", "Dr. Rad, 0912-123-4567", "tel:۰۹۱۲ ۱۲۳ ۴۵۶۷!", "+98 912 123 45 67 (home)",
        "0912\u{2013}123\u{200E}4567 x",
    ])
    func aNumberBesideAWord_IsNotRepeated(cell: String) throws {
        let told = try #require(
            errors("doctor,date,time,mobile\n\"\(cell)\",1405/09/02,08:30,09121234567\n").first)
        #expect(told.hasSuffix("must stand here, not something else"), "\(told)")
    }

    @Test func aDateWithItsTime_IsRepeated() {
        #expect(
            errors("doctor,date,time,mobile\n3,1405/09/02 08:30,08:30,09121234567\n") == [
                "f:2: date: a Jalali date such as 1405/09/02 must stand here, not "
                    + "\"1405/09/02 08:30\""
            ])
    }

    @Test func cellsInTheWrongColumn_AreNotRepeated() {
        let code = TrackingCode(random: 815).description
        let text = """
            doctor,date,time,mobile
            0912 123 4567,\(code),۰۹۱۲۱۲۳۴۵۶۷,3
            """
        let told = errors(text)
        #expect(told.count == 4)
        #expect(told.allSatisfy { $0.hasSuffix("not something else") }, "\(told)")
    }

    @Test func manyErrors_AreTold_AsFarAsTheyHelp() {
        let rows = String(repeating: "0,1405/09/02,08:30,09121234567\n", count: 130)
        let error = #expect(throws: ImportList.Faults.self) {
            _ = try ImportList("doctor,date,time,mobile\n" + rows)
        }
        #expect(error?.errors.count == 100 && error?.more == 30)
    }

    @Test func brokenTables_AreErrorsNotCrashes() {
        let head = "doctor,date,time,mobile\n"
        #expect(errors("")[0].hasPrefix("f:1: the list is empty"))
        #expect(errors(head)[0].hasPrefix("f:2: the list has no rows"))
        #expect(errors("doctor,date,time\n1,2,3")[0].hasPrefix("f:1: mobile: no column"))
        #expect(errors("doctor,doctor,date\n")[0].contains("two columns"))
        #expect(errors("a,b\n")[0].contains("column 1 has no known heading"))
        #expect(errors(head + "1,\"a\"b,c,d\n")[0].hasPrefix("f:2: a quoted cell goes on"))
        #expect(errors(head + "1,a\"b,c,d\n")[0].hasPrefix("f:2: a quote stands amid"))
        #expect(errors(head + "1,2,3,\n\"4")[0].hasPrefix("f:3: the quote that opens here"))
        #expect(errors(head + String(repeating: ",", count: 70))[0].contains("64 columns"))
    }

    @Test func rows_GoOverTheSocketUnchanged() throws {
        let text = "doctor,date,time,mobile,class\n9999,1405/09/02,23:59,09121234567,emergency\n"
        let row = try #require(try ImportList(text).rows.first)
        #expect(ImportRow(compact: row.compact) == row)
        #expect(ImportRow(compact: "1 2 3") == nil)
        // Sixteen of the longest rows go in one line.
        var request = ControlRequest(.importRows)
        request.rows = Array(repeating: "99999 " + row.compact.dropFirst(2), count: 16)
        #expect(ControlText.encode(request).utf8.count < 1_023)
    }
}
