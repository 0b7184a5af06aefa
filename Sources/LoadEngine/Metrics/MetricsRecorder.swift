/// Records what happens; the hot end of all numbers.
///
/// Everything lies in memory of its own behind `let` pointers, so that recording takes neither reference counting nor
/// exclusivity checks.
/// - Isolation: loop
package final class MetricsRecorder {
    package let counters: UnsafeMutablePointer<RunCounters>
    /// `Shape:` one for each `Metric`.
    private let totals: UnsafeMutablePointer<PagedHistogram<UInt64>>
    /// How late the loop was in reading canaries, and how long its turns were.
    private let canary: UnsafeMutablePointer<PagedHistogram<UInt64>>
    private let loopTurn: UnsafeMutablePointer<PagedHistogram<UInt64>>
    /// `Shape:` the turns of the first conversation, then those of the second, and so on.
    private let rows: UnsafeMutablePointer<RowMetrics>
    private let rowCount: Int
    package var details = OutcomeDetails()

    private static let totalCount = Metric.allCases.count + 2

    package init(rowCount: Int) {
        self.rowCount = rowCount
        counters = .allocate(capacity: 1)
        counters.initialize(to: RunCounters())
        // One more for the canary, one for the turns of the loop.
        totals = .allocate(capacity: Self.totalCount)
        totals.initialize(repeating: PagedHistogram(), count: Self.totalCount)
        canary = totals + Metric.allCases.count
        loopTurn = canary + 1
        rows = .allocate(capacity: max(rowCount, 1))
        for index in 0..<rowCount { (rows + index).initialize(to: RowMetrics()) }
    }

    deinit {
        for index in 0..<rowCount { rows[index].destroy() }
        rows.deinitialize(count: rowCount)
        rows.deallocate()
        for index in 0..<Self.totalCount { totals[index].destroy() }
        totals.deinitialize(count: Self.totalCount)
        totals.deallocate()
        counters.deinitialize(count: 1)
        counters.deallocate()
    }

    /// Records a duration in the total of a metric.
    package func record(_ metric: Metric, _ valueNs: UInt64) {
        totals[metric.rawValue].record(valueNs)
    }

    /// Records a duration in the total and in the row.
    ///
    /// - Parameters:
    ///   - metric: One of the first `Metric.perRowCount`.
    ///   - valueNs: The duration in nanoseconds.
    ///   - row: The index of the row.
    package func record(_ metric: Metric, _ valueNs: UInt64, row: Int) {
        let index = HistogramBuckets.index(of: min(valueNs, HistogramBuckets.highestNs))
        totals[metric.rawValue].record(valueNs, at: index)
        rows[row].histograms[metric.rawValue].record(valueNs, at: index)
    }

    package func countEvent(row: Int) {
        counters.pointee.events += 1
        rows[row].counts.events += 1
    }

    package func countBytes(_ count: Int, row: Int) {
        counters.pointee.bytes += UInt64(count)
        rows[row].counts.bytes += UInt64(count)
    }

    package func countOutcome(_ outcome: TurnOutcome, isAfterFirstToken: Bool, row: Int) {
        counters.pointee.outcomes[outcome] += 1
        if isAfterFirstToken { counters.pointee.outcomesAfterFirstToken[outcome] += 1 }
        rows[row].counts.outcomes[outcome] += 1
    }

    /// Records how late the loop was in reading a canary.
    package func recordCanary(_ delayNs: UInt64) { canary.pointee.record(delayNs) }

    /// Records how long the loop was busy between two waits.
    package func recordLoopTurn(_ lengthNs: UInt64) { loopTurn.pointee.record(lengthNs) }

    /// All that has been counted so far, as a value that other threads may have.
    package var metrics: RunMetrics {
        var lateness = Lateness()
        lateness.canary = RecordedDurations(canary.pointee)
        lateness.loopTurn = RecordedDurations(loopTurn.pointee)
        return RunMetrics(
            counters: counters.pointee,
            totals: (0..<Metric.allCases.count).map { RecordedDurations(totals[$0]) },
            lateness: lateness,
            rows: (0..<rowCount).map { rows[$0].counts },
            details: details
        )
    }

    /// The address of a row; valid as long as the recorder.
    package func row(_ index: Int) -> UnsafePointer<RowMetrics> { UnsafePointer(rows + index) }
}

@available(*, unavailable)
extension MetricsRecorder: Sendable {}
