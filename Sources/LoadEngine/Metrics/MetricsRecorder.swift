/// The counters of a run that everything else is derived from.
package struct RunCounters: Sendable {
    /// Invocations taken from the queue of which no turn has been sent yet.
    package var conversationsWaiting: UInt64 = 0
    package var conversationsRunning: UInt64 = 0
    /// Invocations taken from the queue and given up before a turn was sent: they count as not started.
    package var conversationsWithdrawn: UInt64 = 0
    package var conversationsCompleted: UInt64 = 0
    package var conversationsFailed: UInt64 = 0
    package var conversationsCancelled: UInt64 = 0
    package var turnsStarted: UInt64 = 0
    /// Turns sent whose outcome is not known yet.
    package var turnsRunning: UInt64 = 0
    package var turnsRunningPeak: UInt64 = 0
    package var usersActive: UInt64 = 0
    package var usersPeak: UInt64 = 0
    package var outcomes = OutcomeCounts()
    package var outcomesAfterFirstToken = OutcomeCounts()
    package var events: UInt64 = 0
    package var bytes: UInt64 = 0
    /// Sends that libcurl wanted to repeat on a connection the server had closed.
    package var staleReuse: UInt64 = 0
    /// When the last turn ended; 0 while none has.
    package var lastEndNs: UInt64 = 0

    package init() {}
}

/// What one turn of one conversation gathered, over all its invocations.
package struct RowMetrics {
    package var outcomes = OutcomeCounts()
    package var events: UInt64 = 0
    package var bytes: UInt64 = 0
    package var histograms = InlineArray<4, PagedHistogram>(repeating: PagedHistogram())

    package init() {
        precondition(Metric.perRowCount == 4, "one histogram for each metric of a row")
    }

    package mutating func destroy() {
        for index in histograms.indices { histograms[index].destroy() }
    }
}

/// Records what happens; the hot end of all numbers.
///
/// Everything lies in memory of its own behind `let` pointers, so that recording takes neither reference counting nor
/// exclusivity checks.
/// - Isolation: loop
package final class MetricsRecorder {
    package let counters: UnsafeMutablePointer<RunCounters>
    /// `Shape:` one for each `Metric`.
    private let totals: UnsafeMutablePointer<LatencyHistogram>
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
        rows = .allocate(capacity: max(rowCount, 1))
        for index in 0..<rowCount { (rows + index).initialize(to: RowMetrics()) }
    }

    deinit {
        for index in 0..<rowCount { rows[index].destroy() }
        rows.deinitialize(count: rowCount)
        rows.deallocate()
        totals.deinitialize(count: Metric.allCases.count)
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
        totals[metric.rawValue].record(valueNs)
        rows[row].histograms[metric.rawValue].record(valueNs)
    }

    package func countEvent(row: Int) {
        counters.pointee.events += 1
        rows[row].events += 1
    }

    package func countBytes(_ count: Int, row: Int) {
        counters.pointee.bytes += UInt64(count)
        rows[row].bytes += UInt64(count)
    }

    package func countOutcome(_ outcome: TurnOutcome, isAfterFirstToken: Bool, row: Int) {
        counters.pointee.outcomes[outcome] += 1
        if isAfterFirstToken { counters.pointee.outcomesAfterFirstToken[outcome] += 1 }
        rows[row].outcomes[outcome] += 1
    }

    /// The total of a metric so far.
    package func total(of metric: Metric) -> LatencyHistogram { totals[metric.rawValue] }

    /// The address of a row; valid as long as the recorder.
    package func row(_ index: Int) -> UnsafePointer<RowMetrics> { UnsafePointer(rows + index) }
}

@available(*, unavailable)
extension MetricsRecorder: Sendable {}
