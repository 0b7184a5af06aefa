/// The histogram of one row: the same buckets as `LatencyHistogram`, counted in 32 bits, in pages that exist only where
/// something was recorded.
///
/// A row's values lie close together, so it needs a few KB where the full histogram needs 197. A plain struct of
/// pointers, for slabs; its owner calls `destroy`.
/// - Isolation: loop
package struct PagedHistogram: DurationSamples {
    private static let pageShift = 8
    private static let pageSize = 1 << pageShift
    private static let pageCount = HistogramBuckets.counterCount >> pageShift

    private var pages: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>?
    package private(set) var count: UInt64 = 0
    package private(set) var sumNs: UInt64 = 0
    package private(set) var minimumNs = UInt64.max
    package private(set) var maximumNs: UInt64 = 0

    package init() {}

    package mutating func record(_ valueNs: UInt64) {
        let index = HistogramBuckets.index(of: min(valueNs, HistogramBuckets.highestNs))
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
                body(HistogramBuckets.value(at: pageIndex << Self.pageShift + slot), UInt64(page[slot]))
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
}
