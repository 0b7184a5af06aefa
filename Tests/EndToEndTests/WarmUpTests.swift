import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

@Suite("A run with a warm-up", .ownThreads, .timeLimit(.minutes(5)))
struct WarmUpTests {
    private let conversations = [PlayedRun.conversation("a", invocations: 100_000, turns: 2)]

    /// The turns that the server has answered are those of the warm-up and those that were counted.
    private func expectWhole(_ run: PlayedRun, _ mock: MockServer) throws {
        let summary = run.summary
        let warmUp = try #require(summary.result.warmUp)
        #expect(warmUp.total[.completed] > 0 && warmUp.endS > 0)
        #expect(warmUp[.ttft]?.count ?? 0 >= warmUp.total[.completed])
        #expect(summary.turns.completed > 0)
        // Nothing is drained: what ran at the end of the warm-up counts as just begun.
        let all = warmUp.total[.completed] + summary.turns.completed + summary.turns.cancelled
        #expect(warmUp.total[.turnsStarted] + summary.turns.started >= all)
        #expect(summary.turns.started == summary.turns.completed + summary.turns.failed + summary.turns.cancelled)
        let counts = summary.conversations
        #expect(counts.planned == counts.completed + counts.failed + counts.cancelled + counts.notStarted)
    }

    @Test("counts from when its time is over", arguments: [WarmUp.time(.milliseconds(400)), .turns(20)])
    func counting(warmUp: WarmUp) throws {
        let mock = try startMock(events: 3, interval: .milliseconds(5))
        defer { mock.stop() }
        var wasWarmingUp = false
        let run = try PlayedRun.play(mock.url, conversations) {
            $0.users = 5
            $0.warmUp = warmUp
        } whileRunning: { run in
            wasWarmingUp = run.snapshot().isWarmingUp
            let isCounting = becomesTrue { !run.snapshot().isWarmingUp && run.snapshot().turns.completed > 10 }
            #expect(isCounting)
            run.stop()
        }
        #expect(wasWarmingUp)
        try expectWhole(run, mock)
        if case .turns(let turns) = warmUp { #expect(run.summary.result.warmUp?.total[.completed] ?? 0 >= turns) }
    }

    @Test("has counted nothing when it ends within it")
    func tooShort() throws {
        let mock = try startMock(events: 3)
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation("a", invocations: 7)]) {
            $0.warmUp = .turns(1_000)
        }
        #expect(run.summary.turns.started == 0 && run.summary[.ttft] == nil && run.summary.conversations.planned == 0)
        #expect(run.summary.result.warmUp?.total[.completed] == 7)
    }

    @Test("is told when the warm-up would be all of it, or nothing")
    func refusal() throws {
        var configuration = EngineConfiguration(host: "http://127.0.0.1:1", conversations: conversations)
        configuration.runTime = .seconds(5)
        for warmUp in [WarmUp.time(.seconds(5)), .time(.zero), .turns(0)] {
            configuration.warmUp = warmUp
            #expect(throws: ConfigurationError.self) { try configuration.validate() }
        }
        configuration.warmUp = .time(.seconds(4))
        try configuration.validate()
    }

    @Test("has a steady stretch where that is to be found")
    func steady() throws {
        let mock = try startMock(events: 10, interval: .milliseconds(50))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, conversations) {
            $0.users = 5
            $0.spawnRate = 1_000
            $0.findsSteadyStretch = true
        } whileRunning: { run in
            let isLong = becomesTrue { run.snapshot().elapsedS > 3 }
            #expect(isLong)
            run.stop()
        }
        let steady = try #require(run.summary.result.steady)
        #expect(steady.endS <= run.summary.run.durationS + 1 && steady.durationS > 0)
        #expect(steady.concurrency?.peak ?? 0 <= 5 && steady.concurrency?.mean ?? 0 >= 4)
        #expect(steady.total[.completed] <= run.summary.turns.completed)
    }
}
