import Synchronization
import Testing

@testable import LoadEngine
@testable import LoadModel

/// A run that only notes what it is asked to do.
private final class NotingBackend: RunBackend {
    let asked = Mutex<[(users: Int, spawnRate: Double?)]>([])

    var snapshot: RunSnapshot {
        EngineConfiguration(host: "http://localhost", conversations: []).snapshotBeforeStart()
    }
    var series: TimeSeries { TimeSeries() }
    func setUsers(_ count: Int, spawnRate: Double?) { asked.withLock { $0.append((count, spawnRate)) } }
    func setArrivalRate(_ rate: ArrivalRate) {}
    func resetStatistics(endsWarmUp: Bool) {}
    func stop(_ reason: StopReason, atOnce: Bool) {}
    let end = RunEnd()

    // A group that somebody could still wait for is never freed.
    deinit { end.finish(.failure(EngineError(operation: "play", reason: "it only notes"))) }
}

@Suite("The users of a running run")
struct SetUsersTests {
    @Test("get the spawn rate that is asked for, and keep theirs for what is none")
    func spawnRate() {
        let backend = NotingBackend()
        let run = LoadRun(backend)
        run.setUsers(5)
        for rate in [0.25, 0, -1, .nan, .infinity, -.infinity] { run.setUsers(5, spawnRate: rate) }
        #expect(backend.asked.withLock { $0.map(\.spawnRate) } == [nil, 0.25, nil, nil, nil, nil, nil])
    }

    @Test("are at least one, and no more than a run can have")
    func bounds() {
        let backend = NotingBackend()
        let run = LoadRun(backend)
        for count in [0, -5, .min, 7, .max] { run.setUsers(count, spawnRate: 1) }
        let most = EngineConfiguration.mostUsers
        #expect(backend.asked.withLock { $0.map(\.users) } == [1, 1, 1, 7, most])
    }
}

@Suite("A run that has not begun")
struct SnapshotBeforeStartTests {
    @Test("has all its conversations before it, and nothing else")
    func nothing() {
        let turn = Conversation.Turn(role: "user", content: "x")
        var configuration = EngineConfiguration(
            host: "http://localhost",
            conversations: [
                Conversation(name: "a", invocations: 7, turns: [turn, turn]),
                Conversation(name: "b", invocations: 0, turns: [turn]),
            ]
        )
        configuration.stallAfter = .milliseconds(250)
        let snapshot = configuration.snapshotBeforeStart()
        #expect(snapshot.conversations == ConversationCounts(planned: 7, notStarted: 7))
        #expect(snapshot.byConversation.map(\.counts.planned) == [7, 0])
        #expect(snapshot.rows.map { "\($0.conversation) \($0.turn)" } == ["a 1", "a 2", "b 1"])
        #expect(snapshot.turns == TurnCounts() && snapshot.metrics.isEmpty && snapshot.resets == 0)
        #expect(snapshot.elapsedS == 0 && snapshot.stalls.afterMs == 250 && snapshot.goodput == nil)
        // Of several processes each has its share of the invocations.
        let shares = (0..<2).map { configuration.snapshotBeforeStart(of: RunShare(index: $0, count: 2)) }
        #expect(shares.map(\.conversations.planned).reduce(0, +) == 7)
        #expect(RunSnapshot.merged(shares).byConversation.map(\.counts.planned) == [7, 0])
    }
}
