/// What is noted of each second of a load while it is held.
struct LevelNotes {
    /// In an open model the load grows for good when the second half of the time has so many times as many turns at the same time as
    /// the first, and so many more.
    private static let growthFactor = 1.3
    private static let growthTurns = 2.0
    /// And first tokens come so many times as late.
    private static let latenessFactor = 1.1
    /// The share of the turns that began and did not end from which on a load may be called over-saturated early.
    private static let leastBacklog = 0.05

    private(set) var sample = TurnSample()
    private var concurrency = GrowthTrend()
    private var firstTokens = GrowthTrend()
    /// Turns that ran, and conversations that waited for a user, at each look.
    private var running: [Double] = []
    private var waiting: [Double] = []
    /// The mean first token of each second that had any, in milliseconds.
    private var firstTokensMs: [Double] = []
    private var started: UInt64 = 0
    private var ended: UInt64 = 0

    /// How many turns ran at the same time, on average.
    var meanConcurrency: Double { Self.mean(running[...]) }

    /// Whether there were more at the same time in the second half than in the first, and first tokens came later: a queue grows.
    ///
    /// Of a server that keeps up the two halves are alike, but for chance. While an open load only fills up, more run at the same
    /// time, and nobody waits longer for that.
    var isGrowing: Bool {
        let all = zip(running, waiting).map { $0 + $1 }
        let (first, second) = Self.halves(all)
        let (firstMs, secondMs) = Self.halves(firstTokensMs)
        return all.count >= 8 && second > Self.growthFactor * first + Self.growthTurns
            && secondMs > Self.latenessFactor * firstMs
    }

    private static func halves(_ values: [Double]) -> (Double, Double) {
        (mean(values.prefix(values.count / 2)), mean(values.suffix(values.count / 2)))
    }

    /// Whether that is beyond doubt: first tokens grow as well, and many turns that have begun do not end.
    var isSaturated: Bool {
        let backlog = started > ended ? Double(started - ended) / Double(started) : 0
        return backlog >= Self.leastBacklog && isGrowing && concurrency.isGrowing && firstTokens.isGrowing
    }

    mutating func note(_ look: LimitSearch.Look, since last: LimitSearch.Look) {
        let turns = Double(look.total.turnsRunning)
        running.append(turns)
        waiting.append(Double(look.arrivalsWaiting))
        concurrency.add(turns + Double(look.arrivalsWaiting), atS: look.nowS)
        let since = look.total.since(last.total)
        started += since[.turnsStarted]
        ended += since.counts.outcomes.total
        sample.add(good: since[.goodTurns], of: since.requests)
        guard let tokens = since[.ttft] else { return }
        firstTokens.add(tokens.meanNs / 1e6, atS: look.nowS)
        firstTokensMs.append(tokens.meanNs / 1e6)
    }

    private static func mean(_ values: ArraySlice<Double>) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
}
