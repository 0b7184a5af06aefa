import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("loadtest validate", .timeLimit(.minutes(5)), .amongFew)
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

    @Test("keeps its columns apart, however large the numbers are")
    func columns() async throws {
        let data = try TemporaryFolder.data(invocations: 1_000_000_000)
        try data.write(
            #"{"name": "b", "invocations": 1000000000, "conversation": [{"role": "u", "content": ""}]}"#,
            to: "b.json"
        )
        let result = try await Program.loadtest.run("validate", data.path)
        #expect(result.exitCode == 0)
        let lines = result.output.split(separator: "\n")
        #expect(
            lines.last?.split(separator: " ").prefix(3) == ["total", "2000000000", "2000000000"],
            "\(result.output)"
        )
        // All numbers of a column end at one place.
        let ends = lines.map { line in line.split(separator: " ")[2].endIndex.utf16Offset(in: line) }
        #expect(Set(ends).count == 1, "\(result.output)")
    }

    @Test("names a folder that can be listed but not entered")
    func leftOut() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let closed = data.path + "/closed"
        try FileManager.default.createDirectory(atPath: closed, withIntermediateDirectories: true)
        try data.write("{}", to: "closed/b.json")
        #expect(chmod(closed, 0o444) == 0)
        defer { chmod(closed, 0o755) }
        // The superuser may enter any folder; another user may have to be asked whether the program can be.
        let nobody = Program(path: "/usr/bin/setpriv")
        let become = ["--reuid=65534", "--regid=65534", "--clear-groups"]
        let isRoot = geteuid() == 0
        if isRoot {
            let canRun = try? await nobody.run(become + [Program.loadtest.path, "--version"]).exitCode
            guard canRun == 0 else {
                return print("skipped: no other user could be had to whom a folder is closed (setpriv)")
            }
        }
        let validate = [Program.loadtest.path, "validate", data.path]
        let result = try await (isRoot ? nobody : Program(path: "/usr/bin/env")).run((isRoot ? become : []) + validate)
        #expect(result.exitCode == 64, "\(result.output)")
        #expect(
            result.errors == "error: \(closed): the folder can be listed but not entered: Permission denied\n",
            "\(result.errors)"
        )
    }

    @Test("tells where it has looked for what is not there, and what to give")
    func missing() async throws {
        let result = try await Program.loadtest.run("validate", "no/such/folder")
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("error: \(Repository.path)/no/such/folder: there is no such file or folder"))
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

@Suite("The examples of embedding", .timeLimit(.minutes(5)), .amongFew)
struct EmbedTests {
    private struct Resolved: Decodable {
        let name: String
        let dependencies: [Resolved]
    }

    @Test("are a package of their own that resolves no other package than this one")
    func resolvesNothing() async throws {
        let scratch = try TemporaryFolder()
        let result = try await Program(path: "/usr/bin/env").run(
            ["swift", "package", "--package-path", "Examples", "--scratch-path", scratch.path]
                + ["show-dependencies", "--format", "json"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let package = try JSONDecoder().decode(Resolved.self, from: Data(result.output.utf8))
        #expect(package.dependencies.map(\.name) == ["loadtest"])
        #expect(package.dependencies.allSatisfy { $0.dependencies.isEmpty })
    }

    @Test("Embed plays, watches, stops early and prints its result")
    func embed() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let result = try await Program.embed.run(mock.url)
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.contains("10 users are playing"))
        #expect(result.output.contains(" 0 failed"))
        #expect(result.output.contains(#/first token: median .*seconds, p99 /#))
    }

    @Test("Watch shows every token with its session, and how each turn has ended, as they come")
    func watch() async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 3
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder()
        let turn = #"{"role": "user", "content": "Hi"}"#
        try data.write(#"{"name": "a", "invocations": 5, "conversation": [\#(turn), \#(turn)]}"#, to: "a.json")
        let result = try await Program.watch.run(mock.url, data.path)
        #expect(result.exitCode == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        let session = try #require(lines.first?.prefix(36))
        let kinds = lines.map { $0.hasPrefix("\(session) {\"seq\":") ? "token" : String($0) }
        let tokens = ["token", "token", "token"]
        #expect(
            kinds == tokens + ["turn 1: completed, 3 events"] + tokens
                + ["turn 2: completed, 3 events", "2 turns completed, 6 events"]
        )
    }
}
