import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("After a turn that did not reach the server")
struct BackoffTests {
    private static let ms = Nanoseconds.perMillisecond

    @Test(
        "a user waits 100 ms, twice as long each time, and 5 s at most, a fifth more or less",
        arguments: zip([1, 2, 3, 6, 7, 8, 255] as [UInt8], [100, 200, 400, 3_200, 5_000, 5_000, 5_000] as [UInt64])
    )
    func waits(misses: UInt8, middleMs: UInt64) throws {
        var random = SeededRandom(seed: 7)
        let waits = (0..<2_000).map { _ in Backoff.waitNs(misses: misses, using: &random) }
        let (least, most) = (try #require(waits.min()), try #require(waits.max()))
        let middle = middleMs * Self.ms
        #expect(least >= middle * 8 / 10 && most <= middle * 12 / 10)
        // All of that range, so that who was refused at the same time does not come back at the same time.
        #expect(least < middle * 82 / 100 && most > middle * 118 / 100)
    }

    private func simulator(
        users: Int,
        invocations: Int,
        turns: Int = 1,
        onFailure: OnFailure = .stop,
        backoff: Backoff = .on,
        outageS: Double,
        rest: ThinkTime = .off
    ) -> RunSimulator {
        var settings = PopulationSettings()
        settings.users = users
        settings.spawnRate = 1_000_000
        settings.onFailure = onFailure
        settings.backoff = backoff
        settings.rest = rest
        let simulator = RunSimulator(settings, invocations: invocations, turns: turns)
        simulator.outageNs = 0..<UInt64(outageS * 1e9)
        return simulator
    }

    @Test("An outage costs the invocations of its time, not the queue", arguments: [(1.0, 6), (5.0, 9), (20.0, 12)])
    func outage(seconds: Double, mostEach: UInt64) {
        let run = simulator(users: 50, invocations: 14_000, outageS: seconds)
        run.run(maximumSteps: 2_000_000)
        #expect(run.problems == [])
        let counters = run.recorder.counters.pointee
        let refused = counters.total.outcomes[.connectRefused]
        #expect(refused >= 100 && refused <= 50 * mostEach)
        #expect(counters[.conversationsFailed] == refused)
        #expect(counters[.conversationsCompleted] == 14_000 - refused)
    }

    @Test("Without backoff it costs all that can be taken meanwhile")
    func noBackoff() {
        let run = simulator(users: 50, invocations: 5_000, backoff: .off, outageS: 1)
        run.run(maximumSteps: 2_000_000)
        #expect(run.problems == [])
        #expect(run.recorder.counters.pointee.total.outcomes[.connectRefused] > 2_000)
    }

    @Test("The next turn of a conversation that goes on waits as well")
    func goesOn() {
        let run = simulator(users: 10, invocations: 10, turns: 100, onFailure: .continue, outageS: 1)
        run.run(maximumSteps: 100_000)
        #expect(run.problems == [])
        let outcomes = run.recorder.counters.pointee.total.outcomes
        #expect(outcomes[.connectRefused] <= 10 * 6 && outcomes[.completed] >= 1_000 - 10 * 6)
    }

    @Test("Who waits for the next conversation does not keep a run whose queue is empty")
    func emptyQueue() {
        let run = simulator(users: 2, invocations: 3, outageS: 0, rest: .uniform(.seconds(3600), .seconds(36_000)))
        run.run(maximumSteps: 10_000)
        #expect(run.problems == [])
        let counters = run.recorder.counters.pointee
        #expect(counters[.conversationsCompleted] == 3)
        // The first of two hours of rest for the third conversation, and not the other user's, who has none left.
        #expect(run.nowNs - counters.lastEndNs < Nanoseconds.perSecond)
    }
}
