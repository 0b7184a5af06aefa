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

/// What only the program needs; a program that embeds the library switches it off, and so resolves none of these packages.
let isProgram: TargetDependencyCondition? = .when(traits: ["Program"])

/// What the program and those who embed a run in several processes need.
let hasProcesses: TargetDependencyCondition? = .when(traits: ["Processes"])

let package = Package(
    name: "loadtest",
    products: [
        .library(name: "LoadEngine", targets: ["LoadEngine"]),
        .library(name: "LoadProcesses", targets: ["LoadProcesses"]),
        .library(name: "LoadReports", targets: ["LoadReports"]),
        .executable(name: "loadtest", targets: ["loadtest"]),
    ],
    traits: [
        .default(enabledTraits: ["Program"]),
        .trait(
            name: "Program",
            description: "The program loadtest, its tests and benchmarks. Without it: the library alone.",
            enabledTraits: ["Processes"]
        ),
        .trait(name: "Processes", description: "A run in several processes, in the library: LoadProcesses."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        // Without its default traits, which want all of Foundation.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.27.0"),
    ],
    targets: [
        .target(
            name: "CLoad",
            linkerSettings: [.linkedLibrary("curl"), .linkedLibrary("ev"), .linkedLibrary("crypto")]
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Without pkg-config: of the first it tells flags that SwiftPM forbids, and neither needs any.
        .systemLibrary(name: "CZmq", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "CMsgpack", providers: [.apt(["libmsgpack-dev"])]),
        // Three modules, whose uses point down: LoadModel <- LoadEngine, LoadModel <- LoadReports.
        .target(
            name: "LoadModel",
            dependencies: ["CZlib"],
            // In the code, so that a program needs no folder beside it, and no Foundation to find one.
            resources: [.embedInCode("Profiles/BuiltIn")],
            swiftSettings: swiftSettings
        ),
        .target(name: "LoadEngine", dependencies: ["CLoad", "LoadModel"], swiftSettings: swiftSettings),
        // Beside the reports, above the engine; the only part of the library that needs other packages.
        .target(
            name: "LoadProcesses",
            dependencies: [
                "LoadEngine",
                .product(name: "Subprocess", package: "swift-subprocess", condition: hasProcesses),
                .product(name: "SystemPackage", package: "swift-system", condition: hasProcesses),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "LoadReports",
            dependencies: ["LoadModel"],
            // In the code, as the profiles.
            resources: [.embedInCode("Page/Kit"), .embedInCode("Formats/HTML/Page")],
            swiftSettings: swiftSettings
        ),
        .target(name: "MockAssistant", dependencies: ["CLoad", "LoadEngine"], swiftSettings: swiftSettings),
        // Of the program alone: who embeds the library links neither libzmq nor msgpack-c.
        .target(
            name: "LocustWorker",
            dependencies: ["CMsgpack", "CZmq", "LoadEngine", "LoadReports"],
            // In the code, as the profiles.
            resources: [.embedInCode("Locustfile/locustfile.py")],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "loadtest",
            dependencies: [
                "LoadEngine",
                "LoadProcesses",
                "LoadReports",
                "LocustWorker",
                "MockAssistant",
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: isProgram),
                .product(name: "HTTPTypes", package: "swift-http-types", condition: isProgram),
                .product(name: "HummingbirdCore", package: "hummingbird", condition: isProgram),
                .product(name: "Logging", package: "swift-log", condition: isProgram),
                .product(name: "NIOCore", package: "swift-nio", condition: isProgram),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: isProgram),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras", condition: isProgram),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras", condition: isProgram),
                .product(name: "NIOPosix", package: "swift-nio", condition: isProgram),
                .product(name: "Subprocess", package: "swift-subprocess", condition: isProgram),
                .product(name: "SystemPackage", package: "swift-system", condition: isProgram),
            ],
            // In the code, as the profiles.
            resources: [.embedInCode("Web/Page")],
            swiftSettings: swiftSettings
        ),
        // packageAccess: false, so that it sees the library as a program outside this package does.
        .executableTarget(
            name: "Embed",
            dependencies: ["LoadEngine"],
            path: "Examples/Embed",
            packageAccess: false,
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "Watch",
            dependencies: ["LoadEngine"],
            path: "Examples/Watch",
            packageAccess: false,
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "Share",
            dependencies: ["LoadProcesses"],
            path: "Examples/Share/Sources",
            packageAccess: false,
            swiftSettings: swiftSettings
        ),
        // The benchmarks' own programs: no products, nobody who depends on the package builds them.
        .executableTarget(
            name: "bench-accuracy",
            dependencies: [
                "LoadEngine", .product(name: "ArgumentParser", package: "swift-argument-parser", condition: isProgram),
            ],
            path: "bench/accuracy",
            swiftSettings: swiftSettings
        ),
        .target(name: "Allocations", path: "bench/allocations"),
        .executableTarget(
            name: "bench-micro",
            dependencies: ["Allocations", "LoadEngine"],
            path: "bench/micro",
            swiftSettings: swiftSettings
        ),
        // What the tests of several targets use.
        .target(
            name: "TestSupport",
            dependencies: ["LoadEngine", "LoadModel", "LoadReports"],
            path: "Tests/TestSupport",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LoadEngineTests",
            // HdrHistogram's own package: what our histograms are compared with.
            dependencies: [
                "CLoad", "LoadEngine", "LoadModel", "LoadReports", "TestSupport",
                .product(name: "Histogram", package: "hdrhistogram-swift", condition: isProgram),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LocustWorkerTests",
            dependencies: ["LoadEngine", "LoadModel", "LoadReports", "LocustWorker", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CLoad", "LoadEngine", "LoadModel", "LoadReports", "MockAssistant", "TestSupport",
                .product(name: "Subprocess", package: "swift-subprocess", condition: isProgram),
                .product(name: "SystemPackage", package: "swift-system", condition: isProgram),
            ],
            exclude: ["Servers"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LoadTestCLITests",
            dependencies: [
                "loadtest", "Embed", "Share", "Watch", "MockAssistant", "LoadEngine", "LoadModel", "LoadProcesses",
                "LoadReports", "LocustWorker", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types", condition: isProgram),
                .product(name: "HummingbirdCore", package: "hummingbird", condition: isProgram),
                .product(name: "NIOCore", package: "swift-nio", condition: isProgram),
                .product(name: "Subprocess", package: "swift-subprocess", condition: isProgram),
                .product(name: "SystemPackage", package: "swift-system", condition: isProgram),
            ],
            exclude: ["Browser", "Histograms", "Locust", "Network", "RealServers", "Rest", "Schemas", "SDK"],
            swiftSettings: swiftSettings
        ),
    ]
)
