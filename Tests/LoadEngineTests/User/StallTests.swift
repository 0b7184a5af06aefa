import Testing

@testable import LoadEngine
@testable import LoadModel

/// What a user's turn felt like, driven by hand: every time is in milliseconds since the start.
@Suite("The stalls and objectives of a turn")
struct StallTests {
    /// Plays a conversation whose turns have content events at these moments, and ends each with this outcome.
    private func play(
        _ turns: [(content: [UInt64], endMs: UInt64, outcome: TurnOutcome)],
        stallAfterMs: UInt64 = 100,
        objectives: [Objective] = []
    ) -> Recorded {
        var settings = PopulationSettings()
        settings.stallAfterNs = stallAfterMs * 1_000_000
        settings.objectives = ObjectiveLimits(objectives)
        let played = turns.map { turn in
            PlayedTurn(contentUs: turn.content.map { $0 * 1_000 }, endUs: turn.endMs * 1_000, outcome: turn.outcome)
        }
        return PlayedTurn.play(played, settings)
    }

    @Test("are the gaps between content events over the limit, and only those")
    func gaps() {
        // Neither the wait for the first token, nor that for the end, nor a gap of exactly the limit.
        let metrics = play([([500, 600, 750, 751, 1_000], 2_000, .completed)])
        #expect(metrics.counters[.stalls] == 2)
        #expect(metrics.counters[.stalledTurns] == 1)
        #expect(metrics.rows[0][.stalls] == 2)
        #expect(metrics.rows[0][.stalledTurns] == 1)
        #expect(metrics.total(of: .stallTime).count == 1)
        #expect(metrics.total(of: .stallTime).sumNs == (150 + 249) * 1_000_000)
    }

    @Test("are none in a turn that is cancelled in a silence, which is told as such", arguments: [[], [10, 20]])
    func cancelledSilence(content: [UInt64]) {
        let metrics = play([(content: content, endMs: 520, outcome: .cancelled)])
        #expect(metrics.counters[.stalledTurns] == 0)
        let detail = metrics.outcomeDetails["cancelled"]
        #expect(detail?.silent == 1)
        #expect(detail?.silentBeforeFirstToken == (content.isEmpty ? 1 : nil))
        #expect(detail?.longestSilenceMs == 520 - Double(content.last ?? 0))
        let short = play([(content: content, endMs: 90, outcome: .cancelled)])
        #expect(short.outcomeDetails["cancelled"]?.silent == nil)
    }

    @Test(
        "are also the silence at the end of a turn that failed or was left, after its first token",
        arguments: [TurnOutcome.idleTimeout, .abandoned]
    )
    func lastSilence(outcome: TurnOutcome) {
        let metrics = play([([10, 200], 301, outcome)])
        #expect(metrics.counters[.stalls] == 2 && metrics.counters[.stalledTurns] == 1)
        #expect(metrics.rows[0][.stalls] == 2)
        #expect(metrics.total(of: .stallTime).sumNs == (190 + 101) * 1_000_000)
        #expect(play([([10], 301, .truncatedStream)]).counters[.stalls] == 1)
        // Not one that is too short, nor a wait for the first token, nor in a turn that did not fail.
        #expect(play([([10], 110, .abandoned)]).counters[.stalls] == 0)
        #expect(play([([10], 110, .connectionReset)]).counters[.stalls] == 0)
        #expect(play([([], 301, .firstTokenTimeout)]).counters[.stalls] == 0)
        #expect(play([([10], 301, .completed)]).counters[.stalls] == 0)
        #expect(play([([10], 301, .cancelled)]).counters[.stalls] == 0)
    }

    @Test(
        "count in failed and abandoned turns too, in cancelled ones not",
        arguments: [TurnOutcome.truncatedStream, .abandoned, .cancelled]
    )
    func outcomes(outcome: TurnOutcome) {
        let metrics = play([([10, 500], 501, outcome)])
        #expect(metrics.counters[.stalledTurns] == (outcome == .cancelled ? 0 : 1))
        #expect(metrics.total(of: .stallTime).count == metrics.counters[.stalledTurns])
    }

    @Test("begin anew with every turn")
    func nextTurn() {
        let metrics = play([([10, 500], 501, .completed), ([10, 20], 30, .completed)])
        #expect(metrics.rows.map { $0[.stalls] } == [1, 0])
        #expect(metrics.counters[.stalls] == 1)
    }

    @Test(
        "is good when it keeps to every limit, the limits themselves included",
        arguments: [
            (Objective.Measure.ttft, 10), (.ttfb, 10), (.maxGap, 190), (.stallTime, 190), (.responseTime, 250),
            (.conversationTime, 250),
        ] as [(Objective.Measure, UInt64)]
    )
    func objectives(measure: Objective.Measure, valueMs: UInt64) {
        let turn: [(content: [UInt64], endMs: UInt64, outcome: TurnOutcome)] = [([10, 200], 250, .completed)]
        let limits = [valueMs * 1_000_000, valueMs * 1_000_000 - 1]
        let kept = limits.map { play(turn, objectives: [Objective(measure, mostNs: $0)]) }
        #expect(kept.map(\.counters[.goodConversations]) == [1, 0])
        // A limit for whole conversations says nothing of turns.
        #expect(kept.map(\.counters[.goodTurns]) == [1, measure == .conversationTime ? 1 : 0])
        #expect(kept.map { $0.rows[0][.goodTurns] } == kept.map(\.counters[.goodTurns]))
        #expect(kept.map { $0.conversations[0][.goodConversations] } == [1, 0])
    }

    @Test("are not good without a first token when that has a limit, nor when they failed")
    func notGood() {
        let limit = [Objective(.ttft, mostNs: 1_000_000_000)]
        #expect(play([([], 5, .completed)], objectives: limit).counters[.goodTurns] == 0)
        #expect(play([([], 5, .completed)]).counters[.goodTurns] == 1)
        #expect(play([([1], 5, .connectionReset)], objectives: limit).counters[.goodTurns] == 0)
    }

    @Test("make a conversation good only together")
    func conversation() {
        let limit = [Objective(.ttft, mostNs: 20_000_000)]
        let metrics = play(
            [([10], 30, .completed), ([25], 30, .completed), ([10], 30, .completed)],
            objectives: limit
        )
        #expect(metrics.counters[.goodTurns] == 2)
        #expect(metrics.counters[.goodConversations] == 0)
        #expect(metrics.counters[.conversationsCompleted] == 1)
    }

    @Test("are neither good nor bad when they were abandoned: their conversation is judged by the others")
    func abandoned() {
        let limit = [Objective(.ttft, mostNs: 20_000_000)]
        let good = play([([10], 30, .completed), ([90], 99, .abandoned)], objectives: limit)
        #expect(good.counters[.goodTurns] == 1 && good.counters[.goodConversations] == 1)
        #expect(good.counters[.conversationsCompleted] == 1 && good.counters.total.outcomes.failed == 0)
        #expect(good.total(of: .ttft).count == 2 && good.total(of: .responseTime).count == 1)
        #expect(good.total(of: .failedTime).count == 0 && good.total(of: .conversationTime).count == 1)
        let bad = play([([90], 99, .completed), ([10], 30, .abandoned)], objectives: limit)
        #expect(bad.counters[.goodTurns] == 0 && bad.counters[.goodConversations] == 0)
    }

    @Test("are remembered with the time of each kind of failure")
    func failureTimes() throws {
        let metrics = play([([1], 5, .connectionReset), ([1], 7, .completed), ([1], 9, .connectionReset)])
        #expect(metrics.rows[1].moments.isEmpty)
        let first = try #require(metrics.rows[0].moments.first { $0.outcome == .connectionReset })
        #expect(first.firstNs == PlayedTurn.startNs + 5_000_000)
        let last = try #require(metrics.rows[2].moments.first { $0.outcome == .connectionReset })
        #expect(last.lastNs == PlayedTurn.startNs + 21_000_000)
    }
}
