import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("Thresholds, judged")
struct ThresholdJudgingTests {
    private static let run = JudgedRun()

    @Test(
        "compare a number of the run with their limit",
        arguments: [
            // 193 first tokens: 1 to 193 ms.
            ("ttft.count == 193", 193, true),
            ("ttft.min == 1ms", 1, true),
            ("ttft.max <= 193ms", 193, true),
            ("ttft.max < 193ms", 193, false),
            ("ttft.avg == 97ms", 97, true),
            ("ttft.p50 < 98ms", 97, true),
            ("ttft.p95 < 98ms", 184, false),
            ("ttft.p12.5 > 24ms", 25, true),
            ("ttft.p0 < 2ms", 1, true),
            ("ttft.p100 == 193ms", 193, true),
            ("failed_time.count == 7", 7, true),
            ("conversation_time.med >= 2s", 2_000, true),
            ("stall_time.max == 3s", 3_000, true),
            ("failures.count < 7", 7, false),
            ("failures.count <= 7", 7, true),
            ("failures.rate < 1%", 0.035, false),
            ("failures.rate == 3.5%", 0.035, true),
            ("http_status.count == 7", 7, true),
            ("http_status.rate <= 0.035", 0.035, true),
            ("completed.rate != 100%", 0.965, true),
            ("idle_timeout.count == 0", 0, true),
            ("cancelled.count == 0", 0, true),
            ("abandoned.count == 0", 0, true),
            ("stalls.count == 3", 3, true),
            ("stalls.turns == 2", 2, true),
            ("stalls.rate <= 1%", 0.01, true),
            ("without_content.count == 0", 0, true),
            ("one_piece.count <= 1", 1, true),
            ("one_piece.rate < 1%", 0.00518, true),
            ("goodput > 50%", 0.5, false),
            ("goodput >= 50%", 0.5, true),
            ("turn_goodput == 75%", 0.75, true),
            ("events.count == 193", 193, true),
            ("events.per_s == 19.3", 19.3, true),
            ("bytes.count == 4000", 4_000, true),
            ("bytes.per_s == 400", 400, true),
            ("turns.started == 200", 200, true),
            ("turns.completed == 193", 193, true),
            ("turns.failed == 7", 7, true),
            ("turns.cancelled == 0", 0, true),
            ("turns.abandoned == 0", 0, true),
            ("turns.peak_concurrent == 9", 9, true),
            ("turns.per_s == 20", 20, true),
            ("conversations.planned == 105", 105, true),
            ("conversations.completed == 93", 93, true),
            ("conversations.failed == 0", 7, false),
            ("conversations.cancelled == 0", 0, true),
            ("conversations.not_started == 5", 5, true),
            ("conversations.per_s == 10", 10, true),
            ("run.duration <= 10s", 10_000, true),
            ("generator.cpu < 1s", 500, true),
            ("generator.peak_rss_bytes <= 1000", 1_000, true),
            ("generator.connections_opened == 9", 9, true),
            ("generator.stale_reuse == 0", 0, true),
            ("generator.canary.count == 100", 100, true),
            ("generator.canary.p99 < 100ms", 99, true),
            ("generator.canary.p33 < 34ms", 33, true),
            ("generator.canary.max == 100ms", 100, true),
        ]
    )
    func wholeRun(text: String, observed: Double, isKept: Bool) throws {
        try expect(text, observed, isKept)
    }

    @Test(
        "of a conversation, or one of its turns, are about its numbers alone",
        arguments: [
            ("a/ttft.count == 193", 193, true),
            ("a/ttft.p50 < 98ms", 97, true),
            ("a/ttft.avg == 97ms", 97, true),
            ("a/ttft.min == 1ms", 1, true),
            ("a/ttft.max == 193ms", 193, true),
            ("a #1/ttft.p50 < 51ms", 50, true),
            ("a #2/ttft.min == 101ms", 101, true),
            ("a #2/ttft.p50 < 148ms", 147, true),
            ("a/failures.rate == 3.5%", 0.035, true),
            ("a #1/failures.count == 0", 0, true),
            ("a #2/failures.rate <= 7%", 0.07, true),
            ("a #2/http_status.count == 7", 7, true),
            ("a #2/stalls.count == 3", 3, true),
            ("a #1/stalls.rate == 0%", 0, true),
            ("a/one_piece.rate < 1%", 0.00518, true),
            ("a #1/one_piece.count == 0", 0, true),
            ("a #1/without_content.rate == 0%", 0, true),
            ("a/goodput == 50%", 0.5, true),
            ("a #1/turn_goodput == 100%", 1, true),
            ("a #2/turn_goodput == 50%", 0.5, true),
            ("a #2/events.count == 93", 93, true),
            ("a/turns.per_s == 20", 20, true),
            ("a #2/turns.completed == 93", 93, true),
            ("a/conversations.planned == 100", 100, true),
            ("a/conversations.failed == 7", 7, true),
            ("a/conversation_time.p99 <= 3s", 2_000, true),
            (#""b / c"/conversations.not_started == 5"#, 5, true),
            (#""b / c"/events.count == 0"#, 0, true),
        ]
    )
    func parts(text: String, observed: Double, isKept: Bool) throws {
        let objectives = [Objective(.ttft, mostNs: 1)]
        try Threshold.parse(text).check(conversations: JudgedRun.conversations, objectives: objectives)
        try expect(text, observed, isKept)
    }

    private func expect(_ text: String, _ observed: Double, _ isKept: Bool) throws {
        let result = try Self.run.result(text)
        let found = try #require(result.observed)
        #expect(abs(found - observed) <= observed * 0.001, "\(text): \(found)")
        #expect(result.ok == isKept, "\(text): \(found)")
        #expect(result.expr == text)
        #expect(result.endedRunAfterS == nil)
    }

    @Test(
        "are not kept when there is nothing to judge them by",
        arguments: [
            "connect.p99 < 1h", "connect.max < 1h", "connect.avg < 1h", "connect.min >= 0s",
            #""b / c"/ttft.p99 < 1h"#, #""b / c"/failures.rate < 1%"#, #""b / c"/failures.count == 0"#,
            #""b / c"/http_status.count == 0"#, #""b / c"/stalls.count == 0"#, #""b / c"/goodput >= 0%"#,
            #""b / c"/stall_time.p99 < 1h"#, #""b / c"/failed_time.max < 1h"#, #""b / c"/one_piece.rate < 1%"#,
            #""b / c"/without_content.count == 0"#,
            #""b / c"/conversations.failed == 0"#, #""b / c"/conversation_time.p50 < 1h"#,
            "generator.loop_iteration.p99 < 1h",
        ]
    )
    func nothing(text: String) throws {
        let result = try Self.run.result(text)
        #expect(result.observed == nil)
        #expect(!result.ok)
        #expect(result.observedText == "nothing to judge by")
        #expect(try Threshold.parse(text).violation(in: Self.run.progress) == nil)
    }

    @Test(
        "of stalls and failures are kept by completed turns that had none",
        arguments: ["a #1/stall_time.p99 < 1ms", "a #1/stall_time.avg < 1ms", "a #1/failed_time.max < 1ms"]
    )
    func none(text: String) throws {
        let result = try Self.run.result(text)
        #expect(result.observed == nil && result.ok)
        #expect(result.observedText == "there was none")
        #expect(try Threshold.parse(text).violation(in: Self.run.progress) == nil)
    }

    @Test("of first tokens say of how many turns they are when completed ones have none")
    func firstTokens() throws {
        for text in ["ttft.p95 < 1s", "a #2/ttft.p95 < 1s"] { #expect(try Self.run.result(text).turns == nil) }
        // Three more were completed, without content.
        var summary = Self.run.summary
        summary.result.total[.completed] = 196
        summary.result.rowTallies[1][.completed] = 96
        summary.result.arrange(answers: (withoutContent: 3, onePiece: 0))
        summary.result.rowTallies[1][.turnsWithoutContent] = 3
        func result(_ text: String) throws -> ThresholdResult { try Threshold.parse(text).result(of: summary) }
        let whole = try result("ttft.max < 1s")
        #expect(whole.ok && whole.turns == ThresholdResult.JudgedTurns(judged: 193, completed: 196))
        #expect(whole.observedText == "193.00 ms (of 193 turns; 196 were completed)")
        #expect(try result("a #2/ttft.p50 < 1s").turns == ThresholdResult.JudgedTurns(judged: 93, completed: 96))
        for text in ["a #1/ttft.p95 < 1s", "ttft.count > 1", "ttfb.p95 < 1s", "inter_event.p95 < 1s"] {
            #expect(try result(text).turns == nil, "\(text)")
        }
        #expect(try result("without_content.count == 3").ok)
        #expect(try result("a #2/without_content.rate < 4%").observed == 3.0 / 96)
        // First tokens of failed turns do not hide it, nor does an older summary, which knows only their number.
        summary.result.arrange(.ttft, count: 200)
        #expect(try result("ttft.max < 1s").turns == ThresholdResult.JudgedTurns(judged: 200, completed: 196))
        summary.result.arrange(answers: nil)
        summary.result.arrange(.ttft, count: 190)
        #expect(try result("ttft.max < 1s").turns == ThresholdResult.JudgedTurns(judged: 190, completed: 196))
        #expect(try result("without_content.count == 3").observed == nil)
    }

    @Test("of nothing that ended are not kept, whatever they ask for")
    func nothingPlayed() throws {
        let run = JudgedRun(plays: false)
        for text in ["failures.count == 0", "failures.rate == 0%", "goodput >= 0%", "conversations.failed == 0"] {
            #expect(try !run.result(text).ok, "\(text)")
        }
    }

    @Test("take a share in percent as the same number that the counts make")
    func percent() throws {
        let wrong = try (0...1_000).filter { part in
            try Threshold.parse("failures.rate <= \(part / 10).\(part % 10)%").limit != Double(part) / 1_000
        }
        #expect(wrong == [])
    }

    @Test("say what was found in the unit of the number")
    func observedText() throws {
        #expect(try Self.run.result("ttft.max < 1s").observedText == "193.00 ms")
        #expect(try Self.run.result("failures.rate < 1%").observedText == "3.500%")
        #expect(try Self.run.result("events.count > 1").observedText == "193")
        #expect(try Self.run.result("events.per_s > 1").observedText == "19.300")
        #expect(ThresholdResult(expr: "?", observed: 0.25, ok: true).observedText == "0.250")
    }

    @Test("are the same from a saved summary, and from snapshots")
    func sources() throws {
        var summary = Self.run.summary
        summary.thresholds = [try Self.run.result("ttft.p12.5 < 1ms")]
        let saved = try JSONDecoder().decode(Summary.self, from: Data(try summary.json()))
        #expect(saved.thresholds == summary.thresholds)
        let snapshot = Self.run.progress
        for text in ["ttft.p12.5 < 1ns", "a/ttft.p12.5 < 1ns", "a/conversation_time.p7 < 1s", "events.per_s < 1"] {
            let threshold = try Threshold.parse(text)
            #expect(threshold.result(of: saved) == threshold.result(of: summary), "\(text)")
            #expect(threshold.violation(in: snapshot)?.observed == threshold.result(of: summary).observed, "\(text)")
        }
    }

    @Test(
        "know whether they need the distributions of rows, without which they do not judge",
        arguments: [
            ("ttft.p12.5 < 1ms", false), ("a/ttft.p95 < 1ms", true), ("a #1/ttft.max < 1ms", true),
            ("a/failures.count == 0", false), ("generator.canary.p95 < 1ms", false),
        ]
    )
    func needs(text: String, needsRows: Bool) throws {
        let threshold = try Threshold.parse(text)
        #expect(threshold.needsRows == needsRows)
        var progress = Self.run.progress
        #expect(threshold.violation(in: progress) != nil)
        for row in progress.result.rowTallies.indices {
            progress.result.rowTallies[row] = Tally(progress.result.rowTallies[row].counts)
        }
        for conversation in progress.result.conversationTallies.indices {
            progress.result.conversationTallies[conversation] =
                Tally(progress.result.conversationTallies[conversation].counts)
        }
        #expect((threshold.violation(in: progress) == nil) == needsRows)
    }

    @Test(
        "end a run that goes on when they are violated and nothing can save them",
        arguments: [
            ("failures.rate < 1%", true), ("failures.rate < 4%", false), ("ttft.p95 < 1s", false),
            ("ttft.p95 < 10ms", true), ("ttft.avg < 10ms", true), ("events.per_s > 100", true),
            ("failures.count == 0", true), ("failures.count < 7", true), ("failures.count <= 7", false),
            ("failures.count == 8", false), ("failures.count > 8", false), ("failures.count != 7", false),
            ("conversations.completed >= 100", false), ("conversations.completed == 92", true),
            ("conversations.not_started == 0", false), ("conversations.not_started > 5", true),
            ("conversations.not_started == 6", true), ("ttft.max < 193ms", true), ("ttft.max > 193ms", false),
            ("ttft.min > 1ms", true), ("ttft.min < 1ms", false), ("goodput > 99%", true), ("run.duration > 1m", false),
            ("run.duration < 5s", true),
        ]
    )
    func whileRunning(text: String, isViolated: Bool) throws {
        let violation = try Threshold.parse(text).violation(in: Self.run.progress)
        #expect((violation != nil) == isViolated)
        #expect(violation?.ok != true)
        #expect(violation.map { $0.endedRunAfterS == 10 } ?? true)
    }

    @Test("stay violated when that ended the run, even if the end brings the number back")
    func recovered() throws {
        let thresholds = try ["ttft.p95 < 1s", "failures.count == 0", "ttft.max < 1s"].map { try Threshold.parse($0) }
        let violations = [
            ThresholdResult(expr: "ttft.p95 < 1s", observed: 1_200, ok: false, endedRunAfterS: 3),
            ThresholdResult(expr: "failures.count == 0", observed: 2, ok: false, endedRunAfterS: 3), nil,
        ]
        let results = thresholds.results(of: Self.run.summary, endedBy: violations)
        #expect(results.map(\.ok) == [false, false, true])
        #expect(results.map(\.observed) == [1_200, 7, 193])
        #expect(results.map(\.endedRunAfterS) == [3, 3, nil])
        #expect(thresholds.results(of: Self.run.summary).map(\.ok) == [true, false, true])
    }

    @Test("replace the rule about failed turns only when they say how many of the whole run may fail")
    func failureRate() throws {
        #expect(try Threshold.parse("failures.rate < 1%").limitsFailureRate)
        for text in ["a/failures.rate < 1%", "failures.count == 0", "http_status.rate < 1%"] {
            #expect(try !Threshold.parse(text).limitsFailureRate)
        }
    }

    @Test(
        "are refused when the run has not what they are about",
        arguments: [
            ("c/ttft.p95 < 1s", 0, "there is 'a', 'b / c'"),
            (#""b /c"/ttft.p95 < 1s"#, 0, "did you mean 'b / c'?"),
            ("a#2/ttft.p95 < 1s", 0, "did you mean 'a #2'?"),
            ("a #3/ttft.p95 < 1s", 2, "'a' has 2 turns, not 3"),
            (#""b / c" #2/ttft.p95 < 1s"#, 8, "'b / c' has only one turn"),
            ("goodput > 1%", 0, "--objective 'ttft < 800ms'"),
            ("a #1/turn_goodput > 1%", 5, "--objective 'ttft < 800ms'"),
        ]
    )
    func unknown(text: String, offset: Int, problem: String) throws {
        let threshold = try Threshold.parse(text)
        let error = #expect(throws: ExpressionError.self) {
            try threshold.check(conversations: JudgedRun.conversations, objectives: [])
        }
        #expect(error?.offset == offset, "\(String(describing: error))")
        #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
    }
}
