import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The text of an objective")
struct ObjectiveTextTests {
    @Test(
        "has a measure and what it may be at most",
        arguments: [
            ("ttft < 800ms", .ttft, 799_999_999),
            ("ttft <= 800ms", .ttft, 800_000_000),
            (" max_gap<2s ", .maxGap, 1_999_999_999),
            ("stall_time <= 0s", .stallTime, 0),
            ("ttfb < 1ns", .ttfb, 0),
            ("answer_ttft<2s", .answerTTFT, 1_999_999_999),
            ("response_time < 1m30s", .responseTime, 89_999_999_999),
            ("conversation_time <= 1h", .conversationTime, 3_600_000_000_000),
        ] as [(String, Objective.Measure, UInt64)]
    )
    func parts(text: String, measure: Objective.Measure, mostNs: UInt64) throws {
        let objective = try Objective.parse(text)
        #expect(objective.measure == measure)
        #expect(objective.mostNs == mostNs)
        #expect(objective.text == text.trimmed)
    }

    @Test(
        "is refused with the place of the mistake and what was expected",
        arguments: [
            ("", 0, "expected one of ttfb, ttft, answer_ttft, max_gap"),
            ("maxgap < 2s", 0, "did you mean 'max_gap'?"),
            ("inter_event < 2s", 0, "it can be ttfb, ttft"),
            ("ttft.p95 < 2s", 4, "every single turn: leave '.p95' out"),
            ("conversation_time.max < 2s", 17, "every single conversation: leave '.max' out"),
            ("ttft 2s", 5, "expected an operator"),
            ("ttft > 2s", 5, "write < or <=, not >"),
            ("ttft == 2s", 5, "write < or <=, not =="),
            ("ttft <", 6, "expected a duration"),
            ("ttft < 2", 8, "the unit after 2 is missing"),
            ("ttft < 0s", 7, "nothing takes less than no time"),
            ("ttft < 2s 3s", 10, "expected the end"),
        ]
    )
    func mistakes(text: String, offset: Int, problem: String) {
        let error = #expect(throws: ExpressionError.self) { try Objective.parse(text) }
        #expect(error?.offset == offset, "\(String(describing: error))")
        #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
    }
}
