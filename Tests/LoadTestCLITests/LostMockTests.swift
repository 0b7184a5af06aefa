import Foundation
import LoadEngine
import LoadModel
import TestSupport
import Testing

@Suite("A mock assistant of --mock that ends by itself", .timeLimit(.minutes(5)), .amongFew)
struct LostMockTests {
    private static let text = "the mock assistant of this run ended by itself (signal 9), and the run with it"

    private func killMock(of program: pid_t) throws {
        kill(try #require(ProcessTable.children(of: program).first), SIGKILL)
    }

    @Test("ends the run at once, which writes its reports, says how it ended, and ends with 2")
    func headless() async throws {
        let data = try TemporaryFolder.data(invocations: 100_000_000)
        let (file, junit) = (data.path + "/summary", data.path + "/junit")
        let result = try await Program.loadtest.run(
            ["--headless", "--mock", "-u", "5", "-r", "1000", "--data", data.path + "/a.json", "--stop-timeout", "1h"]
                + ["--summary", file, "--junit", junit]
        ) { program in
            _ = try await program.errorLine(beginning: "00:00:00")
            try killMock(of: program.processID)
        }
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("error: \(Self.text)\n"), "\(result.errors)")
        #expect(result.errors.contains("Verdict        interrupted: there was nothing more to play against"))
        #expect(!result.errors.contains("is the server started?"))
        let summary = try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        #expect(summary.generator.lostMock == "signal 9")
        #expect(summary.run.verdict == .interrupted)
        #expect(summary.turns.started == summary.outcomes.values.reduce(0, +))
        #expect(try String(contentsOfFile: junit, encoding: .utf8).contains(Self.text))
    }

    @Test("ends the run of the page, which says so, and refuses a further one")
    func page() async throws {
        let data = try TemporaryFolder.data(invocations: 100_000_000)
        let result = try await WebProgram.run(["--data", data.path]) { web in
            #expect(try await web.swarm("user_count=2&spawn_rate=1000")["success"] as? Bool == true)
            try await web.waitForState("running")
            try killMock(of: web.processID)
            try await web.waitForState("stopped")
            let report = try await web.curl("/stats/report")
            #expect(report.body.contains(Self.text))
            let again = try await web.swarm("user_count=2&spawn_rate=1000")
            #expect(again["success"] as? Bool == false)
            #expect((again["message"] as? String)?.contains("\(Self.text); start the program anew") == true, "\(again)")
        }
        #expect(result.exitCode == 2)
    }

    @Test("is not what a parent makes believe that ignores the end of children")
    func ignoredChildren() async throws {
        let data = try TemporaryFolder.data(invocations: 20)
        let command =
            "trap '' CHLD; exec \(Program.loadtest.path) --headless --mock -u 2 -r 1000 --data \(data.path)"
        let result = try await Program(path: "/bin/bash").run("-c", command)
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(!result.errors.contains("error: "), "\(result.errors)")
    }
}
