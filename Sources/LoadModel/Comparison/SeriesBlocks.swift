/// A run over time in blocks that are long enough to be taken as independent: how much what happens in them differs says how far
/// the numbers of the whole run can be trusted.
struct SeriesBlocks {
    /// With fewer blocks their differences say nothing.
    private static let fewest = 8
    private static let most = 32
    /// What a block has to have at least for its share to say something.
    private static let leastExpected = 5.0
    /// The 95th percentile of the normal distribution.
    private static let deviationsByChance = 1.6448536269514722
    /// The share of the greatest number of users from which on the run is past its beginning.
    private static let shareOfUsers = 0.5

    private let points: [TimePoint]

    /// Takes the intervals in which at least half of the users of the peak were there.
    init(_ series: TimeSeries) {
        let peak = series.points.map(\.activeUsers).max() ?? 0
        let full = series.points.filter { Double($0.activeUsers) >= Double(peak) * Self.shareOfUsers }
        points = full.count >= Self.fewest ? full : series.points
    }

    private func blocks(_ count: Int) -> [ArraySlice<TimePoint>] {
        (0..<count).map { points[($0 * points.count / count)..<(($0 + 1) * points.count / count)] }
    }

    /// Half of the length of the interval of a rate.
    ///
    /// `Formula:` the rates of b blocks of equal length have the deviation s; the half is t · s / √b, with Student's t for b − 1
    /// degrees of freedom.
    ///
    /// - Parameter count: What is counted in an interval.
    /// - Returns: Nil where the run is too short.
    func halfOfRate(_ count: (TimePoint) -> UInt64) -> Double? {
        guard points.count >= Self.fewest else { return nil }
        let rates = blocks(min(points.count, Self.most)).compactMap { block -> Double? in
            let seconds = block.reduce(0.0) { $0 + $1.endS - $1.startS }
            return seconds > 0 ? Double(block.reduce(0) { $0 &+ count($1) }) / seconds : nil
        }
        guard rates.count >= Self.fewest else { return nil }
        let number = Double(rates.count)
        let mean = rates.reduce(0, +) / number
        let squares = rates.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / (number - 1)).squareRoot()
        return Confidence.studentDeviations(freedom: number - 1) * deviation / number.squareRoot()
    }

    /// How many events say as much as one independent one, of which a share is of a kind: Kish's design effect, with a cluster for
    /// each block.
    ///
    /// It is 1 where the run is too short to tell, and where the blocks differ by no more than those of independent events do in 19 of
    /// 20 cases: chance would widen every interval otherwise.
    ///
    /// - Parameter counts: How many of an interval there are, and how many of these are of the kind.
    /// - Returns: At least 1.
    func effect(_ counts: (TimePoint) -> (of: UInt64, all: UInt64)) -> Double {
        let all = points.reduce(into: (of: UInt64(0), all: UInt64(0))) { sum, point in
            let counted = counts(point)
            sum.of &+= counted.of
            sum.all &+= counted.all
        }
        guard all.all > 0 else { return 1 }
        let share = Double(all.of) / Double(all.all)
        let expected = Double(all.all) * share * (1 - share)
        let count = min(Int(min(expected / Self.leastExpected, 1e6)), points.count, Self.most)
        guard count >= Self.fewest else { return 1 }
        var sample = TurnSample()
        for block in blocks(count) {
            let sum = block.map(counts).reduce(into: (of: UInt64(0), all: UInt64(0))) { sum, counted in
                sum.of &+= counted.of
                sum.all &+= counted.all
            }
            sample.add(good: sum.of, of: sum.all)
        }
        let byChance = 1 + Self.deviationsByChance * (2 / Double(count - 1)).squareRoot()
        return sample.effect > byChance ? sample.effect : 1
    }
}
