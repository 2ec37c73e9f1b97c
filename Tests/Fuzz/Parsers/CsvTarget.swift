// SPDX-License-Identifier: Apache-2.0

// A list of appointments as a spreadsheet wrote it.

import Control
import QueueCore

enum CsvTarget {
    /// All rows are read, and come back the same when they are written again; or each error has its
    /// line, and none tells a mobile number.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        let text = String(decoding: bytes, as: UTF8.self)
        switch outcome(text) {
        case .success(let list):
            try demand(!list.rows.isEmpty, "a list without rows is taken")
            guard case .success(let again) = outcome(written(list.rows)) else {
                throw Broken(sentence: "its own rows are refused: \(written(list.rows))")
            }
            try demand(
                again.rows.map(written) == list.rows.map(written),
                "it does not come back the same: \(written(list.rows))")
        case .failure(let faults):
            let lines = text.unicodeScalars.count { $0 == "\n" } + 2
            try demand(!faults.errors.isEmpty, "refused without an error")
            try demand(
                faults.errors.count <= AppointmentLimits.importErrorsMax,
                "\(faults.errors.count) errors")
            for error in faults.errors {
                try demand((1...lines).contains(error.line), "no line: \(error)")
                let told = ImportErrorRow(error).text(file: "list")
                try demandFitToPrint(told, bytesMax: 512)
                try demandFitToPrint(digits(told), bytesMax: 512, hiding: Array(digits(text).utf8))
            }
        }
    }

    /// The text with Latin digits, and nothing among those that people put there.
    private static func digits(_ text: String) -> String {
        Bilingual.latinDigits(text).filter { $0 != " " && $0 != "-" }
    }

    private static func outcome(_ text: String) -> Result<ImportList, ImportList.Faults> {
        do throws(ImportList.Faults) {
            return .success(try ImportList(text))
        } catch {
            return .failure(error)
        }
    }

    private static func written(_ row: ImportRow) -> String {
        "\(row.doctor),\(JalaliDate(row.date)),\(row.time),\(row.mobile.digits),\(row.priority.word)"
    }

    private static func written(_ rows: [ImportRow]) -> String {
        "doctor,date,time,mobile,class\n" + rows.map { written($0) + "\n" }.joined()
    }
}
