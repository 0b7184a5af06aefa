import TestSupport
import Testing

/// A standard output that takes nothing, as of a full disk.
@Suite("A standard output that cannot be written", .timeLimit(.minutes(5)), .amongFew)
struct FullOutputTests {
    @Test(
        "is an error with 2, whatever was asked for",
        arguments: [
            ["--headless", "--mock", "--json", "--data", "data/small_talk.json"], ["validate"], ["validate", "--help"],
            ["--show-config"],
            ["plan", "--users", "1"], ["plan", "--users", "1", "--json"], ["mock", "--port", "0"],
            ["mock", "--port", "0", "--processes", "2"],
        ]
    )
    func full(arguments: [String]) async throws {
        let command = "exec \(Program.loadtest.path) \(arguments.joined(separator: " ")) >/dev/full"
        let result = try await Program(path: "/bin/bash").run("-c", command)
        #expect(result.exitCode == 2, "\(result.errors)")
        let message = "error: cannot write to the standard output: No space left on device\n"
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    @Test(
        "is an error with 2 when it is closed",
        arguments: [
            ["--headless", "--mock", "--json", "--data", "data/small_talk.json"], ["validate"], ["--show-config"],
        ]
    )
    func closed(arguments: [String]) async throws {
        let command = "exec \(Program.loadtest.path) \(arguments.joined(separator: " ")) >&-"
        let result = try await Program(path: "/bin/bash").run("-c", command)
        #expect(result.exitCode == 2, "\(result.errors)")
        #expect(
            result.errors.contains("error: cannot write to the standard output: it is closed\n"),
            "\(result.errors)"
        )
    }

    @Test("is an error with 2 when its reader has gone before the result, but not for text that somebody reads")
    func broken() async throws {
        func exitCode(_ arguments: String) async throws -> Int {
            let command = "set -o pipefail; \(Program.loadtest.path) \(arguments) | true"
            return try await Program(path: "/bin/bash").run("-c", command).exitCode
        }
        let run = "--headless --mock --data data/small_talk.json"
        #expect(try await exitCode(run + " --json") == 2)
        #expect(try await exitCode(run) == 0)
        #expect(try await exitCode("validate") == 0)
    }

    @Test("is an error with 2 for the tables too: a run's, and a saved summary's")
    func tables() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let summary = data.path + "/summary"
        func result(_ arguments: String) async throws -> Program.Result {
            try await Program(path: "/bin/bash").run("-c", "exec \(Program.loadtest.path) \(arguments)")
        }
        let run = try await result("--headless --mock --data \(data.path)/a.json --summary \(summary) 2>/dev/full")
        #expect(run.exitCode == 2)
        let report = try await result("report \(summary) >/dev/full")
        #expect(report.exitCode == 2)
        #expect(report.errors.contains("error: cannot write to the standard output: "), "\(report.errors)")
    }
}
