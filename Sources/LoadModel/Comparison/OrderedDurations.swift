/// The durations of a distribution by their rank, as far as its buckets know them.
struct OrderedDurations {
    private struct Bucket {
        /// How many durations are in the buckets before it.
        let before: Double
        let count: Double
        /// Where it begins and ends, in milliseconds.
        let bounds: ClosedRange<Double>
    }

    private let buckets: [Bucket]
    /// How many there are.
    let count: Double

    /// Nil where the buckets are not known.
    init?(_ durations: Distribution) {
        guard durations.hasBuckets, durations.count > 0 else { return nil }
        var buckets: [Bucket] = []
        var before = 0.0
        for bucket in durations.buckets {
            let end = Nanoseconds.milliseconds(min(bucket.valueNs, durations.maximumNs))
            let start = Nanoseconds.milliseconds(
                bucket.index == 0 ? 0 : max(HistogramBuckets.value(at: bucket.index - 1), durations.minimumNs)
            )
            buckets.append(Bucket(before: before, count: Double(bucket.count), bounds: min(start, end)...end))
            before += Double(bucket.count)
        }
        self.buckets = buckets
        count = before
    }

    /// The duration at a rank, from 1, in milliseconds; between two ranks on the line between their durations.
    ///
    /// Durations of one bucket are taken as spread evenly over it.
    func valueMs(at rank: Double) -> Double {
        let lower = min(max(rank.rounded(.down), 1), count)
        let upper = min(lower + 1, count)
        let (below, above) = (valueMs(atWhole: lower), valueMs(atWhole: upper))
        return below + (above - below) * min(max(rank - lower, 0), 1)
    }

    private func valueMs(atWhole rank: Double) -> Double {
        var (low, high) = (0, buckets.count)
        while low + 1 < high {
            let middle = (low + high) / 2
            if buckets[middle].before < rank { low = middle } else { high = middle }
        }
        let bucket = buckets[low]
        let place = (rank - bucket.before - 0.5) / bucket.count
        return bucket.bounds.lowerBound + (bucket.bounds.upperBound - bucket.bounds.lowerBound) * place
    }

    /// The interval of a percentile of what the durations are drawn from.
    ///
    /// - Parameters:
    ///   - percentile: From over 0 to under 100.
    ///   - effect: How many of the durations say as much as one independent one; at least 1.
    /// - Returns: The interval in milliseconds; nil where there are too few durations for it.
    func interval(percentile: Double, effect: Double) -> ClosedRange<Double>? {
        let share = percentile / 100
        let independent = count / effect
        guard share > 0, share < 1, independent >= 1 else { return nil }
        let ranks = BinomialRanks(of: share, count: independent)
        guard let lower = ranks.lower, let upper = ranks.upper else { return nil }
        // The same places among all of them.
        func valueMs(_ rank: Double) -> Double { self.valueMs(at: (rank - 0.5) * effect + 0.5) }
        let (least, most) = (valueMs(lower), valueMs(upper))
        return min(least, most)...max(least, most)
    }

    /// The interval of their mean, by the normal distribution.
    func intervalOfMean(_ meanMs: Double, effect: Double) -> ClosedRange<Double>? {
        guard count > effect * 2 else { return nil }
        let squares = buckets.reduce(0.0) { sum, bucket in
            let distance = (bucket.bounds.lowerBound + bucket.bounds.upperBound) / 2 - meanMs
            return sum + bucket.count * distance * distance
        }
        let width = Confidence.deviations * (squares / (count - 1) / (count / effect)).squareRoot()
        return (meanMs - width)...(meanMs + width)
    }
}
