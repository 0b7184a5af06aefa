import Testing

@testable import LoadEngine
@testable import LoadModel

/// Answers that say less than they seem to.
@Suite("The answers of completed turns")
struct AnswerTests {
    @Test(
        "came in one piece when all their content events came together after a wait",
        arguments: [
            // All in one read, and in several that follow each other at once.
            ([100_000, 100_000], true), ([100_000, 100_050, 100_099, 100_250], true),
            ([20_000, 20_000, 20_000], true), ([2_000_000] + (0..<500).map { 2_000_000 + $0 * 90 }, true),
            // One event alone may be a whole answer.
            ([100_000], false), ([], false),
            // Streamed, if only for a moment, or very fast.
            ([100_000, 100_100], false), ([100_000, 100_000, 100_000, 100_300], false),
            ([100_000] + (0..<500).map { 100_000 + $0 * 100 }, false),
            // The wait is too short to tell that from a server that streams as fast as it can.
            ([19_999, 19_999], false), ([30_000] + (0..<100).map { 30_000 + $0 * 50 }, false),
        ] as [([UInt64], Bool)]
    )
    func onePiece(contentUs: [UInt64], isOnePiece: Bool) {
        let metrics = PlayedTurn.play([PlayedTurn(contentUs: contentUs, endUs: 3_000_000)])
        #expect(metrics.counters.total.outcomes[.completed] == 1)
        #expect(metrics.counters[.turnsInOnePiece] == (isOnePiece ? 1 : 0))
        #expect(metrics.rows[0][.turnsInOnePiece] == (isOnePiece ? 1 : 0))
    }

    @Test("are looked at alone: what failed or was cut is no answer", arguments: [TurnOutcome.idleTimeout, .cancelled])
    func others(outcome: TurnOutcome) {
        for content: [UInt64] in [[100_000, 100_000], []] {
            let metrics = PlayedTurn.play([PlayedTurn(contentUs: content, endUs: 100_001, outcome: outcome)])
            #expect(metrics.counters[.turnsInOnePiece] == 0 && metrics.counters[.turnsWithoutContent] == 0)
        }
    }

    @Test("are counted when they have no content, each turn anew")
    func withoutContent() {
        let metrics = PlayedTurn.play([
            PlayedTurn(contentUs: [100_000, 100_000], endUs: 100_001), PlayedTurn(contentUs: [], endUs: 5),
            PlayedTurn(contentUs: [1, 2], endUs: 5), PlayedTurn(contentUs: [50_000], endUs: 50_001),
        ])
        #expect(metrics.counters[.turnsWithoutContent] == 1)
        #expect(metrics.rows.map { $0[.turnsWithoutContent] } == [0, 1, 0, 0])
        #expect(metrics.rows.map { $0[.turnsInOnePiece] } == [1, 0, 0, 0])
        #expect(metrics.total(of: .ttft).count == 3)
    }
}
