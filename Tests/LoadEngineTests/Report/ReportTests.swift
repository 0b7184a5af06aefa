import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

/// A result with two conversations, one of them with failures.
func sampleSummary() -> Summary {
    let conversations = [
        Conversation(name: "beta", invocations: 2, turns: [.init(role: "user", content: "x")]),
        Conversation(
            name: "alpha",
            invocations: 1,
            turns: [.init(role: "user", content: "x"), .init(role: "user", content: "y")]
        ),
    ]
    let recorder = MetricsRecorder(turnCounts: [1, 2])
    let counters = recorder.counters
    counters.pointee[.conversationsCompleted] = 2
    counters.pointee[.conversationsFailed] = 1
    counters.pointee[.turnsStarted] = 4
    counters.pointee[.turnsPeak] = 3
    counters.pointee[.usersPeak] = 3
    for (row, milliseconds) in [(0, 10.0), (0, 20), (1, 30)] {
        recorder.countOutcome(.completed, isAfterFirstToken: true, row: row)
        recorder.record(.responseTime, UInt64(milliseconds * 1e6), row: row)
        recorder.record(.ttft, UInt64(milliseconds * 1e6 / 2), row: row)
        recorder.countEvent(row: row)
        recorder.countBytes(100, row: row)
        recorder.countEndedBytes(100, row: row)
    }
    recorder.countOutcome(.httpStatus, isAfterFirstToken: false, row: 2)
    recorder.record(.failedTime, 5_000_000, row: 2)
    recorder.details.countHTTPCode(503)
    recorder.details.addExample("HTTP status 503: overloaded", of: .httpStatus)
    recorder.recordCanary(200_000)
    recorder.recordLoopIteration(100_000)
    let progress = RunSnapshot(
        RunFacts(conversations: conversations),
        phase: .finished,
        elapsedNs: 2_000_000_000,
        plannedInvocations: 3,
        recorder: recorder,
        generator: .init(cpuS: 0.5, peakRssBytes: 10 << 20, connectionsOpened: 3)
    )
    return progress.summary(
        run: .init(
            host: "http://localhost:8000",
            path: "/stream/assistant/{session_id}",
            startedAt: "2026-01-02T03:04:05Z",
            durationS: 2,
            users: 3,
            processes: 1,
            verdict: .valid
        ),
        maxError: nil
    )
}

@Suite("The reports of a result")
struct ReportTests {
    @Test("are Locust's tables, column for column")
    func locustTables() {
        let name = String(repeating: "-", count: 76)
        let expected = """
            Type     Name                                                                          # reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s
            --------|\(name)|-------|-------------|-------|-------|-------|-------|--------|-----------
            POST     alpha                                                                              2    1(50.00%) |     17       5      30      5 |    1.00        0.50
            POST     beta                                                                               2     0(0.00%) |     15      10      20     10 |    1.00        0.00
            --------|\(name)|-------|-------------|-------|-------|-------|-------|--------|-----------
                     Aggregated                                                                         4    1(25.00%) |     16       5      30     10 |    2.00        0.50

            Response time percentiles (approximated)
            Type     Name                                                                                  50%    66%    75%    80%    90%    95%    98%    99%  99.9% 99.99%   100% # reqs
            --------|\(name)----|--------|------|------|------|------|------|------|------|------|------|------|------
            POST     alpha                                                                                   5     30     30     30     30     30     30     30     30     30     30      2
            POST     beta                                                                                   10     20     20     20     20     20     20     20     20     20     20      2
            --------|\(name)----|--------|------|------|------|------|------|------|------|------|------|------|------
                     Aggregated                                                                             10     20     20     30     30     30     30     30     30     30     30      4

            Error report
            # occurrences      Error
            ------------------|\(String(repeating: "-", count: 141))
            1                  POST alpha: http_status (such as: HTTP status 503: overloaded)
            ------------------|\(String(repeating: "-", count: 141))

            """
        let found = LocustTables(sampleSummary()).text
        for (foundLine, expectedLine) in zip(found.split(separator: "\n"), expected.split(separator: "\n")) {
            #expect(foundLine == expectedLine)
        }
        #expect(found == expected)
    }

    @Test("have the streaming block with the outcomes")
    func streaming() {
        var summary = sampleSummary()
        let text = StreamingReport(summary).text
        #expect(text.contains("3 planned, 2 completed, 1 failed, 0 cancelled, 0 not started"))
        #expect(text.contains("ttft"))
        #expect(text.contains("status 503: 1"))
        #expect(text.contains("Stalls         0 gaps over 1000 ms in 0 turns (0.00%)\n"))
        #expect(!text.contains("abandoned"))
        summary.result.total[.cancelled] = 1
        #expect(StreamingReport(summary).text.contains("in 0 turns (0.00%) of the completed and failed ones\n"))
        summary.result.total[.abandoned] = 2
        let abandoned = StreamingReport(summary).text
        #expect(abandoned.contains(" failed, 2 abandoned, 1 cancelled, "))
        #expect(abandoned.contains("in 0 turns (0.00%) of the completed, failed and abandoned ones\n"))
    }

    @Test("show the generator's own lateness and the verdict")
    func errorBar() {
        let text = StreamingReport(sampleSummary()).text
        #expect(text.contains("Error bar      canary p50 0.20, p99 0.20, max 0.20 ms (1 tick, limit 5.00 ms)"))
        #expect(text.contains("Verdict        not judged: only 1 tick, "))
    }

    @Test("warn of a run in which turns were started, and none completed")
    func nothingCompleted() {
        let warning = "\nWarning        no turn was completed\n"
        var summary = sampleSummary()
        #expect(!StreamingReport(summary).text.contains(warning))
        summary.result.total[.completed] = 0
        #expect(StreamingReport(summary).text.contains(warning))
        summary.result.total[.turnsStarted] = 0
        #expect(!StreamingReport(summary).text.contains(warning))
    }

    @Test("are the same from a saved summary as from the run's own")
    func savedSummary() throws {
        let summary = sampleSummary()
        let again = try JSONDecoder().decode(Summary.self, from: Data(try summary.json()))
        #expect(LocustTables(again).text == LocustTables(summary).text)
        #expect(StreamingReport(again).text == StreamingReport(summary).text)
        #expect(try LocustJSON(again).json() == LocustJSON(summary).json())
    }

    @Test("are written as JSON with the keys that tools rely on")
    func summaryKeys() throws {
        let bytes = try sampleSummary().json()
        let root = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(root["schema"] as? String == "loadtest.summary/1")
        func keys(_ value: Any?) -> Set<String> { Set((value as? [String: Any])?.keys.map { $0 } ?? []) }
        #expect(
            keys(root["run"]) == [
                "host", "path", "started_at", "duration_s", "users", "peak_users", "processes", "verdict",
            ]
        )
        #expect(
            keys(root["answers"]) == ["one_piece", "one_piece_rate", "without_content", "without_content_rate"]
        )
        #expect(keys(root["conversations"]) == ["planned", "completed", "failed", "cancelled", "not_started"])
        #expect(keys(root["turns"]) == ["started", "completed", "failed", "abandoned", "cancelled", "peak_concurrent"])
        #expect(root["outcomes"] as? [String: Int] == ["completed": 3, "http_status": 1])
        let details = (root["outcome_details"] as? [String: Any])?["http_status"] as? [String: Any]
        #expect(keys(details) == ["before_first_token", "after_first_token", "codes", "examples"])
        #expect(details?["codes"] as? [String: Int] == ["503": 1])
        #expect(keys(root["events"]) == ["total", "bytes", "per_s", "bytes_per_s"])
        let ttft = (root["metrics"] as? [String: Any])?["ttft"]
        #expect(
            keys(ttft) == [
                "count", "min_ms", "mean_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "p999_ms", "max_ms", "hdr",
            ]
        )
        let rows = try #require(root["rows"] as? [[String: Any]])
        #expect(rows.map { $0["conversation"] as? String } == ["beta", "alpha", "alpha"])
        #expect(rows.map { $0["turn"] as? Int } == [1, 1, 2])
        #expect(
            keys(root["generator"]).isSuperset(of: ["cpu_s", "peak_rss_bytes", "connections_opened", "stale_reuse"])
        )
        let generator = root["generator"] as? [String: Any]
        let canary = keys(generator?["canary"])
        #expect(canary.isSuperset(of: ["ticks", "p50_ms", "p99_ms", "max_ms"]))
        // The second is the name of the version before.
        for name in ["loop_iteration", "loop_turn"] {
            let found = keys(generator?[name])
            #expect(found.isSuperset(of: ["p99_ms", "max_ms"]), "\(name)")
        }
        let again = try JSONDecoder().decode(Summary.self, from: Data(bytes))
        #expect(try again.json() == bytes)
    }

    @Test("are made from a summary of an older version, which lacks the newer keys")
    func oldSummary() throws {
        var summary = sampleSummary()
        // With gaps: that there are none is told of newer ones only.
        summary.result.total[.interEvent] = summary.result[.ttft]
        let bytes = Data(try summary.json())
        var root = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        root["answers"] = nil
        var run = try #require(root["run"] as? [String: Any])
        for key in ["peak_users", "spawn_rate", "addresses"] { run[key] = nil }
        root["run"] = run
        root["rows"] = (root["rows"] as? [[String: Any]])?.map { row in
            row.filter { !["ended_bytes", "turns_without_content", "turns_in_one_piece"].contains($0.key) }
        }
        // What is called loop_iteration now was a turn of the loop.
        var generator = try #require(root["generator"] as? [String: Any])
        generator["loop_iteration"] = nil
        root["generator"] = generator
        let old = try JSONDecoder().decode(Summary.self, from: try JSONSerialization.data(withJSONObject: root))
        #expect(old.generator.loopIteration?.count == summary.generator.loopIteration?.count)
        #expect(summary.generator.loopIteration != nil)
        #expect(old.rows[0].endedBytes == nil && old.peakUsers == nil && old.answers == nil)
        #expect(StreamingReport(old).text == StreamingReport(summary).text)
        // As far as they knew it.
        #expect(try LocustJSON(old).json() == LocustJSON(summary).json())
        #expect(!(try HTMLReport(old, chartLibrary: nil).html()).isEmpty)
    }

    @Test("have Locust's JSON structure, one entry for each conversation")
    func locustJSON() throws {
        let bytes = try LocustJSON(sampleSummary()).json()
        let entries = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
        #expect(entries.map { $0["name"] as? String } == ["beta", "alpha"])
        #expect(entries[1]["num_requests"] as? Int == 2)
        #expect(entries[1]["num_failures"] as? Int == 1)
        #expect(entries[1]["response_times"] as? [String: Int] == ["30": 1, "5": 1])
        #expect(entries[0]["total_response_time"] as? Double == 30)
        #expect(entries[0]["method"] as? String == "POST")
        #expect(entries[0]["total_content_length"] as? Int == 200)
    }

    @Test(
        "write numbers with fixed digits",
        arguments: [
            (0.0, 2, "0.00"), (1.005, 1, "1.0"), (99.96, 1, "100.0"), (-0.5, 1, "-0.5"), (3.7, 0, "4"),
            (-0.001, 2, "0.00"),
        ]
    )
    func fixed(value: Double, digits: Int, text: String) {
        #expect(value.fixed(digits) == text)
    }
}
