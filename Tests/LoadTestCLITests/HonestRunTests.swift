import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

/// What a run says by itself of numbers that would mislead.
@Suite("loadtest run says", .timeLimit(.minutes(5)), .amongFew)
struct HonestRunTests {
    private func summary(_ path: String) throws -> Summary {
        try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test("that its users were never at work together, whatever the number of processes", arguments: [1, 2])
    func missingUsers(processes: Int) async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 1_000_000
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 100)
        let (file, page) = (data.path + "/summary", data.path + "/page.html")
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "90", "-r", "3", "-t", "1", "-H", mock.url, "--data", data.path + "/a.json"]
                + ["--summary", file, "--html", page, "--processes", "\(processes)", "--only-summary"]
        )
        let summary = try summary(file)
        let run = summary.run
        let peak = try #require(summary.peakUsers)
        // One at once, and three a second; a busy machine may start those late.
        #expect((1...6).contains(peak) && run.users == 90 && run.spawnRate == 3)
        let warning =
            "at most \(peak) of 90 users \(peak == 1 ? "was" : "were") at work at the same time: the run ended after "
        #expect(result.errors.contains("Warning        " + warning), "\(result.errors)")
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.contains("<p><strong>Warning:</strong> " + warning))
        #expect(html.contains("at most \(peak) at work"))
    }

    @Test("first of all that nothing listens where it was sent to")
    func refused() async throws {
        let data = try TemporaryFolder.data(invocations: 3)
        let file = data.path + "/summary"
        // Nobody listens there.
        let result = try await Program.loadtest.run(
            ["--headless", "--only-summary", "-H", "http://127.0.0.1:9", "--data", data.path + "/a.json"]
                + ["--summary", file]
        )
        let line = "\nnothing listens at http://127.0.0.1:9: connection refused; is the server started?\n"
        #expect(result.errors.hasPrefix(line), "\(result.errors)")
        let again = try await Program.loadtest.run("report", file)
        #expect(again.output.hasPrefix(line), "\(again.output)")
    }

    @Test(
        "with 1 that no turn was completed, though none has failed",
        arguments: [[], ["--exit-code-on-error", "0"], ["--threshold", "failures.rate < 1%"]]
    )
    func nothingCompleted(options: [String]) async throws {
        var configuration = MockConfiguration()
        configuration.script.faults = [FaultShare(.noFirstToken, percent: 100)]
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 3)
        let file = data.path + "/summary"
        let result = try await Program.loadtest.run(
            ["--headless", "-t", "500ms", "-H", mock.url, "--data", data.path + "/a.json", "--summary", file] + options
        )
        #expect(result.exitCode == 1, "\(result.errors)")
        #expect(try summary(file).outcomes == ["cancelled": 1])
        #expect(result.errors.contains("Warning        no turn was completed\n"))
    }

    @Test("that a stream has only comments left, once --stall-timeout has passed")
    func stallTimeout() async throws {
        var configuration = MockConfiguration()
        configuration.script.faults = [FaultShare(.stall, percent: 100)]
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let result = try await Program.loadtest.run(
            ["--headless", "-H", mock.url, "--data", data.path + "/a.json", "--stall-timeout", "300ms"]
                + [
                    "--stall-after", "200ms", "--threshold", "stall_timeout.count == 1", "--threshold",
                    "stalls.count == 1",
                ]
        )
        #expect(result.exitCode == 1, "\(result.errors)")
        #expect(result.errors.contains("POST a: stall_timeout"))
        #expect(result.errors.contains("ok      stall_timeout.count == 1"))
        #expect(result.errors.contains("ok      stalls.count == 1"))
    }
}
