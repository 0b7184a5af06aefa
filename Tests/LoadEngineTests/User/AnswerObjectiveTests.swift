import Testing

@testable import LoadEngine
@testable import LoadModel

/// Turns by hand, whose answer comes behind reasoning.
@Suite("An objective of answer_ttft")
struct AnswerObjectiveTests {
    private let startNs: UInt64 = 5_000_000_000

    /// Plays a turn whose tokens come at these times, in milliseconds.
    private func isGood(reasoningMs: UInt64?, answerMs: UInt64?, hasOtherTokens: Bool) throws -> Bool {
        var settings = PopulationSettings()
        settings.objectives = ObjectiveLimits([Objective(.answerTTFT, mostNs: 10_000_000)])
        let recorder = MetricsRecorder(turnCounts: [1])
        var rules = SessionRules()
        rules.hasOtherTokens = hasOtherTokens
        let population = Population(
            settings: settings,
            conversations: [Conversation(name: "c", invocations: 1, turns: [.init(role: "user", content: "x")])],
            rules: [rules],
            recorder: recorder
        )
        population.start(nowNs: startNs)
        let sent = population.actions.takeSend()
        let user = try #require(sent)
        population.turnSent(user: user, nowNs: startNs)
        population.connected(user: user, nowNs: startNs)
        population.responseBegan(user: user, nowNs: startNs)
        for (ms, isAnswer) in [(reasoningMs, false), (answerMs, true)] {
            guard let ms else { continue }
            let isMeasured = population.tokenReceived(user: user, isAnswer: isAnswer, nowNs: startNs + ms * 1_000_000)
            #expect(isMeasured == (isAnswer && hasOtherTokens))
        }
        let endNs = startNs + 100_000_000
        population.answerCompleted(user: user, usage: TurnUsage(), isExpected: true, nowNs: endNs)
        population.transferEnded(user: user, outcome: .truncatedStream, nowNs: endNs)
        return recorder.counters.pointee[.goodTurns] == 1
    }

    @Test("is met by an answer in time, whatever came before, and by none that is late or does not come")
    func behindReasoning() throws {
        #expect(try isGood(reasoningMs: 1, answerMs: 10, hasOtherTokens: true))
        #expect(try !isGood(reasoningMs: 1, answerMs: 11, hasOtherTokens: true))
        #expect(try !isGood(reasoningMs: 1, answerMs: nil, hasOtherTokens: true))
    }

    @Test("is one of ttft where nothing comes before an answer")
    func alone() throws {
        #expect(try isGood(reasoningMs: nil, answerMs: 10, hasOtherTokens: false))
        #expect(try !isGood(reasoningMs: nil, answerMs: 11, hasOtherTokens: false))
        #expect(try !isGood(reasoningMs: nil, answerMs: nil, hasOtherTokens: false))
    }
}
