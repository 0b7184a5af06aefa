internal import Histogram

/// Durations from 1 µs to 1 h with three significant digits, with their exact sum, least and greatest.
///
/// Longer durations are counted in the last bucket and in `maximumNs`; nothing is dropped.
package struct LatencyHistogram: Sendable {
    private var counts = Histogram<UInt64>(
        lowestDiscernibleValue: HistogramBuckets.lowestNs,
        highestTrackableValue: HistogramBuckets.highestNs,
        numberOfSignificantValueDigits: .three
    )
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
        let isRead = HistogramText.decode(text) { valueNs, count in
            _ = counts.record(min(valueNs, HistogramBuckets.highestNs), count: count)
        }
        guard isRead else { return nil }
        self.counts = counts
        self.sumNs = sumNs
        self.minimumNs = minimumNs
        self.maximumNs = maximumNs
    }

    /// The counters in HdrHistogram's interchange format, which keeps neither the exact sum nor the extremes.
    package var text: String { HistogramText.encode(self) }

    /// How many durations were recorded.
    package var count: UInt64 { counts.totalCount }

    /// The arithmetic mean in nanoseconds, 0 without samples.
    package var meanNs: Double { count == 0 ? 0 : Double(sumNs) / Double(count) }

    package mutating func record(_ valueNs: UInt64) {
        // Within range by the clamp, so the result is always true.
        _ = counts.record(min(valueNs, HistogramBuckets.highestNs))
        sumNs &+= valueNs
        minimumNs = min(minimumNs, valueNs)
        maximumNs = max(maximumNs, valueNs)
    }

    /// The value that a share of the samples does not exceed, in nanoseconds, exact to three digits.
    ///
    /// - Parameter percentile: From 0 to 100.
    /// - Returns: The value, never above the greatest sample; 0 without samples.
    package func percentileNs(_ percentile: Double) -> UInt64 {
        count == 0 ? 0 : min(counts.valueAtPercentile(percentile), maximumNs)
    }

    /// Adds samples of another histogram of the same kind.
    package mutating func add(_ other: some DurationSamples) {
        guard other.count > 0 else { return }
        other.forEachBucket { valueNs, count in
            _ = counts.record(min(valueNs, HistogramBuckets.highestNs), count: count)
        }
        sumNs &+= other.sumNs
        minimumNs = min(minimumNs, other.minimumNs)
        maximumNs = max(maximumNs, other.maximumNs)
    }
}

extension LatencyHistogram: DurationSamples {
    package func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void) {
        for bucket in counts.recordedValues() { body(bucket.value, bucket.count) }
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
