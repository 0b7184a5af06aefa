import Testing

@testable import LoadEngine
@testable import LoadModel

/// Turns by hand, with a reset between their events.
@Suite("A reset of the numbers")
struct ResetTests {
    private let startNs: UInt64 = 5_000_000_000
    private let settings: PopulationSettings = {
        var settings = PopulationSettings()
        settings.spawnRate = 1_000_000
        return settings
    }()

    private func make(
        invocations: Int = 10,
        turns: Int = 1,
        _ change: (inout PopulationSettings) -> Void = { _ in }
    ) -> Population {
        var settings = settings
        change(&settings)
        let conversation = Conversation(
            name: "c",
            invocations: invocations,
            turns: (0..<turns).map { .init(role: "user", content: "\($0)") }
        )
        let recorder = MetricsRecorder(turnCounts: [turns])
        let population = Population(settings: settings, conversations: [conversation], recorder: recorder)
        population.start(nowNs: startNs)
        return population
    }

    private func send(_ population: Population, atMs: UInt64) -> Int? {
        population.actions.takeSend().map { user in
            population.turnSent(user: user, nowNs: ns(atMs))
            population.connected(user: user, nowNs: ns(atMs))
            return user
        }
    }

    private func complete(_ population: Population, _ user: Int, atMs: UInt64) {
        population.eventReceived(user: user, kind: .endMarker, nowNs: ns(atMs))
        population.transferEnded(user: user, outcome: .truncatedStream, nowNs: ns(atMs))
    }

    private func ns(_ milliseconds: UInt64) -> UInt64 { startNs + milliseconds * 1_000_000 }

    private func snapshot(_ population: Population, resetAtMs: UInt64) -> RunSnapshot {
        let invocations = Int(population.plannedInvocations)
        let turns = Int(population.scripts[0].turnCount)
        let progress = RunSnapshot(
            RunFacts(
                conversations: [
                    Conversation(
                        name: "c",
                        invocations: invocations,
                        turns: (0..<turns).map { .init(role: "user", content: "\($0)") }
                    )
                ],
                startedNs: ns(resetAtMs)
            ),
            phase: .running,
            elapsedNs: 1,
            plannedInvocations: population.plannedInvocations,
            recorder: population.recorder,
            generator: .init(cpuS: 0, peakRssBytes: 0, connectionsOpened: 0)
        )
        return progress
    }

    @Test("takes turns that run as just begun, and counts their whole times when they end")
    func straddling() throws {
        let population = make()
        let user = try #require(send(population, atMs: 0))
        population.responseBegan(user: user, nowNs: ns(2))
        population.bodyReceived(user: user, byteCount: 50, nowNs: ns(5))
        population.eventReceived(user: user, kind: .content, nowNs: ns(5))
        population.recorder.reset()
        let now = snapshot(population, resetAtMs: 6)
        #expect(now.turns == TurnCounts(started: 1, peakConcurrent: 1))
        #expect(now.activeTurns == 1 && now.streamingTurns == 1 && now.activeUsers == 1 && now.activeConversations == 1)
        #expect(now.conversations == ConversationCounts(planned: 10, notStarted: 9))
        #expect(now.events == 0 && now.bytes == 0 && now.metrics.isEmpty)
        #expect(now.rows[0].activeTurns == 1 && now.rows[0].events == 0 && now.rows[0].metrics.isEmpty)
        #expect(population.recorder.counters.pointee[.usersPeak] == 1)

        population.bodyReceived(user: user, byteCount: 30, nowNs: ns(8))
        population.eventReceived(user: user, kind: .content, nowNs: ns(8))
        complete(population, user, atMs: 9)
        let later = snapshot(population, resetAtMs: 6)
        #expect(later.turns == TurnCounts(started: 1, completed: 1, peakConcurrent: 1))
        #expect(later.streamingTurns == 0)
        #expect(later.conversations == ConversationCounts(planned: 10, completed: 1, notStarted: 9))
        #expect(later.events == 1 && later.bytes == 30)
        #expect(later.metrics["ttft"] == nil, "the first token came before")
        #expect(later.metrics["inter_event"]?.maxMs == 3)
        #expect(later.metrics["response_time"]?.maxMs == 9)
        #expect(later.rows[0].metrics["response_time"]?.maxMs == 9)
        #expect(later.metrics["conversation_time"]?.maxMs == 9)
        #expect(later.byConversation[0].conversationTime?.maxMs == 9)
        #expect(later.slowestConversations.map(\.startS) == [0], "it began before the numbers did")
    }

    @Test("counts a turn that fails after it, with all that is said of the failure")
    func failing() throws {
        let population = make()
        let first = try #require(send(population, atMs: 0))
        population.responseRejected(user: first, outcome: .httpStatus, status: 503, nowNs: ns(1))
        population.transferEnded(user: first, outcome: .truncatedStream, nowNs: ns(1))
        let user = try #require(send(population, atMs: 2))
        population.eventReceived(user: user, kind: .content, nowNs: ns(3))
        population.recorder.reset()
        #expect(snapshot(population, resetAtMs: 4).outcomeDetails.isEmpty)
        population.transferEnded(user: user, outcome: .connectionReset, nowNs: ns(7))
        let now = snapshot(population, resetAtMs: 4)
        #expect(now.outcomes == ["connection_reset": 1])
        #expect(now.turns == TurnCounts(started: 1, failed: 1, peakConcurrent: 1))
        #expect(now.conversations == ConversationCounts(planned: 9, failed: 1, notStarted: 8))
        let detail = try #require(now.outcomeDetails["connection_reset"])
        #expect(detail.beforeFirstToken == 0 && detail.afterFirstToken == 1)
        #expect(now.metrics["failed_time"]?.maxMs == 5)
        #expect(now.rows[0].outcomes == ["connection_reset": 1])
        #expect(now.rows[0].failureTimes.keys.sorted() == ["connection_reset"])
        #expect(population.recorder.details.httpCodes.isEmpty)
    }

    @Test("counts the stalls of a turn that ends after it")
    func stalls() throws {
        let population = make { $0.stallAfterNs = 1_000_000 }
        let user = try #require(send(population, atMs: 0))
        population.eventReceived(user: user, kind: .content, nowNs: ns(1))
        population.eventReceived(user: user, kind: .content, nowNs: ns(4))
        population.recorder.reset()
        #expect(snapshot(population, resetAtMs: 5).stalls.total == 0)
        complete(population, user, atMs: 6)
        let now = snapshot(population, resetAtMs: 5)
        #expect(now.stalls.total == 1 && now.stalls.turns == 1 && now.stalls.rate == 1)
        #expect(now.rows[0].stalls == 1 && now.rows[0].stalledTurns == 1)
    }

    @Test("forgets everything that was counted")
    func everything() throws {
        let population = make(turns: 2) {
            $0.stallAfterNs = 1_000_000
            $0.users = 2
            $0.stopTimeoutNs = 1
        }
        population.expire(nowNs: ns(1))
        let recorder = population.recorder
        let users = [try #require(send(population, atMs: 1)), try #require(send(population, atMs: 1))]
        population.connectionMade(user: users[0], connectNs: 5, tlsNs: 6)
        population.responseBegan(user: users[0], nowNs: ns(2))
        population.bodyReceived(user: users[0], byteCount: 50, nowNs: ns(5))
        population.eventReceived(user: users[0], kind: .content, nowNs: ns(5))
        population.eventReceived(user: users[0], kind: .content, nowNs: ns(9))
        complete(population, users[0], atMs: 10)
        population.resendRefused(user: users[1], nowNs: ns(10))
        population.connectionWasStale()
        recorder.details.addExample("text", of: .connectionReset)
        population.transferEnded(user: users[1], outcome: .connectionReset, nowNs: ns(10))
        let second = try #require(send(population, atMs: 11))
        population.responseBegan(user: second, nowNs: ns(11))
        population.eventReceived(user: second, kind: .content, nowNs: ns(12))
        complete(population, second, atMs: 12)
        recorder.recordCanary(7)
        recorder.recordLoopIteration(8)
        // Of APIs that have more than `assistant`.
        for metric in [Metric.answerTTFT, .tpot] { recorder.record(metric, 9, row: 0) }
        recorder.record(.setup, 10)
        _ = try #require(send(population, atMs: 13))
        population.stop(nowNs: ns(14))
        population.expire(nowNs: ns(20))
        #expect(recorder.counters.pointee[.cancelledInSilence] > 0)
        while let user = population.actions.takeClose() { population.transferClosed(user: user, nowNs: ns(21)) }
        #expect(population.isFinished)
        // What only other APIs have.
        for metric in [Metric.answerTTFT, .tpot] { recorder.record(metric, 9, row: 0) }
        for metric in [Metric.ttfat, .setup] { recorder.record(metric, 9) }
        // What only an open model has.
        for metric in Metric.allCases where metric.label.hasPrefix("intended_") { recorder.record(metric, 9) }
        let before = recorder.metrics
        for metric in Metric.allCases { #expect(before.total(of: metric).count > 0, "\(metric)") }

        recorder.reset()
        let now = recorder.metrics
        for metric in Metric.allCases { #expect(now.total(of: metric).count == 0, "\(metric)") }
        #expect(now.canary.count == 0 && now.loopIteration.count == 0)
        #expect(now.slowest.entries.isEmpty)
        #expect(now.details.examples(of: .connectionReset) == [])
        for row in 0..<recorder.rowCount {
            #expect(!recorder.hasMore(ofRow: row, than: Tally()))
            let counts = now.rows[row]
            #expect(
                counts.counts.outcomes.total == 0 && counts[.events] == 0 && counts[.bytes] == 0
                    && counts[.goodTurns] == 0
            )
            #expect(counts[.stalls] == 0 && counts[.stalledTurns] == 0 && counts[.endedBytes] == 0)
            #expect(counts[.turnsWithoutContent] == 0 && counts[.turnsInOnePiece] == 0)
            #expect(counts.moments.isEmpty)
        }
        #expect(!recorder.hasMore(ofConversation: 0, than: Tally()))
        var expected = RecordedRun()
        // One was completed, one failed, one was cancelled; the fourth was never sent.
        expected[.conversationsForgotten] = 3
        expected[.conversationsWithdrawn] = 1
        #expect(now.counters == expected)
        #expect(now.conversations[0][.conversationsForgotten] == 3 && now.conversations[0][.goodConversations] == 0)
    }

    @Test("works a second time, and before the first turn")
    func again() throws {
        let population = make(invocations: 4)
        population.recorder.reset()
        #expect(snapshot(population, resetAtMs: 0).conversations == ConversationCounts(planned: 4, notStarted: 4))
        for number in 1...2 {
            let user = try #require(send(population, atMs: UInt64(number)))
            complete(population, user, atMs: UInt64(number))
            population.recorder.reset()
            let now = snapshot(population, resetAtMs: UInt64(number))
            let left = UInt64(4 - number)
            #expect(now.conversations == ConversationCounts(planned: left, notStarted: left))
            #expect(now.byConversation[0].counts == now.conversations)
            #expect(now.byConversation[0].forgotten == UInt64(number))
        }
        while let user = send(population, atMs: 3) { complete(population, user, atMs: 3) }
        let end = snapshot(population, resetAtMs: 2)
        #expect(population.isFinished)
        #expect(end.conversations == ConversationCounts(planned: 2, completed: 2))
        #expect(end.turns == TurnCounts(started: 2, completed: 2, peakConcurrent: 1))
    }

    @Test("keeps invocations that the end of the run gave up as not started")
    func withdrawn() throws {
        let population = make(invocations: 4)
        population.stop(nowNs: ns(1))
        population.recorder.reset()
        #expect(population.recorder.counters.pointee[.conversationsWithdrawn] == 1)
        #expect(snapshot(population, resetAtMs: 1).conversations == ConversationCounts(planned: 4, notStarted: 4))
    }
}
