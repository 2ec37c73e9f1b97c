// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import Installation
import Testing

/// Each finding is provoked by the one thing that it is about, and by nothing else.
@Suite struct DoctorTests {
    /// An installation in which all is well.
    static func healthy() -> Probes {
        var probes = Probes(
            daemon: "nobatd", version: "1.2",
            file: FileProbe(path: "/etc/nobat/hall.yaml", fingerprint: "5e"))
        probes.service = ServiceProbe()
        probes.user = UserProbe(name: "nobat", groups: ["nobat", "dialout", "gpio", "input"])
        probes.devices = [
            DeviceProbe(purpose: "bus hall", path: "/dev/serial/by-id/usb-FTDI_X-if00-port0")
        ]
        probes.chips = [ChipProbe(label: "pinctrl-bcm2711")]
        probes.clock = ClockProbe(
            shows: "2026-11-23T08:00:00Z", isPlausible: true, isSynchronised: true,
            isAlwaysRight: false)
        probes.keys = [KeyProbe(path: "/etc/nobat/keys/pages.key")]
        probes.disk = DiskProbe(folder: "/var/lib/nobat", freeFiles: 100_000, wear: 3)
        var report = StatusReport(
            daemon: "nobatd", name: "hall-a", version: "1.2", startedAt: "", day: 20_780,
            epoch: "e", tray: 0)
        report.configuration = "5e"
        report.blocks = [
            BlockReport(service: "admission", day: 20_780, next: "A010", remaining: 20)
        ]
        probes.report = report
        return probes
    }

    static func bus(finding: String) -> BusReport {
        let unit = UnitReport(
            address: 1, booth: 1, online: true, since: "", shows: nil, verified: true, board: nil,
            firmware: "0.9.0", finding: finding, uptimeSeconds: nil, errors: [:])
        return BusReport(
            name: "hall", port: "/dev/x", state: "open", since: "", error: nil, units: [unit])
    }

    static func link(_ refusal: String) -> LinkReport {
        var link = LinkReport(state: "down", since: "", peer: "10.0.0.1:7450", reason: "its words")
        link.refusal = refusal
        return link
    }

    static func names(_ change: (inout Probes) -> Void) -> [String] {
        var probes = healthy()
        change(&probes)
        return Doctor.findings(probes).map(\.name)
    }

    @Test func whenAllIsWellNothingIsFound() {
        #expect(Self.names { _ in } == [])
    }

    @Test func theFile() {
        #expect(
            Self.names {
                $0.file.exists = false
                $0.report = nil
                $0.service?.active = "inactive"
            } == ["config-missing"])
        #expect(Self.names { $0.file.errors = ["hall.yaml:3:1: bad"] } == ["config-errors"])
        #expect(Self.names { $0.file.fingerprint = "5f" } == ["config-drift"])
        #expect(
            Self.names { $0.report?.configuration = nil } == [], "an older daemon does not tell")
    }

    @Test func theService() {
        #expect(Self.names { $0.service?.load = "not-found" } == ["service-missing"])
        #expect(Self.names { $0.service?.file = "disabled" } == ["service-disabled"])
        #expect(
            Self.names {
                $0.service?.active = "failed"
                $0.service?.result = "exit-code"
                $0.report = nil
            } == ["service-stopped"], "that it does not answer is no second finding")
        #expect(Self.names { $0.service?.restarts = 2 } == ["service-restarted"])
        #expect(Self.names { $0.user = nil } == ["no-user"])
    }

    @Test func theDaemon() {
        #expect(Self.names { $0.report = nil } == ["daemon-silent"])
        #expect(Self.names { $0.version = "1.3" } == ["version-differs"])
        #expect(Self.names { $0.report?.blocks = [] } == ["no-numbers"], "as the page tells it")
        #expect(
            Self.names { $0.report?.buses = [Self.bus(finding: "old-firmware")] }
                == ["old-firmware"])
        #expect(
            Self.names { $0.report?.buses = [Self.bus(finding: "new-firmware")] }
                == ["new-firmware"])
        #expect(Self.names { $0.report?.link = Self.link("version") } == ["protocol-differs"])
    }

    @Test func ports() {
        #expect(Self.names { $0.devices[0].exists = false } == ["port-missing"])
        #expect(Self.names { $0.devices[0].groupMayUse = false } == ["device-closed"])
        #expect(Self.names { $0.devices[0].isConsole = true } == ["port-console"])
        #expect(Self.names { $0.devices[0].group = "plugdev" } == ["user-group"])
        #expect(Self.names { $0.devices[0].path = "/dev/ttyUSB0" } == ["port-by-order"])
        #expect(Self.names { $0.user?.groups.remove("dialout") } == ["user-group"])
    }

    @Test func chips() {
        #expect(
            Self.names {
                $0.chips[0].path = nil
                $0.chips[0].present = ["pinctrl-rp1"]
            } == ["chip-missing"])
        #expect(
            Self.names {
                $0.chips[0].path = nil
                $0.chips[0].unreadable = ["/dev/gpiochip0"]
            } == ["chip-unread"], "who may not look can't say that it is missing")
        #expect(Self.names { $0.chips[0].missingLines = ["GPIO99"] } == ["line-missing"])
        #expect(Self.names { $0.chips[0].groupMayUse = false } == ["device-closed"])
        #expect(Self.names { $0.user?.groups.remove("gpio") } == ["user-group"])
    }

    @Test func theClock() {
        #expect(Self.names { $0.clock?.isPlausible = false } == ["clock-never-set"])
        #expect(Self.names { $0.clock?.isSynchronised = false } == ["clock-unsynchronised"])
        #expect(
            Self.names {
                $0.clock?.isSynchronised = false
                $0.clock?.isAlwaysRight = true
            } == [])
    }

    @Test func keys() {
        #expect(Self.names { $0.keys[0].exists = false } == ["key-missing"])
        #expect(Self.names { $0.keys[0].exists = nil } == [], "who may not look can't say")
        #expect(Self.names { $0.keys[0].mode = 0o640 } == ["key-open"])
        #expect(Self.names { $0.keys[0].path = "/etc/nobat/pages.key" } == ["key-unreadable"])
        #expect(
            Self.names {
                $0.keys[0].path = "/etc/nobat/pages.key"
                $0.keys[0].owner = "nobat"
            } == [])
    }

    @Test func theCentralsKeysOfLinks() {
        func names(_ folder: KeyFolderProbe) -> [String] { Self.names { $0.keyFolder = folder } }
        #expect(names(KeyFolderProbe(path: "/k", count: 2)) == [])
        #expect(names(KeyFolderProbe(path: "/k", count: 0)) == ["no-link-keys"])
        let faults = (1...7).map { KeyFolderProbe.Fault(file: "/k/\($0).key", sentence: "bad") }
        #expect(
            names(KeyFolderProbe(path: "/k", count: 1, faults: Array(faults.prefix(2))))
                == ["link-key-faulty", "link-key-faulty"])
        #expect(
            names(KeyFolderProbe(path: "/k", count: 1, faults: faults)).suffix(2)
                == ["link-key-faulty", "more-link-keys-faulty"])
        #expect(names(KeyFolderProbe(path: "/k", owner: "root", count: 1)) == ["link-keys-foreign"])
        #expect(names(KeyFolderProbe(path: "/etc/nobat/keys", owner: "root", count: 1)) == [])
        #expect(
            names(KeyFolderProbe(path: "/k", count: 0, unreadable: "/k can't be read"))
                == ["link-keys-unreadable"])
    }

    @Test func theDisk() {
        #expect(Self.names { $0.disk?.exists = false } == ["no-folder"])
        #expect(Self.names { $0.disk?.isReadOnly = true } == ["disk-read-only"])
        #expect(Self.names { $0.disk?.freeBytes = 500 << 20 } == ["disk-low"])
        #expect(Self.names { $0.disk?.freeBytes = 60 << 20 } == ["disk-full"])
        #expect(Self.names { $0.disk?.freeFiles = 10 } == ["disk-full"])
        #expect(Self.names { $0.disk?.damages = 0 } == [])
        #expect(Self.names { $0.disk?.damages = 1 } == ["disk-damaged"])
        #expect(Self.names { $0.disk?.wear = 9 } == ["disk-worn"])
        #expect(Self.names { $0.disk?.wear = 8 } == [])
        #expect(DiskProbe.wear(lifeTime: "0x01 0x0b\n") == 11, "the worse of the two")
        #expect(DiskProbe.wear(lifeTime: "\n") == nil)
    }

    /// A finding that nobody has provoked may be one that can't be.
    @Test func eachFindingOfTheSourcesIsProvokedHere() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let name = /"([a-z]+(?:-[a-z]+)+)"/
        let told = try ["Doctor", "Doctor+Machine"].flatMap { file in
            let path = root.appending(path: "Sources/Installation/\(file).swift")
            return try String(contentsOf: path, encoding: .utf8).matches(of: name)
                .map { String($0.output.1) }
        }
        let tests = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let provoked = Set(
            tests.split(separator: "\n").filter { $0.contains("== [\"") }
                .flatMap { $0.matches(of: name).map { String($0.output.1) } })
        #expect(Set(told).count > 20)
        #expect(Set(told).subtracting(provoked).subtracting(["nobat-central"]) == [])
    }

    @Test func faultsComeFirstAndEachSaysWhatToDo() {
        var probes = Self.healthy()
        probes.devices[0].path = "/dev/ttyUSB0"
        probes.keys[0].mode = 0o644
        probes.disk?.wear = 11
        let found = Doctor.findings(probes)
        #expect(found.map(\.severity) == [.fault, .fault, .warning])
        for finding in found {
            #expect(!finding.todo.en.isEmpty && !finding.todo.fa.isEmpty)
        }
    }
}
