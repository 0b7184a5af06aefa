#if canImport(Glibc)
import Glibc
#endif

/// What one turn of one conversation counted, over all its invocations.
package struct RowCounts: Sendable {
    package var outcomes = OutcomeCounts()
    package var events: UInt64 = 0
    package var bytes: UInt64 = 0
    /// Those of the turns that were completed or failed.
    package var endedBytes: UInt64 = 0
    /// Turns sent whose outcome is not known yet.
    package var turnsRunning: UInt64 = 0
    /// Gaps between two content events of one turn that were stalls, and the turns that had any.
    package var stalls: UInt64 = 0
    package var stalledTurns: UInt64 = 0
    /// Turns that met every objective.
    package var goodTurns: UInt64 = 0
    /// Completed turns without a content event, and those whose content events all came together.
    package var turnsWithoutContent: UInt64 = 0
    package var turnsInOnePiece: UInt64 = 0
    /// When each outcome came first and last.
    package var outcomeTimes = OutcomeTimes()

    package init() {}
}

/// One histogram for each metric that rows have, in the order of `Metric`.
package typealias RowHistograms = InlineArray<6, PagedHistogram<UInt32>>

/// What one turn of one conversation gathered, over all its invocations.
package struct RowMetrics {
    package var counts = RowCounts()
    package var histograms = RowHistograms(repeating: PagedHistogram())

    package init() {
        precondition(Metric.perRowCount == 6, "one histogram for each metric of a row")
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
        let running = counts.turnsRunning
        let isUsed = running > 0 || counts.outcomes.total > 0 || counts.bytes > 0 || counts.events > 0
        guard isUsed || histograms.indices.contains(where: { histograms[$0].count > 0 }) else { return false }
        destroy()
        self = RowMetrics()
        counts.turnsRunning = running
        return true
    }

    package mutating func destroy() {
        for index in histograms.indices { histograms[index].destroy() }
    }
}
