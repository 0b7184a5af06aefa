import TestSupport
import Foundation

/// A virtual environment of Python that `make test` makes, with what tests use that nobody here wrote.
struct PythonEnvironment {
    /// The folder's name below .build.
    let name: String

    private var folder: String { "\(Repository.path)/.build/\(name)" }

    /// What this machine lacks for it; empty when it lacks nothing.
    var whyNot: String {
        // scripts/venv copies the pins last.
        let isThere = FileManager.default.fileExists(atPath: "\(folder)/requirements.txt")
        return isThere ? "" : "no .build/\(name): make test makes it"
    }
    var isAvailable: Bool { whyNot.isEmpty }

    /// Its interpreter, which leaves no compiled files behind.
    ///
    /// - Parameter arguments: A script of the repository and its arguments, or `-m` and a module.
    /// - Returns: A whole command.
    func command(_ arguments: [String]) -> [String] { ["\(folder)/bin/python", "-B"] + arguments }

    /// Runs a script or a module to its end, in the repository's folder.
    ///
    /// - Parameters:
    ///   - arguments: A script of the repository and its arguments, or `-m` and a module.
    ///   - environment: Variables that it has besides those of the tests.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Program.Result {
        let command = command(arguments)
        return try await Program(path: command[0]).run(Array(command.dropFirst()), environment: environment)
    }
}
