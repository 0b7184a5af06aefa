import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

@Suite("loadtest run", .timeLimit(.minutes(5)), .amongFew)
struct RunCommandTests {
    private func mock(events: Int = 4, interval: Duration = .milliseconds(1)) throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = events
        configuration.script.firstToken = .milliseconds(1)
        configuration.script.interval = interval
        return try MockServer(configuration)
    }

    private func summary(_ path: String) throws -> Summary {
        try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test("plays the sample conversations against the mock assistant that it starts")
    func mockRun() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/summary.json"
        let result = try await Program.loadtest.run(
            "--headless",
            "--users",
            "55",
            "-r",
            "55",
            "--mock",
            "--summary",
            file
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.isEmpty)
        let summary = try summary(file)
        #expect(summary.conversations.completed == summary.conversations.planned)
        #expect(summary.conversations.planned >= 55)
        #expect(summary.turns.failed == 0)
        #expect(summary.run.users == 55)
        // Against its own mock it may be late; that is shown, and fails nothing.
        #expect(summary.run.verdict != .interrupted)
        for text in [
            "Type     Name", "Response time percentiles", "POST     conversation_A", "Aggregated", "ttft",
            "inter_event",
            "\(summary.conversations.planned) planned, \(summary.conversations.planned) completed",
        ] {
            #expect(result.errors.contains(text), "\(text)")
        }
        #expect(!result.errors.contains("Error report"))
        // Plain lines where there is no terminal.
        #expect(!result.errors.contains("\u{1B}") && !result.errors.contains("\r"))
        let leftovers = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(leftovers == ["summary.json"])
    }

    @Test("is the default, takes Locust's short forms, and prints Locust's JSON on stdout")
    func json() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 3)
        for arguments in [["run"], []] {
            let result = try await Program.loadtest.run(
                arguments + [
                    "-H", mock.url, "-u", "2", "-r", "10", "-t", "1m", "-s", "1", "--headless", "--json", "--data",
                    data.path,
                    "--only-summary",
                ]
            )
            #expect(result.exitCode == 0, "\(result.errors)")
            let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
            #expect(list?.first?["num_requests"] as? Int == 3)
            #expect(result.errors.hasPrefix("\nType"))
        }
    }

    @Test("ends with 1 when turns failed, or as --exit-code-on-error says", arguments: [(nil, 1), ("7", 7), ("0", 0)])
    func failures(option: String?, code: Int) async throws {
        let data = try TemporaryFolder.data(invocations: 3)
        // Nobody listens there. A port that a mock has just given back may be another test's at once.
        let result = try await Program.loadtest.run(
            ["--headless", "-H", "http://127.0.0.1:9", "--data", data.path]
                + (option.map { ["--exit-code-on-error", $0] } ?? [])
        )
        #expect(result.exitCode == code)
        #expect(result.errors.contains("Error report"))
        #expect(result.errors.contains("connect_refused"))
        #expect(result.errors.contains("3(100.00%)"))
    }

    @Test(
        "ends with 64 and says what to do about wrong usage",
        arguments: [
            (["--headless"], "--host"),
            (["--headless", "--host", "http://x", "--mock"], "exclude each other"),
            (["--headless", "--host", "localhost:8000"], "http://"),
            (["--headless", "--mock", "--userz", "3"], "--users"),
            (["--headless", "--mock", "--users", "0"], "users"),
            (["--headless", "--mock", "--users", "many"], "many"),
            (["--headless", "--mock", "--spawn-rate", "0"], "spawn rate"),
            (["--headless", "--mock", "--spawn-rate", "nan"], "spawn rate"),
            (["--headless", "--mock", "--run-time", "5x"], "unit"),
            (["--headless", "--mock", "--idle-timeout", "0"], "off"),
            (["--headless", "--mock", "--path", "x"], "begin with /"),
            (["--headless", "--mock", "--header", "NoColon"], "colon"),
            (["--headless", "--mock", "--on-failure", "retry"], "retry"),
            (["--headless", "--mock", "--data", "/no/such/folder"], "/no/such/folder"),
            (["--headless", "--mock", "--summary", "/no/such/folder/x.json"], "/no/such/folder"),
            (["--headless", "--mock", "--summary", "/tmp"], "folder"),
            (["--headless", "--mock", "--summary", String(repeating: "x", count: 250)], "File name too long"),
            (["--headless", "--mock", "--html", String(repeating: "x/", count: 3_000)], "the folder"),
            (["--headless", "--mock", "--ca", "/no/such/file.pem"], "/no/such/file.pem"),
            (["--headless", "--mock", "--ca", "/"], "this is a folder; name a file"),
            (["--headless", "--mock", "--ca", "/dev/null"], "the file is empty; expected certificates in PEM"),
            (["--headless", "--mock", "--ca", "README.md"], "found no certificate; expected certificates in PEM"),
            (["--headless", "--mock", "--exit-code-on-error", "256"], "255"),
            (["--headless", "--mock", "--max-event-bytes", "0"], "event"),
            (["walk"], "walk"),
        ] as [([String], String)]
    )
    func usage(arguments: [String], text: String) async throws {
        let result = try await Program.loadtest.run(arguments)
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(text), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("error: ") }, "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test("names all that is wrong with the data before anything is sent")
    func badData() async throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"name": "a", "invocation": 1, "conversation": []}"#, to: "a.json")
        try folder.write(
            #"{"name": "b", "invocations": -1, "conversation": [{"role": "", "content": 5}]}"#,
            to: "b.json"
        )
        // Wrong data comes before a host that cannot be resolved.
        let result = try await Program.loadtest.run(
            "--headless",
            "--host",
            "http://no-such-host.invalid",
            "--data",
            folder.path
        )
        #expect(result.exitCode == 64)
        for text in ["a.json", "b.json", "did you mean", "$.conversation[0].role", "$.conversation[0].content", "-1"] {
            #expect(result.errors.contains(text), "\(text) in \(result.errors)")
        }
    }

    @Test("says what to do when there is nothing to play")
    func nothingToPlay() async throws {
        let empty = try TemporaryFolder()
        let zero = try TemporaryFolder.data(invocations: 0)
        for folder in [empty, zero] {
            let result = try await Program.loadtest.run("--headless", "--mock", "--data", folder.path)
            #expect(result.exitCode == 64)
            #expect(result.errors.contains("No invocations configured"))
        }
    }

    @Test("ends with 2 when the host cannot be resolved")
    func unknownHost() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await Program.loadtest.run(
            "--headless",
            "--host",
            "http://no-such-host.invalid",
            "--data",
            data.path
        )
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("no-such-host.invalid"))
    }

    @Test(
        "runs on when nobody reads what it prints",
        // What is asked for and not read is an error, but no less of a run.
        arguments: [("2>&1 | true", 0), ("2>/dev/null --json | true", 2), ("2>&-", 0), (">&-", 0)]
    )
    func closedPipe(redirection: String, exitCode: Int) async throws {
        let mock = try mock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 20)
        let file = data.path + "/summary"
        let command =
            "\(Program.loadtest.path) --headless -H \(mock.url) --data \(data.path)/a.json --summary \(file) \(redirection); "
            + "exit ${PIPESTATUS[0]}"
        let result = try await Program(path: "/bin/bash").run("-c", command)
        #expect(result.exitCode == exitCode)
        let written = try summary(file)
        #expect(written.conversations.completed == 20)
    }

    @Test("replaces neither a device nor a pipe by its summary")
    func deviceAsSummary() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await Program.loadtest.run(
            "--headless",
            "-H",
            mock.url,
            "--data",
            data.path,
            "--summary",
            "/dev/stdout"
        )
        #expect(result.exitCode == 0)
        #expect(result.output.contains("loadtest.summary/1"))
    }

    @Test(
        "is refused before anything is written when two files would be one",
        arguments: [
            ["--summary", "a.json", "--json-file", "a"], ["--summary", "x", "--html", "./x"],
            ["--csv", "x", "--summary", "x_stats.csv"], ["--events", "data/a.json"], ["--summary", "data/new.json"],
            ["--config", "my.conf", "--junit", "my.conf"], ["--events", "link", "--csv", "x"],
            ["--summary", "to-nothing", "--html", "too"], ["--summary", "to-nothing", "--html", "data/../nothing"],
            ["--summary", "to-data"], ["--events", "data/rows.ndjson"], ["--json", "--summary", "/dev/stdout"],
            ["--html", "/dev/stdout", "--junit", "/proc/self/fd/1"], ["--events", "/dev/stdout", "--json"],
        ]
    )
    func conflicts(options: [String]) async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
        let conversation = #"""
            {"name": "a", "invocations": 1, "data": {"file": "rows.ndjson"}, "conversation": [{"role": "user", "content": ""}]}
            """#
        try folder.write(conversation, to: "data/a.json")
        try folder.write(#"{"a": 1}"#, to: "data/rows.ndjson")
        try folder.write("users = 1\n", to: "my.conf")
        try folder.write("", to: "x_streaming.csv")
        let link = folder.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path + "/x_streaming.csv")
        // Links to nothing: what is written to them is made where they lead.
        for (name, target) in [
            ("to-nothing", "nothing"), ("too", "data/../hop"), ("hop", folder.path + "/nothing"),
            ("to-data", "data/b.json"),
        ] {
            let link = folder.path + "/" + name
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        }
        let result = try await Program.loadtest.run(["--headless", "--mock"] + options, in: folder.path)
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.output.isEmpty)
        #expect(result.errors.contains(/already; name another file|write it elsewhere/), "\(result.errors)")
        #expect(try String(contentsOfFile: folder.path + "/data/a.json", encoding: .utf8) == conversation)
        #expect(try String(contentsOfFile: folder.path + "/data/rows.ndjson", encoding: .utf8) == #"{"a": 1}"#)
        #expect(try String(contentsOfFile: folder.path + "/my.conf", encoding: .utf8) == "users = 1\n")
    }

    @Test("does not begin when nobody reads the pipe that is to get its summary")
    func unreadPipe() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let pipe = data.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let result = try await Program.loadtest.run(
            ["--headless", "--mock", "--data", data.path + "/a.json", "--summary", pipe]
        )
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains("nobody reads this pipe; start its reader first"))
    }

    @Test("leaves a link a link, and does not empty the file that its own output goes to")
    func linkAsSummary() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let (file, link) = (data.path + "/file", data.path + "/link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        // As /dev/stdout is; not that one itself, which a mistake would replace for the whole machine.
        let standardOutput = data.path + "/stdout"
        try FileManager.default.createSymbolicLink(atPath: standardOutput, withDestinationPath: "/proc/self/fd/1")
        let loadtest = "\(Program.loadtest.path) --headless --mock --data \(data.path)/a.json"
        for summary in [link, standardOutput] {
            // As a user's shell would, whose standard output is a file.
            let command = "echo before >\(file).out; exec \(loadtest) --summary \(summary) >>\(file).out"
            let result = try await Program(path: "/bin/bash").run("-c", command)
            #expect(result.exitCode == 0, "\(result.errors)")
            #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: summary)) != nil, "\(summary)")
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("loadtest.summary/1"))
        let output = try String(contentsOfFile: file + ".out", encoding: .utf8)
        #expect(output.hasPrefix("before\n") && output.contains("loadtest.summary/1"))
    }

    @Test("ends with 2 when the summary cannot be written in the end, and says so")
    func fullDisk() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await Program.loadtest.run(
            "--headless",
            "-H",
            mock.url,
            "--data",
            data.path,
            "--summary",
            "/dev/full"
        )
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("/dev/full"))
        #expect(result.errors.contains("Aggregated"), "the tables are there all the same")
    }

    @Test(
        "is refused before anything is sent when a link leads to where no file can be made",
        arguments: ["no/x", "link"]
    )
    func linkToNowhere(target: String) async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: target)
        let result = try await Program.loadtest.run(
            ["--headless", "--mock", "--data", "a.json", "--summary", "link"],
            in: folder.path
        )
        #expect(result.exitCode == 64)
        #expect(
            result.errors.contains("--summary link: this link leads to where no file can be made"),
            "\(result.errors)"
        )
    }

    @Test("plays with --json although its output is a device, which takes anything from everybody")
    func outputToDevice() async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        let command =
            "exec \(Program.loadtest.path) --headless --mock --data a.json --json --summary /dev/null >/dev/null"
        let result = try await Program(path: "/bin/bash").run(["-c", command], in: folder.path)
        #expect(result.exitCode == 0, "\(result.errors)")
    }
}
