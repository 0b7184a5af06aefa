/// A stretch of time of a run, and what was counted within it: the warm-up, or the steady stretch.
public struct RunStretch: Codable, Sendable {
    /// When it began, in seconds since the start of the run, or since its numbers were reset.
    public package(set) var startS: Double
    /// When it ended, in the same seconds.
    public package(set) var endS: Double
    /// How many turns ran at the same time in it, on average, and how many at the peak of the run; nil of a warm-up.
    public package(set) var concurrency: Concurrency?
    /// What was counted within it.
    public package(set) var total: Tally

    /// How many turns ran at the same time.
    public struct Concurrency: Codable, Sendable, Equatable {
        /// The mean within the stretch.
        public package(set) var mean: Double
        /// The greatest of the run, as it is compared with.
        public package(set) var peak: Double
    }

    package init(startS: Double, endS: Double, concurrency: Concurrency? = nil, total: Tally) {
        self.startS = startS
        self.endS = endS
        self.concurrency = concurrency
        self.total = total
    }

    /// How long it was, in seconds.
    public var durationS: Double { max(endS - startS, 0) }

    /// The durations of a metric; nil without any.
    public subscript(metric: Metric) -> Distribution? { total[metric] }
    /// How many turns ended so.
    public subscript(outcome: TurnOutcome) -> UInt64 { total[outcome] }
    /// What a counter has.
    public subscript(counter: Counter) -> UInt64 { total[counter] }

    /// The same stretch of two parts of the run.
    func adding(_ other: RunStretch) -> RunStretch {
        var sum = self
        sum.startS = min(startS, other.startS)
        sum.endS = max(endS, other.endS)
        sum.total.add(other.total)
        return sum
    }
}
