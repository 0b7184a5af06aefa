import Foundation
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("Conversations that arrive by themselves")
struct ArrivalTests {
    /// The regularized lower incomplete gamma function, by its series.
    private static func gammaDistribution(shape: Double, _ x: Double) -> Double {
        guard x > 0 else { return 0 }
        var (term, sum, n) = (1 / shape, 1 / shape, shape)
        while term > sum * 1e-15 {
            n += 1
            term *= x / n
            sum += term
        }
        return min(sum * exp(-x + shape * log(x) - lgamma(shape)), 1)
    }

    /// The greatest distance of samples from a distribution function, as Kolmogorov and Smirnov measure it.
    private static func distance(_ samples: [Double], _ distribution: (Double) -> Double) -> Double {
        let sorted = samples.sorted()
        let count = Double(sorted.count)
        return sorted.enumerated().reduce(0) { most, sample in
            let expected = distribution(sample.element)
            return max(most, expected - Double(sample.offset) / count, Double(sample.offset + 1) / count - expected)
        }
    }

    private static func intervals(_ process: ArrivalProcess, perSecond rate: Double, count: Int, seed: UInt64)
        -> [Double]
    {
        var schedule = ArrivalSchedule(OpenArrivals(ArrivalRate(perSecond: rate), process), startNs: 1_000, seed: seed)
        var last = schedule.next()
        return (0..<count).map { _ in
            let next = schedule.next()
            defer { last = next }
            return Double(next - last) / 1e9 * rate
        }
    }

    @Test("are as evenly or unevenly as asked for", arguments: [0.5, 1, 2, 5], [1, 2, 3] as [UInt64])
    func distribution(variation: Double, seed: UInt64) {
        let count = 20_000
        let process = variation == 1 ? ArrivalProcess.poisson : .gamma(cv: variation)
        var random = SeededRandom(seed: seed)
        let samples = (0..<count).map { _ in process.nextInterval(using: &random) }
        let shape = 1 / (variation * variation)
        // 1 % of good samples are further away than 1.63 / √n.
        let distance = Self.distance(samples) { Self.gammaDistribution(shape: shape, $0 * shape) }
        #expect(distance < 1.63 / Double(count).squareRoot())
        let mean = samples.reduce(0, +) / Double(count)
        #expect(abs(mean - 1) < 4 * variation / Double(count).squareRoot())
        // The moments are these numbers, to a nanosecond.
        let intervals = Self.intervals(process, perSecond: 100, count: 1_000, seed: seed)
        let isSame = zip(intervals, samples.dropFirst()).allSatisfy { abs($0 - $1) < 3e-7 }
        #expect(isSame)
    }

    @Test("come at the same times with the same seed, and at others with another")
    func seeds() {
        let first = Self.intervals(.poisson, perSecond: 10, count: 100, seed: 5)
        #expect(first == Self.intervals(.poisson, perSecond: 10, count: 100, seed: 5))
        #expect(first != Self.intervals(.poisson, perSecond: 10, count: 100, seed: 6))
    }

    @Test("come at even times from the start on when they are constant")
    func constant() {
        var schedule = ArrivalSchedule(OpenArrivals(ArrivalRate(perSecond: 3)), startNs: 100, seed: 1)
        #expect((0..<4).map { _ in schedule.next() } == [100, 333_333_433, 666_666_767, 1_000_000_100])
    }

    @Test("are divided among processes, each at the time that it has in the whole run", arguments: [2, 3, 7])
    func shares(count: Int) {
        let arrivals = OpenArrivals(ArrivalRate(perSecond: 500), .gamma(cv: 2))
        var whole = ArrivalSchedule(arrivals, startNs: 9, seed: 4)
        let all = (0..<70 * count).map { _ in whole.next() }
        var parts: [UInt64] = []
        for index in 0..<count {
            var part = ArrivalSchedule(arrivals, startNs: 9, seed: 4, share: RunShare(index: index, count: count))
            parts += (0..<70).map { _ in part.next() }
        }
        #expect(parts.sorted() == all)
    }

    @Test("wait to be counted, and are taken in their order")
    func waiting() {
        var arrivals = Arrivals(
            open: ArrivalSchedule(OpenArrivals(ArrivalRate(perSecond: 10)), startNs: 0, seed: 1)
        )
        #expect(arrivals.waiting(nowNs: 350_000_000) == 4)
        #expect(arrivals.next() == 0 && arrivals.next() == 100_000_000)
        #expect(arrivals.waiting(nowNs: 350_000_000) == 2)
        #expect(arrivals.waiting(nowNs: 400_000_000) == 3)
        for _ in 0..<3 { _ = arrivals.next() }
        #expect(arrivals.next() == 500_000_000 && arrivals.waiting(nowNs: 500_000_000) == 0)
        #expect(arrivals.waiting(nowNs: 600_000_000) == 1)
    }

    @Test(
        "are asked for by a rate",
        arguments: zip(["50/s", "3000/m", "7200/h", " 0.5/s "], [50, 50, 2, 0.5])
    )
    func rates(text: String, perSecond: Double) throws {
        let rate = try ArrivalRate.parse(text)
        #expect(abs(rate.perSecond - perSecond) < 1e-9)
        #expect(try ArrivalRate.parse(rate.description) == rate)
    }

    @Test(
        "are refused when nobody can arrive so",
        arguments: ["", "50", "50/", "50/d", "0/s", "-1/s", "2000000/s", "50/s x", "x/s", "50 / s"]
    )
    func wrongRates(text: String) {
        #expect(throws: ExpressionError.self) { try ArrivalRate.parse(text) }
    }

    @Test("have a process that is read as it is written", arguments: ["constant", "poisson", "gamma:0.5"])
    func processes(text: String) throws {
        #expect(try ArrivalProcess.parse(text).description == text)
    }

    @Test(
        "have no other process",
        arguments: ["", "gama:2", "gamma", "gamma:", "gamma:0", "gamma:nan", "poisson:2", "weibull"]
    )
    func wrongProcesses(text: String) {
        #expect(throws: ExpressionError.self) { try ArrivalProcess.parse(text) }
    }

    // MARK: Whole runs

    private func simulator(
        perSecond rate: Double,
        _ process: ArrivalProcess = .constant,
        users: Int,
        invocations: Int,
        turns: Int = 1,
        seconds: Double? = nil
    ) -> RunSimulator {
        var settings = PopulationSettings()
        settings.users = users
        settings.arrivals = OpenArrivals(ArrivalRate(perSecond: rate), process)
        settings.arrivalSeed = 8
        settings.runTimeNs = seconds.map { UInt64($0 * 1e9) } ?? Nanoseconds.never
        return RunSimulator(settings, invocations: invocations, turns: turns)
    }

    @Test(
        "begin when they arrive, as long as there is a free user",
        arguments: [ArrivalProcess.constant, .poisson, .gamma(cv: 3)]
    )
    func onTime(process: ArrivalProcess) {
        let run = simulator(perSecond: 100, process, users: 1_000, invocations: 2_000)
        run.run(maximumSteps: 1_000_000)
        #expect(run.problems == [])
        let counters = run.recorder.counters.pointee
        #expect(counters[.conversationsCompleted] == 2_000 && counters[.conversationsDelayed] == 0)
        // Turns are handed over one after another.
        #expect((run.recorder.total[.queueDelay]?.maximumNs ?? .max) < 5_000_000)
        #expect(abs(Double(run.nowNs - 1_000_000_000) / 1e9 - 20) < 3)
    }

    @Test("wait for a free user, in their order, and the wait is in what counts from their arrival")
    func full() throws {
        // A turn takes about 60 ms: one user plays about 16 a second of the 50 that arrive.
        let run = simulator(perSecond: 50, users: 1, invocations: 200)
        run.run(maximumSteps: 100_000)
        #expect(run.problems == [])
        let counters = run.recorder.counters.pointee
        #expect(counters[.conversationsCompleted] == 200)
        #expect(counters[.conversationsDelayed] > 180 && counters[.conversationsDelayed] < 200)
        #expect(counters[.usersPeak] == 1)
        let total = run.recorder.total
        let (sent, intended) = (try #require(total[.responseTime]), try #require(total[.intendedResponseTime]))
        #expect(sent.maximumNs < 200_000_000)
        // The last of 200 arrived after 4 s and was served after 200 turns.
        let lastEndS = Double(run.nowNs - 1_000_000_000) / 1e9
        #expect(abs(Double(intended.maximumNs) / 1e9 - (lastEndS - 3.98)) < 0.2)
        #expect(total[.intendedConversationTime]?.maximumNs == intended.maximumNs && intended.count == sent.count)
    }

    @Test("wait for nobody where the run ends just when they arrive")
    func lastMoment() {
        let run = simulator(perSecond: 20_000, users: 100_000, invocations: 1_000_000, seconds: 0.2)
        run.run(maximumSteps: 1_000_000)
        #expect(run.problems == [])
        let counters = run.recorder.counters.pointee
        #expect(counters[.turnsStarted] > 3_000)
        #expect(counters[.conversationsDelayed] == 0 && counters.gauges.arrivalsWaiting == 0)
    }

    @Test("that still wait at the end are not started")
    func notStarted() {
        let run = simulator(perSecond: 50, users: 1, invocations: 10_000, seconds: 2)
        run.run(maximumSteps: 100_000)
        #expect(run.problems == [])
        let counters = run.recorder.counters.pointee
        let begun = counters[.conversationsCompleted] + counters[.conversationsCancelled]
        // The first of 100 found a free user; the others waited, or wait still.
        #expect(begun < 50 && counters[.conversationsDelayed] >= 99 - 5)
        #expect(counters.gauges.arrivalsWaiting + begun >= 99)
    }

    @Test("two runs of one seed are equal, event by event", arguments: [true, false])
    func seeded(isOpen: Bool) {
        func play() -> [String] {
            var settings = PopulationSettings()
            settings.users = 20
            settings.spawnRate = 50
            settings.seed = 77
            settings.rest = isOpen ? .off : .exponential(mean: .milliseconds(30))
            settings.arrivals = isOpen ? OpenArrivals(ArrivalRate(perSecond: 200), .gamma(cv: 2)) : nil
            settings.arrivalSeed = 78
            let conversations = ["a", "b"].map { name in
                Conversation(
                    name: name,
                    invocations: 100,
                    turns: [.init(role: "user", content: "1"), .init(role: "user", content: "2")]
                )
            }
            let run = RunSimulator(
                settings: settings,
                conversations: conversations,
                courses: RunSimulator.Course.allCases,
                eventsPerTurn: 4,
                seed: 5
            )
            var log: [String] = []
            run.population.onTurnDecided = { log.append("\($0)") }
            run.run(maximumSteps: 1_000_000)
            #expect(run.problems == [])
            return log
        }
        let first = play()
        #expect(first.count > 200 && first == play())
    }

    @Test("arrive at another rate from a moment on, as many in all as both rates say, in every part of the run")
    func changedRate() throws {
        let arrivals = OpenArrivals(ArrivalRate(perSecond: 10))
        var whole = ArrivalSchedule(arrivals, startNs: 0, seed: 4)
        var parts = (0..<3).map { ArrivalSchedule(arrivals, startNs: 0, seed: 4, share: RunShare(index: $0, count: 3)) }
        // 0, 0.1, … 1.9 s, then from 2 s on a hundred a second.
        let before = (0..<20).map { _ in whole.next() }
        #expect(before.last == 1_900_000_000)
        // Parts are told when they have come to it, before that, or late.
        for index in parts.indices { for _ in 0..<index * 3 { _ = parts[index].next() } }
        whole.change(to: ArrivalRate(perSecond: 100), atNs: 2_000_000_000)
        for index in parts.indices { parts[index].change(to: ArrivalRate(perSecond: 100), atNs: 2_000_000_000) }
        let after = (0..<200).map { _ in whole.next() }
        #expect(after.first == 2_000_000_000 && after.last == 3_990_000_000)
        var ofParts: [UInt64] = []
        for index in parts.indices { for _ in index * 3..<80 { ofParts.append(parts[index].next()) } }
        #expect(Set(ofParts).isSuperset(of: after) && ofParts.count == Set(ofParts).count)
    }

    @Test("that wait for a free user go on waiting when the rate is changed, and stages end")
    func changedRateOfWaiting() throws {
        let stages = OpenArrivals(try LoadStages.parse("10s:20/s,10s:0/s"))
        var arrivals = Arrivals(open: ArrivalSchedule(stages, startNs: 0, seed: 1))
        // By 10 s a hundred: the area below the ramp, from its very beginning.
        #expect(arrivals.waiting(nowNs: 10_000_000_000) == 101)
        arrivals.change(to: ArrivalRate(perSecond: 2), atNs: 10_000_000_000)
        var taken = 0
        while let atNs = arrivals.next(), atNs <= 10_000_000_000 { taken += 1 }
        #expect(taken == 101)
        // The first of them was taken; the stages would have had a hundred.
        #expect(arrivals.waiting(nowNs: 110_000_000_000) == 199)
    }
}
