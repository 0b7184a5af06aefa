/// The buckets of every histogram of the project: those of HdrHistogram for three digits, from 1 µs to 1 h.
///
/// See its `bucketIndexForValue` and `countsIndex`; a lowest value of 1,000 ns makes its unit 2⁹ ns.
public enum HistogramBuckets {
    /// The least duration with a bucket of its own.
    public static var lowestNs: UInt64 { 1_000 }
    /// The greatest duration; longer ones are counted there.
    public static var highestNs: UInt64 { 3_600_000_000_000 }
    /// To how many digits a value is exact.
    public static var significantDigits: Int { 3 }

    @inlinable static var unitMagnitude: UInt64 { 9 }
    @inlinable static var halfCountMagnitude: UInt64 { 10 }
    @inlinable static var halfCount: Int { 1 << 10 }
    @inlinable static var subBucketMask: UInt64 { 2047 << 9 }
    @inlinable static var leadingZerosBase: Int { 44 }
    /// Enough for one hour: 2²⁰ ns in the first, doubled 22 times.
    private static var bucketCount: Int { 23 }

    /// How many counters a histogram has.
    public static var counterCount: Int { (bucketCount + 1) * halfCount }

    /// The index of the counter of a value, which is at most `highestNs`.
    @inlinable
    public static func index(of valueNs: UInt64) -> Int {
        let bucket = leadingZerosBase - (valueNs | subBucketMask).leadingZeroBitCount
        let subBucket = Int(valueNs >> (UInt64(bucket) + unitMagnitude))
        return (bucket + 1) << Int(halfCountMagnitude) + subBucket - halfCount
    }

    /// The highest value that is counted at an index, as HdrHistogram's percentiles give it.
    public static func value(at index: Int) -> UInt64 {
        var bucket = index >> Int(halfCountMagnitude) - 1
        var subBucket = index & (halfCount - 1) + halfCount
        if bucket < 0 {
            bucket = 0
            subBucket -= halfCount
        }
        return UInt64(subBucket + 1) << (UInt64(bucket) + unitMagnitude) - 1
    }
}
