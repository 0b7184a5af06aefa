import LoadEngine
import MockAssistant
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("A run whose loop is slowed down", .timeLimit(.minutes(5)))
struct SlowLoopTests {
    /// Plays turns, each of which blocks the loop when it ends.
    private func play(blockedMs: Int32) throws -> Summary {
        let mock = try startMock()
        defer { mock.stop() }
        var configuration = EngineConfiguration(
            host: mock.url,
            conversations: [PlayedRun.conversation(invocations: 40)]
        )
        configuration.onTurnDecided = { _ in poll(nil, 0, blockedMs) }
        return try LoadRun.start(configuration).wait()
    }

    @Test("is generator_bound, by its canary and its loop's turns")
    func bound() throws {
        let summary = try play(blockedMs: 60)
        #expect(summary.run.verdict == .generatorBound)
        #expect(summary.turns.completed == 40)
        #expect(summary.generator.canary?.maxMs ?? 0 >= 40)
        #expect(summary.generator.loopTurn?.maxMs ?? 0 >= 60)
    }
}
