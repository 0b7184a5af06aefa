/// A distribution in a few hundred bytes, for charts over time: every 32 of HdrHistogram's buckets are one of its own.
///
/// Percentiles are exact to 2 %, below 1 ms to 8 µs.
public struct SmallHistogram: Codable, Sendable, Equatable {
    private static let shift = 5

    /// The bucket and its count by turns, in rising order.
    private var pairs: [UInt32] = []
    /// How many samples there are.
    public private(set) var count: UInt64 = 0

    /// No samples.
    package init() {}

    /// What has come to a distribution since an earlier moment.
    ///
    /// - Parameters:
    ///   - later: The distribution.
    ///   - earlier: The same at an earlier moment.
    package init(of later: Distribution, since earlier: Distribution) {
        later.forEachIncrease(since: earlier) { append(UInt32($0.index) >> Self.shift, UInt32(clamping: $0.count)) }
    }

    /// The value that a share of the samples does not exceed, in milliseconds.
    ///
    /// - Parameter percentile: From 0 to 100.
    /// - Returns: The middle of its bucket; nil without samples.
    public func percentileMs(_ percentile: Double) -> Double? {
        guard count > 0 else { return nil }
        let wanted = max((min(max(percentile, 0), 100) / 100 * Double(count)).rounded(.up), 1)
        var seen = 0.0
        for index in stride(from: 0, to: pairs.count, by: 2) {
            seen += Double(pairs[index + 1])
            if seen >= wanted { return Self.middleMs(pairs[index]) }
        }
        return pairs.isEmpty ? nil : Self.middleMs(pairs[pairs.count - 2])
    }

    /// How many samples are above a value, as far as the buckets tell: those of its own bucket are not.
    func count(above valueNs: UInt64) -> UInt64 {
        let bucket = UInt32(HistogramBuckets.index(of: min(valueNs, HistogramBuckets.highestNs)) >> Self.shift)
        var above: UInt64 = 0
        for index in stride(from: 0, to: pairs.count, by: 2) where pairs[index] > bucket {
            above += UInt64(pairs[index + 1])
        }
        return above
    }

    /// Adds the samples of another.
    package mutating func add(_ other: SmallHistogram) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        var sum = SmallHistogram()
        var left = 0
        var right = 0
        while left < pairs.count || right < other.pairs.count {
            let isLeft =
                right >= other.pairs.count || (left < pairs.count && pairs[left] <= other.pairs[right])
            if isLeft {
                sum.append(pairs[left], pairs[left + 1])
                left += 2
            } else {
                sum.append(other.pairs[right], other.pairs[right + 1])
                right += 2
            }
        }
        self = sum
    }

    /// Adds to the last bucket, or to one after it.
    private mutating func append(_ bucket: UInt32, _ added: UInt32) {
        count += UInt64(added)
        if let last = pairs.indices.last, pairs[last - 1] == bucket {
            pairs[last] = UInt32(clamping: UInt64(pairs[last]) + UInt64(added))
        } else {
            pairs += [bucket, added]
        }
    }

    private static func middleMs(_ bucket: UInt32) -> Double {
        Nanoseconds.milliseconds(HistogramBuckets.value(at: Int(bucket) << shift + (1 << shift) / 2 - 1))
    }

    /// Reads the list of buckets and counts by turns.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws, and `DecodingError` for a list that is none.
    public init(from decoder: any Decoder) throws {
        let read = try CountList(from: decoder).values
        let buckets = stride(from: 0, to: read.count, by: 2).map { read[$0] }
        let mostBuckets = UInt32(HistogramBuckets.counterCount >> Self.shift)
        guard read.count.isMultiple(of: 2), zip(buckets, buckets.dropFirst()).allSatisfy({ $0 < $1 }),
            buckets.last.map({ $0 < mostBuckets }) ?? true
        else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected rising buckets and their counts by turns, found something else"
                )
            )
        }
        for index in buckets.indices { append(buckets[index], read[2 * index + 1]) }
    }

    /// Writes the list of buckets and counts by turns.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        try CountList(pairs).encode(to: encoder)
    }
}
