// swift-tools-version: 6.2

import PackageDescription

// Programs that use the library, as a package of their own. Without the trait "Program", which is on by default, loadtest
// brings no other package along.
let package = Package(
    name: "Examples",
    dependencies: [.package(name: "loadtest", path: "..", traits: [])],
    targets: [
        .executableTarget(
            name: "Embed",
            dependencies: [.product(name: "LoadEngine", package: "loadtest")],
            path: "Embed"
        ),
        .executableTarget(
            name: "Watch",
            dependencies: [.product(name: "LoadEngine", package: "loadtest")],
            path: "Watch"
        ),
    ]
)
