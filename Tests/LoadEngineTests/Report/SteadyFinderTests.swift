import Testing

@testable import LoadModel

@Suite("The steady stretch of a run")
struct SteadyFinderTests {
    /// The finder after a look at each second: so many turns run then, and one has been completed in it.
    private func finder(_ running: [UInt64], resets: Int = 0) -> SteadyFinder {
        var finder = SteadyFinder()
        for second in 1...running.count { look(&finder, second, running[second - 1], resets: resets) }
        return finder
    }

    private func look(_ finder: inout SteadyFinder, _ second: Int, _ running: UInt64, resets: Int = 0) {
        var result = RunResult(RunLayout(), stallAfterMs: 1_000, objectives: [])
        result.elapsedS = Double(second)
        result.total[.completed] = UInt64(second)
        result.total.counts.turnsRunning = running
        var snapshot = RunSnapshot(result, phase: .running)
        snapshot.resets = resets
        finder.look(at: snapshot)
    }

    @Test("is the longest one with at least 95 % of the peak, and has what was counted in it")
    func longest() throws {
        let stretch = try #require(finder([10, 96, 100, 50, 95, 96, 97, 94, 0]).stretch)
        #expect(stretch.startS == 4 && stretch.endS == 7 && stretch.total[.completed] == 3)
        #expect(stretch.concurrency == RunStretch.Concurrency(mean: 96, peak: 100))
    }

    @Test("is the first of equals, and may be the whole run")
    func bounds() throws {
        let first = try #require(finder([100, 100, 1, 100, 100]).stretch)
        #expect(first.startS == 0 && first.endS == 2)
        let whole = try #require(finder([7, 7, 7]).stretch)
        #expect(whole.startS == 0 && whole.endS == 3 && whole.total[.completed] == 3)
    }

    @Test("is not there when nothing ever ran, or nobody looked")
    func nothing() {
        #expect(finder([0, 0, 0]).stretch == nil)
        #expect(SteadyFinder().stretch == nil)
    }

    @Test("is found in bounded memory, in intervals that become longer; its counts stay exact")
    func bounded() throws {
        // A ramp of 1,000 s, an hour at the peak, and a slow end.
        let ramp = (1...1_000).map { UInt64($0) }
        let stretch = try #require(finder(ramp + Array(repeating: 1_000, count: 3_600) + ramp.reversed()).stretch)
        // To an interval: 5,600 s are 88 of 64 s.
        #expect(abs(stretch.startS - 950) <= 64 && abs(stretch.endS - 4_650) <= 64)
        #expect(stretch.total[.completed] == UInt64(stretch.endS - stretch.startS))
    }

    @Test("begins anew when the numbers are reset, and not within a warm-up")
    func resets() throws {
        var finder = finder([500, 500, 500, 500])
        look(&finder, 1, 20, resets: 1)
        look(&finder, 2, 20, resets: 1)
        let stretch = try #require(finder.stretch)
        #expect(stretch.startS == 0 && stretch.endS == 2 && stretch.concurrency?.peak == 20)
        var warming = RunSnapshot(RunResult(RunLayout(), stallAfterMs: 1_000, objectives: []), phase: .running)
        warming.isWarmingUp = true
        warming.result.elapsedS = 9
        warming.result.total.counts.turnsRunning = 1_000
        finder.look(at: warming)
        #expect(finder.stretch?.concurrency?.peak == 20)
    }
}
