import Foundation
import LoadEngine
import Testing

@testable import LoadModel

@Suite("The search of the limit")
struct LimitSearchTests {
    private func goal(from first: Double = 5, to most: Double = 10_000) -> LimitGoal {
        LimitGoal(.arrivalsPerS, from: first, to: most)
    }

    /// Searches the limit of a server, for six hours of its time at most.
    private func search(_ goal: LimitGoal, of server: inout QueueServer) -> LimitResult {
        var search = LimitSearch(goal, objectives: ["ttft < 50ms"])
        for _ in 0..<21_600 {
            switch search.look(server.playSecond()) {
            case .goOn: continue
            case .play(let level): server.rate = level
            case .end: return search.result
            }
        }
        Issue.record("no end")
        return search.result
    }

    @Test("finds that of a queueing server within 5 % in at least 9 of 10 runs")
    func queue() throws {
        // 95 % of turns within 50 ms at a server of 200 turns/s, by the formula of M/M/1.
        let truth = 200 + log(0.05) / 0.05
        var near = 0
        var found: [String] = []
        for seed in UInt64(1)...10 {
            var server = QueueServer(perSecond: 200, limitS: 0.05, rate: 5, seed: seed)
            let result = search(goal(), of: &server)
            let limit = result.limit ?? 0
            if abs(limit - truth) <= 0.05 * truth, result.verdict == .found { near += 1 }
            found.append("\(limit) after \(server.nowS.rounded()) s, \(result.levels.count) loads, \(result.verdict)")
        }
        #expect(near >= 9, "\(truth): \(found)")
    }

    @Test("finds that of a server with a sharp edge, and holds it once more for all of its time")
    func edge() throws {
        // Fifty at work, 100 ms each: up to nearly 500 turns/s nobody waits.
        var server = QueueServer(workers: 50, perSecond: 10, limitS: 0.5, rate: 5, seed: 3)
        let result = search(goal(), of: &server)
        let limit = try #require(result.limit)
        #expect(
            result.verdict == .found && limit > 440 && limit < 515,
            "\(result.levels.map { ($0.level, $0.reason) })"
        )
        let confirmed = try #require(result.confirmed)
        #expect(confirmed.level == limit && confirmed.stretch.durationS >= result.goal.confirmS)
        #expect(result.broken ?? 0 > limit && (result.broken ?? 0) - limit <= 0.04 * limit)
    }

    @Test(
        "holds the greatest load for which the machine has room, which is a lower bound",
        arguments: [(most: 137.0, best: 137.0), (most: 80, best: 80), (most: 20, best: nil), (most: 0, best: nil)]
    )
    func room(most: Double, best: Double?) throws {
        // The loads are 40, 80, 160: more than there is room for; or the second is.
        var server = QueueServer(perSecond: 500, limitS: 0.5, rate: 40, seed: 3)
        var search = LimitSearch(goal(from: 40), objectives: ["ttft < 500ms"])
        var isOver = false
        while !isOver, server.nowS < 3_600 {
            let look = server.playSecond()
            var order = search.look(look)
            if case .play(let level) = order, level > most {
                order = search.lacksRoom(overLoad: most, because: "files", look)
            }
            if case .play(let level) = order { server.rate = level }
            isOver = order == .end
        }
        let result = search.result
        #expect(isOver && result.verdict == .generatorBound && result.limit == nil && result.reason.contains("files"))
        guard let best else { return #expect(result.confirmed == nil && result.best == 40) }
        #expect(result.best == best && result.confirmed?.level == best)
        #expect(result.levels.allSatisfy { $0.level <= most })
    }

    @Test("ends an over-saturated load early, and says so")
    func saturation() throws {
        // Far too many, and every turn good: only the growth tells.
        var server = QueueServer(perSecond: 100, limitS: 1e9, rate: 400, seed: 3)
        let result = search(goal(from: 400), of: &server)
        #expect(result.verdict == .firstLevelBroken && result.levels.count == 1)
        #expect(result.levels[0].reason.hasPrefix("over-saturated"), "\(result.levels[0].reason)")
        #expect(server.nowS < 30)
    }

    @Test(
        "holds no load of an open model whose queue grows, however good its turns still are",
        arguments: [UInt64(1), 2, 3, 4, 5]
    )
    func growth(seed: UInt64) {
        // Eight more a second than can be served: after a minute they wait for five seconds, which would do.
        var server = QueueServer(perSecond: 100, limitS: 20, rate: 108, seed: seed)
        let result = search(goal(from: 108, to: 108), of: &server)
        #expect(result.verdict != .notReached && result.limit == nil, "\(result.levels.map(\.reason))")
        #expect(result.levels.last?.reason.hasPrefix("over-saturated") == true, "\(result.levels.map(\.reason))")
    }

    @Test("does not take the waves of chance for growth", arguments: [UInt64(1), 2, 3, 4, 5])
    func waves(seed: UInt64) {
        var server = QueueServer(perSecond: 100, limitS: 20, rate: 85, seed: seed)
        let result = search(goal(from: 85, to: 85), of: &server)
        #expect(result.verdict == .notReached && result.limit == 85, "\(result.levels.map(\.reason))")
    }

    @Test("says that not even the first load is kept")
    func first() {
        var server = QueueServer(perSecond: 200, limitS: 0.001, rate: 50, seed: 3)
        let result = search(goal(from: 50), of: &server)
        #expect(result.verdict == .firstLevelBroken && result.limit == nil && result.levels.count == 1)
    }

    @Test("says that none that was tried is too much")
    func notReached() {
        var server = QueueServer(perSecond: 1_000, limitS: 1, rate: 5, seed: 3)
        let result = search(goal(to: 100), of: &server)
        #expect(result.verdict == .notReached && result.limit == 100 && result.broken == nil)
        #expect(result.levels.map(\.level) == [5, 10, 20, 40, 80, 100, 100])
    }

    @Test("never takes its own lateness for the server's limit, and tries once more before it gives up")
    func generator() throws {
        var server = QueueServer(perSecond: 200, limitS: 0.05, rate: 5, seed: 3)
        server.lateFrom = 100
        let result = search(goal(), of: &server)
        #expect(result.verdict == .generatorBound && result.limit == nil && result.best ?? 0 >= 80)
        #expect(result.levels.suffix(2).map(\.decision) == [.generatorBound, .generatorBound])
        #expect(result.reason.contains("80.0 ms late at p99"), "\(result.reason)")
    }

    @Test("keeps what was learned when it is stopped")
    func interruption() {
        var server = QueueServer(perSecond: 200, limitS: 0.05, rate: 5, seed: 3)
        var search = LimitSearch(goal(), objectives: [])
        var last: LimitSearch.Look?
        while search.result.levels.count < 3 {
            let look = server.playSecond()
            last = look
            if case .play(let level) = search.look(look) { server.rate = level }
        }
        search.interrupt(last)
        #expect(search.result.verdict == .interrupted && search.result.best == 20 && search.result.limit == nil)
        #expect(search.isOver && search.look(server.playSecond()) == .end)
    }
}

@Suite("The decision on a load")
struct LevelJudgeTests {
    @Test("needs as many turns as it says, all of them good")
    func least() {
        for share in [0.5, 0.9, 0.95, 0.99] {
            let judge = LevelJudge(share: share)
            #expect(judge.decision(good: judge.leastTurns, of: judge.leastTurns) == .kept)
            #expect(judge.decision(good: judge.leastTurns - 1, of: judge.leastTurns - 1) == .open)
        }
        #expect(LevelJudge(share: 0.95).leastTurns == 127)
    }

    @Test(
        "is that of Wilson's interval",
        arguments: [
            // From the formula by hand: 90 of 100 is 0.7962…0.9540 with 99 % confidence.
            (90, 100, 0.95, .open), (90, 100, 0.96, .broken), (90, 100, 0.79, .kept), (0, 0, 0.5, .open),
            (0, 20, 0.5, .broken), (950, 1_000, 0.95, .open), (9_700, 10_000, 0.95, .kept),
            (9_300, 10_000, 0.95, .broken),
        ] as [(UInt64, UInt64, Double, LevelJudge.Decision)]
    )
    func decisions(good: UInt64, count: UInt64, share: Double, decision: LevelJudge.Decision) {
        #expect(LevelJudge(share: share).decision(good: good, of: count) == decision)
    }

    @Test("has an interval whose ends are those of the formula")
    func interval() {
        let interval = LevelJudge.interval(good: 90, of: 100)
        #expect(abs(interval.lowerBound - 0.7962) < 0.0005 && abs(interval.upperBound - 0.9540) < 0.0005, "\(interval)")
        #expect(LevelJudge.interval(good: 0, of: 0) == 0...1)
    }
}

/// Loads of users, told look by look.
@Suite("A load of users")
struct UserLevelTests {
    private var search: LimitSearch
    private var total = Tally()
    private var nowS = 0.0

    init() {
        search = LimitSearch(LimitGoal(.users, from: 10, to: 1_000), objectives: [], firstTokenLimitS: 0.5)
    }

    /// A second passes: so many turns begin, and end; so many run without a first token.
    private mutating func second(
        users: UInt64,
        began: UInt64 = 0,
        good: UInt64 = 0,
        bad: UInt64 = 0,
        waiting: UInt64 = 0
    ) -> LimitSearch.Order {
        nowS += 1
        total[.turnsStarted] += began
        total[.completed] += good + bad
        total[.goodTurns] += good
        total.counts.turnsRunning = total[.turnsStarted] - total[.completed]
        var result = RunResult(RunLayout(), stallAfterMs: 1_000, objectives: [])
        result.elapsedS = nowS
        result.total = total
        var snapshot = RunSnapshot(result, phase: .running)
        snapshot.gauges.usersActive = users
        snapshot.gauges.turnsStreaming = total.counts.turnsRunning - min(waiting, total.counts.turnsRunning)
        return search.look(LimitSearch.Look(snapshot))
    }

    @Test("is judged by none of the turns that ran when its users came")
    mutating func earlierTurns() {
        // Ten turns that are bad run when all users are there; they end in the sixth second.
        for _ in 1...5 { #expect(second(users: 10, began: nowS == 0 ? 10 : 0) == .goOn) }
        #expect(second(users: 10, began: 10, bad: 10) == .goOn)
        // From now on all are good: twenty are enough to go on, after three seconds.
        #expect(second(users: 10, began: 10, good: 10) == .goOn)
        #expect(second(users: 10, began: 10, good: 10) == .goOn)
        #expect(second(users: 10, began: 10, good: 10) == .play(20))
        #expect(search.result.levels.map(\.turns) == [30] && search.result.levels[0].goodTurns == 30)
    }

    @Test("is broken when too many turns are stuck, however good those are that end")
    mutating func stuckTurns() {
        // One user has two good turns every second, nine never get a token.
        _ = second(users: 10, began: 10, waiting: 10)
        while second(users: 10, began: 2, good: 2, waiting: 9) == .goOn, nowS < 100 {}
        #expect(search.result.verdict == .firstLevelBroken && nowS < 30)
        let reason = search.result.levels.first?.reason ?? ""
        #expect(reason.hasPrefix("5 of 10 turns that run have had no first token for over 2.0 s; "), "\(reason)")
    }

    @Test("is not judged while its users are still coming, and the search ends when no more come")
    mutating func missingUsers() {
        for users in UInt64(1)...9 { #expect(second(users: users, began: 1) == .goOn) }
        for _ in 1...29 { #expect(second(users: 9, began: 9, good: 9) == .goOn) }
        while second(users: 9, began: 9, good: 9) == .goOn, nowS < 200 {}
        #expect(search.isOver && search.result.verdict == .generatorBound && search.result.levels.isEmpty)
        #expect(search.result.reason == "only 9 of 10 users are there, and no more come")
    }

    @Test("of which no turn has ended says nothing about the server")
    mutating func noTurn() {
        _ = second(users: 10, began: 10)
        while second(users: 10) == .goOn, nowS < 1_000 {}
        #expect(
            search.result.verdict == .notDecided && search.result.reason.contains("--hold"),
            "\(search.result.reason)"
        )
    }
}

@Suite("Stuck turns")
struct StuckTurnsTests {
    private func look(_ nowS: Double, started: UInt64, waiting: UInt64) -> LimitSearch.Look {
        var result = RunResult(RunLayout(), stallAfterMs: 1_000, objectives: [])
        result.elapsedS = nowS
        result.total[.turnsStarted] = started
        result.total.counts.turnsRunning = waiting
        return LimitSearch.Look(RunSnapshot(result, phase: .running))
    }

    @Test("are those that wait beyond what was sent lately")
    func counting() {
        var stuck = StuckTurns(ageS: 2)
        stuck.note(look(0, started: 50, waiting: 50))
        #expect(stuck.count(at: look(1, started: 60, waiting: 60)) == 0)
        stuck.note(look(1, started: 60, waiting: 60))
        // 50 of them are older than two seconds at least.
        #expect(stuck.count(at: look(2, started: 70, waiting: 70)) == 50)
        #expect(stuck.count(at: look(2, started: 70, waiting: 20)) == 0)
        #expect(stuck.count(at: look(3, started: 70, waiting: 12)) == 2)
    }
}

@Suite("A sample of turns")
struct TurnSampleTests {
    @Test("is worth as many as it has when its seconds are alike, and fewer when they are not")
    func effect() {
        var alike = TurnSample()
        var clustered = TurnSample()
        for second in 0..<10 {
            alike.add(good: second % 2 == 0 ? 94 : 96, of: 100)
            // Half of the bad turns in one second: of 50 turns that go wrong together.
            clustered.add(good: second == 0 ? 75 : second < 6 ? 95 : 100, of: 100)
        }
        #expect(alike.effect == 1 && alike.share == 0.95)
        #expect(clustered.share == 0.95 && clustered.effect > 10, "\(clustered.effect)")
    }

    @Test("says nothing against itself when all turns are alike, or there are few seconds")
    func certainty() {
        var sample = TurnSample()
        for _ in 0..<5 { sample.add(good: 40, of: 40) }
        #expect(sample.effect == 1)
        var short = TurnSample()
        short.add(good: 10, of: 40)
        short.add(good: 40, of: 40)
        #expect(short.effect == 1)
        #expect(TurnSample().effect == 1 && TurnSample().share == 0)
    }
}

@Suite("A trend")
struct GrowthTrendTests {
    private func trend(_ values: [Double]) -> Bool {
        var trend = GrowthTrend()
        for (second, value) in values.enumerated() { trend.add(value, atS: Double(second)) }
        return trend.isGrowing
    }

    @Test("is growth only where it is steady, and a quarter at least")
    func growth() {
        #expect(trend([1, 2, 3, 4, 5, 6, 7, 8]))
        #expect(!trend([1, 2, 3, 4, 5, 6, 7]))
        #expect(!trend([8, 7, 6, 5, 4, 3, 2, 1]))
        #expect(!trend([5, 5, 5, 5, 5, 5, 5, 5]))
        // It grows for certain, and by a tenth.
        #expect(!trend([100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110]))
        // It ends higher, and goes up and down.
        #expect(!trend([1, 9, 2, 8, 1, 9, 3, 9, 2, 10]))
    }
}
