import FoundationEssentials
@testable import LoadEngine
@testable import LoadModel
@testable import LoadReports
import TestSupport
import Testing

// A minute of work, during which other tests look at their programs.
@Suite("A summary that somebody has changed", .ownThreads, .timeLimit(.minutes(10)))
struct SummaryMutationTests {
    /// Runs of several kinds, small: what is wrong with a value does not depend on how many there are.
    private static let originals: [JSONValue] = {
        var good = LongRun(names: ["a", "b"], turnsEach: 2, seconds: 3, turnsPerSecond: 4)
        good.objectives = [try? Objective.parse("ttft < 200ms")].compactMap { $0 }
        let bad = LongRun(
            names: ["a"],
            turnsEach: 2,
            seconds: 2,
            turnsPerSecond: 6,
            outcomes: [.completed, .httpStatus, .connectionReset, .cancelled],
            verdict: .generatorBound
        )
        return [good, bad].compactMap { run in
            var summary = run.summary()
            summary.thresholds = [
                ThresholdResult(expr: "ttft.p95 < 500ms", observed: 120.5, ok: true),
                ThresholdResult(expr: "failures.rate < 1%", observed: nil, ok: false, endedRunAfterS: 3),
            ]
            summary.configuration = ["users": "4"]
            summary.result.generator.eventLog = EventLogUsage(lines: 3, dropped: 1, cut: 0, error: "the disk is full")
            summary.result.generator.lostProcesses = ["process 1 of 2 was lost: signal 9"]
            return (try? summary.json()).flatMap { JSONReader.read($0).value }
        }
    }()

    private func render(_ summary: Summary) throws {
        _ = try summary.json()
        _ = summary.warnings
        _ = StreamingReport(summary).text
        _ = ThresholdReport(summary).text
        _ = JUnitReport(summary).text
        for grouping in RowGrouping.allCases {
            _ = LocustTables(summary, by: grouping).text
            _ = try LocustJSON(summary, by: grouping).json()
            let table = ReportTable(summary, by: grouping)
            _ = (
                LocustCSV(table).stats, LocustCSV(table).failures, LocustCSV(table).exceptions, StreamingCSV(table).text
            )
        }
        _ = try HTMLReport(summary, chartLibrary: "// Chart.js").html()
    }

    @Test("is refused with the place of what is wrong, or reported: 10,000 changes", arguments: 0..<40)
    func mutations(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed) + 1)
        var (refused, reported) = (0, 0)
        for number in 0..<250 {
            var mutation = SummaryMutation(random: random)
            let text = mutation.text(of: Self.originals[number % Self.originals.count])
            random = mutation.random
            let summary: Summary
            do throws(ConfigurationError) {
                summary = try Summary(json: Array(text.utf8))
            } catch {
                #expect(!error.problems.isEmpty)
                #expect(error.messages.allSatisfy { $0.hasPrefix("$") || $0.hasPrefix("line ") }, "\(error)")
                refused += 1
                continue
            }
            try render(summary)
            reported += 1
        }
        #expect(refused > 10 && reported > 10, "\(refused) refused, \(reported) reported")
    }

    @Test("is read again as it was")
    func original() throws {
        for original in Self.originals {
            let text = SummaryMutation.json(original)
            let summary = try Summary(json: Array(text.utf8))
            #expect(JSONReader.read(try summary.json()).value == original)
            try render(summary)
        }
    }

    @Test("is refused with a time of a failure that is none")
    func failureTime() throws {
        let run = LongRun(names: ["a"], turnsEach: 1, seconds: 2, outcomes: [.httpStatus])
        let text = String(decoding: try run.summary().json(), as: UTF8.self)
        let wrong = text.replacing("\"first_seen\" : \"1970-01-01T00:00:01Z\"", with: "\"first_seen\" : \"<b>\"")
        #expect(wrong != text)
        let error = #expect(throws: ConfigurationError.self) { _ = try Summary(json: Array(wrong.utf8)) }
        #expect(
            error?.description.contains(
                "$.rows[0].failure_times.http_status: expected times such as 2026-01-02T03:04:05Z, found '<b>'"
            ) == true,
            "\(String(describing: error))"
        )
    }

    @Test(
        "is refused with what was expected and what was found",
        arguments: [
            (
                "\"p999_ms\" : ", "-1",
                "$.by_conversation[0].conversation_time.p999_ms: expected a number from 0 to 18000000000000, found -1"
            ),
            (
                "\"ticks\" : ", "1e400",
                "$.generator.canary.ticks: expected a number from 0 to 9007199254740992, found 1e400"
            ),
            ("\"ticks\" : ", "1.5", "$.generator.canary.ticks: expected a whole number in digits, found 1.5"),
            ("\"ticks\" : ", "7", "$.generator.canary.hdr: expected a histogram of loadtest with 7 samples"),
            ("\"ticks\" : ", "\"x\"", "$.generator.canary.ticks: expected a whole number, found a string"),
            ("\"ticks\" : ", "null", "$.generator.canary.ticks: expected a whole number, found null"),
            ("\"ticks\" : ", "NaN", "$.generator.canary.ticks: expected a JSON value, found NaN without quotes"),
            ("\"tick\" : ", "7", "$.generator.canary: no 'ticks'"),
            ("\"schema\" : ", "\"loadtest.summary/9\"", "$.schema: expected 'loadtest.summary/1'"),
            ("\"started_at\" : ", "\"yesterday\"", "$.run.started_at: expected a time such as"),
            ("\"processes\" : ", "0", "$.run.processes: expected 1 or more, found 0"),
            ("\"bytes\" : ", "9e99", "$.events.bytes: expected a number from 0 to 9007199254740992, found 9e99"),
            ("\"host\" : ", String(repeating: "[", count: 200), "nested more than 64 levels deep"),
        ]
    )
    func place(key: String, value: String, message: String) throws {
        var text = String(decoding: try LongRun(seconds: 2).summary().json(), as: UTF8.self)
        let wanted = key.replacing("tick\"", with: "ticks\"").replacing("tickss", with: "ticks")
        let start = try #require(text.firstRange(of: wanted))
        let end = try #require(text[start.upperBound...].firstIndex { $0 == "," || $0 == "\n" })
        text.replaceSubrange(start.lowerBound..<end, with: key + value)
        let error = #expect(throws: ConfigurationError.self) { _ = try Summary(json: Array(text.utf8)) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }
}
