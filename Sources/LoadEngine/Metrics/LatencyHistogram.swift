/// Durations from 1 µs to 1 h with three significant digits, with their exact sum, least and greatest.
///
/// Longer durations are counted in the last bucket and in `maximumNs`; nothing is dropped. The buckets and percentiles
/// are HdrHistogram's. Its Swift package is not used, because its code is generic in another module and therefore not
/// specialised here: a percentile took fifty times as long, a sample twice as long.
package struct LatencyHistogram: Sendable {
    private var counts = [UInt64](repeating: 0, count: HistogramBuckets.counterCount)
    /// How many durations were recorded.
    package private(set) var count: UInt64 = 0
    package private(set) var sumNs: UInt64 = 0
    package private(set) var minimumNs = UInt64.max
    package private(set) var maximumNs: UInt64 = 0

    package init() {}

    /// Restores a histogram that was written by `text`; nil when the text is something else.
    ///
    /// - Parameters:
    ///   - text: HdrHistogram's interchange format, with this project's range and precision.
    ///   - sumNs: The exact sum of the durations.
    ///   - minimumNs: The exact least duration.
    ///   - maximumNs: The exact greatest duration.
    package init?(text: String, sumNs: UInt64, minimumNs: UInt64, maximumNs: UInt64) {
        var counts = counts
        var count: UInt64 = 0
        let isRead = HistogramText.decode(text) { valueNs, added in
            counts[HistogramBuckets.index(of: min(valueNs, HistogramBuckets.highestNs))] &+= added
            count &+= added
        }
        guard isRead else { return nil }
        self.counts = counts
        self.count = count
        self.sumNs = sumNs
        self.minimumNs = minimumNs
        self.maximumNs = maximumNs
    }

    /// The counters in HdrHistogram's interchange format, which keeps neither the exact sum nor the extremes.
    package var text: String { HistogramText.encode(self) }

    /// The arithmetic mean in nanoseconds, 0 without samples.
    package var meanNs: Double { count == 0 ? 0 : Double(sumNs) / Double(count) }

    package mutating func record(_ valueNs: UInt64) {
        counts[HistogramBuckets.index(of: min(valueNs, HistogramBuckets.highestNs))] &+= 1
        count &+= 1
        sumNs &+= valueNs
        minimumNs = min(minimumNs, valueNs)
        maximumNs = max(maximumNs, valueNs)
    }

    /// The value that a share of the samples does not exceed, in nanoseconds, exact to three digits.
    ///
    /// - Parameter percentile: From 0 to 100.
    /// - Returns: The value, never above the greatest sample; 0 without samples.
    package func percentileNs(_ percentile: Double) -> UInt64 { percentilesNs([percentile])[0] }

    /// Several percentiles at once: the counters are walked through once.
    ///
    /// - Parameter percentiles: From 0 to 100, in rising order.
    /// - Returns: The value for each, as `percentileNs` gives it.
    package func percentilesNs(_ percentiles: [Double]) -> [UInt64] {
        var values: [UInt64] = []
        var index = 0
        var below: UInt64 = 0
        for percentile in percentiles {
            let wanted = rank(of: percentile)
            while index < counts.count, below + counts[index] < wanted {
                below += counts[index]
                index += 1
            }
            values.append(count == 0 ? 0 : min(HistogramBuckets.value(at: index), maximumNs))
        }
        return values
    }

    /// How many samples a percentile's value has at or below it: HdrHistogram's rounding.
    private func rank(of percentile: Double) -> UInt64 {
        let share = min(max(percentile.nextDown, 0), 100) / 100
        return min(max(UInt64((share * Double(count)).rounded(.up)), 1), max(count, 1))
    }

    /// Adds samples of another histogram of the same kind.
    package mutating func add(_ other: some DurationSamples) {
        guard other.count > 0 else { return }
        other.forEachBucket { valueNs, added in
            counts[HistogramBuckets.index(of: min(valueNs, HistogramBuckets.highestNs))] &+= added
            count &+= added
        }
        sumNs &+= other.sumNs
        minimumNs = min(minimumNs, other.minimumNs)
        maximumNs = max(maximumNs, other.maximumNs)
    }
}

extension LatencyHistogram: DurationSamples {
    package func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void) {
        guard count > 0 else { return }
        for index in counts.indices where counts[index] > 0 { body(HistogramBuckets.value(at: index), counts[index]) }
    }
}

/// Durations counted in the project's buckets, with their exact sum, least and greatest.
package protocol DurationSamples {
    var count: UInt64 { get }
    var sumNs: UInt64 { get }
    /// `UInt64.max` without samples.
    var minimumNs: UInt64 { get }
    var maximumNs: UInt64 { get }

    /// Calls the body for all buckets that have any samples, in rising order, with the highest value of the bucket.
    func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void)
}
