import Foundation

/// A folder of its own, removed with it.
package final class TemporaryFolder {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("loadtest-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        return "\(path)/\(name)"
    }

    /// A folder with one conversation of one turn.
    package static func data(invocations: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(
            #"{"name": "a", "invocations": \#(invocations), "conversation": [{"role": "user", "content": "Hi"}]}"#,
            to: "a.json"
        )
        return folder
    }
}
