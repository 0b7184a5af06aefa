import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

@Suite("Configuration from file and environment", .serialized, .timeLimit(.minutes(5)), .amongFew)
struct ConfigurationTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder.data(invocations: 2)
    }

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> Program.Result {
        try await Program.loadtest.run(arguments, environment: environment, in: folder.path)
    }

    /// What `--show-config` says: `Shape:` [line without the blanks that make columns].
    private func shown(_ arguments: [String] = [], _ environment: [String: String] = [:]) async throws -> [String] {
        let result = try await run(arguments + ["--show-config"], environment)
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.errors.isEmpty)
        return result.output.split(separator: "\n").map { String($0).replacing(/[ ]+/, with: " ") }
    }

    @Test("the command line comes before the environment, that before the file, and that before the default")
    func precedence() async throws {
        try folder.write("users = 2\nspawn-rate = 2\nrun-time = 2m\n", to: "loadtest.conf")
        let lines = try await shown(
            ["run", "-u", "4"],
            ["LOADTEST_USERS": "3", "LOADTEST_SPAWN_RATE": "3", "LOADTEST_PATH": ""]
        )
        for line in [
            "users = 4 # command line", "spawn-rate = 3 # LOADTEST_SPAWN_RATE", "run-time = 2m # loadtest.conf:3",
            "data = data # default", "# path = # not set", "api = assistant # default", "# host = # not set",
        ] {
            #expect(lines.contains(line), "\(line) in \(lines)")
        }
    }

    @Test("a list replaces the whole list of what comes behind it")
    func lists() async throws {
        try folder.write(
            "source-address = 127.0.0.1\nsource-address = [127.0.0.2, 127.0.0.3]\n",
            to: "loadtest.conf"
        )
        func addresses(_ arguments: [String] = [], _ variable: String? = nil) async throws -> [String] {
            try await shown(arguments, variable.map { ["LOADTEST_SOURCE_ADDRESS": $0] } ?? [:]).filter {
                $0.contains("source-address")
            }
        }
        #expect(
            try await addresses() == [
                "source-address = 127.0.0.1 # loadtest.conf:1", "source-address = 127.0.0.2 # loadtest.conf:2",
                "source-address = 127.0.0.3 # loadtest.conf:2",
            ]
        )
        #expect(
            try await addresses([], "[127.0.0.4, '127.0.0.5']") == [
                "source-address = 127.0.0.4 # LOADTEST_SOURCE_ADDRESS",
                "source-address = 127.0.0.5 # LOADTEST_SOURCE_ADDRESS",
            ]
        )
        #expect(try await addresses([], "127.0.0.4") == ["source-address = 127.0.0.4 # LOADTEST_SOURCE_ADDRESS"])
        #expect(try await addresses([], "[]") == ["source-address = [] # LOADTEST_SOURCE_ADDRESS"])
        #expect(
            try await addresses(["--source-address", "127.0.0.6"], "[127.0.0.4, 127.0.0.5]") == [
                "source-address = 127.0.0.6 # command line"
            ]
        )
        #expect(try await addresses(["--no-source-address"]) == ["source-address = [] # command line"])
    }

    @Test("a flag of the file can be switched off, and on again")
    func flags() async throws {
        try folder.write("headless = true\njson = yes\ninsecure = false\n", to: "loadtest.conf")
        func headless(_ arguments: [String] = [], _ variable: String? = nil) async throws -> String? {
            try await shown(arguments, variable.map { ["LOADTEST_HEADLESS": $0] } ?? [:]).first {
                $0.hasPrefix("headless")
            }
        }
        #expect(try await headless() == "headless = true # loadtest.conf:1")
        for off in ["false", "0", "FALSE"] {
            #expect(try await headless([], off) == "headless = false # LOADTEST_HEADLESS")
        }
        #expect(try await headless(["--headless"], "0") == "headless = true # command line")
        #expect(try await headless(["--no-headless"], "1") == "headless = false # command line")
        #expect(try await headless(["--headless", "--no-headless"]) == "headless = false # command line")
        #expect(try await headless(["--no-headless", "--headless"]) == "headless = true # command line")
        let lines = try await shown()
        #expect(lines.contains("json = true # loadtest.conf:2"))
        #expect(lines.contains("insecure = false # loadtest.conf:3"))
        // It is off for the command too: only the web page goes without a target.
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await run(["--no-headless", "--autostart", "--data", data.path])
        #expect(result.errors.contains("no target") && !result.errors.contains("--headless"), "\(result.errors)")
    }

    @Test("--no-NAME goes back to the default of any option")
    func undone() async throws {
        try folder.write("users = 7\nsummary = x.json\n", to: "loadtest.conf")
        let lines = try await shown(["--no-users", "--no-summary"], ["LOADTEST_USERS": "8"])
        #expect(lines.contains("users = 1 # command line"))
        #expect(lines.contains("# summary = # command line"))
    }

    @Test("--mock undoes the host of a file, and --host its mock")
    func alternatives() async throws {
        try folder.write("host = http://127.0.0.1:1\n", to: "loadtest.conf")
        let withMock = try await shown(["--mock"])
        #expect(withMock.contains("mock = true # command line"))
        #expect(withMock.contains("# host = # not set"))
        #expect(try await shown([], ["LOADTEST_MOCK": "1"]).contains("# host = # not set"))
        #expect(
            try await shown(["--no-mock"], ["LOADTEST_MOCK": "0"]).contains(
                "host = http://127.0.0.1:1 # loadtest.conf:1"
            )
        )
        try folder.write("mock = true\n", to: "loadtest.conf")
        let withHost = try await shown(["-H", "http://127.0.0.1:1"])
        #expect(withHost.contains("mock = false # default"))
        // Not so on one level: nothing says which is meant.
        try folder.write(
            "headless = true\nhost = http://127.0.0.1:1\nmock = true\ndata = \(folder.path)\n",
            to: "loadtest.conf"
        )
        let result = try await run([])
        #expect(result.exitCode == 64)
        #expect(
            result.errors
                == "error: loadtest.conf:2, loadtest.conf:3: --host and --mock exclude each other: give one of them\n"
        )
    }

    @Test("--config names the file, LOADTEST_CONFIG as well, and --no-config says that there is none")
    func files() async throws {
        try folder.write("users = 2\n", to: "loadtest.conf")
        try folder.write("users = 3\n", to: "other.conf")
        try folder.write("users = 4\n", to: "third.conf")
        let variable = ["LOADTEST_CONFIG": "third.conf"]
        #expect(try await shown().contains("users = 2 # loadtest.conf:1"))
        #expect(try await shown(["--config", "other.conf"], variable).contains("users = 3 # other.conf:1"))
        #expect(try await shown([], variable).contains("users = 4 # third.conf:1"))
        #expect(try await shown(["--no-config"], variable).contains("users = 1 # default"))
        // As bash makes one of <(...).
        let piped = try await Program(path: "/bin/bash").run(
            "-c",
            "\(Program.loadtest.path) --config <(echo users = 5) --show-config"
        )
        #expect(piped.output.contains(/users = 5[ ]+# \/dev\/fd\/\d+:1/))
    }

    @Test("--show-config writes a file that gives the same values, shows every option, and no secret")
    func showConfig() async throws {
        let arguments = [
            "--header", "Authorization: Bearer abc", "--header", "secret", "--path", "/a b#c 'd' \"e\"", "-t", "90",
            "--source-address", "[x", "--json",
        ]
        let first = try await run(arguments + ["--show-config"], ["LOADTEST_HEADLESS": "1"])
        #expect(first.exitCode == 0)
        #expect(!first.output.contains("abc") && !first.output.contains("secret"))
        #expect(first.output.contains("# header = Authorization: ***"))
        let help = try await run(["--help"]).output
        for match in help.matches(of: /(?m)^  (?:-\w, )?--([\w-]+)/) where !["help", "version"].contains(match.1) {
            if ["config", "show-config"].contains(match.1) { continue }
            #expect(first.output.contains("\(match.1) ="), "\(match.1)")
        }
        // Without what was not set, or is not shown.
        func values(_ output: String) -> [String] {
            output.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
                let value = line.prefix(upTo: line.ranges(of: "  # ").last?.lowerBound ?? line.endIndex)
                return value.trimmingCharacters(in: .whitespaces)
            }
        }
        try folder.write(first.output, to: "again.conf")
        let second = try await run(["--config", "again.conf", "--show-config"])
        #expect(second.exitCode == 0, "\(second.errors)")
        #expect(values(second.output) == values(first.output))
        #expect(second.output.contains(/# header = +# not set/))
    }

    @Test("a run takes all of its options from them, and its result holds what they were, without secrets")
    func wholeRun() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        try folder.write(
            """
            headless = true
            host = \(mock.url)
            data = a.json
            spawn-rate = 10
            header = [Authorization: Bearer abc, X-Other: 1]
            summary = summary.json
            """,
            to: "loadtest.conf"
        )
        let result = try await run([], ["LOADTEST_USERS": "2", "LOADTEST_JSON": "false"])
        #expect(result.exitCode == 0, "\(result.errors)")
        let summary = try JSONDecoder().decode(
            Summary.self,
            from: Data(contentsOf: URL(fileURLWithPath: folder.path + "/summary.json"))
        )
        #expect(summary.run.users == 2)
        #expect(summary.conversations.completed == 2)
        #expect(
            summary.configuration == [
                "headless": "true", "host": mock.url, "mock": "false", "data": "a.json", "api": "assistant",
                "users": "2",
                "spawn-rate": "10", "path": "/stream/assistant/{session_id}", "processes": "1",
                "header": "Authorization: ***, X-Other: ***", "summary": "summary.json",
            ]
        )
    }
}
