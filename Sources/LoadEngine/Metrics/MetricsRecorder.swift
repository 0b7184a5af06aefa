/// Records what happens; the hot end of all numbers.
///
/// Everything lies in memory of its own behind `let` pointers, so that recording takes neither reference counting nor
/// exclusivity checks.
/// - Isolation: loop
package final class MetricsRecorder {
    package let counters: UnsafeMutablePointer<RunCounters>
    /// `Shape:` one for each `Metric`.
    private let totals: UnsafeMutablePointer<LatencyHistogram>
    /// What the generator measures of itself.
    private let lateness: UnsafeMutablePointer<Lateness>
    /// `Shape:` the turns of the first conversation, then those of the second, and so on.
    private let rows: UnsafeMutablePointer<RowMetrics>
    private let rowCount: Int
    package var details = OutcomeDetails()

    package init(rowCount: Int) {
        self.rowCount = rowCount
        counters = .allocate(capacity: 1)
        counters.initialize(to: RunCounters())
        totals = .allocate(capacity: Metric.allCases.count)
        totals.initialize(repeating: LatencyHistogram(), count: Metric.allCases.count)
        lateness = .allocate(capacity: 1)
        lateness.initialize(to: Lateness())
        rows = .allocate(capacity: max(rowCount, 1))
        for index in 0..<rowCount { (rows + index).initialize(to: RowMetrics()) }
    }

    deinit {
        for index in 0..<rowCount { rows[index].destroy() }
        rows.deinitialize(count: rowCount)
        rows.deallocate()
        totals.deinitialize(count: Metric.allCases.count)
        totals.deallocate()
        lateness.deinitialize(count: 1)
        lateness.deallocate()
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
        totals[metric.rawValue].record(valueNs)
        rows[row].histograms[metric.rawValue].record(valueNs)
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
    package func recordCanary(_ delayNs: UInt64) { lateness.pointee.canary.record(delayNs) }

    /// Records how long the loop was busy between two waits.
    package func recordLoopTurn(_ lengthNs: UInt64) { lateness.pointee.loopTurn.record(lengthNs) }

    /// All that has been counted so far, as a value that other threads may have.
    ///
    /// The histograms share their memory until the next sample of each, which then copies 197 KB; so it is for once a
    /// second.
    package var metrics: RunMetrics {
        RunMetrics(
            counters: counters.pointee,
            totals: Array(UnsafeBufferPointer(start: totals, count: Metric.allCases.count)),
            lateness: lateness.pointee,
            rows: (0..<rowCount).map { rows[$0].counts },
            details: details
        )
    }

    /// The address of a row; valid as long as the recorder.
    package func row(_ index: Int) -> UnsafePointer<RowMetrics> { UnsafePointer(rows + index) }
}

@available(*, unavailable)
extension MetricsRecorder: Sendable {}
