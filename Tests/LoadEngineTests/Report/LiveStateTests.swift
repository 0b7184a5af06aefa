import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("What the page is told every second")
struct LiveStateTests {
    private static let rowKeys: Set = [
        "name", "requests", "failures", "median_ms", "p95_ms", "p99_ms", "average_ms", "min_ms", "max_ms",
        "average_bytes", "current_rps", "current_failures_per_s", "events", "stalls", "ttft_p50_ms", "ttft_p95_ms",
    ]
    private static let timeKeys: Set = [
        "count", "min_ms", "mean_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "p999_ms", "max_ms",
    ]

    private func json(_ value: some Encodable) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: try JSONEncoder().encode(value)) as? [String: Any])
    }

    private func state(
        _ snapshot: RunSnapshot,
        _ word: LiveState.State = .running,
        run: LiveState.Run? = nil,
        thresholds: [ThresholdResult] = []
    ) throws -> [String: Any] {
        var rates = RecentRates()
        let table = ReportTable(snapshot, endpoint: "/chat")
        rates.add(snapshot, rows: table.rows + [table.total])
        return try json(LiveState(word, run: run, snapshot, table, recent: rates, thresholds: thresholds))
    }

    private func object(_ state: [String: Any], _ key: String) throws -> [String: Any] {
        try #require(state[key] as? [String: Any], "\(key)")
    }

    private func list(_ state: [String: Any], _ key: String) throws -> [[String: Any]] {
        try #require(state[key] as? [[String: Any]], "\(key)")
    }

    private func played() -> RunSnapshot {
        var run = SampleRun()
        run.objectives = [Objective(.maxGap, mostNs: 15_000_000)]
        run.playAll()
        run.recorder.conversationBegan(0)
        run.recorder.conversationEnded(.completed(timeNs: 30_000_000, isGood: true), 0)
        run.recorder.recordCanary(2_000_000)
        run.recorder.recordLoopIteration(1_000_000)
        run.recorder.details.addExample("an answer", of: .httpStatus)
        var random = SeededRandom(seed: 1)
        let session = SessionID(from: &random)
        run.recorder.slowest.add(
            SlowestConversations.Entry(timeNs: 30_000_000, conversation: 0, session: session, sentNs: 0)
        )
        return run.progress(2)
    }

    @Test("has all that the page reads of a run that goes on")
    func keys() throws {
        var run = LiveState.Run(
            number: 3,
            host: "http://localhost",
            path: "/chat",
            startedAt: "2026-01-02T03:04:05Z",
            userCount: 9,
            spawnRate: 2
        )
        run.runTimeS = 60
        run.timeLeftS = 58
        run.verdict = .generatorBound
        run.error = "why"
        let state = try state(
            played(),
            run: run,
            thresholds: [ThresholdResult(expr: "ttft.p95 < 1s", observed: nil, ok: false)]
        )
        #expect(
            Set(state.keys) == [
                "state", "run", "gauges", "rates", "conversations", "turns", "events", "bytes", "metrics", "stalls",
                "goodput", "rows", "total", "by_conversation", "slowest", "failures", "thresholds", "warnings",
                "generator", "is_warming_up", "is_endless",
            ]
        )
        #expect(state["state"] as? String == "running")
        let told = try object(state, "run")
        #expect(
            Set(told.keys) == [
                "number", "host", "path", "started_at", "elapsed_s", "user_count", "spawn_rate", "run_time_s",
                "time_left_s", "processes", "verdict", "error",
            ]
        )
        #expect(told["verdict"] as? String == "generator_bound" && told["number"] as? Int == 3)
        let gauges = try object(state, "gauges")
        #expect(Set(gauges.keys) == ["users", "streams", "streaming", "connections", "conversations", "waiting"])
        #expect(gauges["users"] as? Int == 3)
        let rates = try object(state, "rates")
        #expect(Set(rates.keys) == ["turns", "failed_turns", "events", "bytes", "conversations", "arrivals", "cpu"])
        #expect(rates["turns"] as? Double == 2 && rates["failed_turns"] as? Double == 0.5)
        #expect(rates["cpu"] as? Double == 0.25)
        #expect(
            Set(try object(state, "conversations").keys)
                == ["planned", "completed", "failed", "cancelled", "not_started"]
        )
        #expect(
            Set(try object(state, "turns").keys) == [
                "started", "completed", "failed", "abandoned", "cancelled", "peak_concurrent",
            ]
        )
        let metrics = try #require(try object(state, "metrics") as? [String: [String: Any]])
        #expect(Set(metrics.keys) == ["ttft", "response_time", "failed_time", "conversation_time"])
        #expect(metrics.values.allSatisfy { Set($0.keys) == Self.timeKeys }, "no histograms")
        #expect(Set(try object(state, "stalls").keys) == ["after_ms", "total", "turns", "rate"])
        #expect(
            Set(try object(state, "goodput").keys)
                == ["objectives", "good_conversations", "good_turns", "conversations", "turns"]
        )
        let generator = try object(state, "generator")
        #expect(generator["cpu_s"] as? Double == 0.5 && generator["connections_opened"] as? Int == 3)
        #expect(generator["peak_rss_bytes"] as? Int == 10 << 20 && generator["stale_reuse"] as? Int == 0)
        #expect(Set(try object(generator, "canary").keys) == ["ticks", "p50_ms", "p99_ms", "max_ms"])
        #expect(Set(try object(generator, "loop_iteration").keys) == ["count", "p99_ms", "max_ms"])
        #expect(try list(state, "thresholds")[0]["expr"] as? String == "ttft.p95 < 1s")
        #expect(try list(state, "thresholds")[0]["ok"] as? Bool == false)
    }

    @Test("has the rows of its tables")
    func rows() throws {
        let state = try state(played())
        let rows = try list(state, "rows")
        #expect(rows.map { $0["name"] as? String } == ["alpha", "beta"])
        #expect(rows.allSatisfy { Set($0.keys) == Self.rowKeys })
        #expect(rows.map { $0["requests"] as? Int } == [2, 2] && rows.map { $0["failures"] as? Int } == [1, 0])
        #expect(rows.map { $0["average_bytes"] as? Double } == [50, 100])
        #expect(rows.map { $0["current_rps"] as? Double } == [1, 1])
        #expect(abs(try #require(rows[1]["max_ms"] as? Double) - 20.4) < 0.1)
        #expect(Set(try object(state, "total").keys) == Self.rowKeys)
        let conversations = try list(state, "by_conversation")
        #expect(
            Set(conversations[0].keys) == [
                "name", "planned", "running", "completed", "failed", "cancelled", "not_started", "time_p50_ms",
                "time_p95_ms",
            ]
        )
        #expect(conversations.map { $0["name"] as? String } == ["beta", "alpha"])
        #expect(conversations[0]["planned"] as? Int == 2 && conversations[0]["completed"] as? Int == 1)
        #expect(conversations[1]["time_p50_ms"] == nil, "none has been completed")
        #expect(Set(try list(state, "slowest")[0].keys) == ["conversation", "session", "time_ms", "start_s"])
        let failures = try list(state, "failures")
        #expect(failures.count == 1)
        #expect(
            Set(failures[0].keys)
                == ["conversation", "outcome", "reason", "count", "example", "first_seen", "last_seen"]
        )
        #expect(failures[0]["conversation"] as? String == "alpha" && failures[0]["outcome"] as? String == "http_status")
        #expect(failures[0]["example"] as? String == "an answer")
    }

    @Test("leaves out what is not known, and has a number for everything else, before the first run")
    func ready() throws {
        let configuration = EngineConfiguration(
            host: "http://localhost",
            conversations: [Conversation(name: "a", invocations: 2, turns: [.init(role: "user", content: "x")])]
        )
        let state = try state(configuration.snapshotBeforeStart(), .ready)
        #expect(state["run"] == nil && state["goodput"] == nil)
        #expect(try object(state, "metrics").isEmpty)
        #expect(try list(state, "rows").isEmpty && list(state, "failures").isEmpty)
        #expect(try list(state, "by_conversation")[0]["planned"] as? Int == 2)
        let total = try object(state, "total")
        #expect(total["median_ms"] == nil && total["ttft_p50_ms"] == nil)
        #expect(total["requests"] as? Int == 0 && total["average_bytes"] as? Double == 0)
        #expect(try object(state, "rates").values.allSatisfy { $0 as? Double == 0 })
        let generator = try object(state, "generator")
        #expect(generator["canary"] == nil && generator["max_error_ms"] == nil)
        let run = try json(
            LiveState.Run(number: 1, host: "h", path: "/", startedAt: "", userCount: 1, spawnRate: 1)
        )
        let known = ["number", "host", "path", "started_at", "elapsed_s", "user_count", "spawn_rate", "processes"]
        #expect(Set(run.keys) == Set(known))
    }

    @Test("has at most 500 rows of each table")
    func manyRows() throws {
        let names = (1000..<1600).map { "conversation \($0)" }
        let recorder = MetricsRecorder(turnCounts: names.map { _ in 1 })
        for row in names.indices { recorder.countOutcome(.httpStatus, isAfterFirstToken: false, row: row) }
        let turn = Conversation.Turn(role: "user", content: "x")
        let progress = RunSnapshot(
            RunFacts(conversations: names.map { Conversation(name: $0, invocations: 1, turns: [turn]) }),
            phase: .running,
            elapsedNs: 1_000_000_000,
            plannedInvocations: 600,
            recorder: recorder,
            generator: .init(cpuS: 0, peakRssBytes: 0, connectionsOpened: 0)
        )
        let state = try state(progress)
        for key in ["rows", "failures", "by_conversation"] { #expect(try list(state, key).count == 500, "\(key)") }
        #expect(try object(state, "total")["requests"] as? Int == 600)
    }

    @Test("has the limit of the error bar while the run goes on: what was asked for, or what the first tokens allow")
    func limit() throws {
        func limitMs(_ snapshot: RunSnapshot, _ maxError: Duration?) throws -> Double? {
            var snapshot = snapshot
            snapshot.setLimit(maxError: maxError)
            return try object(try state(snapshot), "generator")["max_error_ms"] as? Double
        }
        var slow = SampleRun()
        for _ in 0..<9 { slow.play(row: 0, 400) }
        let snapshot = slow.progress(2)
        #expect(try limitMs(snapshot, .milliseconds(3)) == 3)
        let tenth = try #require(try limitMs(snapshot, nil))
        #expect(abs(tenth - 20) < 0.1)
        #expect(try limitMs(played(), nil) == 5)
    }
}

@Suite("The rates of the last seconds")
struct RecentRatesTests {
    @Test("begin again at a reset, also when more has happened since than before it")
    func reset() {
        var run = SampleRun()
        var rates = RecentRates()
        func add(_ elapsedS: Double) {
            let snapshot = run.progress(elapsedS)
            rates.add(snapshot, rows: [ReportRow.total(of: snapshot.rows)])
        }
        for second in 1...20 {
            run.play(row: 0, 10)
            add(Double(second))
        }
        #expect(rates.eventsPerS == 1 && rates.requestsPerS(ofRow: "Aggregated") == 1)
        run.reset()
        add(0.25)
        #expect(rates.eventsPerS == 0, "of a moment there is no rate")
        for _ in 0..<40 { run.play(row: 0, 10) }
        add(4.25)
        #expect(rates.eventsPerS == 10 && rates.requestsPerS(ofRow: "Aggregated") == 10)
        run.reset()
        for _ in 0..<300 { run.play(row: 0, 10) }
        add(30)
        #expect(rates.eventsPerS == 10, "300 in 30 s")
    }
}
