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
        for arguments in [[data.path], [data.path + "/a.json"], ["--data", data.path]] {
            let result = try await Program.loadtest.run(["validate"] + arguments)
            #expect(result.exitCode == 0)
            #expect(result.output.split(separator: "\n").last?.contains(" 7 ") == true)
        }
    }

    @Test("tells where it has looked for what is not there, and what to give")
    func missing() async throws {
        let result = try await Program.loadtest.run("validate", "no/such/folder")
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("error: \(Program.repository)/no/such/folder: there is no such file or folder"))
        #expect(result.errors.contains("give --data FOLDER"))
        let twice = try await Program.loadtest.run("validate", "data", "--data", "data")
        #expect(twice.exitCode == 64)
        #expect(twice.errors.contains("given twice"))
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
