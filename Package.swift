// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

// Arrows point inward only: the core and the codecs import nothing of the outside; Hardware, Store
// and Uplink know the core, never each other; only executables compose. ArchitectureTests keeps it.
import PackageDescription

/// Tests/Fuzz/run has our own code tell libFuzzer which parts of it are reached. The driver's option of
/// that name would want a library of the toolchain, which not every one has.
let fuzzing: [SwiftSetting] =
    Context.environment["NOBAT_FUZZING"] == nil
    ? []
    : [
        .define("FUZZING"),
        .unsafeFlags(["-O", "-assert-config", "Debug", "-Xfrontend", "-sanitize=fuzzer"]),
    ]

/// The strict settings of every target of ours.
let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ] + fuzzing

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")

let signals = Target.Dependency.product(
    name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "nobat",
    products: [
        // For LD_PRELOAD in the tests of the daemons; see Tests/BentClock.
        .library(name: "BentClock", type: .dynamic, targets: ["BentClock"])
    ],
    dependencies: [
        .package(path: "Firmware"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "QueueCore", swiftSettings: strict),
        .systemLibrary(
            name: "CGpiod", pkgConfig: "libgpiod", providers: [.apt(["libgpiod-dev"])]),
        .systemLibrary(
            name: "CSerialPort", pkgConfig: "libserialport",
            providers: [.apt(["libserialport-dev"])]),
        .target(
            name: "Hardware", dependencies: ["QueueCore", "CGpiod", "CSerialPort"],
            swiftSettings: strict),
        .testTarget(
            name: "HardwareTests", dependencies: ["Hardware", "QueueCore"], swiftSettings: strict),
        .target(
            name: "DisplayDrivers",
            dependencies: ["QueueCore", .product(name: "BoothUnit", package: "Firmware")],
            swiftSettings: strict),
        .target(name: "SlipPrinter", dependencies: ["QueueCore"], swiftSettings: strict),
        .testTarget(
            name: "SlipPrinterTests", dependencies: ["SlipPrinter", "QueueCore"],
            swiftSettings: strict),
        .systemLibrary(
            name: "CPangoCairo", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
        .executableTarget(
            name: "nobat-slip",
            dependencies: [
                "CPangoCairo", "NobatConfiguration", "QueueCore", "SlipPrinter", argumentParser,
            ], swiftSettings: strict),
        .target(name: "Control", dependencies: ["QueueCore"], swiftSettings: strict),
        .target(
            name: "Uplink",
            dependencies: [
                "QueueCore",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ], swiftSettings: strict),
        .target(name: "KeyFiles", dependencies: ["QueueCore"], swiftSettings: strict),
        .testTarget(
            name: "KeyFilesTests", dependencies: ["KeyFiles", "QueueCore"], swiftSettings: strict),
        .target(
            name: "LineProtocol", dependencies: ["QueueCore"], exclude: ["LineProtocol.md"],
            swiftSettings: strict),
        .testTarget(
            name: "LineProtocolTests", dependencies: ["LineProtocol", "QueueCore"],
            exclude: ["Corpus"], swiftSettings: strict),
        .target(
            name: "Store",
            dependencies: [
                "QueueCore", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "Store", "QueueCore", .product(name: "GRDB", package: "GRDB.swift"),
            ], swiftSettings: strict),
        // The allocator's own settings, which Swift's Glibc leaves out.
        .systemLibrary(name: "CMalloc"),
        .target(
            name: "DaemonSupport",
            dependencies: [
                "QueueCore", "CMalloc", "Control", "Hardware", "Uplink", lifecycle, logging,
                argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "pages-units", dependencies: ["SoftwareHall"], path: "Tests/Pages/Units",
            swiftSettings: strict),
        .target(
            name: "StatusPages",
            dependencies: [
                "QueueCore", "Control", lifecycle, logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ], exclude: ["Voice"], resources: [.embedInCode("Pages")], swiftSettings: strict),
        .target(
            name: "Simulation",
            dependencies: [
                "QueueCore", "DisplayDrivers", "LineProtocol",
                .product(name: "BoothUnit", package: "Firmware"),
            ], swiftSettings: strict),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation", "QueueCore"],
            swiftSettings: strict),
        // Its module has a name of its own: a package behind hummingbird declares "Configuration".
        .target(
            name: "NobatConfiguration",
            dependencies: ["QueueCore", .product(name: "Yams", package: "Yams")],
            path: "Sources/Configuration", swiftSettings: strict),
        .testTarget(
            name: "WiringTests", dependencies: ["NobatConfiguration", "QueueCore"],
            swiftSettings: strict),
        .testTarget(
            name: "StatusPagesTests",
            dependencies: [
                "StatusPages", "Control", "QueueCore", lifecycle,
                .product(name: "NIOCore", package: "swift-nio"),
            ], swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .target(
            name: "Installation", dependencies: ["QueueCore", "Control"], swiftSettings: strict),
        .testTarget(
            name: "InstallationTests",
            dependencies: ["Installation", "Control", "NobatConfiguration", "QueueCore"],
            swiftSettings: strict),
        .testTarget(
            name: "ControlTests", dependencies: ["Control", "QueueCore"], swiftSettings: strict),
        .testTarget(
            name: "DaemonSupportTests",
            dependencies: ["DaemonSupport", "Control", "Hardware", "QueueCore", logging],
            swiftSettings: strict),
        .testTarget(
            name: "NobatCentralTests",
            dependencies: ["NobatCentralProgram", "DaemonSupport", "QueueCore"],
            swiftSettings: strict),
        .testTarget(
            name: "ConfigurationTests", dependencies: ["NobatConfiguration", "QueueCore"],
            swiftSettings: strict),
        .target(
            name: "NobatdProgram",
            dependencies: [
                "QueueCore", "LineProtocol", "DisplayDrivers", "Hardware", "KeyFiles", "Store",
                "Uplink", "NobatConfiguration", "Control", "DaemonSupport", "SlipPrinter",
                "StatusPages",
                argumentParser, logging, lifecycle, signals,
                .product(name: "BoothUnit", package: "Firmware"),
            ], path: "Sources/nobatd", swiftSettings: strict),
        .target(
            name: "NobatCentralProgram",
            dependencies: [
                "QueueCore", "LineProtocol", "Hardware", "KeyFiles", "Store", "Uplink",
                "NobatConfiguration", "Control", "DaemonSupport", "StatusPages", argumentParser,
                logging, lifecycle,
                signals,
            ], path: "Sources/nobat-central", swiftSettings: strict),
        .testTarget(
            name: "UplinkTests",
            dependencies: [
                "Uplink", "QueueCore",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: strict),
        .target(
            name: "SoftwareHall",
            dependencies: [
                "QueueCore", "Hardware", "Control",
                .product(name: "BoothUnit", package: "Firmware"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "nobat-demo",
            dependencies: ["SoftwareHall", "Control", "QueueCore", argumentParser],
            swiftSettings: strict),
        .testTarget(
            name: "NobatDemoTests",
            dependencies: [
                "nobat-demo", "Control", "QueueCore",
                .product(name: "BoothUnit", package: "Firmware"),
            ],
            swiftSettings: strict),
        .target(
            name: "NobatctlProgram",
            dependencies: [
                "NobatConfiguration", "Control", "DisplayDrivers", "Hardware", "Installation",
                "KeyFiles", "QueueCore", "Store", argumentParser,
            ],
            path: "Sources/nobatctl", swiftSettings: strict),
        // Each by itself, and all in one for the packages.
        .executableTarget(
            name: "nobatd", dependencies: ["NobatdProgram"], path: "Sources/Programs/nobatd",
            swiftSettings: strict),
        .executableTarget(
            name: "nobat-central", dependencies: ["NobatCentralProgram"],
            path: "Sources/Programs/nobat-central",
            swiftSettings: strict),
        .executableTarget(
            name: "nobatctl", dependencies: ["NobatctlProgram"], path: "Sources/Programs/nobatctl",
            swiftSettings: strict),
        .executableTarget(
            name: "nobat",
            dependencies: [
                "DaemonSupport", "NobatdProgram", "NobatCentralProgram", "NobatctlProgram",
            ],
            path: "Sources/Programs/nobat", swiftSettings: strict),
        .testTarget(
            name: "BoothUnitTests",
            dependencies: [.product(name: "BoothUnit", package: "Firmware")],
            swiftSettings: strict),
        .testTarget(
            name: "DisplayDriversTests",
            dependencies: [
                "DisplayDrivers", "QueueCore", .product(name: "BoothUnit", package: "Firmware"),
            ], swiftSettings: strict),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "SoftwareHall", "Control", "nobatd", "nobat-central", "nobatctl", "nobat-slip",
            ],
            swiftSettings: strict),
        .target(name: "EmulatedUnits", path: "Tests/EmulatedUnits", swiftSettings: strict),
        .testTarget(
            name: "FirmwareTests",
            dependencies: [
                "EmulatedUnits", "SoftwareHall", "Control", "nobatd", "nobat-central", "nobatctl",
            ], exclude: ["Masters"], swiftSettings: strict),
        .executableTarget(
            name: "rig-units",
            dependencies: [
                "EmulatedUnits", argumentParser,
                .product(name: "BoothUnit", package: "Firmware"),
            ], path: "Tests/Rig/Units", swiftSettings: strict),
        .executableTarget(
            name: "nobat-sim", dependencies: ["Simulation", argumentParser],
            swiftSettings: strict),
        // The parsers that face outside, fuzzed; see Tests/Fuzz.
        .executableTarget(
            name: "nobat-fuzz",
            dependencies: [
                "Control", "DisplayDrivers", "Hardware", "Installation", "KeyFiles",
                "LineProtocol", "NobatConfiguration", "QueueCore", "SlipPrinter", "StatusPages",
                "Uplink",
                .product(name: "BoothUnit", package: "Firmware"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                logging,
            ], path: "Tests/Fuzz/Parsers", swiftSettings: strict),
        // Five thousand controllers against one central; see Tests/Load.
        .executableTarget(
            name: "nobat-load",
            dependencies: [
                "Control", "LineProtocol", "QueueCore", "Store", "Uplink", argumentParser,
            ], path: "Tests/Load", exclude: ["README.md"], swiftSettings: strict),
        // A line of booth units as slow as its baud rate, for "make bench"; see Tests/Bench.
        .executableTarget(
            name: "bench-units",
            dependencies: [.product(name: "BoothUnit", package: "Firmware")],
            path: "Tests/Bench/Units", swiftSettings: strict),
        // The decide path, to be counted in instructions; see Tests/Bench/Guard.
        .executableTarget(
            name: "nobat-guard", dependencies: ["QueueCore"], path: "Tests/Bench/Guard",
            swiftSettings: strict),
        .target(name: "BentClock", path: "Tests/BentClock"),
        .testTarget(
            name: "QueueCoreTests", dependencies: ["QueueCore"], swiftSettings: strict),
    ]
)
