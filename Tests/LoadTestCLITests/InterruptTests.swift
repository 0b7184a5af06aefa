import Foundation
import LoadEngine
import MockAssistant
import Testing

@Suite("Ctrl-C", .timeLimit(.minutes(5)))
struct InterruptTests {
    private func longMock() throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = 1_000_000
        configuration.script.firstToken = .milliseconds(1)
        return try MockServer(configuration)
    }

    @Test("ends the run with 130 after every report is written", arguments: [SIGINT, SIGTERM])
    func first(signal: Int32) async throws {
        let mock = try longMock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 50)
        let file = data.path + "/summary"
        let result = try await Program.loadtest.run(
            "--headless",
            "-u",
            "10",
            "-r",
            "1000",
            "-H",
            mock.url,
            "--data",
            data.path,
            "--summary",
            file,
            "--json"
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 }
            #expect(isRunning)
            program.send(signal)
        }
        #expect(result.exitCode == 130)
        #expect(result.errors.contains("stopping: running turns are cancelled (--stop-timeout would give them time); "))
        #expect(result.errors.contains("50 planned, 0 completed, 0 failed, 10 cancelled, 40 not started"))
        #expect(result.output.hasPrefix("["))
        let summary = try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        #expect(summary.run.verdict == .interrupted)
        #expect(summary.outcomes == ["cancelled": 10])
    }

    @Test("gives running turns the stop timeout; a second one ends the program at once")
    func second() async throws {
        let mock = try longMock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 50)
        let result = try await Program.loadtest.run(
            "--headless",
            "-u",
            "2",
            "-r",
            "1000",
            "-H",
            mock.url,
            "--data",
            data.path,
            "--stop-timeout",
            "1h"
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 2 }
            #expect(isRunning)
            program.send(SIGINT)
            // The run has taken the first signal when it says so, once a second; the second must not come before.
            let isIdle = try await becomesTrue { mock.counters.posts == 2 }
            #expect(isIdle)
            program.send(SIGINT)
            program.send(SIGTERM)
        }
        #expect(result.exitCode == 130)
        let line = "stopping: running turns get up to 1h (--stop-timeout); Ctrl-C again ends at once\n"
        #expect(result.errors.ranges(of: line).count == 1, "\(result.errors)")
        #expect(!result.errors.contains("Aggregated"))
    }

    @Test("comes before failed turns in the exit code")
    func order() async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 1_000_000
        configuration.script.firstToken = .milliseconds(1)
        configuration.script.faults = [FaultShare(.http500, percent: 50)]
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1_000)
        let result = try await Program.loadtest.run(
            "--headless",
            "-u",
            "10",
            "-r",
            "1000",
            "-H",
            mock.url,
            "--data",
            data.path
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 && mock.counters.posts > 10 }
            #expect(isRunning)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 130)
        #expect(result.errors.contains("http_status"))
    }

    @Test("leaves no mock assistant behind, not even when the program is killed")
    func killed() async throws {
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        var mockID: pid_t?
        let result = try await Program.loadtest.run(
            "--headless",
            "-u",
            "1",
            "--mock",
            "--data",
            data.path
        ) { program in
            let id = program.processID
            let hasChild = try await becomesTrue { ProcessTable.children(of: id).count == 1 }
            #expect(hasChild)
            mockID = ProcessTable.children(of: id).first
            program.send(SIGKILL)
        }
        #expect(result.exitCode == 1_000 + Int(SIGKILL))
        let child = try #require(mockID)
        let isGone = try await becomesTrue { ProcessTable.isGone(child) }
        #expect(isGone)
    }
}
