/// Durations that were counted, as a value: the buckets that have any, in rising order.
///
/// What the loop publishes once a second, and what reports add up: making it takes microseconds, and a few KB.
package struct RecordedDurations: Sendable, Equatable {
    package struct Bucket: Sendable, Equatable {
        /// The highest value of the bucket.
        package let valueNs: UInt64
        package let count: UInt64
    }

    package private(set) var buckets: [Bucket] = []
    package private(set) var count: UInt64 = 0
    package private(set) var sumNs: UInt64 = 0
    package private(set) var minimumNs = UInt64.max
    package private(set) var maximumNs: UInt64 = 0

    /// None.
    package init() {}

    package init(_ samples: some DurationSamples) {
        samples.forEachBucket { buckets.append(Bucket(valueNs: $0, count: $1)) }
        count = samples.count
        sumNs = samples.sumNs
        minimumNs = samples.minimumNs
        maximumNs = samples.maximumNs
    }

    /// Restores what was written by `text`; nil when the text is something else.
    ///
    /// - Parameters:
    ///   - text: HdrHistogram's interchange format, with this project's range and precision.
    ///   - sumNs: The exact sum of the durations.
    ///   - minimumNs: The exact least duration.
    ///   - maximumNs: The exact greatest duration.
    package init?(text: String, sumNs: UInt64, minimumNs: UInt64, maximumNs: UInt64) {
        let isRead = HistogramText.decode(text) { valueNs, added in
            buckets.append(Bucket(valueNs: valueNs, count: added))
            count &+= added
        }
        guard isRead else { return nil }
        self.sumNs = sumNs
        self.minimumNs = minimumNs
        self.maximumNs = maximumNs
    }

    /// What has come since an earlier moment; its least and greatest are only as exact as its buckets.
    ///
    /// - Parameter earlier: The same durations at the earlier moment.
    /// - Returns: The difference.
    package func since(_ earlier: RecordedDurations) -> RecordedDurations {
        guard earlier.count > 0 else { return self }
        var new = RecordedDurations()
        var known = earlier.buckets[...]
        for bucket in buckets {
            // Every bucket of the earlier ones is here too.
            let before = known.first.flatMap { $0.valueNs == bucket.valueNs ? $0.count : nil }
            if before != nil { known = known.dropFirst() }
            guard bucket.count > before ?? 0 else { continue }
            new.buckets.append(Bucket(valueNs: bucket.valueNs, count: bucket.count - (before ?? 0)))
            new.count += bucket.count - (before ?? 0)
        }
        new.sumNs = sumNs &- earlier.sumNs
        new.minimumNs = new.buckets.first?.valueNs ?? .max
        new.maximumNs = min(new.buckets.last?.valueNs ?? 0, maximumNs)
        return new
    }

    /// Adds samples of another.
    package mutating func add(_ other: RecordedDurations) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        var sum: [Bucket] = []
        sum.reserveCapacity(max(buckets.count, other.buckets.count))
        var left = buckets[...]
        var right = other.buckets[...]
        while let mine = left.first, let others = right.first {
            if mine.valueNs == others.valueNs {
                sum.append(Bucket(valueNs: mine.valueNs, count: mine.count &+ others.count))
                left = left.dropFirst()
                right = right.dropFirst()
            } else if mine.valueNs < others.valueNs {
                sum.append(mine)
                left = left.dropFirst()
            } else {
                sum.append(others)
                right = right.dropFirst()
            }
        }
        buckets = sum + left + right
        count &+= other.count
        sumNs &+= other.sumNs
        minimumNs = min(minimumNs, other.minimumNs)
        maximumNs = max(maximumNs, other.maximumNs)
    }
}

extension RecordedDurations: DurationSamples {
    package func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void) {
        for bucket in buckets { body(bucket.valueNs, bucket.count) }
    }
}
