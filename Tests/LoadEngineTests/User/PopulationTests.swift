import Testing

@testable import LoadEngine
@testable import LoadModel

private func conversations(_ counts: [(invocations: Int, turns: Int)]) -> [Conversation] {
    counts.enumerated().map { index, count in
        Conversation(
            name: "c\(index)",
            invocations: count.invocations,
            turns: (0..<count.turns).map { .init(role: "user", content: "\($0)") }
        )
    }
}

@Suite("A whole run of the core, by hand")
struct PopulationTests {
    @Test("Users lie in memory at places that a shift finds")
    func slots() {
        #expect(MemoryLayout<UserSlot>.stride == 256)
    }

    @Test("10,000 users play every invocation to its end")
    func manyUsers() {
        var settings = PopulationSettings()
        settings.users = 10_000
        settings.spawnRate = 10_000_000
        let simulator = RunSimulator(
            settings: settings,
            conversations: conversations([(7_000, 2), (4_000, 1), (1_000, 3)]),
            courses: [.completes],
            eventsPerTurn: 4,
            seed: 1
        )
        simulator.run(maximumSteps: 1_000_000)
        #expect(simulator.problems == [])
        let counters = simulator.recorder.counters.pointee
        #expect(counters[.conversationsCompleted] == 12_000)
        #expect(counters.total.outcomes.byLabel == ["completed": 21_000])
        #expect(counters[.events] == 84_000)
        #expect(counters[.usersPeak] == 10_000)
        #expect(simulator.recorder.metrics.total(of: .ttft).count == 21_000)
        #expect(simulator.recorder.metrics.total(of: .interEvent).count == 63_000)
        #expect(simulator.recorder.metrics.total(of: .conversationTime).count == 12_000)
    }

    @Test("1,000 random runs of 50 users end with every invocation and every turn accounted for")
    func randomRuns() {
        print("seeds of the random runs: 1 to 1000")
        playRandomRuns(seeds: 1...1000, mostResets: 0)
    }

    @Test("500 random runs whose numbers are reset meanwhile account for what is left of them")
    func randomResets() {
        print("seeds of the random runs with resets: 1 to 500")
        #expect(playRandomRuns(seeds: 1...500, mostResets: 3) > 300)
    }

    /// Plays them, and returns how many resets there were.
    @discardableResult
    private func playRandomRuns(seeds: ClosedRange<UInt64>, mostResets: Int) -> Int {
        var resets = 0
        for seed in seeds {
            var random = SeededRandom(seed: seed)
            func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
            func draw(_ odds: Double) -> Bool { Double.random(in: 0..<1, using: &random) < odds }
            var settings = PopulationSettings()
            settings.users = 50
            settings.spawnRate = draw(0.5) ? 100_000 : Double(draw(20...500))
            settings.onFailure = draw(0.5) ? .continue : .stop
            settings.backoff = draw(0.5) ? .on : .off
            settings.sessionScope = draw(0.5) ? .turn : .conversation
            settings.connectTimeoutNs = 15_000_000
            settings.firstTokenTimeoutNs = 30_000_000
            settings.idleTimeoutNs = 18_000_000
            settings.stallTimeoutNs = draw(0.5) ? 40_000_000 : Nanoseconds.never
            settings.turnTimeoutNs = draw(0.3) ? 60_000_000 : Nanoseconds.never
            settings.runTimeNs = draw(0.2) ? UInt64(draw(1...300)) * 1_000_000 : Nanoseconds.never
            settings.stopTimeoutNs = draw(0.5) ? UInt64(draw(0...50)) * 1_000_000 : 0
            settings.repeats = draw(0.2)
            if settings.repeats { settings.runTimeNs = UInt64(draw(1...300)) * 1_000_000 }
            if draw(0.4) {
                let process = [ArrivalProcess.constant, .poisson, .gamma(cv: 3)][draw(0...2)]
                settings.arrivals = OpenArrivals(ArrivalRate(perSecond: Double(draw(100...20_000))), process)
                settings.arrivalSeed = seed
                settings.users = draw(1...50)
            }
            if settings.arrivals == nil, draw(0.3) {
                let texts = ["0s:20,50ms:50,100ms:0", "100ms:30,20ms:5,100ms:40", "10ms:1,10ms:0,10ms:50,1h:50"]
                settings.stages = try? LoadStages.parse(texts[draw(0...2)])
                settings.rampDown = draw(0.5) ? .turn : .conversation
            }
            if draw(0.4) {
                settings.abandonTimeShare = 0.3
                settings.abandonAfterNs = UInt64(draw(1...60)) * 1_000_000
                settings.abandonEventsShare = draw(0.5) ? 0.3 : 0
                settings.abandonEvents = UInt64(draw(1...5))
                settings.abandonSeed = seed
            }
            if draw(0.3) { settings.readIntervalNs = UInt64(draw(1...15)) * 1_000_000 }
            settings.seed = seed
            let counts = (0..<draw(1...4)).map { _ in (invocations: draw(0...60), turns: draw(1...4)) }
            let played = conversations(counts)
            let simulator = RunSimulator(
                settings: settings,
                conversations: played,
                courses: RunSimulator.Course.allCases,
                eventsPerTurn: draw(2...6),
                seed: seed
            )
            let stopAtStep = draw(0.3) ? draw(1...2000) : nil
            var resetAtSteps = Set((0..<mostResets).map { _ in draw(1...1500) })
            // Soon after a stop too, when turns end that may go on.
            if mostResets > 0, let stopAtStep { resetAtSteps.insert(stopAtStep + draw(1...30)) }
            simulator.run(maximumSteps: 200_000, stopAtStep: stopAtStep, resetAtSteps: resetAtSteps)
            #expect(simulator.problems == [], "seed \(seed)")
            resets += simulator.resets
            let summary = simulator.snapshot()
            let all = summary.conversations
            #expect(all.planned == all.completed + all.failed + all.cancelled + all.notStarted, "seed \(seed)")
            #expect(summary.turns.started == summary.outcomes.values.reduce(0, +), "seed \(seed)")
            #expect(summary.activeUsers == 0 && summary.activeTurns == 0, "seed \(seed)")
        }
        return resets
    }
}

/// The rules one by one, with users driven by hand.
@Suite("The users of a run")
struct PopulationRuleTests {
    private let startNs: UInt64 = 5_000_000_000

    private func make(
        _ counts: [(invocations: Int, turns: Int)],
        _ change: (inout PopulationSettings) -> Void = { _ in }
    ) -> Population {
        var settings = PopulationSettings()
        settings.spawnRate = 1_000_000
        change(&settings)
        let all = conversations(counts)
        let recorder = MetricsRecorder(turnCounts: all.map(\.turns.count))
        let population = Population(settings: settings, conversations: all, recorder: recorder)
        population.start(nowNs: startNs)
        return population
    }

    /// Sends every turn that is asked for, and connects it.
    private func sendAll(_ population: Population, nowNs: UInt64) -> [Int] {
        var users: [Int] = []
        while let user = population.actions.takeSend() {
            population.turnSent(user: user, nowNs: nowNs)
            population.connected(user: user, nowNs: nowNs)
            users.append(user)
        }
        return users
    }

    private func counters(_ population: Population) -> RecordedRun { population.recorder.counters.pointee }

    @Test("start at the spawn rate, the first at once")
    func spawnRate() {
        let population = make([(100, 1)]) {
            $0.users = 10
            $0.spawnRate = 2
        }
        #expect(counters(population).gauges.usersActive == 1)
        #expect(population.nextDeadlineNs == startNs + 500_000_000)
        population.expire(nowNs: startNs + 1_700_000_000)
        #expect(counters(population).gauges.usersActive == 4)
    }

    @Test("are not started when no invocation is left for them")
    func fewInvocations() {
        let population = make([(3, 1)]) { $0.users = 10 }
        population.expire(nowNs: startNs + 1_000_000)
        #expect(counters(population).gauges.usersActive == 3)
        #expect(population.nextDeadlineNs == Nanoseconds.never)
    }

    @Test("measure the first token and the gaps from the send")
    func metrics() {
        let population = make([(1, 1)])
        let user = sendAll(population, nowNs: startNs + 10)[0]
        population.responseBegan(user: user, nowNs: startNs + 2_000_010)
        population.eventReceived(user: user, kind: .empty, nowNs: startNs + 3_000_010)
        population.eventReceived(user: user, kind: .content, nowNs: startNs + 5_000_010)
        population.eventReceived(user: user, kind: .content, nowNs: startNs + 8_000_010)
        population.eventReceived(user: user, kind: .endMarker, nowNs: startNs + 9_000_010)
        population.transferEnded(user: user, outcome: .truncatedStream, nowNs: startNs + 9_500_010)
        let recorder = population.recorder
        #expect(recorder.metrics.total(of: .ttfb).maximumNs == 2_000_000)
        #expect(recorder.metrics.total(of: .ttft).maximumNs == 5_000_000)
        #expect(recorder.metrics.total(of: .interEvent).maximumNs == 3_000_000)
        #expect(recorder.metrics.total(of: .responseTime).maximumNs == 9_000_000)
        #expect(recorder.metrics.total(of: .drain).maximumNs == 500_000)
        #expect(recorder.metrics.total(of: .queueDelay).maximumNs == 10)
        #expect(recorder.metrics.total(of: .conversationTime).maximumNs == 9_000_000)
        #expect(counters(population)[.events] == 3)
        #expect(counters(population).total.outcomes.byLabel == ["completed": 1])
        #expect(population.isFinished)
    }

    @Test("complete a turn without a content event, without a ttft sample")
    func noContent() {
        let population = make([(1, 1)])
        let user = sendAll(population, nowNs: startNs)[0]
        population.eventReceived(user: user, kind: .endMarker, nowNs: startNs + 1)
        population.transferEnded(user: user, outcome: .truncatedStream, nowNs: startNs + 2)
        #expect(counters(population).total.outcomes.byLabel == ["completed": 1])
        #expect(population.recorder.metrics.total(of: .ttft).count == 0)
    }

    @Test("end the conversation at a failed turn, or go on with the next", arguments: OnFailure.allCases)
    func onFailure(rule: OnFailure) {
        let population = make([(1, 3)]) { $0.onFailure = rule }
        let user = sendAll(population, nowNs: startNs)[0]
        population.transferEnded(user: user, outcome: .connectionReset, nowNs: startNs + 1)
        while let user = sendAll(population, nowNs: startNs + 1).first {
            population.eventReceived(user: user, kind: .endMarker, nowNs: startNs + 1)
            population.transferEnded(user: user, outcome: .truncatedStream, nowNs: startNs + 1)
        }
        #expect(counters(population)[.turnsStarted] == (rule == .stop ? 1 : 3))
        #expect(counters(population)[.conversationsFailed] == 1)
        #expect(population.isFinished)
    }

    @Test("keep the session for a conversation, or take a new one for every turn", arguments: SessionScope.allCases)
    func session(scope: SessionScope) {
        let population = make([(2, 2)]) { $0.sessionScope = scope }
        var sessions: [SessionID] = []
        while let user = sendAll(population, nowNs: startNs).first {
            sessions.append(population.session(user: user))
            population.eventReceived(user: user, kind: .endMarker, nowNs: startNs)
            population.transferEnded(user: user, outcome: .truncatedStream, nowNs: startNs)
        }
        try? #require(sessions.count == 4)
        #expect((sessions[0] == sessions[1]) == (scope == .conversation))
        #expect(sessions[1] != sessions[2])
    }

    @Test("renew the idle deadline with every byte, comments included")
    func idle() {
        let population = make([(1, 1)]) { $0.idleTimeoutNs = 100 }
        let user = sendAll(population, nowNs: startNs)[0]
        population.bodyReceived(user: user, byteCount: 5, nowNs: startNs + 10)
        population.eventReceived(user: user, kind: .content, nowNs: startNs + 10)
        #expect(population.nextDeadlineNs == startNs + 110)
        population.bodyReceived(user: user, byteCount: 5, nowNs: startNs + 60)
        #expect(population.nextDeadlineNs == startNs + 160)
        population.expire(nowNs: startNs + 159)
        #expect(counters(population).total.outcomes.total == 0)
        population.expire(nowNs: startNs + 160)
        #expect(counters(population).total.outcomes.byLabel == ["idle_timeout": 1])
        #expect(population.actions.takeClose() == user)
        population.transferClosed(user: user, nowNs: startNs + 161)
        #expect(population.isFinished)
    }

    @Test("read on when it is time, and miss no byte before that")
    func reading() {
        let population = make([(1, 1)]) {
            $0.idleTimeoutNs = 100
            $0.readIntervalNs = 60
        }
        let user = sendAll(population, nowNs: startNs)[0]
        population.bodyReceived(user: user, byteCount: 5, nowNs: startNs + 10)
        population.eventReceived(user: user, kind: .empty, nowNs: startNs + 10)
        #expect(!population.isPausing(user: user), "it is nothing to read")
        population.eventReceived(user: user, kind: .content, nowNs: startNs + 10)
        #expect(population.isPausing(user: user) && population.nextDeadlineNs == startNs + 70)
        population.expire(nowNs: startNs + 69)
        #expect(population.actions.isEmpty)
        population.expire(nowNs: startNs + 70)
        #expect(population.actions.takeRead() == user && !population.isPausing(user: user))
        // Only from now on a byte is waited for.
        #expect(population.nextDeadlineNs == startNs + 170)
        population.eventReceived(user: user, kind: .content, nowNs: startNs + 80)
        #expect(population.nextDeadlineNs == startNs + 140)
        // What decides the turn ends the pause.
        population.eventReceived(user: user, kind: .endMarker, nowNs: startNs + 90)
        #expect(!population.isPausing(user: user))
        population.transferEnded(user: user, outcome: .truncatedStream, nowNs: startNs + 91)
        #expect(counters(population).total.outcomes.byLabel == ["completed": 1] && population.isFinished)
    }

    @Test("fail for want of a further content event, whatever comments come")
    func stall() {
        let population = make([(1, 1)]) {
            $0.idleTimeoutNs = 100
            $0.stallTimeoutNs = 640
        }
        let user = sendAll(population, nowNs: startNs)[0]
        var nowNs = startNs
        func receive(_ kind: EventKind?) {
            nowNs += 60
            population.expire(nowNs: nowNs)
            population.bodyReceived(user: user, byteCount: 5, nowNs: nowNs)
            if let kind { population.eventReceived(user: user, kind: kind, nowNs: nowNs) }
        }
        // Before the first one, they keep to the timeout of that.
        for _ in 0..<20 { receive(nil) }
        receive(.content)
        for _ in 0..<9 { receive(nil) }
        receive(.content)
        for _ in 0..<10 { receive(.empty) }
        #expect(counters(population).total.outcomes.total == 0)
        // 640 after the last content event, and a 64th.
        let lastNs = nowNs - 600
        receive(nil)
        #expect(counters(population).total.outcomes.byLabel == ["stall_timeout": 1], "\(nowNs - lastNs)")
        #expect(population.actions.takeClose() == user)
        population.transferClosed(user: user, nowNs: nowNs)
        #expect(population.isFinished)
    }

    @Test("have the bytes of a turn in those of ended ones when it is completed or failed, a refusal's body too")
    func endedBytes() {
        let population = make([(4, 1)]) { $0.users = 4 }
        population.expire(nowNs: startNs + 10_000)
        let users = sendAll(population, nowNs: startNs + 10_000)
        func endedBytes() -> UInt64 { population.recorder.counts(ofRow: 0)[.endedBytes] }
        for user in users { population.responseBegan(user: user, nowNs: startNs + 10_001) }
        for (index, user) in users.enumerated() where index != 2 {
            population.bodyReceived(user: user, byteCount: 100, nowNs: startNs + 10_001)
        }
        #expect(endedBytes() == 0 && counters(population)[.bytes] == 300, "all of them still run")
        population.eventReceived(user: users[0], kind: .endMarker, nowNs: startNs + 10_002)
        #expect(endedBytes() == 100)
        // What came before a reset is the turn's all the same.
        population.recorder.reset()
        population.bodyReceived(user: users[1], byteCount: 11, nowNs: startNs + 10_003)
        population.transferEnded(user: users[1], outcome: .truncatedStream, nowNs: startNs + 10_003)
        #expect(endedBytes() == 111)
        population.responseRejected(user: users[2], outcome: .httpStatus, status: 500, nowNs: startNs + 10_004)
        population.bodyReceived(user: users[2], byteCount: 7, nowNs: startNs + 10_004)
        #expect(endedBytes() == 118)
        population.stop(nowNs: startNs + 10_005)
        #expect(
            counters(population).total.outcomes.byLabel == ["truncated_stream": 1, "http_status": 1, "cancelled": 1]
        )
        #expect(endedBytes() == 118, "what was cancelled is in none")
    }

    @Test("wait for the end of the response within the drain deadline, then close")
    func drain() {
        let population = make([(1, 2)])
        let user = sendAll(population, nowNs: startNs)[0]
        population.eventReceived(user: user, kind: .endMarker, nowNs: startNs + 5)
        #expect(population.actions.isEmpty)
        #expect(population.nextDeadlineNs == startNs + 1_000_000_005)
        population.expire(nowNs: startNs + 1_000_000_005)
        #expect(population.actions.takeClose() == user)
        population.transferClosed(user: user, nowNs: startNs + 1_000_000_006)
        #expect(sendAll(population, nowNs: startNs + 1_000_000_007) == [user])
        #expect(counters(population).total.outcomes.byLabel == ["completed": 1])
    }

    @Test("end at the run time, cancelling what runs at once without a stop timeout")
    func runTime() {
        let population = make([(5, 1)]) { $0.runTimeNs = 1_000 }
        let user = sendAll(population, nowNs: startNs)[0]
        population.expire(nowNs: startNs + 1_000)
        #expect(counters(population).total.outcomes.byLabel == ["cancelled": 1])
        #expect(population.actions.takeClose() == user)
        population.transferClosed(user: user, nowNs: startNs + 1_001)
        #expect(counters(population)[.conversationsCancelled] == 1)
        #expect(population.isFinished)
    }

    @Test("get the stop timeout to end their turns, but begin none")
    func stopTimeout() {
        let population = make([(5, 2)]) {
            $0.users = 3
            $0.stopTimeoutNs = 100
        }
        population.expire(nowNs: startNs + 10_000)
        let users = [population.actions.takeSend(), population.actions.takeSend()].compactMap { $0 }
        for user in users {
            population.turnSent(user: user, nowNs: startNs + 10_000)
            population.connected(user: user, nowNs: startNs + 10_000)
        }
        population.stop(nowNs: startNs + 10_010)
        // The third user's turn was never sent.
        #expect(counters(population)[.conversationsWithdrawn] == 1)
        population.eventReceived(user: users[0], kind: .endMarker, nowNs: startNs + 10_050)
        population.transferEnded(user: users[0], outcome: .truncatedStream, nowNs: startNs + 10_050)
        #expect(counters(population).total.outcomes.byLabel == ["completed": 1])
        #expect(population.nextDeadlineNs == startNs + 10_110)
        population.expire(nowNs: startNs + 10_110)
        #expect(counters(population).total.outcomes.byLabel == ["completed": 1, "cancelled": 1])
        while let user = population.actions.takeClose() {
            population.transferClosed(user: user, nowNs: startNs + 10_111)
        }
        #expect(counters(population)[.conversationsCancelled] == 2)
        #expect(population.isFinished)
        while let user = population.actions.takeSend() { #expect(!population.isReadyToSend(user: user)) }
    }

    @Test("count the body of an answer that is refused for its head, and nothing that follows an end marker")
    func bodyBytes() {
        let population = make([(2, 1)])
        for isRefused in [true, false] {
            let user = sendAll(population, nowNs: startNs)[0]
            population.responseBegan(user: user, nowNs: startNs)
            if isRefused {
                population.responseRejected(user: user, outcome: .httpStatus, status: 500, nowNs: startNs)
                population.bodyReceived(user: user, byteCount: 7, nowNs: startNs)
                #expect(counters(population)[.bytes] == 7)
            } else {
                population.eventReceived(user: user, kind: .endMarker, nowNs: startNs)
                population.bodyReceived(user: user, byteCount: 100, nowNs: startNs)
                #expect(counters(population)[.bytes] == 7)
            }
            population.transferEnded(user: user, outcome: .truncatedStream, nowNs: startNs)
        }
    }

    @Test("leave after their conversation when there are to be fewer, and come back when there are to be more")
    func setUsers() {
        let population = make([(100, 1)]) { $0.users = 4 }
        population.expire(nowNs: startNs + 10_000)
        let users = sendAll(population, nowNs: startNs + 10_000)
        #expect(users.count == 4)
        population.setUsers(2, nowNs: startNs + 10_001)
        for user in users {
            population.eventReceived(user: user, kind: .endMarker, nowNs: startNs + 10_002)
            population.transferEnded(user: user, outcome: .truncatedStream, nowNs: startNs + 10_002)
        }
        #expect(counters(population).gauges.usersActive == 2)
        population.setUsers(5, nowNs: startNs + 10_003)
        population.expire(nowNs: startNs + 30_000)
        #expect(counters(population).gauges.usersActive == 5)
        #expect(population.users.count == 5)
    }

    @Test("start at a new rate once it is given, and keep it until there is another")
    func newSpawnRate() {
        let population = make([(100, 1)]) {
            $0.users = 10
            $0.spawnRate = 1
        }
        #expect(counters(population).gauges.usersActive == 1)
        let changeNs = startNs + 100_000_000
        population.setUsers(10, spawnRate: 4, nowNs: changeNs)
        // The first of the others at once, then four a second.
        #expect(counters(population).gauges.usersActive == 2)
        #expect(population.nextDeadlineNs == changeNs + 250_000_000)
        population.expire(nowNs: changeNs + 1_000_000_000)
        #expect(counters(population).gauges.usersActive == 6)
        let laterNs = changeNs + 1_100_000_000
        population.setUsers(20, nowNs: laterNs)
        #expect(population.nextDeadlineNs == laterNs + 250_000_000)
        population.setUsers(20, spawnRate: 0.5, nowNs: laterNs)
        #expect(population.nextDeadlineNs == laterNs + 2_000_000_000)
    }

    @Test("are not cut off in their next turn by a removal that the turn before asked for")
    func staleClose() {
        let population = make([(1, 2)]) {
            $0.idleTimeoutNs = 100
            $0.onFailure = .continue
        }
        let user = sendAll(population, nowNs: startNs)[0]
        population.eventReceived(user: user, kind: .content, nowNs: startNs)
        population.expire(nowNs: startNs + 100)
        // The transfer ends by itself before the removal is carried out, and the next turn is sent.
        population.transferEnded(user: user, outcome: .truncatedStream, nowNs: startNs + 100)
        #expect(sendAll(population, nowNs: startNs + 100) == [user])
        #expect(population.actions.takeClose() == user)
        #expect(!population.isReadyToClose(user: user))
    }

    @Test("count a connection that was closed already apart from the outcome")
    func staleReuse() {
        let population = make([(1, 1)])
        let user = sendAll(population, nowNs: startNs)[0]
        population.resendRefused(user: user, nowNs: startNs + 1)
        population.connectionWasStale()
        population.transferEnded(user: user, outcome: .connectionReset, nowNs: startNs + 2)
        #expect(counters(population)[.staleReuse] == 1)
        #expect(counters(population).total.outcomes.byLabel == ["connection_reset": 1])
    }
}
