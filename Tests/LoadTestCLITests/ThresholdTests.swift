import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("loadtest run --threshold", .timeLimit(.minutes(5)), .amongFew)
struct ThresholdTests {
    private let data: TemporaryFolder
    private var file: String { data.path + "/summary.json" }

    init() throws {
        data = try TemporaryFolder.data(invocations: 10)
    }

    private func mock(events: Int = 4, fault: Fault? = nil) throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = events
        configuration.script.firstToken = .milliseconds(1)
        configuration.script.interval = .milliseconds(1)
        if let fault { configuration.script.faults = [FaultShare(fault, percent: 100)] }
        return try MockServer(configuration)
    }

    private func run(
        _ mock: MockServer,
        _ arguments: [String],
        whileRunning: (borrowing Program.Handle) async throws -> Void = { _ in }
    ) async throws -> Program.Result {
        try await Program.loadtest.run(
            ["--headless", "-u", "5", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json", "--summary", file]
                + arguments,
            whileRunning: whileRunning
        )
    }

    private func summary() throws -> Summary {
        try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    }

    @Test("ends with 0 when all are kept, and lists them on the console and in the summary")
    func kept() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let result = try await run(
            mock,
            ["--threshold", "ttft.p99.9 < 1m", "--threshold", "a #1/failures.count == 0"]
                + ["--threshold", "goodput > 99%", "--objective", "response_time < 1m", "--objective", "max_gap < 1m"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let summary = try summary()
        #expect(summary.thresholds.map(\.expr) == ["ttft.p99.9 < 1m", "a #1/failures.count == 0", "goodput > 99%"])
        #expect(summary.thresholds.map(\.ok) == [true, true, true])
        #expect(summary.thresholds.dropFirst().map(\.observed) == [0, 1])
        #expect(result.errors.contains("ok      a #1/failures.count == 0"))
        #expect(
            result.errors.contains(
                "Goodput        conversations 10 of 10 (100.00%), turns 10 of 10 (100.00%); "
                    + "objectives: response_time < 1m, max_gap < 1m"
            )
        )
    }

    @Test(
        "ends with the first exit code that applies",
        arguments: [
            (nil, ["ttft.p50 < 1us"], [], 3),
            (nil, ["tls.p50 < 1m"], [], 3),
            // No turn has stalled or failed.
            (nil, ["failed_time.p50 < 1m", "a/stall_time.max < 1ms"], [], 0),
            (nil, ["failures.rate < 1%", "ttft.p50 < 1us"], [], 3),
            (nil, ["goodput >= 1%"], ["--objective", "ttft <= 1us"], 3),
            // Failed turns come first, unless a threshold says how many may fail.
            (.http500, ["ttft.p50 < 1us"], [], 1),
            (.http500, ["http_status.count == 0"], [], 1),
            (.http500, ["http_status.count == 0"], ["--exit-code-on-error", "0"], 3),
            (.http500, ["http_status.count == 0"], ["--exit-code-on-error", "9"], 9),
            (.http500, ["a/failures.rate < 1%"], [], 1),
            (.http500, ["failures.rate < 1%"], [], 3),
            (.truncate, ["failures.rate <= 100%"], [], 0),
            (.truncate, ["failures.rate <= 100%", "truncated_stream.rate < 99%"], [], 3),
            (.truncate, ["failures.rate <= 100%", "turn_goodput == 0%"], ["--objective", "ttft < 1m"], 0),
        ] as [(Fault?, [String], [String], Int)]
    )
    func exitCode(fault: Fault?, thresholds: [String], further: [String], exitCode: Int) async throws {
        let mock = try mock(fault: fault)
        defer { mock.stop() }
        let result = try await run(mock, thresholds.flatMap { ["--threshold", $0] } + further)
        #expect(result.exitCode == exitCode, "\(result.errors)")
        let summary = try summary()
        #expect(summary.thresholds.map(\.expr) == thresholds)
        #expect(result.errors.contains("FAILED  ") == summary.thresholds.contains { !$0.ok })
    }

    @Test("ends with 130 when it was interrupted, whatever the thresholds say")
    func interrupted() async throws {
        let mock = try mock(events: 1_000_000)
        defer { mock.stop() }
        let result = try await run(mock, ["--threshold", "ttft.p50 < 1us"]) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 5 }
            #expect(isRunning)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 130)
        #expect(try summary().thresholds.map(\.ok) == [false])
    }

    @Test(
        "is refused with a caret under the mistake before anything is sent",
        arguments: [
            (
                ["--threshold", "ttft.p9x < 500ms"], "error: --threshold: ttft has p0 to p100",
                "    ttft.p9x < 500ms\n         ^"
            ),
            (["--threshold", "failures.rate < 5"], "from 0% to 100%", "    failures.rate < 5\n                    ^"),
            (["--threshold", "b/ttft.p50 < 5s"], "no conversation is named 'b'", "    b/ttft.p50 < 5s\n    ^"),
            (["--threshold", "a #2/ttft.p50 < 5s"], "only one turn", "    a #2/ttft.p50 < 5s\n      ^"),
            (["--threshold", "goodput > 5%"], "--objective 'ttft < 800ms'", "    goodput > 5%\n    ^"),
            (["--objective", "ttft > 5s"], "error: --objective: an objective", "    ttft > 5s\n         ^"),
            (["--abort-on-threshold", "5s"], "there is no --threshold", "\n"),
            (["--abort-on-threshold", "5x", "--threshold", "ttft.p50 < 5s"], "unknown unit 'x'", "\n"),
            (["--junit", "/no/such/folder/junit.xml"], "/no/such/folder", "\n"),
        ] as [([String], String, String)]
    )
    func refused(arguments: [String], problem: String, place: String) async throws {
        let mock = try mock()
        defer { mock.stop() }
        let result = try await run(mock, arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains(problem), "\(result.errors)")
        #expect(result.errors.contains(place), "\(result.errors)")
        #expect(mock.counters.posts == 0)
    }

    @Test("is refused with every mistake at once")
    func allMistakes() async throws {
        let mock = try mock()
        defer { mock.stop() }
        let result = try await run(
            mock,
            ["--threshold", "ttft", "--threshold", "goodput > 1%", "--threshold", "x < 1"]
        )
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("    ttft\n        ^\nerror: --threshold: 'x' is no number"), "\(result.errors)")
    }
}

@Suite("loadtest run --abort-on-threshold", .timeLimit(.minutes(5)), .amongFew)
struct AbortOnThresholdTests {
    private let data: TemporaryFolder
    private var file: String { data.path + "/summary.json" }

    init() throws {
        data = try TemporaryFolder.data(invocations: 10)
    }

    private func run(
        events: Int,
        _ arguments: [String],
        fault: Fault? = nil
    ) async throws -> (result: Program.Result, summary: Summary) {
        var configuration = MockConfiguration()
        configuration.script.events = events
        configuration.script.interval = .milliseconds(5)
        if let fault { configuration.script.faults = [FaultShare(fault, percent: 100)] }
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        // The run time is for a run that is not ended as it should be.
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "4", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json", "--summary", file]
                + ["-t", "1m"] + arguments
        )
        let written = try Data(contentsOf: URL(fileURLWithPath: file))
        return (result, try JSONDecoder().decode(Summary.self, from: written))
    }

    @Test(
        "ends the run when one is violated after the grace time, with all reports and 3",
        arguments: [
            (["--threshold", "ttft.p95 < 1us"], 1), (["--threshold", "ttft.p12.5 < 1us"], 1),
            (["--threshold", "a/ttft.p95 < 1us"], 1), (["--threshold", "a #1/ttft.p12.5 < 1us"], 2),
            (["--threshold", "events.count < 5"], 2),
        ]
    )
    func ends(thresholds: [String], processes: Int) async throws {
        let junit = data.path + "/junit.xml"
        let (result, summary) = try await run(
            events: 1_000_000,
            ["--abort-on-threshold", "0.5s", "--processes", "\(processes)", "--junit", junit]
                + ["--threshold", "conversations.completed == 10"] + thresholds
        )
        #expect(result.exitCode == 3, "\(result.errors)")
        #expect(summary.run.verdict != .interrupted)
        #expect(summary.run.processes == processes)
        #expect(summary.outcomes == ["cancelled": 4])
        #expect(summary.conversations.notStarted == 6)
        #expect(summary.thresholds.map(\.ok) == [false, false])
        // The first was not reached either, but might have been: it did not end the run.
        #expect(summary.thresholds[0].endedRunAfterS == nil)
        let endedAfterS = try #require(summary.thresholds[1].endedRunAfterS)
        #expect(endedAfterS >= 0.5)
        #expect(
            result.errors.contains("the run is ended after \(endedAfterS.fixed(1)) s: \(thresholds[1]) is violated")
        )
        #expect(result.errors.contains("  ended the run after \(endedAfterS.fixed(1)) s\n"))
        #expect(try String(contentsOfFile: junit, encoding: .utf8).contains("it ended the run after"))
    }

    @Test(
        "leaves a run alone whose thresholds are kept, or within the grace time",
        arguments: [
            (["--abort-on-threshold", "0", "--threshold", "ttft.p95 < 1m"], 0),
            (["--abort-on-threshold", "0", "--threshold", "conversations.completed >= 10"], 0),
            (["--abort-on-threshold", "0", "--threshold", "tls.p50 < 1m"], 3),
            (["--abort-on-threshold", "0", "--threshold", "failed_time.p50 < 1m"], 0),
            (["--abort-on-threshold", "1h", "--threshold", "ttft.p95 < 1us"], 3),
        ]
    )
    func leavesAlone(arguments: [String], exitCode: Int) async throws {
        let (result, summary) = try await run(events: 100, arguments)
        #expect(result.exitCode == exitCode, "\(result.errors)")
        #expect(summary.conversations.completed == 10)
        #expect(summary.thresholds.allSatisfy { $0.endedRunAfterS == nil })
        #expect(!result.errors.contains("the run is ended"))
    }

    @Test("ends with 1 all the same when turns failed and no threshold says how many may")
    func failures() async throws {
        try data.write(
            #"{"name": "a", "invocations": 100000000, "conversation": [{"role": "user", "content": "Hi"}]}"#,
            to: "a.json"
        )
        let abort = ["--abort-on-threshold", "0", "--threshold", "http_status.count == 0"]
        let (result, summary) = try await run(events: 1, abort, fault: .http500)
        #expect(result.exitCode == 1, "\(result.errors)")
        #expect(summary.thresholds[0].endedRunAfterS != nil)
        let (other, _) = try await run(events: 1, abort + ["--threshold", "failures.rate < 1%"], fault: .http500)
        #expect(other.exitCode == 3, "\(other.errors)")
    }
}
