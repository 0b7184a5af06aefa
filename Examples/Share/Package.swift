// swift-tools-version: 6.2

import PackageDescription

// As the other examples, but for the trait "Processes": children are started with two other packages.
let package = Package(
    name: "Share",
    dependencies: [.package(name: "loadtest", path: "../..", traits: ["Processes"])],
    targets: [
        .executableTarget(
            name: "Share",
            dependencies: [.product(name: "LoadProcesses", package: "loadtest")],
            path: "Sources"
        )
    ]
)
