import TestSupport
import Testing

/// A JSON Schema of the documents, read by the Python package jsonschema.
struct SchemaFile {
    static let python = PythonEnvironment(name: "schema-venv")

    /// Where it is in the repository.
    let path: String

    /// What the schema says is wrong with files.
    ///
    /// - Parameter texts: The files by their names; they may have comments.
    /// - Returns: What is wrong with each; an empty text for nothing.
    func problems(of texts: [String: String]) async throws -> [String: String] {
        let folder = try TemporaryFolder()
        for (name, text) in texts { try folder.write(text, to: name) }
        let script = "Tests/LoadTestCLITests/Schemas/check_schema.py"
        let result = try await Self.python.run([script, path, folder.path])
        try #require(result.exitCode == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        let problems = Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), String($0[1])) })
        try #require(problems.count == texts.count)
        return problems
    }
}
