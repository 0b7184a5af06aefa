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

    private var bytes: [UInt8] = []
    private var nextIndex = 0

    init() {}

    init(_ samples: some DurationSamples) {
        samples.forEachBucket { append(count: $1, valueNs: $0) }
        // Without the room that a growing array keeps.
        bytes = bytes.withUnsafeBufferPointer { Array($0) }
    }

    /// What it takes.
    var allocatedBytes: Int { bytes.capacity }

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
        append(UInt64(bucket.index - nextIndex))
        append(bucket.count)
        nextIndex = bucket.index + 1
    }

    private mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    func makeIterator() -> Iterator { Iterator(bytes: bytes) }

    struct Iterator: IteratorProtocol {
        fileprivate let bytes: [UInt8]
        private var position = 0
        private var nextIndex = 0

        fileprivate init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func next() -> Bucket? {
            guard position < bytes.count else { return nil }
            let index = nextIndex + Int(number())
            nextIndex = index + 1
            return Bucket(index: index, count: number())
        }

        private mutating func number() -> UInt64 {
            var value: UInt64 = 0
            var place: UInt64 = 0
            while true {
                let byte = bytes[position]
                position += 1
                value |= UInt64(byte & 0x7F) << place
                if byte < 0x80 { return value }
                place += 7
            }
        }
    }
}
