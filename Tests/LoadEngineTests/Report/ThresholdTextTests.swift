import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The text of a threshold")
struct ThresholdTextTests {
    @Test(
        "has a number, an operator and a limit",
        arguments: [
            ("ttft.p95 < 500ms", .durations(.metric(.ttft), .percentile(95)), .less, 500),
            ("  response_time.avg<=1.5s ", .durations(.metric(.responseTime), .mean), .atMost, 1_500),
            ("response_time.mean >= 1m30s", .durations(.metric(.responseTime), .mean), .atLeast, 90_000),
            ("inter_event.p99.9 > 1us", .durations(.metric(.interEvent), .percentile(99.9)), .more, 0.001),
            ("conversation_time.max < 1m", .durations(.metric(.conversationTime), .greatest), .less, 60_000),
            ("ttfb.min != 0ms", .durations(.metric(.ttfb), .least), .unequal, 0),
            ("ttft.p0 < 1s", .durations(.metric(.ttft), .percentile(0)), .less, 1_000),
            ("ttft.p100 < 1s", .durations(.metric(.ttft), .percentile(100)), .less, 1_000),
            ("ttft.med < 1s", .durations(.metric(.ttft), .percentile(50)), .less, 1_000),
            ("connect.count > 7", .durations(.metric(.connect), .count), .more, 7),
            ("generator.canary.p99 < 5ms", .durations(.canary, .percentile(99)), .less, 5),
            ("generator.loop_iteration.max < 5ms", .durations(.loopIteration, .greatest), .less, 5),
            // As the version before called it.
            ("generator.loop_turn.max < 5ms", .durations(.loopIteration, .greatest), .less, 5),
            ("http_status.count == 0", .outcomeCount(.httpStatus), .equal, 0),
            ("http_status.rate < 1%", .outcomeRate(.httpStatus), .less, 0.01),
            ("failures.rate < 0.7%", .figure(.failuresRate), .less, 0.007),
            ("failures.rate < 0.007", .figure(.failuresRate), .less, 0.007),
            ("stalls.rate < 0.1%", .figure(.stallsRate), .less, 0.001),
            ("goodput > 99%", .figure(.goodput), .more, 0.99),
            ("turn_goodput == 100%", .figure(.turnGoodput), .equal, 1),
            ("events.per_s > 100.5", .figure(.eventsPerS), .more, 100.5),
            ("conversations.failed == 0", .figure(.conversationsFailed), .equal, 0),
            ("run.duration < 5m", .figure(.runDuration), .less, 300_000),
        ] as [(String, RunNumber, LoadEngine.Comparison, Double)]
    )
    func parts(text: String, number: RunNumber, comparison: LoadEngine.Comparison, limit: Double) throws {
        let threshold = try Threshold.parse(text)
        #expect(threshold.number == number)
        #expect(threshold.comparison == comparison)
        #expect(threshold.limit == limit)
        #expect(threshold.part == .wholeRun)
        #expect(threshold.text == text.trimmingCharacters(in: .whitespaces))
    }

    @Test(
        "names a conversation, and a turn, before a slash",
        arguments: [
            ("conversation_A/ttft.p99 < 1s", "conversation_A", nil),
            ("conversation_A #2/ttft.p99 < 1s", "conversation_A", 2),
            ("two words / ttft.p99 < 1s", "two words", nil),
            ("two words #13 /ttft.p99 < 1s", "two words", 13),
            ("a#2/ttft.p99 < 1s", "a#2", nil),
            ("ticket #x/ttft.p99 < 1s", "ticket #x", nil),
            (#""a/b"/ttft.p99 < 1s"#, "a/b", nil),
            (#""a < b" #3 / ttft.p99 < 1s"#, "a < b", 3),
            (#""chapter #3"/ttft.p99 < 1s"#, "chapter #3", nil),
            (#""say \"hi\" \\"/ttft.p99 < 1s"#, #"say "hi" \"#, nil),
            ("會話 #1/ttft.p99 < 1s", "會話", 1),
        ] as [(String, String, Int?)]
    )
    func scope(text: String, conversation: String, turn: Int?) throws {
        guard case .conversation(let scope) = try Threshold.parse(text).part else {
            Issue.record("of no conversation")
            return
        }
        #expect(scope.conversation == conversation)
        #expect(scope.turn == turn)
    }

    @Test("may be about the steady stretch, whose word is a conversation's name in quotation marks")
    func steady() throws {
        let threshold = try Threshold.parse("steady/ttft.p95 < 500ms")
        #expect(threshold.part == .steadyStretch && threshold.needsSteadyStretch && !threshold.needsRows)
        let named = try Threshold.parse(#""steady"/ttft.p95 < 500ms"#)
        #expect(named.part == .conversation(Threshold.Scope(conversation: "steady")) && !named.needsSteadyStretch)
        #expect(throws: ExpressionError.self) { try Threshold.parse("steady/generator.canary.p99 < 5ms") }
        #expect(throws: ExpressionError.self) { try Threshold.parse("steady #2/ttft.p99 < 5ms / 3") }
    }

    @Test(
        "is refused with the place of the mistake and what was expected",
        arguments: [
            ("", 0, "expected a number of the run, such as ttft.p95 or failures.rate, found the end"),
            ("< 5ms", 0, "expected a number of the run"),
            ("tfft.p95 < 5ms", 0, "did you mean 'ttft'?"),
            ("TTFT.p95 < 5ms", 0, "did you mean 'ttft'?"),
            ("latency.p95 < 5ms", 0, "there are "),
            ("max_gap.p99 < 1s", 0, "for --objective; for the gaps of all turns write inter_event"),
            ("max_gap < 1s", 0, "for --objective; for the gaps of all turns write inter_event"),
            ("ttft < 5ms", 4, "such as ttft.p95"),
            ("ttft. < 5ms", 5, "ttft has p0 to p100, min"),
            ("ttft.p9x < 5ms", 5, "not 'p9x'; did you mean 'p90'?"),
            ("ttft.mx < 5ms", 5, "did you mean 'max'?"),
            ("ttft.p999 < 5ms", 5, "such as p99.9"),
            ("ttft.p100.1 < 5ms", 5, "from p0 to p100"),
            ("generator.canari.p99 < 5ms", 10, "did you mean 'canary.p99'?"),
            ("generator.canary.avg < 5ms", 17, "generator.canary has"),
            ("failures < 1%", 8, "(count, rate)"),
            ("goodput.rate > 1%", 7, "leave '.rate' out"),
            ("cancelled.rate < 1%", 10, "cancelled has count"),
            ("ttft.p95 500ms", 9, "expected an operator (< <= > >= == !=), found '500ms'"),
            ("ttft.p95", 8, "expected an operator (< <= > >= == !=), found the end"),
            ("ttft.p95 = 500ms", 9, "did you mean ==?"),
            ("ttft.p95 =< 500ms", 9, "did you mean <=?"),
            ("ttft.p95 <<< 500ms", 9, "the operators are"),
            ("ttft.p95 <", 10, "expected a duration"),
            ("ttft.p95 < 500", 14, "the unit after 500 is missing"),
            ("ttft.p95 < 500 ms", 14, "the unit after 500 is missing"),
            ("ttft.p95 < 500xs", 14, "unknown unit 'xs'"),
            ("ttft.p95 < 1m500", 16, "the unit after 500 is missing"),
            ("ttft.p95 < -5ms", 11, "it is negative"),
            ("ttft.p95 < 5%", 12, "the unit after 5 is missing"),
            ("ttft.p95 < 5ms 6ms", 15, "expected the end, found '6ms'"),
            ("failures.rate < ", 15, "expected a share"),
            ("failures.rate < 5", 16, "this is more"),
            ("failures.rate < 100.1%", 16, "this is more"),
            ("failures.rate < 5ms", 17, "from 0% to 100%"),
            ("failures.rate < 1%%", 18, "expected the end"),
            ("failures.rate < 1 %", 18, "expected the end, found '%'"),
            ("failures.count < -1", 17, "expected a number without a unit, found '-1'"),
            ("failures.count < 1%", 18, "a number without a unit"),
            ("failures.count < 1e3", 18, "a number without a unit"),
            ("failures.count < 1.2.3", 17, "not written as a number"),
            ("failures.count < .5", 17, "not written as a number"),
            ("/ttft.p95 < 5ms", 0, "before the slash"),
            ("a #0/ttft.p95 < 5ms", 2, "from #1"),
            (#""a #1/ttft.p95 < 5ms"#, 0, "not closed"),
            (#""a\n"/ttft.p95 < 5ms"#, 2, "before"),
            (#"""/ttft.p95 < 5ms"#, 0, "expected the name"),
            (#""a" ttft.p95 < 5ms"#, 4, "expected '/'"),
            (#""a" #/ttft.p95 < 5ms"#, 4, "from #1"),
            ("a/connect.p99 < 5ms", 2, "of the whole run only"),
            ("a #1/goodput > 5%", 5, "leave the turn out"),
            ("a #1/conversation_time.max < 5s", 5, "leave the turn out"),
            ("ttft.p95 < 5/3", 12, "the unit after 5 is missing"),
        ] as [(String, Int, String)]
    )
    func mistakes(text: String, offset: Int, problem: String) {
        let error = #expect(throws: ExpressionError.self) { try Threshold.parse(text) }
        #expect(error?.offset == offset, "\(String(describing: error))")
        #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
    }

    @Test("is shown with a caret under the mistake, on one line and by the columns of a terminal")
    func caret() {
        #expect(throws: ExpressionError.self) {
            try Threshold.parse("ttft.p9x < 5ms")
        }
        let error = ExpressionError("why", in: "會話\t#0/x", at: 3)
        #expect(error.description == "why\n    會話\\u{9}#0/x\n             ^")
        #expect(ExpressionError("why\u{1B}[2J", in: "", at: 0).description == "why\\u{1B}[2J\n    \n    ^")
    }

    @Test("may be anything: it is read or refused, with the caret inside it")
    func randomTexts() {
        let pieces = [
            "ttft", ".", "p", "95", "p99.9", "failures", "rate", "count", " ", "<", "<=", "==", "!", "500", "ms", "%",
            "1m", "/", "\"", "\\", "#", "#1", "a", "goodput", "generator.canary", "-", "é", "會", "👩‍👩‍👧", "\n", "\u{0}",
            "\r\n",
            "\u{301}", "999999999999999999999999", "1e400", "٣", "",
        ]
        var random = SeededRandom(seed: 4)
        var readCount = 0
        for _ in 0..<1_500 {
            let count = Int(random.next() % 9)
            let text = (0..<count).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            readCount += isRead(text) ? 1 : 0
        }
        for _ in 0..<1_500 {
            // Nearly right ones.
            var characters = Array("conversation_A #2/ttft.p99.9 <= 1m30s")
            for _ in 0...(random.next() % 2) {
                let index = Int(random.next() % UInt64(characters.count))
                let piece = Array(pieces[Int(random.next() % UInt64(pieces.count))])
                characters.replaceSubrange(index...index, with: piece)
            }
            readCount += isRead(String(characters)) ? 1 : 0
        }
        #expect(readCount > 100)
    }

    private func isRead(_ text: String) -> Bool {
        do {
            let threshold = try Threshold.parse(text)
            // As results keep it, on one line.
            let again = try? Threshold.parse(threshold.text)
            guard again?.number == threshold.number, again?.limit == threshold.limit else {
                Issue.record("read differently again: \(text)")
                return false
            }
            return true
        } catch {
            let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
            // A call of #expect takes long, for so many texts.
            if !(0...error.expression.count).contains(error.offset) || lines.count != 3 { Issue.record("\(error)") }
            return false
        }
    }

    @Test("can have any number of any family, by a name of its own")
    func everyName() throws {
        var names: Set<String> = []
        for family in NumberFamily.all {
            for member in family.members {
                let name = member.name.isEmpty ? family.name : "\(family.name).\(member.name)"
                #expect(names.insert(name).inserted, "\(name)")
                let limit =
                    switch member.number.unit {
                    case .duration: "1s"
                    case .share: "1%"
                    case .number: "1"
                    }
                #expect(try Threshold.parse("\(name) < \(limit)").number == member.number)
            }
        }
        #expect(names.count > 100)
    }
}

@Suite("The page about thresholds")
struct ThresholdPageTests {
    private let page: String

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        page = try String(contentsOf: root.appendingPathComponent("docs/thresholds.md"), encoding: .utf8)
    }

    private func lines(of block: String) -> [String] {
        let parts = page.components(separatedBy: "```\(block)\n")
        return parts.dropFirst().flatMap { ($0.components(separatedBy: "```").first ?? "").split(separator: "\n") }
            .map(String.init)
    }

    @Test("has examples that are right")
    func examples() throws {
        let thresholds = lines(of: "thresholds")
        let objectives = lines(of: "objectives")
        #expect(thresholds.count > 10 && objectives.count == Objective.Measure.allCases.count)
        for line in thresholds { _ = try Threshold.parse(line) }
        for line in objectives { _ = try Objective.parse(line) }
    }

    @Test("names every number, but for outcomes, which docs/numbers.md has")
    func complete() {
        let outcomes = Set(TurnOutcome.allCases.map(\.label))
        for family in NumberFamily.all where !outcomes.contains(family.name) {
            #expect(page.contains("`\(family.name)"), "\(family.name)")
        }
        for figure in RunNumber.Figure.allCases {
            let member = figure.rawValue.split(separator: ".").last.map { ".\($0)`" } ?? ""
            #expect(page.contains("`\(figure.rawValue)`") || page.contains("`\(member)"), "\(figure.rawValue)")
        }
    }

    @Test(
        "refuses a limit of percentiles that they cannot reach",
        arguments: ["conversation_time.p95 < 61m", "ttft.med > 1h1ms", "generator.canary.p99 < 2h", "ttft.p100 < 100h"]
    )
    func overAnHour(text: String) {
        let error = #expect(throws: ExpressionError.self) { try Threshold.parse(text) }
        #expect(
            error?.description.contains("percentiles know no duration over 1h") == true,
            "\(error?.description ?? "")"
        )
        #expect(error?.description.contains("limit the .max") == true)
    }

    @Test(
        "takes it for what is exact, and an hour for all",
        arguments: ["conversation_time.max < 61m", "ttft.avg > 2h", "ttft.p95 < 1h", "run.duration < 5h"]
    )
    func exact(text: String) throws { _ = try Threshold.parse(text) }
}
