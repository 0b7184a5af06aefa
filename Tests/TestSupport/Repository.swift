package import Foundation

/// The checkout that the tests are compiled from.
package enum Repository {
    package static let url = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    package static let path = url.path
    /// What servers that tests start are made of: configurations, programs, certificates.
    package static let servers = url.appendingPathComponent("Tests/EndToEndTests/Servers")
}
