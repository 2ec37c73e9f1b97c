// SPDX-License-Identifier: Apache-2.0

import Testing

/// Arrows point inward only. What each module may import stands here and nowhere else.
@Suite struct ArrowTests {
    static let core: Set<String> = ["QueueCore"]

    static let allowed: [String: Set<String>] = [
        "QueueCore": [],
        "LineProtocol": core,
        "DisplayDrivers": core.union(["BoothUnit"]),
        "SlipPrinter": core,
        "CGpiod": [],
        "CMalloc": [],
        "CPangoCairo": [],
        "CSerialPort": [],
        "Hardware": core.union([
            "CGpiod", "CSerialPort", "Glibc", "Synchronization", "Dispatch",
        ]),
        "Store": core.union(["GRDB", "GRDBSQLite", "Glibc", "Musl"]),
        "Uplink": core.union([
            "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "NIOSSL", "NIOTLS", "Glibc",
            "Synchronization",
        ]),
        "KeyFiles": core.union(["Glibc", "Musl"]),
        "Configuration": core.union(["Yams", "Glibc", "Musl"]),
        "Control": core.union(["Foundation"]),
        "Installation": core.union(["Control"]),
        "DaemonSupport": core.union([
            "CMalloc", "Control", "Hardware", "Uplink", "Logging", "ServiceLifecycle",
            "ArgumentParser", "Synchronization", "Dispatch", "Foundation", "Glibc",
        ]),
        "StatusPages": core.union([
            "Control", "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "Logging",
            "ServiceLifecycle",
            "Synchronization", "Dispatch", "Foundation", "Glibc",
        ]),
        "Simulation": core.union(["BoothUnit", "DisplayDrivers", "LineProtocol"]),
        "SoftwareHall": core.union([
            "BoothUnit", "Hardware", "Control", "Foundation", "Synchronization",
        ]),
    ]

    /// Executables compose: they may import whatever they run.
    static let executables: Set<String> = [
        "nobatd", "nobat-central", "nobatctl", "nobat-demo", "nobat-sim", "nobat-slip", "Programs",
    ]

    @Test func everyModuleImportsOnlyWhatItMay() throws {
        let modules = try Tree.own.folders("Sources")
        #expect(Set(modules) == Set(Self.allowed.keys).union(Self.executables))
        for module in modules where !Self.executables.contains(module) {
            let allowed = Self.allowed[module] ?? []
            for file in try Tree.own.swiftFiles("Sources/\(module)") {
                let outside = try Tree.imports(of: Tree.own.text(file)).subtracting(allowed)
                #expect(outside.isEmpty, "\(file) must not import \(outside.sorted())")
            }
        }
    }

    @Test func theUnitsCodeImportsNothing() throws {
        for file in try Tree.own.swiftFiles("Firmware/Sources/BoothUnit") {
            let outside = try Tree.imports(of: Tree.own.text(file))
            #expect(outside.isEmpty, "\(file) must not import \(outside.sorted())")
        }
    }

    @Test func clibrariesAreImportedByHardwareAlone() throws {
        for module in try Tree.own.folders("Sources") where module != "Hardware" {
            for file in try Tree.own.swiftFiles("Sources/\(module)") {
                let found = try Tree.imports(of: Tree.own.text(file))
                #expect(found.isDisjoint(with: ["CGpiod", "CSerialPort"]), "\(file)")
            }
        }
    }

    @Test(arguments: [
        ("import Foundation\n", ["Foundation"]),
        ("@testable import QueueCore\npublic import Yams", ["QueueCore", "Yams"]),
        ("internal import struct Foundation.Data", ["Foundation"]),
        ("// import Foundation\nlet text = \"import Glibc\"", []),
    ])
    func importsAreFound(text: String, modules: [String]) {
        #expect(Tree.imports(of: text) == Set(modules))
    }
}
