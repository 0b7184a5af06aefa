package import LoadModel

/// Durations from 1 µs to 1 h with three significant digits, with their exact sum, least and greatest: what is recorded
/// into off the loop.
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

    package mutating func record(_ valueNs: UInt64) {
        counts[HistogramBuckets.index(of: min(valueNs, HistogramBuckets.highestNs))] &+= 1
        count &+= 1
        sumNs &+= valueNs
        minimumNs = min(minimumNs, valueNs)
        maximumNs = max(maximumNs, valueNs)
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
