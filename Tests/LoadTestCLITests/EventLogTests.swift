import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("loadtest run --events", .timeLimit(.minutes(5)), .amongFew)
struct EventLogTests {
    private static let checker = Program(path: Repository.path + "/tools/check-events")

    /// An assistant that fails in most of the ways there are, and never at an even pace.
    private func mock(events: Int = 6, faults: [FaultShare]? = nil) throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = events
        configuration.script.firstToken = .milliseconds(3)
        configuration.script.interval = .milliseconds(10)
        configuration.script.jitterPercent = 90
        configuration.script.faults =
            faults ?? [
                FaultShare(.http500, percent: 4), FaultShare(.http429, percent: 4), FaultShare(.truncate, percent: 4),
                FaultShare(.resetMidstream, percent: 4), FaultShare(.stall, percent: 2),
                FaultShare(.errorEvent, percent: 2), FaultShare(.lateDoneChunk, percent: 5),
                FaultShare(.splitBytes, percent: 5),
            ]
        return try MockServer(configuration)
    }

    /// Two conversations, of one turn and of three.
    private func data(invocations: Int = 30) throws -> TemporaryFolder {
        let folder = try TemporaryFolder.data(invocations: invocations)
        let turns = [String](repeating: #"{"role": "user", "content": "Hi"}"#, count: 3).joined(separator: ", ")
        try folder.write(
            #"{"name": "b \"quoted\" é", "invocations": \#(invocations), "conversation": [\#(turns)]}"#,
            to: "b.json"
        )
        return folder
    }

    private func arguments(_ mock: MockServer, _ folder: TemporaryFolder) -> [String] {
        [
            "--headless", "--only-summary", "-H", mock.url, "--data", folder.path, "-r", "1000", "-u", "10",
            "--events", folder.path + "/events", "--summary", folder.path + "/summary",
        ]
    }

    private func summary(_ folder: TemporaryFolder) throws -> Summary {
        try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: folder.path + "/summary")))
    }

    /// The lines of the log; one that is not whole is an error.
    private func lines(_ folder: TemporaryFolder) throws -> [[String: Any]] {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/events"))
        try #require(data.isEmpty || data.last == UInt8(ascii: "\n"))
        return try data.split(separator: UInt8(ascii: "\n")).map {
            try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any])
        }
    }

    private func expectAgreement(_ folder: TemporaryFolder) async throws {
        let result = try await Self.checker.run(folder.path + "/events", folder.path + "/summary")
        #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        #expect(result.output.contains("0 differ"))
    }

    @Test(
        "has everything that an independent script needs to come to the same summary",
        arguments: [
            ["--events-detail"],
            [],
            ["--events-detail", "--on-failure", "continue", "--session-scope", "turn"],
            ["--events-detail", "--processes", "2"],
            ["--events-detail", "--disable-keepalive", "--run-time", "1"],
            ["--events-detail", "--abandon", "20%@40ms,20%@3events", "--objective", "ttft < 60ms"],
        ]
    )
    func agreement(options: [String]) async throws {
        let mock = try mock()
        defer { mock.stop() }
        let folder = try data()
        let result = try await Program.loadtest.run(
            arguments(mock, folder) + ["--stall-after", "15ms", "--idle-timeout", "500ms"] + options
        )
        #expect(result.exitCode == 1, "\(result.errors)")
        let summary = try summary(folder)
        #expect(summary.turns.failed > 0 && summary.stalls.total > 0)
        #expect(summary.result.generator.eventLog == EventLogUsage(lines: summary.turns.started))
        #expect(result.errors.contains("Event log      \(summary.turns.started) lines\n"))
        try await expectAgreement(folder)
    }

    @Test("has what goodput is made of")
    func goodput() async throws {
        let mock = try mock(faults: [FaultShare(.http500, percent: 4), FaultShare(.slowHeaders, percent: 20)])
        defer { mock.stop() }
        let folder = try data(invocations: 60)
        let objectives = [
            "ttft <= 60ms", "max_gap < 19ms", "stall_time<=0.04s", "response_time < 1m30s", "conversation_time < 250ms",
        ]
        let result = try await Program.loadtest.run(
            arguments(mock, folder) + ["--events-detail", "--stall-after", "15ms"]
                + objectives.flatMap { ["--objective", $0] }
        )
        #expect(result.exitCode == 1, "\(result.errors)")
        let summary = try summary(folder)
        let goodput = try #require(summary.goodput)
        #expect(goodput.goodTurns > 0 && goodput.goodTurns < summary.turns.completed)
        try await expectAgreement(folder)
    }

    @Test("is found wrong by the script when it is")
    func disagreement() async throws {
        let mock = try mock(faults: [])
        defer { mock.stop() }
        let folder = try data(invocations: 2)
        _ = try await Program.loadtest.run(arguments(mock, folder) + ["--events-detail"])
        try await expectAgreement(folder)
        let text = try String(contentsOfFile: folder.path + "/events", encoding: .utf8)
        for (good, bad) in [
            ("\"ttft_ms\":", "\"ttft_ms\":1"), ("\"send_s\":0", "\"send_s\":1"), ("\"events\":6", "\"events\":5"),
            ("\"outcome\":\"completed\"", "\"outcome\":\"cancelled\""),
            ("\"content_ms\":[", "\"content_ms\":[0.000001,"),
            ("\"queue_delay_ms\":", "\"queue_delay_ms\":9"), ("\"invocation\":2,", "\"invocation\":1,"),
        ] {
            let found = try #require(text.range(of: good))
            try folder.write(text.replacingCharacters(in: found, with: bad), to: "events")
            let result = try await Self.checker.run(folder.path + "/events", folder.path + "/summary")
            #expect(result.exitCode == 1 || result.errors.contains("KeyError"), "\(bad)")
        }
    }

    @Test("has all that was counted when the run was interrupted", arguments: [[], ["--processes", "2"]])
    func interrupted(options: [String]) async throws {
        let mock = try mock(events: 1_000_000, faults: [FaultShare(.http500, percent: 50)])
        defer { mock.stop() }
        let folder = try data(invocations: 1_000)
        let result = try await Program.loadtest.run(arguments(mock, folder) + ["--events-detail"] + options) {
            program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 }
            #expect(isRunning)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 130, "\(result.errors)")
        let summary = try summary(folder)
        #expect(summary.outcomes["cancelled"] == 10)
        #expect(try lines(folder).filter { $0["outcome"] as? String == "cancelled" }.count == 10)
        try await expectAgreement(folder)
    }

    @Test("has whole lines only when the program is killed", arguments: [[], ["--processes", "2"]])
    func killed(options: [String]) async throws {
        let mock = try mock(events: 1, faults: [])
        defer { mock.stop() }
        let folder = try data(invocations: 1_000_000)
        _ = try await Program.loadtest.run(arguments(mock, folder) + ["--events-detail"] + options) { program in
            let isWritten = try await becomesTrue {
                let data = FileManager.default.contents(atPath: folder.path + "/events") ?? Data()
                return data.count { $0 == UInt8(ascii: "\n") } > 100
            }
            #expect(isWritten)
            // A process of several is as good as the program.
            for child in ProcessTable.children(of: program.processID) { kill(child, SIGKILL) }
            program.send(SIGKILL)
        }
        #expect(try lines(folder).count > 100)
    }

    @Test("has as many lines as the summary says, also after one of several processes was lost")
    func lost() async throws {
        let mock = try mock(events: 1, faults: [])
        defer { mock.stop() }
        let folder = try data(invocations: 1_000_000)
        let result = try await Program.loadtest.run(arguments(mock, folder) + ["--processes", "2"]) { program in
            let isWritten = try await becomesTrue { mock.counters.posts > 500 }
            #expect(isWritten)
            kill(try #require(ProcessTable.children(of: program.processID).first), SIGKILL)
            _ = try await program.errorLine(beginning: "error: process ")
            program.send(SIGINT)
        }
        #expect(result.exitCode == 2, "\(result.errors)")
        let summary = try summary(folder)
        let lines = try lines(folder)
        #expect(summary.generator.lostProcesses?.count == 1 && lines.count > 100)
        #expect(summary.generator.eventLog?.lines == UInt64(lines.count))
    }

    @Test("replaces what was there, even by less")
    func replaced() async throws {
        let mock = try mock(faults: [])
        defer { mock.stop() }
        let folder = try TemporaryFolder.data(invocations: 1)
        try folder.write(String(repeating: "old\n", count: 100_000), to: "events")
        let result = try await Program.loadtest.run(
            ["--headless", "-H", mock.url, "--data", folder.path + "/a.json", "--events", folder.path + "/events"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let lines = try lines(folder)
        #expect(lines.count == 1)
        #expect(lines.first?["conversation"] as? String == "a")
    }

    @Test(
        "is refused before the run where it cannot be written, and what is there stays",
        arguments: [
            (["--events", "/no/such/folder/x"], "the folder /no/such/folder/ does not exist"),
            (["--events", "/tmp"], "this is a folder"),
            (["--events", ""], "the name of a file is missing"),
            (["--events", "/proc/version/x"], "does not exist"),
            (["--events-detail"], "--events FILE"),
        ] as [([String], String)]
    )
    func refused(options: [String], text: String) async throws {
        let result = try await Program.loadtest.run(["--headless", "--mock"] + options)
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(text), "\(result.errors)")
        #expect(!result.errors.contains("Turns"))
    }

    @Test("is not emptied by a run that is refused for something else")
    func kept() async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        try folder.write("old\n", to: "events")
        let result = try await Program.loadtest.run(
            ["--headless", "--mock", "--data", folder.path + "/a.json", "--events", folder.path + "/events"]
                + ["--summary", "/no/such/folder/x"]
        )
        #expect(result.exitCode == 64)
        #expect(try String(contentsOfFile: folder.path + "/events", encoding: .utf8) == "old\n")
    }

    @Test("costs itself only when the disk is full: the run goes on, all else is written, and the program ends with 2")
    func full() async throws {
        let mock = try mock(faults: [])
        defer { mock.stop() }
        let folder = try data()
        // The last option holds.
        let result = try await Program.loadtest.run(arguments(mock, folder) + ["--events", "/dev/full", "--json"])
        #expect(result.exitCode == 2)
        #expect(
            result.errors.contains(
                "error: cannot write --events /dev/full: No space left on device; 120 lines are missing"
            )
        )
        #expect(result.errors.contains("Event log      0 lines, 120 dropped: No space left on device"))
        #expect(result.output.hasPrefix("["))
        let summary = try summary(folder)
        #expect(summary.turns.completed == 120)
        #expect(summary.result.generator.eventLog == EventLogUsage(dropped: 120, error: "No space left on device"))
    }

    @Test("has whole lines only when its disk becomes full", arguments: ["1", "2"])
    func becomesFull(processes: String) async throws {
        let mock = try mock(faults: [])
        defer { mock.stop() }
        let folder = try data()
        // The system refuses to make any file longer than 24 KiB.
        let command = "ulimit -f 24; exec \"$0\" \"$@\""
        let result = try await Program(path: "/bin/bash").run(
            ["-c", command, Program.loadtest.path] + arguments(mock, folder).filter { $0 != "--summary" }.dropLast()
                + ["--events-detail", "--processes", processes, "--json"]
        )
        #expect(result.exitCode == 2, "\(result.errors)")
        #expect(result.errors.contains(/error: cannot write --events \/.*: File too large; \d+ lines are missing/))
        let count = try lines(folder).count
        #expect(count > 0 && count < 120)
        #expect(result.errors.contains("Event log      \(count) lines, \(120 - count) dropped: File too large"))
        #expect(result.errors.contains("120 started, 120 completed"))
    }

    @Test("may be a pipe, whose slow reader the run does not wait for")
    func pipe() async throws {
        let mock = try mock(faults: [])
        defer { mock.stop() }
        let folder = try data(invocations: 150)
        let path = folder.path + "/events"
        #expect(mkfifo(path, 0o600) == 0)
        // Until it has a reader there is nobody to write to.
        let early = try await Program.loadtest.run(arguments(mock, folder))
        #expect(early.exitCode == 2)
        #expect(early.errors.contains("nobody reads this pipe"))
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let result = try await Program.loadtest.run(arguments(mock, folder) + ["--events-detail"])
        #expect(result.exitCode == 2, "\(result.errors)")
        let summary = try summary(folder)
        #expect(summary.turns.completed == 600)
        let log = try #require(summary.generator.eventLog)
        #expect(log.lines + log.dropped == 600)
        #expect(log.dropped > 0)
        #expect(log.error == "it took nothing any more")
        // The time of the run is that of its turns, not of the waiting for the pipe.
        #expect(summary.run.durationS < 4)
        let several = try await Program.loadtest.run(arguments(mock, folder) + ["--processes", "2"])
        #expect(several.exitCode == 64)
        #expect(several.errors.contains("mix their lines in a pipe"))
    }

    @Test("goes to the standard output, which others may read at once")
    func standardOutput() async throws {
        let mock = try mock(faults: [])
        defer { mock.stop() }
        let folder = try data(invocations: 5)
        let result = try await Program.loadtest.run(arguments(mock, folder) + ["--events", "/dev/stdout"])
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.split(separator: "\n").count == 20)
    }
}
