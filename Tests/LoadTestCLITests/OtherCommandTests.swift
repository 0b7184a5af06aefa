import Foundation
import MockAssistant
import Testing

@Suite("loadtest validate", .timeLimit(.minutes(5)))
struct ValidateCommandTests {
    @Test("prints what would run")
    func valid() async throws {
        let result = try await Program.loadtest.run("validate")
        #expect(result.exitCode == 0)
        #expect(result.output.contains("conversation_A"))
        #expect(result.output.contains("data/conversation_A.json"))
        #expect(result.errors.isEmpty)
    }

    @Test("takes a folder or a single file")
    func paths() async throws {
        let data = try TemporaryFolder.data(invocations: 7)
        for path in [data.path, data.path + "/a.json"] {
            let result = try await Program.loadtest.run("validate", path)
            #expect(result.exitCode == 0)
            #expect(result.output.split(separator: "\n").last?.contains(" 7 ") == true)
        }
    }

    @Test("names every mistake and ends with 64")
    func invalid() async throws {
        let folder = try TemporaryFolder()
        try folder.write("{", to: "a.json")
        try folder.write("[]", to: "b.json")
        let result = try await Program.loadtest.run("validate", folder.path)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("a.json") && result.errors.contains("b.json"))
        #expect(result.output.isEmpty)
    }
}

@Suite("loadtest mock", .timeLimit(.minutes(5)))
struct MockCommandTests {
    @Test("prints its URL as the only line, and ends on a signal", arguments: [SIGINT, SIGTERM])
    func url(signal: Int32) async throws {
        let folder = try TemporaryFolder()
        let result = try await Program.loadtest.run("mock", "--port", "0", "--log", folder.path + "/log") { program in
            let hasLog = try await becomesTrue { FileManager.default.fileExists(atPath: folder.path + "/log") }
            #expect(hasLog)
            program.send(signal)
        }
        #expect(result.exitCode == 0)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count <= 1)
        #expect(lines.allSatisfy { $0.hasPrefix("http://127.0.0.1:") })
    }

    @Test("refuses a port that is taken, and says what to do")
    func portTaken() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let result = try await Program.loadtest.run("mock", "--port", "\(mock.port)")
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("\(mock.port)"))
        #expect(result.errors.contains("--port 0"))
        #expect(result.output.isEmpty)
    }

    @Test(
        "refuses options that make no sense",
        arguments: [
            (["--fault", "stal=5"], "stall"), (["--fault", "stall"], "="), (["--fault", "stall=101"], "100"),
            (["--fault", "stall=60", "--fault", "truncate=60"], "100"), (["--port", "70000"], "65535"),
            (["--interval", "5x"], "unit"), (["--events", "-1"], "events"), (["--jitter", "200"], "100"),
        ] as [([String], String)]
    )
    func wrong(arguments: [String], text: String) async throws {
        let result = try await Program.loadtest.run(["mock", "--port", "0"] + arguments)
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(text), "\(result.errors)")
    }
}

@Suite("The example of embedding", .timeLimit(.minutes(5)))
struct EmbedTests {
    @Test("plays, watches, stops early and prints its result")
    func embed() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let result = try await Program.embed.run(mock.url)
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.contains("10 users are playing"))
        #expect(result.output.contains(" 0 failed"))
        #expect(result.output.contains("first token: median "))
    }
}
