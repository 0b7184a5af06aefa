/// What the loop records into: counters of `HistogramBuckets`, in pages that exist only where something was recorded.
///
/// Values mostly lie close together, so it needs a few KB where all buckets need 197. Totals count in 64 bits, rows in 32.
/// A plain struct of pointers, for slabs; its owner calls `destroy`. An empty one is nothing but zeros, so that one in memory
/// that the system gives as zeros takes none before something is recorded.
/// - Isolation: loop
package struct PagedHistogram<Counter: FixedWidthInteger & UnsignedInteger>: DurationSamples {
    private static var pageShift: Int { 7 }
    private static var pageSize: Int { 1 << pageShift }
    private static var pageCount: Int { HistogramBuckets.counterCount >> pageShift }

    private var pages: UnsafeMutablePointer<UnsafeMutablePointer<Counter>?>?
    package private(set) var count: UInt64 = 0
    package private(set) var sumNs: UInt64 = 0
    /// All bits of the least the other way round, and 0 without samples.
    private var invertedMinimumNs: UInt64 = 0
    package private(set) var maximumNs: UInt64 = 0

    package init() {}

    package var minimumNs: UInt64 { ~invertedMinimumNs }

    package mutating func record(_ valueNs: UInt64) {
        record(valueNs, at: HistogramBuckets.index(of: min(valueNs, HistogramBuckets.highestNs)))
    }

    /// Records a duration whose index among the counters is known.
    @inline(__always)
    mutating func record(_ valueNs: UInt64, at index: Int) {
        let slot = index & (Self.pageSize - 1)
        let page = pages?[index >> Self.pageShift] ?? makePage(index >> Self.pageShift)
        // 4 billion samples in one bucket of one row: it stays there rather than start again from 0.
        if page[slot] < .max { page[slot] &+= 1 }
        count &+= 1
        sumNs &+= valueNs
        invertedMinimumNs = max(invertedMinimumNs, ~valueNs)
        maximumNs = max(maximumNs, valueNs)
    }

    // It is asked for by a module that knows `DurationSamples` only: without these, by code for any type of counter, which took
    // a snapshot of ten rows 2 ms.
    @_specialize(where Counter == UInt32)
    @_specialize(where Counter == UInt64)
    package func forEachBucket(_ body: (_ valueNs: UInt64, _ count: UInt64) -> Void) {
        guard let pages else { return }
        for pageIndex in 0..<Self.pageCount {
            guard let page = pages[pageIndex] else { continue }
            for slot in 0..<Self.pageSize where page[slot] > 0 {
                body(HistogramBuckets.value(at: pageIndex << Self.pageShift + slot), UInt64(page[slot]))
            }
        }
    }

    /// What its pages take.
    var allocatedBytes: Int {
        guard let pages else { return 0 }
        let used = (0..<Self.pageCount).count { pages[$0] != nil }
        return Self.pageCount * MemoryLayout<UnsafeRawPointer?>.stride + used * Self.pageSize
            * MemoryLayout<Counter>.stride
    }

    package mutating func destroy() {
        guard let pages else { return }
        for index in 0..<Self.pageCount { pages[index]?.deallocate() }
        pages.deallocate()
        self.pages = nil
    }

    @inline(never)
    private mutating func makePage(_ index: Int) -> UnsafeMutablePointer<Counter> {
        let table = pages ?? allocateTable()
        let page = UnsafeMutablePointer<Counter>.allocate(capacity: Self.pageSize)
        page.initialize(repeating: 0, count: Self.pageSize)
        table[index] = page
        return page
    }

    private mutating func allocateTable() -> UnsafeMutablePointer<UnsafeMutablePointer<Counter>?> {
        let table = UnsafeMutablePointer<UnsafeMutablePointer<Counter>?>.allocate(capacity: Self.pageCount)
        table.initialize(repeating: nil, count: Self.pageCount)
        pages = table
        return table
    }
}
