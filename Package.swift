// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

// Arrows point inward only: the core and the codecs import nothing of the outside; Hardware, Store
// and Uplink know the core, never each other; only executables compose. ArchitectureTests keeps it.
import PackageDescription

/// The strict settings of every target of ours.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "nobat",
    targets: [
        .target(name: "QueueCore", swiftSettings: strict),
        .testTarget(
            name: "QueueCoreTests", dependencies: ["QueueCore"], swiftSettings: strict),
    ]
)
