/// The histogram of one row: the same buckets as `LatencyHistogram`, counted in 32 bits, in pages that exist only where
/// something was recorded.
///
/// A row's values lie close together, so it needs a few KB where the full histogram needs 197. A plain struct of
/// pointers, for slabs; its owner calls `destroy`.
/// - Isolation: loop
package struct PagedHistogram: DurationSamples {
    // The constants of HdrHistogram for three digits and a lowest value of 1,000 (unit 2⁹ ns): see its
    // `bucketIndexForValue` and `countsIndex`.
    private static let unitMagnitude: UInt64 = 9
    private static let halfCountMagnitude: UInt64 = 10
    private static let halfCount = 1 << 10
    private static let subBucketMask: UInt64 = 2047 << 9
    private static let leadingZerosBase = 44
    /// Enough buckets for one hour: 2²⁰ ns in the first, doubled 22 times.
    private static let bucketCount = 23

    private static let pageShift = 8
    private static let pageSize = 1 << pageShift
    private static let pageCount = ((bucketCount + 1) * halfCount) >> pageShift

    private var pages: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>?
    package private(set) var count: UInt64 = 0
    package private(set) var sumNs: UInt64 = 0
    package private(set) var minimumNs = UInt64.max
    package private(set) var maximumNs: UInt64 = 0

    package init() {}

    package mutating func record(_ valueNs: UInt64) {
        let index = Self.index(of: min(valueNs, LatencyHistogram.highestNs))
        let page = page(index >> Self.pageShift)
        let slot = index & (Self.pageSize - 1)
        // 4 billion samples in one bucket of one row: stay there rather than start again from 0.
        if page[slot] < .max { page[slot] += 1 }
        count += 1
        sumNs &+= valueNs
        minimumNs = min(minimumNs, valueNs)
        maximumNs = max(maximumNs, valueNs)
    }

    package func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void) {
        guard let pages else { return }
        for pageIndex in 0..<Self.pageCount {
            guard let page = pages[pageIndex] else { continue }
            for slot in 0..<Self.pageSize where page[slot] > 0 {
                body(Self.value(at: pageIndex << Self.pageShift + slot), UInt64(page[slot]))
            }
        }
    }

    package mutating func destroy() {
        guard let pages else { return }
        for index in 0..<Self.pageCount { pages[index]?.deallocate() }
        pages.deallocate()
        self.pages = nil
    }

    private mutating func page(_ index: Int) -> UnsafeMutablePointer<UInt32> {
        let table = pages ?? allocateTable()
        if let page = table[index] { return page }
        let page = UnsafeMutablePointer<UInt32>.allocate(capacity: Self.pageSize)
        page.initialize(repeating: 0, count: Self.pageSize)
        table[index] = page
        return page
    }

    private mutating func allocateTable() -> UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?> {
        let table = UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>.allocate(capacity: Self.pageCount)
        table.initialize(repeating: nil, count: Self.pageCount)
        pages = table
        return table
    }

    static func index(of valueNs: UInt64) -> Int {
        let bucket = leadingZerosBase - (valueNs | subBucketMask).leadingZeroBitCount
        let subBucket = Int(valueNs >> (UInt64(bucket) + unitMagnitude))
        return (bucket + 1) << Int(halfCountMagnitude) + subBucket - halfCount
    }

    /// The highest value that is counted at an index, as HdrHistogram's percentiles give it.
    static func value(at index: Int) -> UInt64 {
        var bucket = index >> Int(halfCountMagnitude) - 1
        var subBucket = index & (halfCount - 1) + halfCount
        if bucket < 0 {
            bucket = 0
            subBucket -= halfCount
        }
        return UInt64(subBucket + 1) << (UInt64(bucket) + unitMagnitude) - 1
    }
}
