/// Durations that were counted, as a value: the buckets that have any, in rising order.
///
/// What the loop publishes once a second: making it takes microseconds, and a few KB.
package struct RecordedDurations: Sendable {
    package struct Bucket: Sendable {
        /// The highest value of the bucket.
        package let valueNs: UInt64
        package let count: UInt64
    }

    package let buckets: [Bucket]
    package let count: UInt64
    package let sumNs: UInt64
    package let minimumNs: UInt64
    package let maximumNs: UInt64

    package init(_ samples: some DurationSamples) {
        var buckets: [Bucket] = []
        samples.forEachBucket { buckets.append(Bucket(valueNs: $0, count: $1)) }
        self.buckets = buckets
        count = samples.count
        sumNs = samples.sumNs
        minimumNs = samples.minimumNs
        maximumNs = samples.maximumNs
    }

    /// None.
    package init() {
        buckets = []
        count = 0
        sumNs = 0
        minimumNs = .max
        maximumNs = 0
    }
}

extension RecordedDurations: DurationSamples {
    package func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void) {
        for bucket in buckets { body(bucket.valueNs, bucket.count) }
    }
}
