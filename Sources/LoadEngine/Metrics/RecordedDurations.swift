/// Durations that were counted, as a value: the buckets that have any, in rising order.
///
/// What the loop publishes once a second, and what reports add up: making it takes microseconds, and a KB or two.
package struct RecordedDurations: Sendable, Equatable {
    private(set) var buckets = BucketList()
    package private(set) var count: UInt64 = 0
    package private(set) var sumNs: UInt64 = 0
    package private(set) var minimumNs = UInt64.max
    package private(set) var maximumNs: UInt64 = 0

    /// None.
    package init() {}

    package init(_ samples: some DurationSamples) {
        buckets = BucketList(samples)
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
        var isCounted = true
        let isRead = HistogramText.decode(text) { valueNs, added in
            buckets.append(count: added, valueNs: valueNs)
            let (sum, isTooMuch) = count.addingReportingOverflow(added)
            if isTooMuch { isCounted = false } else { count = sum }
        }
        guard isRead, isCounted else { return nil }
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
        var last: BucketList.Bucket?
        forEachIncrease(since: earlier) { bucket in
            if last == nil { new.minimumNs = bucket.valueNs }
            last = bucket
            new.buckets.append(bucket)
            new.count += bucket.count
        }
        new.sumNs = sumNs &- earlier.sumNs
        new.maximumNs = min(last?.valueNs ?? 0, maximumNs)
        return new
    }

    /// Calls the body for all buckets that have more samples than at an earlier moment, in rising order.
    func forEachIncrease(since earlier: RecordedDurations, _ body: (BucketList.Bucket) -> Void) {
        var known = earlier.buckets.makeIterator()
        var before = known.next()
        for bucket in buckets {
            var new = bucket.count
            // Every bucket of the earlier ones is here too.
            if let old = before, old.index == bucket.index {
                new -= min(old.count, new)
                before = known.next()
            }
            if new > 0 { body(BucketList.Bucket(index: bucket.index, count: new)) }
        }
    }

    /// Adds samples of another.
    package mutating func add(_ other: RecordedDurations) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        var sum = BucketList()
        var (left, right) = (buckets.makeIterator(), other.buckets.makeIterator())
        var (mine, others) = (left.next(), right.next())
        while let index = Self.least(mine?.index, others?.index) {
            var count: UInt64 = 0
            if let bucket = mine, bucket.index == index {
                count &+= bucket.count
                mine = left.next()
            }
            if let bucket = others, bucket.index == index {
                count &+= bucket.count
                others = right.next()
            }
            sum.append(BucketList.Bucket(index: index, count: count))
        }
        buckets = sum
        count &+= other.count
        sumNs &+= other.sumNs
        minimumNs = min(minimumNs, other.minimumNs)
        maximumNs = max(maximumNs, other.maximumNs)
    }

    private static func least(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }
}

extension RecordedDurations: DurationSamples {
    package func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void) {
        for bucket in buckets { body(bucket.valueNs, bucket.count) }
    }
}
