/// What one turn of one conversation counted, over all its invocations.
package struct RowCounts: Sendable {
    package var outcomes = OutcomeCounts()
    package var events: UInt64 = 0
    package var bytes: UInt64 = 0

    package init() {}
}

/// What one turn of one conversation gathered, over all its invocations.
package struct RowMetrics {
    package var counts = RowCounts()
    package var histograms = InlineArray<4, PagedHistogram<UInt32>>(repeating: PagedHistogram())

    package init() {
        precondition(Metric.perRowCount == 4, "one histogram for each metric of a row")
    }

    package mutating func destroy() {
        for index in histograms.indices { histograms[index].destroy() }
    }
}
