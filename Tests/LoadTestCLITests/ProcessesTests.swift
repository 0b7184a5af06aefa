import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("loadtest run --processes", .timeLimit(.minutes(5)), .amongFew)
struct ProcessesTests {
    private func mock(events: Int, interval: Duration = .milliseconds(1)) throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = events
        configuration.script.firstToken = .milliseconds(1)
        configuration.script.interval = interval
        return try MockServer(configuration)
    }

    private func summary(_ path: String) throws -> Summary {
        try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func expectInvariants(_ summary: Summary) {
        let all = summary.conversations
        #expect(all.planned == all.completed + all.failed + all.cancelled + all.notStarted, "\(all)")
        #expect(summary.turns.started == summary.outcomes.values.reduce(0, +))
    }

    @Test("plays each invocation once, whatever is in it, and merges the results")
    func plays() async throws {
        let mock = try mock(events: 4)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 30)
        try data.write(
            #"{"name": "b", "invocations": 7, "conversation": "#
                + #"[{"role": "u", "content": "\u0000 é"}, {"role": "u", "content": ""}]}"#,
            to: "b.json"
        )
        let file = data.path + "/summary"
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "9", "-r", "1000", "-H", mock.url, "--data", data.path, "--processes", "3"]
                + ["--summary", file]
        )
        #expect(result.exitCode == 0 || result.exitCode == 4, "\(result.errors)")
        let summary = try summary(file)
        expectInvariants(summary)
        #expect(summary.run.processes == 3)
        #expect(summary.run.users == 9)
        #expect(summary.conversations.completed == 37)
        #expect(summary.outcomes == ["completed": 44])
        #expect(summary.events.total == 44 * 4)
        #expect(summary.rows.map { $0.outcomes["completed"] } == [30, 7, 7])
        #expect(summary.metrics["ttft"]?.count == 44)
        #expect(mock.counters.posts == 44)
        #expect(result.errors.contains("37 planned, 37 completed"))
        #expect(result.errors.contains("Error bar"))
    }

    @Test("reports a process that was lost, keeps the others' results, and ends with 2")
    func lost() async throws {
        let mock = try mock(events: 100, interval: .milliseconds(10))
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 60)
        let file = data.path + "/summary"
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "10", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json"]
                + ["--processes", "2", "--summary", file]
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 }
            #expect(isRunning)
            kill(try #require(ProcessTable.children(of: program.processID).first), SIGKILL)
        }
        #expect(result.exitCode == 2)
        #expect(result.errors.contains(/error: process [12] of 2 was lost: signal 9/), "\(result.errors)")
        let summary = try summary(file)
        expectInvariants(summary)
        #expect(summary.conversations.planned == 60)
        // The other one played its half.
        #expect(summary.conversations.completed >= 30)
        #expect(summary.conversations.completed < 60)
        #expect(summary.conversations.cancelled + summary.conversations.notStarted >= 1)
        #expect(summary.generator.lostProcesses?.count == 1)
        #expect(summary.run.verdict == .interrupted)
        #expect(result.errors.contains("what a lost process did after its last report is not in the numbers"))
        // What ran in it is cancelled everywhere.
        let cancelled = summary.outcomes["cancelled"] ?? 0
        #expect(summary.rows.reduce(0) { $0 + ($1.outcomes["cancelled"] ?? 0) } == cancelled)
        let detail = summary.outcomeDetails["cancelled"]
        #expect((detail?.beforeFirstToken ?? 0) + (detail?.afterFirstToken ?? 0) == cancelled)
    }

    @Test("reports what is known when every process was lost")
    func allLost() async throws {
        let mock = try mock(events: 1_000_000)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 60)
        let file = data.path + "/summary"
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "10", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json"]
                + ["--processes", "2", "--summary", file]
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 }
            #expect(isRunning)
            for child in ProcessTable.children(of: program.processID) { kill(child, SIGKILL) }
        }
        #expect(result.exitCode == 2)
        let summary = try summary(file)
        expectInvariants(summary)
        #expect(summary.conversations.planned == 60)
        #expect(summary.generator.lostProcesses?.count == 2)
        #expect(result.errors.contains("60 planned"))
    }

    @Test("does not wait for ever for a process that hangs, and keeps the others' results")
    func hanging() async throws {
        let mock = try mock(events: 1_000_000)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 60)
        let file = data.path + "/summary"
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "10", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json"]
                + ["--processes", "2", "--summary", file]
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 }
            #expect(isRunning)
            kill(try #require(ProcessTable.children(of: program.processID).first), SIGSTOP)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 2)
        #expect(
            result.errors.contains(/process [12] of 2 was lost: it did not end when the run was stopped and was killed/)
        )
        let summary = try summary(file)
        expectInvariants(summary)
        #expect(summary.outcomes["cancelled"] == summary.turns.started)
    }

    @Test("is ended by Ctrl-C with 130 in all processes, which are gone then", arguments: [false, true])
    func interrupted(whileMainThreadIsBusy: Bool) async throws {
        let mock = try mock(events: 1_000_000)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 50)
        let file = data.path + "/summary"
        var children: [pid_t] = []
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "10", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json"]
                + ["--processes", "2", "--summary", file]
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 }
            #expect(isRunning)
            children = ProcessTable.children(of: program.processID)
            // The system prefers the thread that is named, if it may have the signal; the library that starts processes
            // has one that may.
            let threads = ProcessTable.threads(of: program.processID, open: SIGINT)
            kill(whileMainThreadIsBusy ? threads.first ?? program.processID : program.processID, SIGINT)
        }
        #expect(result.exitCode == 130, "\(result.errors)")
        let summary = try summary(file)
        expectInvariants(summary)
        #expect(summary.outcomes == ["cancelled": 10])
        #expect(summary.conversations.notStarted == 40)
        #expect(summary.run.verdict == .interrupted)
        #expect(children.count == 2)
        #expect(children.allSatisfy(ProcessTable.isGone))
    }

    @Test("leaves nothing behind when the program is killed")
    func killed() async throws {
        let mock = try mock(events: 1_000_000)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 50)
        var children: [pid_t] = []
        _ = try await Program.loadtest.run(
            ["--headless", "-u", "10", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json"]
                + ["--processes", "2"]
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 }
            #expect(isRunning)
            children = ProcessTable.children(of: program.processID)
            program.send(SIGKILL)
        }
        #expect(children.count == 2)
        let areGone = try await becomesTrue { children.allSatisfy(ProcessTable.isGone) }
        #expect(areGone)
        let areClosed = try await becomesTrue { mock.counters.openStreams == 0 }
        #expect(areClosed)
    }

    @Test("has no more processes than users, and says so")
    func fewUsers() async throws {
        let mock = try mock(events: 1)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 3)
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "2", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json"]
                + ["--processes", "16"]
        )
        #expect(result.errors.contains("note: 2 processes: there are no more users"))
        #expect(result.errors.contains("3 planned, 3 completed"))
    }

    @Test("is refused for numbers that are none", arguments: ["0", "-2", "257", "x"])
    func refused(number: String) async throws {
        let result = try await Program.loadtest.run("--headless", "--mock", "--processes", number)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("--processes"))
    }
}
