import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("loadtest mock", .timeLimit(.minutes(5)), .amongFew)
struct MockCommandTests {
    @Test("prints its URL as the only line, and ends on a signal", arguments: [SIGINT, SIGTERM])
    func url(signal: Int32) async throws {
        let result = try await Program.loadtest.run("mock", "--port", "0") { program in
            let url = try await program.firstLine()
            #expect(url.hasPrefix("http://127.0.0.1:"))
            program.send(signal)
        }
        #expect(result.exitCode == 0)
        #expect(result.output.split(separator: "\n").count == 1)
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

    @Test("names all APIs and faults in its help")
    func help() async throws {
        // However its lines are broken.
        let text = try await Program.loadtest.run("mock", "--help").output.split { $0.isWhitespace }.joined(
            separator: " "
        )
        for api in MockAPI.allCases { #expect(text.contains(" \(api.rawValue): ")) }
        for fault in Fault.allCases { #expect(text.contains(" \(fault.rawValue): ")) }
        #expect(text.contains(" pause: ") && text.contains("pause=5:2s"))
        #expect(text.contains("usage_no_choices: a usage chunk without choices, asked for or not [openai-chat]"))
    }

    @Test("speaks another API, with what its options say, in several processes")
    func api() async throws {
        let folder = try TemporaryFolder()
        let log = folder.path + "/log"
        let arguments = ["--api", "ollama", "--reasoning-events", "2", "--events", "3", "--cumulative"]
        let result = try await Program.loadtest.run(
            ["mock", "--port", "0", "--processes", "2", "--log", log, "--keep-alive", "5s"] + arguments
        ) { mock in
            let url = try await mock.firstLine()
            let body = #"{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}"#
            let answer = try await Program(path: "/usr/bin/env").run("curl", "-sS", "-d", body, url + "/api/chat")
            let lines = answer.output.split(separator: "\n")
            #expect(lines.count == 6, "\(answer.output)\(answer.errors)")
            #expect(lines.dropLast().last?.contains(#""content":"Every answer comes ""#) == true)
            mock.send(SIGTERM)
        }
        #expect(result.exitCode == 0 && result.errors.isEmpty)
        let line = try String(contentsOfFile: log, encoding: .utf8)
        #expect(line.contains(#""api":"ollama","messages":1,"#) && line.contains(#""reasoning_events":2"#))
    }

    @Test("logs the times of events when asked for")
    func logEvents() async throws {
        let data = try TemporaryFolder.data(invocations: 3)
        let log = data.path + "/log"
        let result = try await Program.loadtest.run(
            ["mock", "--port", "0", "--events", "3", "--log", log, "--log-events"]
        ) { mock in
            let url = try await mock.firstLine()
            let run = try await Program.loadtest.run("--headless", "-H", url, "--data", data.path)
            #expect(run.exitCode == 0, "\(run.errors)")
            mock.send(SIGTERM)
        }
        #expect(result.exitCode == 0 && result.errors.isEmpty)
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.contains(/"sent_ns":\[\d+,\d+,\d+\]/) })
    }

    @Test("says at once that lines of the log are lost, and in the end how many")
    func lostLines() async throws {
        // More than the mock keeps for a file that takes nothing, in few turns: each line has its path.
        let data = try TemporaryFolder.data(invocations: 30)
        let path = "/" + String(repeating: "x", count: 50_000) + "/stream/assistant/{session_id}"
        let result = try await Program.loadtest.run(
            ["mock", "--port", "0", "--events", "1", "--log", "/dev/full"]
        ) { mock in
            let url = try await mock.firstLine()
            let run = try await Program.loadtest.run(
                ["--headless", "-H", url, "--data", data.path, "--path", path]
            )
            #expect(run.exitCode == 0, "\(run.errors)")
            mock.send(SIGTERM)
        }
        #expect(result.exitCode == 2)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 2, "\(result.errors)")
        #expect(lines.first?.hasPrefix("mock: cannot write the log /dev/full: No space left on device") == true)
        #expect(lines.last == "mock: the log /dev/full lacks 30 lines")
    }

    @Test(
        "refuses options that make no sense",
        arguments: [
            (["--fault", "stal=5"], "stall"), (["--fault", "stall"], "="), (["--fault", "stall=101"], "100"),
            (["--fault", "stall=60", "--fault", "truncate=60"], "100"), (["--port", "70000"], "65535"),
            (["--interval", "5x"], "unit"), (["--events", "-1"], "events"), (["--jitter", "200"], "100"),
            (["--log-events"], "--log FILE"), (["--processes", "0"], "1 to 256"),
            (["--processes", "-2"], "-1 for one"),
            (["--processes", "257"], "1 to 256"), (["--processes", "many"], "many"),
            (["--api", "openai"], "openai-chat"), (["--api", "gemini", "--fault", "finish_no_marker=5"], "gemini"),
            (["--fault", "usage_no_choices=5"], "not one of the API assistant"),
            (["--fault", "pause=5"], "pause=5:2s"), (["--fault", "pause=5:2x"], "unit"),
            (["--reasoning-events", "1"], "no reasoning"), (["--keep-alive", "0"], "more than 0 s"),
        ] as [([String], String)]
    )
    func wrong(arguments: [String], text: String) async throws {
        let result = try await Program.loadtest.run(["mock", "--port", "0"] + arguments)
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(text), "\(result.errors)")
    }
}
