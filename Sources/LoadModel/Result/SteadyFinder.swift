/// Finds the steady stretch of a run: the longest one in which at least 95 % of the peak of concurrent turns were running.
///
/// `Formula:` the run is looked at about once a second, and cut into intervals of one length: at first 1 s, twice as long whenever
/// there are over 128. The concurrency of an interval is the mean of the turns that ran at its looks; the peak is the greatest one.
/// The stretch is the longest sequence of intervals with at least 0.95 × peak, the first of equals. What was counted in it is
/// the difference between the counts at its end and at its beginning, so a duration belongs to it when it was recorded in it.
///
/// Memory is bounded: of each interval the counts at its end are kept.
package struct SteadyFinder {
    private static let share = 0.95
    static let mostIntervals = 128

    private struct Interval {
        var endS: Double
        /// The sum of the turns that ran at each look, and how many looks there were.
        var turns: UInt64
        var looks: UInt64
        /// The counts at its end.
        var total: Tally

        var concurrency: Double { Double(turns) / Double(looks) }
    }

    private var resets = 0
    private var intervalS = 1.0
    private var intervals: [Interval] = []

    package init() {}

    /// Looks at the run; snapshots come in the order of time.
    package mutating func look(at snapshot: RunSnapshot) {
        guard !snapshot.isWarmingUp else { return }
        if snapshot.resets != resets {
            resets = snapshot.resets
            intervalS = 1
            intervals = []
        }
        let elapsedS = snapshot.elapsedS
        guard elapsedS > intervals.last?.endS ?? 0 else { return }
        let look = Interval(endS: elapsedS, turns: snapshot.activeTurns, looks: 1, total: snapshot.result.total)
        if let last = intervals.last, isOfOne(last, look) {
            intervals[intervals.count - 1] = Self.joined(last, look)
        } else {
            intervals.append(look)
        }
        if intervals.count > Self.mostIntervals { coarsen() }
    }

    /// The stretch; nil when no turn was ever seen to run.
    package var stretch: RunStretch? {
        guard let peak = intervals.map(\.concurrency).max(), peak > 0 else { return nil }
        var best: Range<Int>?
        var bestS = 0.0
        var first = 0
        for index in 0...intervals.count {
            if index < intervals.count, intervals[index].concurrency >= Self.share * peak { continue }
            let lengthS = first < index ? intervals[index - 1].endS - startS(of: first) : 0
            if lengthS > bestS { (best, bestS) = (first..<index, lengthS) }
            first = index + 1
        }
        guard let best, let last = best.last else { return nil }
        let within = intervals[best]
        let looks = within.reduce(0) { $0 + $1.looks }
        let turns = within.reduce(0) { $0 + $1.turns }
        let before = best.lowerBound > 0 ? intervals[best.lowerBound - 1].total : Tally()
        return RunStretch(
            startS: startS(of: best.lowerBound),
            endS: intervals[last].endS,
            concurrency: RunStretch.Concurrency(mean: Double(turns) / Double(looks), peak: peak),
            total: intervals[last].total.since(before)
        )
    }

    private func startS(of index: Int) -> Double { index > 0 ? intervals[index - 1].endS : 0 }

    /// Looks come a little before or after a whole second.
    private func number(of interval: Interval) -> Double { ((interval.endS - 0.25) / intervalS).rounded(.down) }

    private func isOfOne(_ first: Interval, _ second: Interval) -> Bool { number(of: first) == number(of: second) }

    private static func joined(_ first: Interval, _ second: Interval) -> Interval {
        Interval(
            endS: second.endS,
            turns: first.turns + second.turns,
            looks: first.looks + second.looks,
            total: second.total
        )
    }

    private mutating func coarsen() {
        intervalS *= 2
        let all = intervals
        intervals = []
        for interval in all {
            if let last = intervals.last, isOfOne(last, interval) {
                intervals[intervals.count - 1] = Self.joined(last, interval)
            } else {
                intervals.append(interval)
            }
        }
    }
}
