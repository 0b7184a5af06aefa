import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

@Suite("Ctrl-C", .timeLimit(.minutes(5)), .amongFew)
struct InterruptTests {
    private func longMock() throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = 1_000_000
        configuration.script.firstToken = .milliseconds(1)
        return try MockServer(configuration)
    }

    @Test("ends the run with 130 after every report is written", arguments: [SIGINT, SIGTERM, SIGHUP])
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

    @Test("is not the loss of a terminal where that is ignored, as under nohup")
    func nohup() async throws {
        let mock = try longMock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 50)
        let command = "trap '' HUP; exec \(Program.loadtest.path) --headless -u 2 -H \(mock.url) --data \(data.path)"
        let result = try await Program(path: "/bin/bash").run("-c", command) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 2 }
            #expect(isRunning)
            program.send(SIGHUP)
            program.send(SIGINT)
        }
        // Were the first one taken, the second would end the program without its tables.
        #expect(result.exitCode == 130)
        #expect(
            result.errors.contains("50 planned, 0 completed, 0 failed, 2 cancelled, 48 not started"),
            "\(result.errors)"
        )
    }

    @Test("twice is what Ctrl-\\ means: the end at once, without a report of a crash")
    func quit() async throws {
        let mock = try longMock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 50)
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "2", "-H", mock.url, "--data", data.path, "--stop-timeout", "1h"]
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 2 }
            #expect(isRunning)
            program.send(SIGQUIT)
        }
        #expect(result.exitCode == 130)
        #expect(
            !result.errors.contains("Aggregated") && !result.errors.lowercased().contains("crash"),
            "\(result.errors)"
        )
    }

    @Test("ends the program also when somebody has stopped its mock assistant")
    func stoppedMock() async throws {
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        var mockID: pid_t?
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "1", "--mock", "--data", data.path]
        ) { program in
            let id = program.processID
            _ = try await program.errorLine(beginning: "00:00:00")
            mockID = ProcessTable.children(of: id).first
            kill(try #require(mockID), SIGSTOP)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 130, "\(result.errors)")
        #expect(result.errors.contains("warning: the mock assistant did not end within 10s and is killed"))
        #expect(ProcessTable.isGone(try #require(mockID)))
    }

    @Test("ends the program also when somebody has stopped one of its processes")
    func stoppedProcess() async throws {
        let mock = try longMock()
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 50)
        var stopped: pid_t?
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "4", "-r", "100", "--processes", "2", "-H", mock.url, "--data", data.path]
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 4 }
            #expect(isRunning)
            stopped = ProcessTable.children(of: program.processID).first
            kill(try #require(stopped), SIGSTOP)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 2, "\(result.errors)")
        #expect(result.errors.contains("it did not end when the run was stopped and was killed"), "\(result.errors)")
        #expect(ProcessTable.isGone(try #require(stopped)))
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
