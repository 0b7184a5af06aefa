import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("Turns that are abandoned")
struct AbandonmentTests {
    @Test(
        "are written as shares with a time or a number of events",
        arguments: [
            ("10%@5s", 0.1, 5_000, nil, nil), ("0.5%@20events", nil, nil, 0.005, 20),
            ("100%@1event", nil, nil, 1, 1), (" 10%@1m30s, 90%@7events ", 0.1, 90_000, 0.9, 7),
            ("5%@7events,5%@250ms", 0.05, 250, 0.05, 7),
        ] as [(String, Double?, Int?, Double?, UInt64?)]
    )
    func parse(text: String, timeShare: Double?, ms: Int?, eventsShare: Double?, events: UInt64?) throws {
        let rules = try Abandonment.parse(text)
        #expect(rules.byTime?.share == timeShare && rules.byTime?.time == ms.map { .milliseconds($0) })
        #expect(rules.byEvents?.share == eventsShare && rules.byEvents?.count == events)
        #expect(rules.description == text.trimmed)
    }

    @Test(
        "say what is wrong with them, and where",
        arguments: [
            ("", "expected a percentage", 0), ("10", "expected %", 2), ("10%", "expected @", 3),
            ("10%@", "it is empty", 4), ("10%@5", "the unit after 5 is missing", 5), ("10%@5x", "unknown unit 'x'", 5),
            ("0%@5s", "over 0 and at most 100", 0), ("101%@5s", "over 0 and at most 100", 0),
            ("10%@0s", "the time must be over 0", 4), ("10%@0events", "a whole one from 1", 4),
            ("10%@1.5events", "a whole one from 1", 4), ("10%@5s,", "expected a percentage", 7),
            ("10%@5s,10%@6s", "two times", 7), ("1%@5events, 1%@6events", "two numbers of events", 12),
            ("60%@5s,60%@6events", "over 100%", 7), ("10%@5s x", "expected the end", 7),
        ]
    )
    func mistakes(text: String, problem: String, offset: Int) {
        let error = #expect(throws: ExpressionError.self) { try Abandonment.parse(text) }
        #expect(error?.problem.contains(problem) == true && error?.offset == offset, "\(error.map { "\($0)" } ?? "")")
    }

    // MARK: In a run

    private let startNs: UInt64 = 5_000_000_000

    private func make(turns: Int, _ change: (inout PopulationSettings) -> Void) -> Population {
        var settings = PopulationSettings()
        change(&settings)
        let conversation = Conversation(
            name: "c",
            invocations: 1,
            turns: (0..<turns).map { .init(role: "user", content: "\($0)") }
        )
        let population = Population(
            settings: settings,
            conversations: [conversation],
            recorder: MetricsRecorder(turnCounts: [turns])
        )
        population.start(nowNs: startNs)
        return population
    }

    private func send(_ population: Population, nowNs: UInt64) throws -> Int {
        let next = population.actions.takeSend()
        let user = try #require(next)
        population.turnSent(user: user, nowNs: nowNs)
        population.connected(user: user, nowNs: nowNs)
        return user
    }

    private func outcomes(_ population: Population) -> [String: UInt64] {
        population.recorder.counters.pointee.total.outcomes.byLabel
    }

    @Test("are left after the time from the send, whatever has come, and their conversation goes on")
    func byTime() throws {
        let population = make(turns: 2) {
            $0.abandonTimeShare = 1
            $0.abandonAfterNs = 1_000
            $0.turnTimeoutNs = 1_001
        }
        let user = try send(population, nowNs: startNs)
        population.eventReceived(user: user, kind: .content, nowNs: startNs + 400)
        #expect(population.nextDeadlineNs == startNs + 1_000)
        population.expire(nowNs: startNs + 999)
        #expect(outcomes(population) == [:])
        population.expire(nowNs: startNs + 1_000)
        #expect(outcomes(population) == ["abandoned": 1])
        #expect(population.actions.takeClose() == user)
        population.transferClosed(user: user, nowNs: startNs + 1_001)
        // The next one ends by itself.
        let next = try send(population, nowNs: startNs + 1_100)
        population.eventReceived(user: next, kind: .endMarker, nowNs: startNs + 1_200)
        population.transferEnded(user: next, outcome: .truncatedStream, nowNs: startNs + 1_300)
        #expect(outcomes(population) == ["abandoned": 1, "completed": 1])
        #expect(population.recorder.counters.pointee[.conversationsCompleted] == 1)
        #expect(population.isFinished)
    }

    @Test("are what their timeout makes of them when that is shorter")
    func timeout() throws {
        let population = make(turns: 1) {
            $0.abandonTimeShare = 1
            $0.abandonAfterNs = 1_001
            $0.turnTimeoutNs = 1_000
        }
        _ = try send(population, nowNs: startNs)
        population.expire(nowNs: startNs + 2_000)
        #expect(outcomes(population) == ["turn_timeout": 1])
    }

    @Test("are left with the number of events, of whatever kind, and nothing of what comes behind counts")
    func byEvents() throws {
        let population = make(turns: 1) {
            $0.abandonEventsShare = 1
            $0.abandonEvents = 4
        }
        let user = try send(population, nowNs: startNs)
        population.bodyReceived(user: user, byteCount: 100, nowNs: startNs + 1)
        population.eventReceived(user: user, kind: .empty, nowNs: startNs + 1)
        population.otherReceived(user: user, isUnreadable: false, nowNs: startNs + 1)
        population.eventReceived(user: user, kind: .content, nowNs: startNs + 1)
        #expect(outcomes(population) == [:])
        population.tokenReceived(user: user, isAnswer: true, nowNs: startNs + 2)
        #expect(outcomes(population) == ["abandoned": 1])
        population.bodyIgnored(user: user, byteCount: 60)
        population.eventReceived(user: user, kind: .content, nowNs: startNs + 2)
        population.eventReceived(user: user, kind: .endMarker, nowNs: startNs + 2)
        #expect(population.actions.takeClose() == user)
        population.transferClosed(user: user, nowNs: startNs + 3)
        let counters = population.recorder.counters.pointee
        #expect(counters[.events] == 4 && counters[.bytes] == 40 && counters[.endedBytes] == 0)
        #expect(outcomes(population) == ["abandoned": 1] && population.isFinished)
    }

    @Test("are none of those that end before")
    func endsBefore() throws {
        let population = make(turns: 2) {
            $0.abandonEventsShare = 1
            $0.abandonEvents = 3
        }
        let user = try send(population, nowNs: startNs)
        for _ in 0..<2 { population.eventReceived(user: user, kind: .content, nowNs: startNs + 1) }
        population.eventReceived(user: user, kind: .endMarker, nowNs: startNs + 1)
        population.eventReceived(user: user, kind: .content, nowNs: startNs + 1)
        population.transferEnded(user: user, outcome: .truncatedStream, nowNs: startNs + 2)
        let next = try send(population, nowNs: startNs + 3)
        for _ in 0..<2 { population.eventReceived(user: next, kind: .content, nowNs: startNs + 4) }
        population.eventReceived(user: next, kind: .error, nowNs: startNs + 4)
        #expect(outcomes(population) == ["completed": 1, "server_error_event": 1])
    }

    /// Which turns of a run are abandoned: the invocation's number and the turn's.
    private func abandoned(seed: UInt64, abandonSeed: UInt64, parts: Int = 1) -> Set<[UInt64]> {
        var left: Set<[UInt64]> = []
        for part in 0..<parts {
            var settings = PopulationSettings()
            settings.users = 20
            settings.spawnRate = 1_000
            settings.abandonTimeShare = 0.1
            settings.abandonAfterNs = 1_000
            settings.abandonEventsShare = 0.2
            settings.abandonEvents = 2
            settings.seed = seed
            settings.abandonSeed = abandonSeed
            settings.share = RunShare(index: part, count: parts)
            let run = RunSimulator(settings, invocations: 1_000, turns: 3)
            run.population.onTurnEnded = { _, slot, _ in
                guard slot.pointee.outcome == .abandoned else { return }
                left.insert([slot.pointee.invocation, UInt64(slot.pointee.turn)])
            }
            run.run(maximumSteps: 1_000_000)
            #expect(run.problems == [])
        }
        return left
    }

    @Test("are the same with the same seed, in whatever order and by however many processes they are played")
    func seed() {
        let first = abandoned(seed: 1, abandonSeed: 9)
        // 30 % of 3,000 turns; the standard deviation is 25.
        #expect(first.count > 800 && first.count < 1_000, "\(first.count)")
        #expect(abandoned(seed: 2, abandonSeed: 9) == first)
        #expect(abandoned(seed: 1, abandonSeed: 9, parts: 3) == first)
        #expect(abandoned(seed: 1, abandonSeed: 10) != first)
    }

    @Test("change nothing else that is drawn")
    func otherDraws() {
        func sessions(_ share: Double) -> Set<[String]> {
            var settings = PopulationSettings()
            settings.users = 1
            settings.seed = 5
            settings.abandonEventsShare = share
            settings.abandonEvents = 1
            let run = RunSimulator(settings, invocations: 50, turns: 2)
            var sessions: Set<[String]> = []
            run.population.onTurnEnded = { _, slot, _ in
                sessions.insert(["\(slot.pointee.invocation)", "\(slot.pointee.session)"])
            }
            run.run(maximumSteps: 100_000)
            return sessions
        }
        #expect(sessions(0).count == 50 && sessions(0) == sessions(0.5))
    }
}
