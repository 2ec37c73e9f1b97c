// SPDX-License-Identifier: Apache-2.0

// Files that are no YAML, or no files at all.

import Foundation
import NobatConfiguration
import Testing

struct TextErrorsTests {
    static let bad: [BadFile] = [
        BadFile(
            "clock: always", "",
            """
            1:1: the file is empty; begin with a line such as "listen: 127.0.0.1:7450"
            """),
        BadFile(
            "clock: always", "# nothing\n",
            """
            1:1: the file is empty; begin with a line such as "listen: 127.0.0.1:7450"
            """),
        BadFile(
            "clock: always", "- a\n- b\n",
            """
            1:1: the file must be keys and values, but this is a list; write it as "listen: \
            127.0.0.1:7450"
            """),
        BadFile(
            "clock: always", "a: [1, 2\nb: 3\n",
            """
            2:2: this is not YAML: while parsing a flow sequence that begins at line 1, did not \
            find expected ',' or ']'; look at the indentation, colons, brackets and quotes here \
            and in the line above
            """),
        BadFile(
            "clock: always", "a: b\n\tc: d\n",
            """
            2:1: this is not YAML: while scanning a plain scalar that begins at line 1, found a \
            tab character that violates indentation; look at the indentation, colons, brackets \
            and quotes here and in the line above
            """),
        BadFile(
            "clock: always", "a: \"b\n",
            """
            2:1: this is not YAML: while scanning a quoted scalar that begins at line 1, found \
            unexpected end of stream; look at the indentation, colons, brackets and quotes here \
            and in the line above
            """),
        BadFile(
            "clock: always", "a: 1\n---\nb: 2\n",
            """
            2:1: this is not YAML: expected a single document in the stream that begins at line \
            1, but found another document; keep one document: remove this "---" and what follows
            """),
        BadFile(
            "clock: always", "a: \u{7}b\r\nc: \u{202E}d\u{85}\n",
            """
            1:4: there is a control character (U+0007) here; remove it
            2:4: there is a control character (U+202E) here; remove it
            2:6: there is a control character (U+0085) here; remove it
            """),
        BadFile(
            "clock: always", "a: &x 1\nb: *x\nc: 'it''s *fine'\nd: \"&\\\"&\"\n",
            """
            1:4: "&" begins a YAML anchor, which configurations do not use; write the value out; \
            a text that begins so needs quotes
            2:4: "*" begins a YAML alias, which configurations do not use; write the value out; \
            a text that begins so needs quotes
            """),
        BadFile(
            "clock: always", "clock: !!str always\n",
            """
            1:8: "!" begins a YAML tag, which configurations do not use; write the value out; a \
            text that begins so needs quotes
            """),
        BadFile(
            "clock: always", "a: [b\n",
            """
            2:1: this is not YAML: while parsing a flow sequence that begins at line 1, did not \
            find expected ',' or ']'; look at the indentation, colons, brackets and quotes here \
            and in the line above
            """),
    ]

    @Test(arguments: bad)
    func badText_IsReported(file: BadFile) {
        #expect(Samples.centralErrors(file.applied(to: "clock: always")) == file.errors)
    }

    @Test func keysWrittenTwice_AreEachReported_AndTheRestIsChecked() {
        let text =
            Samples.central + """

                listen: 127.0.0.1:1
                "socket": /x
                listen: 127.0.0.1:2
                clock: never
                """
        let twice = text.replacing("series: A", with: "series: A\n        series: B")
        #expect(
            Samples.centralErrors(twice)
                == """
                9:9: the key "series" is already at line 8; keep one of the two
                13:1: the key "listen" is already at line 1; keep one of the two
                14:1: the key "socket" is already at line 2; keep one of the two
                15:1: the key "listen" is already at line 1; keep one of the two
                16:8: "never" is no value of "clock"; known here: synchronised, always
                """.lines)
    }

    @Test func missingFile_IsReported() {
        #expect(
            Self.loadError("/nowhere/f.yaml") == """
                FILE: there is no such file; check the path given to --config
                """)
        #expect(
            Self.loadError("/") == """
                FILE: this is a folder; name the file in it
                """)
        #expect(
            Self.loadError("") == """
                : this is no path of a file; name the configuration file
                """)
    }

    @Test func brokenUTF8_IsReportedWhereItIs() throws {
        try Self.withFile(Data("a: 1\nb: پ".utf8) + [0xFF, 0x0A]) { path in
            #expect(
                Self.loadError(path) == """
                    FILE:2:5: the file is not UTF-8 from here on; save it as UTF-8 in the editor, \
                    or convert it with iconv
                    """)
        }
    }

    @Test func largeFile_IsRefused() throws {
        let comment = Data(repeating: UInt8(ascii: "#"), count: 1 << 20)
        let file = Data(Samples.central.utf8) + [0x0A]
        try Self.withFile(file + comment.dropLast(file.count)) { path in
            #expect(throws: Never.self) { try CentralConfiguration.load(path: path) }
        }
        try Self.withFile(comment + [0x0A]) { path in
            #expect(
                Self.loadError(path) == """
                    FILE: the file is larger than 1048576 bytes, the most that a configuration may \
                    have; check that this is the configuration file
                    """)
        }
    }

    @Test func byteOrderMark_IsPassedOver() throws {
        #expect(Samples.centralErrors("\u{FEFF}" + Samples.central) == [])
    }

    @Test func carriageReturns_AreLineEnds() throws {
        let text = Samples.central.replacing("\n", with: "\r\n") + "\r\nclock: never\r\n"
        #expect(
            Samples.centralErrors(text)
                == """
                12:8: "never" is no value of "clock"; known here: synchronised, always
                """.lines)
    }

    @Test func thousandsOfErrors_AreCutShort_WithTheirNumber() {
        let text = Samples.central + "\n" + (0..<5_000).map { "k\($0): 1\n" }.joined()
        let errors = Samples.centralErrors(text)
        #expect(errors.count == ConfigurationLimits.errorsMax + 1)
        #expect(errors.last?.contains("4800 more errors") == true)
    }

    static func loadError(_ path: String) -> String {
        do throws(ConfigurationErrors) {
            _ = try CentralConfiguration.load(path: path)
            return "it loads"
        } catch {
            return "\(error)".replacingOccurrences(of: path, with: "FILE")
        }
    }

    static func withFile(_ data: Data, _ body: (String) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "nobat-\(UUID().uuidString).yaml")
        try data.write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url.path)
    }
}
