/// The buckets of a distribution that have any samples, in rising order, in two or three bytes each.
///
/// For each its distance from the one before and its count, both in LEB128: a run publishes thousands of such lists, and
/// pairs of numbers would take eight times as much.
struct BucketList: Sequence, Sendable, Equatable {
    /// A bucket and what it has.
    struct Bucket: Equatable {
        /// The place among the counters of `HistogramBuckets`.
        let index: Int
        let count: UInt64

        /// The highest value of the bucket.
        var valueNs: UInt64 { HistogramBuckets.value(at: index) }
    }

    private var packed = PackedBytes()
    private var nextIndex = 0

    init() {}

    init(_ samples: some DurationSamples) {
        samples.forEachBucket { append(count: $1, valueNs: $0) }
        packed.shrink()
    }

    /// Reads what another process has told, which may be anything.
    ///
    /// - Parameter bytes: Those of its list.
    /// - Throws: `PackedBytes.Mistake` when they are no list of buckets.
    init(bytes: [UInt8]) throws(PackedBytes.Mistake) {
        var reader = PackedBytes.Reader(bytes)
        while !reader.isAtEnd {
            let distance = try reader.number()
            guard distance < UInt64(HistogramBuckets.counterCount - nextIndex) else { throw PackedBytes.Mistake() }
            append(Bucket(index: nextIndex + Int(distance), count: try reader.number()))
        }
        packed.shrink()
    }

    /// The list as it is told to another process.
    var bytes: [UInt8] { packed.bytes }

    /// What it takes.
    var allocatedBytes: Int { packed.bytes.capacity }

    /// Adds a bucket behind all others.
    ///
    /// - Parameters:
    ///   - count: What it has.
    ///   - valueNs: Any value of it.
    mutating func append(count: UInt64, valueNs: UInt64) {
        append(Bucket(index: HistogramBuckets.index(of: Swift.min(valueNs, HistogramBuckets.highestNs)), count: count))
    }

    /// Adds a bucket behind all others.
    mutating func append(_ bucket: Bucket) {
        packed.append(UInt64(bucket.index - nextIndex))
        packed.append(bucket.count)
        nextIndex = bucket.index + 1
    }

    func makeIterator() -> Iterator { Iterator(reader: PackedBytes.Reader(packed.bytes)) }

    struct Iterator: IteratorProtocol {
        private var reader: PackedBytes.Reader
        private var nextIndex = 0

        fileprivate init(reader: PackedBytes.Reader) {
            self.reader = reader
        }

        mutating func next() -> Bucket? {
            guard !reader.isAtEnd, let distance = try? reader.number(), let count = try? reader.number() else {
                return nil
            }
            let index = nextIndex + Int(distance)
            nextIndex = index + 1
            return Bucket(index: index, count: count)
        }
    }
}
