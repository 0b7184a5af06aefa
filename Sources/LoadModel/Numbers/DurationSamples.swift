/// Durations counted in the project's buckets, with their exact sum, least and greatest.
package protocol DurationSamples {
    var count: UInt64 { get }
    var sumNs: UInt64 { get }
    /// `UInt64.max` without samples.
    var minimumNs: UInt64 { get }
    var maximumNs: UInt64 { get }

    /// Calls the body for all buckets that have any samples, in rising order, with the highest value of the bucket.
    func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void)

    /// Several percentiles at once: the counters are walked through once.
    ///
    /// - Parameter percentiles: From 0 to 100, in rising order.
    /// - Returns: The value for each, as `percentileNs` gives it.
    func percentilesNs(_ percentiles: [Double]) -> [UInt64]
}

extension DurationSamples {
    /// The arithmetic mean in nanoseconds, 0 without samples.
    package var meanNs: Double { count == 0 ? 0 : Double(sumNs) / Double(count) }

    /// The counters in HdrHistogram's interchange format, which keeps neither the exact sum nor the extremes.
    package var text: String { HistogramText.encode(self) }

    /// The value that a share of the samples does not exceed, in nanoseconds, exact to three digits.
    ///
    /// - Parameter percentile: From 0 to 100.
    /// - Returns: The value, never above the greatest sample; 0 without samples.
    package func percentileNs(_ percentile: Double) -> UInt64 { percentilesNs([percentile])[0] }

    package func percentilesNs(_ percentiles: [Double]) -> [UInt64] { percentilesOfBucketsNs(percentiles) }

    func percentilesOfBucketsNs(_ percentiles: [Double]) -> [UInt64] {
        var values: [UInt64] = []
        var seen: UInt64 = 0
        forEachBucket { valueNs, added in
            seen += added
            while values.count < percentiles.count, seen >= rank(of: percentiles[values.count]) {
                values.append(min(valueNs, maximumNs))
            }
        }
        return values + Array(repeating: 0, count: percentiles.count - values.count)
    }

    /// How many samples a percentile's value has at or below it: HdrHistogram's rounding.
    private func rank(of percentile: Double) -> UInt64 {
        let share = min(max(percentile.nextDown, 0), 100) / 100
        return min(max(UInt64((share * Double(count)).rounded(.up)), 1), max(count, 1))
    }
}
