// swift-tools-version: 6.2

import PackageDescription

/// What every Swift target of this package is compiled with.
///
/// No unsafe flags: they would make the package unusable as a dependency.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "loadtest",
    products: [
        .library(name: "LoadEngine", targets: ["LoadEngine"])
    ],
    dependencies: [
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0")
    ],
    targets: [
        .target(
            name: "CLoad",
            linkerSettings: [.linkedLibrary("curl"), .linkedLibrary("ev")]
        ),
        .target(
            name: "LoadEngine",
            dependencies: ["CLoad", .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: swiftSettings
        ),
        .target(name: "MockAssistant", dependencies: ["CLoad", "LoadEngine"], swiftSettings: swiftSettings),
        .testTarget(name: "LoadEngineTests", dependencies: ["CLoad", "LoadEngine"], swiftSettings: swiftSettings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["CLoad", "LoadEngine", "MockAssistant"],
            exclude: ["Servers"],
            swiftSettings: swiftSettings
        ),
    ]
)
