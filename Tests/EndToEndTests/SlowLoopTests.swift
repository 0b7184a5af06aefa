import LoadEngine
import LoadModel
import MockAssistant
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("A run whose loop is slowed down", .ownThreads, .timeLimit(.minutes(5)))
struct SlowLoopTests {
    /// Plays turns, each of which blocks the loop when it ends.
    private func play(blockedMs: Int32) throws -> Summary {
        let mock = try startMock()
        defer { mock.stop() }
        let configuration = EngineConfiguration(
            host: mock.url,
            conversations: [PlayedRun.conversation(invocations: 40)]
        )
        let hooks = EngineHooks(onTurnDecided: { _ in poll(nil, 0, blockedMs) })
        return try LoadRun.start(configuration, hooks: hooks).wait()
    }

    @Test("is generator_bound, by its canary and its loop's turns")
    func bound() throws {
        let summary = try play(blockedMs: 60)
        #expect(summary.run.verdict == .generatorBound)
        #expect(summary.turns.completed == 40)
        #expect(summary.generator.canary?.maxMs ?? 0 >= 40)
        #expect(summary.generator.loopIteration?.maxMs ?? 0 >= 60)
    }

    @Test("reads what came while it stood still before it judges deadlines")
    func standstill() throws {
        let mock = try startMock(events: 30, interval: .milliseconds(50))
        defer { mock.stop() }
        let events = Mutex(0)
        let hooks = EngineHooks(onContentEvent: { _, _, _ in
            // Midway: in a turn's first 200 ms libcurl's own timers would have the sockets read before any deadline.
            let isMidway = events.withLock { count in
                count += 1
                return count == 200
            }
            if isMidway { poll(nil, 0, 1_000) }
        })
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 20)], hooks: hooks) {
            $0.users = 20
            $0.idleTimeout = .milliseconds(600)
        }
        #expect(run.outcomes == ["completed": 20], "the server was never silent")
    }
}
