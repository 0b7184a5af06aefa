import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports

@Suite("Locust's /stats/requests")
struct LocustStatusTests {
    private static let keys: Set = [
        "state", "user_count", "total_rps", "total_fail_per_sec", "fail_ratio", "current_rps", "current_fail_per_sec",
        "current_response_time_percentiles", "errors", "stats",
    ]
    private static let rowKeys: Set = [
        "method", "name", "num_requests", "num_failures", "avg_response_time", "median_response_time",
        "min_response_time", "max_response_time", "response_time_percentile_0.95", "response_time_percentile_0.99",
        "avg_content_length", "current_rps", "current_fail_per_sec", "total_rps", "total_fail_per_sec",
    ]

    /// A run that is looked at as the web page's server does.
    private struct Watched {
        var run = SampleRun()
        var rates = RecentRates()
        var recent = RecentResponses()
        var table = ReportTable()

        mutating func look(_ elapsedS: Double) {
            let snapshot = run.progress(elapsedS)
            table = ReportTable(snapshot, endpoint: "/chat")
            rates.add(snapshot, rows: table.rows + [table.total])
            recent.add(table)
        }

        func status(_ state: LiveState.State = .running) throws -> [String: Any] {
            let status = LocustStatus(table, rates: rates, recent: recent, state: state)
            return try object(status)
        }
    }

    private static func object(_ value: some Encodable) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(value))
        return try #require(json as? [String: Any])
    }

    private func rows(_ status: [String: Any], _ key: String = "stats") throws -> [[String: Any]] {
        try #require(status[key] as? [[String: Any]])
    }

    @Test("has Locust's keys, and 0 for all numbers, before the first run")
    func ready() throws {
        let status = try Watched().status(.ready)
        #expect(Set(status.keys) == Self.keys)
        #expect(status["state"] as? String == "ready")
        #expect(status["user_count"] as? Int == 0 && status["fail_ratio"] as? Double == 0)
        #expect(
            status["current_response_time_percentiles"] as? [String: Int]
                == ["response_time_percentile_0.5": 0, "response_time_percentile_0.95": 0]
        )
        #expect(try rows(status, "errors").isEmpty)
        let rows = try rows(status)
        #expect(rows.count == 1 && Set(rows[0].keys) == Self.rowKeys)
        #expect(rows[0]["name"] as? String == "Aggregated" && rows[0]["method"] as? String == "")
        #expect(rows[0].values.compactMap { $0 as? Double }.allSatisfy { $0 == 0 })
    }

    @Test("has a row for each conversation, in the order of names, and the total last")
    func numbers() throws {
        var watched = Watched()
        watched.run.playAll()
        watched.look(2)
        let status = try watched.status()
        let rows = try rows(status)
        #expect(rows.map { $0["name"] as? String } == ["alpha", "beta", "Aggregated"])
        #expect(rows.map { $0["method"] as? String } == ["POST", "POST", ""])
        #expect(rows.allSatisfy { Set($0.keys) == Self.rowKeys })
        func values(_ key: String) -> [Double?] { rows.map { $0[key] as? Double } }
        #expect(values("num_requests") == [2, 2, 4] && values("num_failures") == [1, 0, 1])
        #expect(values("avg_response_time") == [17.8, 15.2, 16.5])
        #expect(values("median_response_time") == [5, 10, 10])
        // Rounded, not cut.
        #expect(values("min_response_time") == [5, 10, 5] && values("max_response_time") == [31, 20, 31])
        #expect(values("response_time_percentile_0.95") == [31, 20, 31])
        #expect(values("response_time_percentile_0.99") == [31, 20, 31])
        #expect(values("avg_content_length") == [50, 100, 75])
        #expect(values("total_rps") == [1, 1, 2] && values("total_fail_per_sec") == [0.5, 0, 0.5])
        #expect(values("current_rps") == [1, 1, 2] && values("current_fail_per_sec") == [0.5, 0, 0.5])
        #expect(status["total_rps"] as? Double == 2 && status["total_fail_per_sec"] as? Double == 0.5)
        #expect(status["current_rps"] as? Double == 2 && status["current_fail_per_sec"] as? Double == 0.5)
        #expect(status["fail_ratio"] as? Double == 0.25)
        #expect(status["user_count"] as? Int == 3)
        let errors = try self.rows(status, "errors")
        #expect(errors.count == 1)
        #expect(Set(errors[0].keys) == ["error", "first_seen", "last_seen", "method", "name", "occurrences"])
        #expect(errors[0]["error"] as? String == "http_status" && errors[0]["name"] as? String == "alpha")
        #expect(errors[0]["first_seen"] as? Double == 1 && errors[0]["occurrences"] as? Int == 1)
    }

    @Test("has what happened in the last ten seconds as current")
    func current() throws {
        var watched = Watched()
        for _ in 0..<100 { watched.run.play(row: 0, 500) }
        watched.look(1)
        func percentiles() throws -> [String: Int] {
            try #require(try watched.status()["current_response_time_percentiles"] as? [String: Int])
        }
        #expect(try percentiles()["response_time_percentile_0.5"] == 500)
        for second in 2...11 {
            watched.run.play(row: 0, 20)
            watched.look(Double(second))
        }
        #expect(try percentiles() == ["response_time_percentile_0.5": 20, "response_time_percentile_0.95": 20])
        #expect(try watched.status()["current_rps"] as? Double == 1)
        #expect(try watched.status()["total_rps"] as? Double == 10)
        for second in 12...21 { watched.look(Double(second)) }
        #expect(try percentiles() == ["response_time_percentile_0.5": 0, "response_time_percentile_0.95": 0])
    }

    @Test("forgets the response times of a run before, and those before a reset")
    func again() throws {
        var recent = RecentResponses()
        func add(_ count: Int, _ milliseconds: Double, at elapsedS: Double) {
            var run = SampleRun()
            for _ in 0..<count { run.play(row: 0, milliseconds) }
            recent.add(run.table(elapsedS))
        }
        add(5, 500, at: 60)
        add(6, 20, at: 1)
        #expect(recent.durations.count == 6 && recent.durations.percentileNs(95) < 21_000_000)
        add(8, 20, at: 10.5)
        #expect(recent.durations.count == 2)
        add(2, 30, at: 11)
        add(5, 30, at: 11.5)
        #expect(recent.durations.count == 3)
    }

    @Test("has only what came since a reset as current, also when that is more than there was before")
    func reset() throws {
        var watched = Watched()
        for second in 1...20 {
            watched.run.play(row: 0, 500)
            watched.look(Double(second))
        }
        watched.run.reset()
        for _ in 0..<50 { watched.run.play(row: 0, 20) }
        watched.look(21)
        for second in 22...30 { watched.look(Double(second)) }
        watched.run.play(row: 0, 20)
        watched.look(30.5)
        // The window begins at second 21, when the fifty were there.
        #expect(watched.recent.durations.count == 1)
        #expect(watched.recent.durations.percentileNs(100) < 21_000_000)
        let status = try watched.status()
        let rate = try #require(status["current_rps"] as? Double)
        #expect(abs(rate - 1 / 9.5) < 1e-9)
        #expect(status["user_count"] as? Int == 3)
    }

    @Test("has at most 500 rows and errors, and the total all the same")
    func manyRows() throws {
        let turn = Conversation.Turn(role: "user", content: "x")
        let names = (1000..<1600).map { "conversation \($0)" }
        let recorder = MetricsRecorder(turnCounts: names.map { _ in 1 })
        for row in names.indices { recorder.countOutcome(.httpStatus, isAfterFirstToken: false, row: row) }
        let progress = RunSnapshot(
            RunFacts(conversations: names.map { Conversation(name: $0, invocations: 1, turns: [turn]) }),
            phase: .running,
            elapsedNs: 1_000_000_000,
            plannedInvocations: 600,
            recorder: recorder,
            generator: .init(cpuS: 0, peakRssBytes: 0, connectionsOpened: 0)
        )
        let table = ReportTable(progress, endpoint: "/chat")
        let status = try Self.object(
            LocustStatus(table, rates: RecentRates(), recent: RecentResponses(), state: .running)
        )
        let stats = try rows(status)
        #expect(stats.count == 501)
        #expect(stats[499]["name"] as? String == "conversation 1499")
        #expect(stats[500]["name"] as? String == "Aggregated" && stats[500]["num_requests"] as? Int == 600)
        let errors = try rows(status, "errors")
        #expect(errors.count == 500 && errors[0]["first_seen"] is NSNull)
    }

    @Test("has only Locust's words for the state", arguments: LiveState.State.allCases)
    func states(state: LiveState.State) throws {
        #expect(["ready", "spawning", "running", "stopping", "stopped"].contains(state.rawValue))
        #expect(try Watched().status(state)["state"] as? String == state.rawValue)
    }
}

@Suite("Locust's lists")
struct LocustListsTests {
    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test("have the lost processes as exceptions")
    func exceptions() throws {
        #expect(try json(LocustExceptions(ReportTable())) == #"{"exceptions":[]}"#)
        var run = SampleRun()
        var summary = run.summary(2)
        summary.result.generator.lostProcesses = ["process 2 of 2 was lost"]
        #expect(
            try json(LocustExceptions(ReportTable(summary)))
                == #"{"exceptions":[{"count":1,"msg":"process 2 of 2 was lost","nodes":"local","traceback":""}]}"#
        )
    }

    @Test("have the shares of conversations and turns as tasks")
    func tasks() throws {
        let turn = Conversation.Turn(role: "user", content: "x")
        let tasks = LocustTasks([
            Conversation(name: "a", invocations: 3, turns: [turn]),
            Conversation(name: "b", invocations: 1, turns: [turn, turn]),
        ])
        #expect(
            try json(tasks)
                == #"{"per_class":{"a":{"ratio":0.75,"tasks":{"turn 1":{"ratio":1}}},"#
                + #""b":{"ratio":0.25,"tasks":{"turn 1":{"ratio":0.5},"turn 2":{"ratio":0.5}}}},"#
                + #""total":{"a":{"ratio":0.75,"tasks":{"turn 1":{"ratio":0.75}}},"#
                + #""b":{"ratio":0.25,"tasks":{"turn 1":{"ratio":0.125},"turn 2":{"ratio":0.125}}}}}"#
        )
        #expect(try json(LocustTasks([])) == #"{"per_class":{},"total":{}}"#)
        #expect(try json(LocustTasks([Conversation(name: "a", invocations: 0, turns: [turn])])).contains(#""ratio":0"#))
    }

    @Test("have the program's lines as the master's log")
    func logs() throws {
        #expect(try json(LocustLogs(["a", "b"])) == #"{"master":["a","b"],"workers":{}}"#)
    }
}
