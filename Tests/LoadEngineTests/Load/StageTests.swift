import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("Stages of a load")
struct StageTests {
    private static let second = Nanoseconds.perSecond

    @Test(
        "are read as they are written",
        arguments: [
            ("30s:100,2m:1000,1m:1000,30s:0", [(30, 100), (120, 1_000), (60, 1_000), (30, 0)], false),
            ("1m:10/s", [(60, 10)], true), ("0s:5, 1h30m:5", [(0, 5), (5_400, 5)], false),
            ("10:0/s,10:120/m", [(10, 0), (10, 2)], true),
        ] as [(String, [(Int, Double)], Bool)]
    )
    func parse(text: String, expected: [(Int, Double)], isOfRates: Bool) throws {
        let stages = try LoadStages.parse(text)
        #expect(stages.stages == expected.map { LoadStages.Stage(duration: .seconds($0.0), target: $0.1) })
        #expect(stages.isOfRates == isOfRates && stages.description == text)
    }

    @Test(
        "say what is wrong with them, and where",
        arguments: [
            ("", "expected a time, a colon", 0), ("30s", "expected a colon", 3),
            ("30s:", "users are a whole number", 4),
            ("30s:1.5", "users are a whole number", 4), ("30s:-1", "users are a whole number", 4),
            ("30x:5", "a stage begins with a time", 2), ("30s:5,", "expected a time", 6),
            ("30s:5,30s:5/s", "all of users", 10), ("30s:5/d", "a rate is per s, m or h", 6),
            ("30s:0", "nobody would come", 0),
            ("0s:5", "take no time", 0), ("30s:5 x", "expected the end", 6), ("30s:99999999", "from 0 to 16777216", 4),
        ]
    )
    func mistakes(text: String, problem: String, offset: Int) {
        let error = #expect(throws: ExpressionError.self) { try LoadStages.parse(text) }
        #expect(error?.problem.contains(problem) == true && error?.offset == offset, "\(error.map { "\($0)" } ?? "")")
    }

    private func steps(_ text: String, _ share: RunShare = .whole) throws -> [(atNs: UInt64, isMore: Bool)] {
        var steps = UserSteps(try LoadStages.parse(text), startNs: 5, share: share)
        var all: [(UInt64, Bool)] = []
        while steps.nextNs != Nanoseconds.never { all.append(steps.next()) }
        return all
    }

    @Test("have each user come and go when the line comes to its number")
    func userSteps() throws {
        let all = try steps("2s:4,1s:4,1s:2,0s:3")
        #expect(all.map(\.isMore) == [true, true, true, true, false, false, true])
        let half = Self.second / 2
        #expect(all.map { $0.atNs - 5 } == [0, half, 2 * half, 3 * half, 7 * half, 8 * half, 8 * half])
    }

    @Test("are divided among processes, so that they are always as many as in one", arguments: [2, 3, 5])
    func shares(count: Int) throws {
        let text = "3s:17,1s:17,2s:4,1s:4,2s:9"
        func users(_ all: [(atNs: UInt64, isMore: Bool)], _ atNs: UInt64) -> Int {
            all.reduce(0) { $1.atNs <= atNs ? $0 + ($1.isMore ? 1 : -1) : $0 }
        }
        let whole = try steps(text)
        let parts = try (0..<count).map { try steps(text, RunShare(index: $0, count: count)) }
        for tenth in 0..<95 as Range<UInt64> {
            let atNs = 5 + tenth * Self.second / 10
            #expect(parts.reduce(0) { $0 + users($1, atNs) } == users(whole, atNs), "after \(tenth) tenths")
        }
    }

    @Test("of rates have as many arrive as there are below the line")
    func rates() throws {
        let curve = RateCurve(try LoadStages.parse("10s:20/s,5s:20/s,10s:0/s"), from: 0)
        // A triangle of 100, a square of 100, a triangle of 100.
        for (count, seconds) in [(0.0, 0.0), (25, 5), (100, 10), (150, 12.5), (200, 15), (275, 20), (300, 25)] {
            let found = try #require(curve.seconds(until: count))
            #expect(abs(found - seconds) < 1e-6, "\(count): \(found)")
        }
        #expect(curve.seconds(until: 300.001) == nil)
        var schedule = ArrivalSchedule(
            OpenArrivals(try LoadStages.parse("10s:20/s"), from: ArrivalRate(perSecond: 10)),
            startNs: 0,
            seed: 1
        )
        var times: [Double] = []
        while schedule.nextNs != Nanoseconds.never { times.append(Double(schedule.next()) / 1e9) }
        // From 10 to 20 a second in 10 s: 150, the first at once.
        #expect(times.count == 151 && times[0] == 0 && abs((times.last ?? 0) - 10) < 1e-6)
        #expect(abs(times[1] - 0.1) < 0.001 && abs(times[150] - times[149] - 0.05) < 0.001)
    }

    private func run(
        _ text: String,
        turns: Int = 1,
        rampDown: RampDown = .turn,
        invocations: Int = 1_000_000,
        backing change: (inout PopulationSettings) -> Void = { _ in }
    ) throws -> RunSimulator {
        var settings = PopulationSettings()
        settings.stages = try LoadStages.parse(text)
        settings.rampDown = rampDown
        change(&settings)
        return RunSimulator(settings, invocations: invocations, turns: turns)
    }

    @Test("are played to their end, where nobody is left", arguments: RampDown.allCases)
    func rampDown(rampDown: RampDown) throws {
        let run = try run("1s:20,1s:20,1s:0", turns: 5, rampDown: rampDown)
        run.run(maximumSteps: 1_000_000)
        #expect(run.problems == [])
        let counters = run.recorder.counters.pointee
        #expect(counters[.usersPeak] == 20 && counters.gauges.usersActive == 0)
        // Nothing is cut: a user too many ends its turn, or its conversation.
        #expect(counters.total.outcomes.byLabel.keys.sorted() == ["completed"])
        let cancelled = counters[.conversationsCancelled]
        #expect(rampDown == .conversation ? cancelled == 0 : cancelled > 5 && cancelled <= 20)
        let endS = Double(run.nowNs - 1_000_000_000) / 1e9
        #expect(endS > 2.9 && endS < 3.6, "\(endS)")
    }

    @Test("end the run, as its run time does, where users are left")
    func end() throws {
        let run = try run("500ms:10,500ms:10")
        run.run(maximumSteps: 1_000_000)
        #expect(run.problems == [])
        #expect(abs(Double(run.nowNs - 2_000_000_000) / 1e9) < 0.05)
        #expect(run.recorder.counters.pointee.total.outcomes[.cancelled] > 0)
    }

    @Test("may have nobody in between, and end with the queue")
    func between() throws {
        let run = try run("0s:5,500ms:5,0s:0,1s:0,0s:3,10m:3", invocations: 100)
        run.run(maximumSteps: 1_000_000)
        #expect(run.problems == [])
        let counters = run.recorder.counters.pointee
        #expect(counters[.conversationsCompleted] + counters[.conversationsCancelled] == 100)
        #expect(run.nowNs - 1_000_000_000 > 3 * Self.second / 2 && run.nowNs < 60 * Self.second)
    }

    @Test("end when the number of users is changed by hand")
    func byHand() throws {
        let run = try run("1s:50,1h:50", invocations: 3_000)
        run.atStep = (20, { $0.setUsers(2, spawnRate: 1_000, nowNs: $1) })
        run.run(maximumSteps: 1_000_000)
        #expect(run.problems == [])
        let counters = run.recorder.counters.pointee
        #expect(counters[.conversationsCompleted] + counters[.conversationsCancelled] == 3_000)
        #expect(counters[.usersPeak] <= 10)
    }
}
