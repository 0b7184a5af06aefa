#if canImport(Glibc)
import Glibc
#endif

/// One histogram for each metric that rows have, in the order of `Metric`.
package typealias RowHistograms = InlineArray<8, PagedHistogram<UInt32>>

/// What one turn of one conversation gathered, over all its invocations.
package struct RowMetrics {
    package var counts = TallyCounts()
    /// When each outcome came first and last, by the clock that the recorder's `noteFailure` is told.
    package var outcomeTimes = OutcomeTimes()
    package var histograms = RowHistograms(repeating: PagedHistogram())

    package init() {
        precondition(Metric.perRowCount == 8, "one histogram for each metric of a row")
    }

    /// Makes rows of which nothing has been counted, which take no memory until then: there may be 500,000 of them.
    ///
    /// - Parameter count: How many.
    /// - Returns: Memory for `free`, whose owner destroys the rows before.
    static func allocate(_ count: Int) -> UnsafeMutablePointer<RowMetrics> {
        // An empty row is nothing but zeros, which the system gives without writing them.
        guard let memory = calloc(max(count, 1), MemoryLayout<RowMetrics>.stride) else {
            OutOfMemory.end(byteCount: count * MemoryLayout<RowMetrics>.stride)
        }
        return memory.bindMemory(to: RowMetrics.self, capacity: count)
    }

    static func free(_ rows: UnsafeMutablePointer<RowMetrics>) { Glibc.free(rows) }

    /// Counts from now on: what runs counts as just begun.
    ///
    /// - Returns: False for a row of which nothing had been counted.
    mutating func reset() -> Bool {
        guard !counts.isEmpty || histograms.indices.contains(where: { histograms[$0].count > 0 }) else { return false }
        destroy()
        counts.reset()
        outcomeTimes = OutcomeTimes()
        histograms = RowHistograms(repeating: PagedHistogram())
        return true
    }

    package mutating func destroy() {
        for index in histograms.indices { histograms[index].destroy() }
    }
}
