// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

// The booth unit. BoothUnit is portable: the root package's tests, software units and display
// driver use the same sources that the image is built from.
import PackageDescription

/// As in the package around it.
let fuzzing: [SwiftSetting] =
    Context.environment["NOBAT_FUZZING"] == nil
    ? [] : [.unsafeFlags(["-O", "-assert-config", "Debug", "-Xfrontend", "-sanitize=fuzzer"])]

let package = Package(
    name: "Firmware",
    products: [.library(name: "BoothUnit", targets: ["BoothUnit"])],
    targets: [
        .target(
            name: "BoothUnit",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .treatAllWarnings(as: .error),
            ] + fuzzing)
    ]
)
