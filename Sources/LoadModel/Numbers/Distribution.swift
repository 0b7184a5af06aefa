/// Durations that were counted, as a value: the buckets that have any, in rising order, with the exact sum, least and
/// greatest.
///
/// What the loop publishes once a second, and what reports add up: making it takes microseconds, and a KB or two.
public struct Distribution: Sendable, Equatable {
    /// What is known of a distribution whose buckets are not.
    private struct Stated: Equatable {
        let percentile: Double
        let valueNs: UInt64
    }

    private(set) var buckets = BucketList()
    /// How many durations there are.
    public private(set) var count: UInt64 = 0
    /// Their sum, in nanoseconds.
    public private(set) var sumNs: UInt64 = 0
    /// The least; `UInt64.max` without any.
    public private(set) var minimumNs = UInt64.max
    /// The greatest; 0 without any.
    public private(set) var maximumNs: UInt64 = 0
    /// Nil where the buckets are known, as those of every run are; else the percentiles that a file has instead.
    private var stated: [Stated]?

    /// None.
    public init() {}

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

    /// What a file without the buckets says of a distribution.
    ///
    /// - Parameters:
    ///   - count: How many durations there are.
    ///   - sumNs: Their sum.
    ///   - minimumNs: The least.
    ///   - maximumNs: The greatest.
    ///   - percentilesNs: The percentiles that it has, from 0 to 100.
    init(count: UInt64, sumNs: UInt64, minimumNs: UInt64, maximumNs: UInt64, percentilesNs: [Double: UInt64]) {
        self.count = count
        self.sumNs = sumNs
        self.minimumNs = minimumNs
        self.maximumNs = maximumNs
        stated = percentilesNs.map { Stated(percentile: $0.key, valueNs: $0.value) }
    }

    /// Whether every percentile is known, not only those that a file had.
    package var hasBuckets: Bool { stated == nil }

    /// The value that a share of the durations does not exceed, exact to three digits.
    ///
    /// - Parameter percentile: From 0 to 100.
    /// - Returns: The value; nil without durations, and where a file of an older version does not tell.
    public func percentile(_ percentile: Double) -> Duration? {
        knownPercentileNs(percentile).map { .nanoseconds(Int64(clamping: $0)) }
    }

    /// The arithmetic mean; nil without durations.
    public var mean: Duration? { count == 0 ? nil : .nanoseconds(Int64(clamping: sumNs / count)) }

    /// The same in nanoseconds.
    func knownPercentileNs(_ percentile: Double) -> UInt64? {
        guard count > 0 else { return nil }
        guard let stated else { return percentileNs(percentile) }
        return stated.first { $0.percentile == percentile }?.valueNs
    }

    package func percentilesNs(_ percentiles: [Double]) -> [UInt64] {
        hasBuckets ? percentilesOfBucketsNs(percentiles) : percentiles.map { knownPercentileNs($0) ?? 0 }
    }

    // MARK: Sums and differences

    /// What has come since an earlier moment; its least and greatest are only as exact as its buckets.
    ///
    /// - Parameter earlier: The same durations at the earlier moment.
    /// - Returns: The difference.
    public func since(_ earlier: Distribution) -> Distribution {
        guard earlier.count > 0 else { return self }
        var new = Distribution()
        var last: BucketList.Bucket?
        forEachIncrease(since: earlier) { bucket in
            if last == nil { new.minimumNs = bucket.valueNs }
            last = bucket
            new.buckets.append(bucket)
            new.count += bucket.count
        }
        new.sumNs = new.count == 0 ? 0 : sumNs &- earlier.sumNs
        new.maximumNs = min(last?.valueNs ?? 0, maximumNs)
        return new
    }

    /// Calls the body for all buckets that have more samples than at an earlier moment, in rising order.
    func forEachIncrease(since earlier: Distribution, _ body: (BucketList.Bucket) -> Void) {
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

    /// Adds the durations of another part of a run.
    ///
    /// - Parameter other: Those of the other part.
    public mutating func add(_ other: Distribution) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        if hasBuckets, other.hasBuckets {
            buckets = Self.sum(buckets, other.buckets)
        } else {
            // The percentiles of a part say nothing about those of the whole.
            buckets = BucketList()
            stated = []
        }
        count &+= other.count
        sumNs &+= other.sumNs
        minimumNs = min(minimumNs, other.minimumNs)
        maximumNs = max(maximumNs, other.maximumNs)
    }

    private static func sum(_ mine: BucketList, _ other: BucketList) -> BucketList {
        var sum = BucketList()
        var (left, right) = (mine.makeIterator(), other.makeIterator())
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
        return sum
    }

    private static func least(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }
}

extension Distribution: DurationSamples {
    package func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void) {
        for bucket in buckets { body(bucket.valueNs, bucket.count) }
    }
}

// MARK: Between processes

extension Distribution {
    /// Appends the durations to what is told to another process; none of a run are without their buckets.
    func pack(into packed: inout PackedBytes) {
        for number in [count, sumNs, minimumNs, maximumNs] { packed.append(number) }
        packed.append(buckets.bytes)
    }

    /// Reads durations that were packed, which may be anything.
    init(unpacking reader: inout PackedBytes.Reader) throws(PackedBytes.Mistake) {
        count = try reader.number()
        sumNs = try reader.number()
        minimumNs = try reader.number()
        maximumNs = try reader.number()
        buckets = try BucketList(bytes: try reader.list())
        let counted = buckets.reduce(UInt64(0)) { $0 &+ $1.count }
        guard counted == count else { throw PackedBytes.Mistake() }
    }
}

extension Distribution: PackedCodable {
    func pack() -> PackedBytes {
        var packed = PackedBytes()
        pack(into: &packed)
        return packed
    }
}
