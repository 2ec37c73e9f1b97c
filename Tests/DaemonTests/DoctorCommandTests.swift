// SPDX-License-Identifier: Apache-2.0

// `nobatctl doctor` as a technician types it: what it looks at is broken here, on a real machine.

import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct DoctorCommandTests {
        /// What doctor finds of a controller's file, by name.
        private static func doctor(_ file: String) throws -> (names: Set<String>, status: Int32) {
            let run = try Finished("nobatctl", "doctor", "--json", "--config", file)
            let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
            let findings = object as? [[String: Any]] ?? []
            for finding in findings {
                let todo = finding["todo"] as? [String: String]
                try check(todo?["en"]?.isEmpty == false, "what to do: \(run.output)")
            }
            return (Set(findings.compactMap { $0["name"] as? String }), run.status)
        }

        /// The clock of the machine that tests run on may be on time or not.
        private static let clock: Set<String> = ["clock-unsynchronised"]

        @Test func doctor_IsSilentOfARunningHall_UntilItsFileIsChanged() async {
            await withHall { hall in
                let path = hall.folder + "/hall-a.yaml"
                try within(20, "all is well") {
                    (try? Self.doctor(path).names.subtracting(Self.clock).isEmpty) == true
                }
                let text = try String(contentsOfFile: path, encoding: .utf8)
                try (text + "# changed\n").write(toFile: path, atomically: true, encoding: .utf8)
                // A copy from a backup has the date of the file that it was made of.
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
                    ofItemAtPath: path)
                let changed = try Self.doctor(path)
                try check(changed.names.contains("config-drift"), "\(changed.names)")
                try check(changed.status, is: 1, "its exit status")
                try text.write(toFile: path, atomically: true, encoding: .utf8)
                let back = try Self.doctor(path)
                try check(!back.names.contains("config-drift"), "what it says counts, not its date")
            }
        }

        @Test func doctor_TellsARefusalFromACutCable() async {
            await withHall(starts: false) { hall in
                let path = hall.folder + "/central.yaml"
                let text = try String(contentsOfFile: path, encoding: .utf8)
                try text.replacing("name: hall-a", with: "name: hall-z")
                    .write(toFile: path, atomically: true, encoding: .utf8)
                // A hall that is refused never comes up as a whole.
                try hall.central.start()
                for controller in hall.controllers { try controller.daemon.start() }
                let file = hall.folder + "/hall-a.yaml"
                try within(20, "the refusal is found") {
                    (try? Self.doctor(file).names.contains("controller-refused")) == true
                }
                hall.central.kill()
                try within(30, "then that nobody is there") {
                    (try? Self.doctor(file).names.contains("central-unreachable")) == true
                }
            }
        }

        @Test func doctor_NamesWhatIsMissingAndWhatIsOpen() throws {
            let folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("nobat-dr-\(UInt32.random(in: 0...UInt32.max))").path
            let files = FileManager.default
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? files.removeItem(atPath: folder) }
            let (path, key) = (folder + "/hall.yaml", folder + "/pages.key")
            let text = """
                name: hall-a
                central: 127.0.0.1:7450
                database: \(folder)/gone/nobatd.db
                socket: \(folder)/nobatd.sock
                buses: [ { name: hall, port: /dev/nobat/none, baud: 9600 } ]
                gpio: { chip: no-such-chip, bias: pull-up, active: low }
                pages: { listen: "127.0.0.1:8080", key: \(key) }
                booths:
                  - number: 1
                    services: [admission]
                    button: { line: GPIO17 }

                """
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let found = try Self.doctor(path)
            let chip: Set = ["chip-missing", "chip-unread"]
            #expect(!found.names.isDisjoint(with: chip))
            #expect(
                found.names.subtracting(chip).subtracting(Self.clock)
                    == ["port-missing", "key-missing", "no-folder", "daemon-silent"])
            #expect(found.status == 1)

            try "0123456789abcdef\n".write(toFile: key, atomically: true, encoding: .utf8)
            try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
            try files.createDirectory(
                atPath: folder + "/gone", withIntermediateDirectories: false)
            let again = try Self.doctor(path).names
            #expect(again.contains("key-open") && !again.contains("key-missing"))
            #expect(!again.contains("no-folder"))
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
            #expect(try !Self.doctor(path).names.contains("key-open"))
        }
    }
}
