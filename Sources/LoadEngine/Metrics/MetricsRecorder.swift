/// Records what happens; the hot end of all numbers.
///
/// Everything lies in memory of its own behind `let` pointers, so that recording takes neither reference counting nor
/// exclusivity checks.
/// - Isolation: loop
package final class MetricsRecorder {
    /// How a conversation ended.
    package enum ConversationEnd {
        case completed(timeNs: UInt64, isGood: Bool)
        case failed
        case cancelled
    }

    package let counters: UnsafeMutablePointer<RecordedRun>
    /// `Shape:` one for each `Metric`.
    private let totals: UnsafeMutablePointer<PagedHistogram<UInt64>>
    /// How late the loop was in reading canaries, and how long its turns were.
    private let canary: UnsafeMutablePointer<PagedHistogram<UInt64>>
    private let loopTurn: UnsafeMutablePointer<PagedHistogram<UInt64>>
    /// `Shape:` the turns of the first conversation, then those of the second, and so on.
    private let rows: UnsafeMutablePointer<RowMetrics>
    private let conversations: UnsafeMutablePointer<ConversationMetrics>
    /// Those whose counts may have changed since somebody looked.
    ///
    /// A row with a running turn stays listed, so that what its answer brings need not be noted.
    private let changedRows: UnsafeMutablePointer<ChangeList>
    private let changedConversations: UnsafeMutablePointer<ChangeList>
    package let rowCount: Int
    package let conversationCount: Int
    package var details = OutcomeDetails()
    package var slowest = SlowestConversations()

    private static let totalCount = Metric.allCases.count + 2

    /// Makes a recorder that has counted nothing.
    ///
    /// - Parameter turnCounts: How many turns each conversation has; there is a row for each of them, in this order.
    package init(turnCounts: [Int]) {
        rowCount = turnCounts.reduce(0, +)
        conversationCount = turnCounts.count
        counters = .allocate(capacity: 1)
        counters.initialize(to: RecordedRun())
        // One more for the canary, one for the turns of the loop.
        totals = .allocate(capacity: Self.totalCount)
        totals.initialize(repeating: PagedHistogram(), count: Self.totalCount)
        canary = totals + Metric.allCases.count
        loopTurn = canary + 1
        rows = RowMetrics.allocate(rowCount)
        conversations = .allocate(capacity: max(conversationCount, 1))
        conversations.initialize(repeating: ConversationMetrics(), count: conversationCount)
        changedRows = .allocate(capacity: 1)
        changedRows.initialize(to: ChangeList(capacity: rowCount))
        changedConversations = .allocate(capacity: 1)
        changedConversations.initialize(to: ChangeList(capacity: conversationCount))
    }

    deinit {
        for changed in [changedRows, changedConversations] {
            changed.pointee.destroy()
            changed.deinitialize(count: 1)
            changed.deallocate()
        }
        for index in 0..<conversationCount { conversations[index].destroy() }
        conversations.deinitialize(count: conversationCount)
        conversations.deallocate()
        for index in 0..<rowCount { rows[index].destroy() }
        RowMetrics.free(rows)
        for index in 0..<Self.totalCount { totals[index].destroy() }
        totals.deinitialize(count: Self.totalCount)
        totals.deallocate()
        counters.deinitialize(count: 1)
        counters.deallocate()
    }

    /// Forgets what was counted: what runs now counts as just begun, and what has ended is planned no more.
    package func reset() {
        counters.pointee.reset()
        for index in 0..<Self.totalCount {
            totals[index].destroy()
            totals[index] = PagedHistogram()
        }
        for index in 0..<rowCount where rows[index].reset() { changedRows.pointee.insert(index) }
        for index in 0..<conversationCount where conversations[index].reset() {
            changedConversations.pointee.insert(index)
        }
        details = OutcomeDetails()
        slowest = SlowestConversations()
    }

    // MARK: Turns

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
        counters.pointee[.events] += 1
        rows[row].counts[.events] += 1
    }

    package func countBytes(_ count: Int, row: Int) {
        counters.pointee[.bytes] += UInt64(count)
        rows[row].counts[.bytes] += UInt64(count)
    }

    /// Takes back bytes that have just been counted.
    package func uncountBytes(_ number: Int, row: Int) {
        counters.pointee[.bytes] -= UInt64(number)
        rows[row].counts[.bytes] -= UInt64(number)
    }

    /// Counts bytes of a turn that was completed or failed, which have been counted as they came.
    package func countEndedBytes(_ count: UInt64, row: Int) { rows[row].counts[.endedBytes] += count }

    package func turnBegan(row: Int) {
        counters.pointee[.turnsStarted] += 1
        counters.pointee.total.turnsRunning += 1
        counters.pointee[.turnsPeak] = max(counters.pointee[.turnsPeak], counters.pointee.total.turnsRunning)
        rows[row].counts.turnsRunning += 1
        noteChange(ofRow: row)
    }

    /// Notes that a row without a running turn has changed: everything else that is counted of a row comes while it has one,
    /// or with its end.
    package func noteChange(ofRow row: Int) { changedRows.pointee.insert(row) }

    package func firstTokenCame() { counters.pointee.gauges.turnsStreaming += 1 }

    /// A turn that had begun has its outcome.
    package func turnEnded(_ outcome: TurnOutcome, isAfterFirstToken: Bool, row: Int) {
        counters.pointee.total.turnsRunning -= 1
        if isAfterFirstToken { counters.pointee.gauges.turnsStreaming -= 1 }
        rows[row].counts.turnsRunning -= 1
        countOutcome(outcome, isAfterFirstToken: isAfterFirstToken, row: row)
    }

    package func countOutcome(_ outcome: TurnOutcome, isAfterFirstToken: Bool, row: Int) {
        counters.pointee.total.outcomes[outcome] += 1
        if isAfterFirstToken { counters.pointee.outcomesAfterFirstToken[outcome] += 1 }
        rows[row].counts.outcomes[outcome] += 1
        noteChange(ofRow: row)
    }

    /// Notes when a failure happened.
    package func noteFailure(_ outcome: TurnOutcome, row: Int, atNs nowNs: UInt64) {
        rows[row].counts.outcomeTimes.note(outcome, atNs: nowNs)
    }

    /// Counts a turn that met every objective.
    package func countGoodTurn(row: Int) {
        counters.pointee[.goodTurns] += 1
        rows[row].counts[.goodTurns] += 1
    }

    /// Counts a completed turn without a content event.
    package func countTurnWithoutContent(row: Int) {
        counters.pointee[.turnsWithoutContent] += 1
        rows[row].counts[.turnsWithoutContent] += 1
    }

    /// Counts a completed turn whose content events all came together.
    package func countTurnInOnePiece(row: Int) {
        counters.pointee[.turnsInOnePiece] += 1
        rows[row].counts[.turnsInOnePiece] += 1
    }

    /// Counts a turn that was cancelled in the middle of a silence, which is neither a stall nor a failure.
    package func countCancelledSilence(_ silenceNs: UInt64, isAfterFirstToken: Bool) {
        counters.pointee[.cancelledInSilence] += 1
        if !isAfterFirstToken { counters.pointee[.cancelledBeforeFirstToken] += 1 }
        counters.pointee[.longestCancelledSilenceNs] = max(counters.pointee[.longestCancelledSilenceNs], silenceNs)
    }

    /// Counts the stalls of a turn that had any.
    ///
    /// - Parameters:
    ///   - count: How many there were.
    ///   - timeNs: How long they were together.
    ///   - row: The index of the row.
    package func countStalls(_ count: UInt64, timeNs: UInt64, row: Int) {
        counters.pointee[.stalls] += count
        counters.pointee[.stalledTurns] += 1
        rows[row].counts[.stalls] += count
        rows[row].counts[.stalledTurns] += 1
        record(.stallTime, timeNs, row: row)
    }

    // MARK: Conversations

    package func conversationBegan(_ conversation: Int) {
        counters.pointee.total.conversationsRunning += 1
        conversations[conversation].counts.conversationsRunning += 1
        changedConversations.pointee.insert(conversation)
    }

    package func conversationEnded(_ end: ConversationEnd, _ conversation: Int) {
        counters.pointee.total.conversationsRunning -= 1
        conversations[conversation].counts.conversationsRunning -= 1
        changedConversations.pointee.insert(conversation)
        switch end {
        case .completed(let timeNs, let isGood):
            counters.pointee[.conversationsCompleted] += 1
            conversations[conversation].counts[.conversationsCompleted] += 1
            if isGood {
                counters.pointee[.goodConversations] += 1
                conversations[conversation].counts[.goodConversations] += 1
            }
            record(.conversationTime, timeNs)
            conversations[conversation].time.record(timeNs)
        case .failed:
            counters.pointee[.conversationsFailed] += 1
            conversations[conversation].counts[.conversationsFailed] += 1
        case .cancelled:
            counters.pointee[.conversationsCancelled] += 1
            conversations[conversation].counts[.conversationsCancelled] += 1
        }
    }

    // MARK: The generator

    /// Records how late the loop was in reading a canary.
    package func recordCanary(_ delayNs: UInt64) { canary.pointee.record(delayNs) }

    /// Records how long the loop was busy between two waits.
    package func recordLoopTurn(_ lengthNs: UInt64) { loopTurn.pointee.record(lengthNs) }

    // MARK: What has been counted

    /// All that has been counted so far but for the distributions of rows, as a value that other threads may have.
    ///
    /// - Complexity: That of copying every row; the loop publishes `metrics(with:)`.
    package var metrics: RunMetrics {
        metrics(
            rows: PagedArray((0..<rowCount).lazy.map { [self] in rows[$0].counts }),
            conversations: PagedArray((0..<conversationCount).lazy.map { [self] in conversations[$0].counts })
        )
    }

    /// The same, with rows and conversations as they are published.
    package func metrics(with published: PublishedRows) -> RunMetrics {
        metrics(rows: published.counts, conversations: published.tallies)
    }

    private func metrics(
        rows: PagedArray<TallyCounts>,
        conversations: PagedArray<TallyCounts>
    ) -> RunMetrics {
        var lateness = Lateness()
        lateness.canary = RecordedDurations(canary.pointee)
        lateness.loopTurn = RecordedDurations(loopTurn.pointee)
        return RunMetrics(
            counters: counters.pointee,
            totals: (0..<Metric.allCases.count).map { RecordedDurations(totals[$0]) },
            lateness: lateness,
            rows: rows,
            conversations: conversations,
            slowest: slowest,
            details: details
        )
    }

    /// Calls the body for each row whose counts may have changed since the last visit.
    ///
    /// - Complexity: That of the changes, and of the rows with a running turn.
    package func visitChangedRows(_ body: (Int) -> Void) {
        changedRows.pointee.visit { row in
            body(row)
            return rows[row].counts.turnsRunning > 0
        }
    }

    /// Calls the body for each conversation whose counts have changed since the last visit.
    package func visitChangedConversations(_ body: (Int) -> Void) {
        changedConversations.pointee.visit { conversation in
            body(conversation)
            return false
        }
    }

    /// The distributions of one row, one for each of the first `Metric.perRowCount`, as values that other threads may
    /// have; none when nothing was recorded.
    package func distributions(ofRow row: Int) -> [RecordedDurations] {
        if hasSampleCounts([], ofRow: row) { return [] }
        return rows[row].histograms.indices.map { RecordedDurations(rows[row].histograms[$0]) }
    }

    /// Whether each of a row's distributions has as many samples as earlier, when they were copied.
    ///
    /// - Parameters:
    ///   - earlier: The copies; none when nothing was copied.
    ///   - row: The index of the row.
    /// - Returns: False when there are more now.
    package func hasSampleCounts(_ earlier: [RecordedDurations], ofRow row: Int) -> Bool {
        rows[row].histograms.indices.allSatisfy { index in
            rows[row].histograms[index].count == (index < earlier.count ? earlier[index].count : 0)
        }
    }

    /// The times of one conversation, as a value that other threads may have.
    package func times(ofConversation conversation: Int) -> RecordedDurations {
        RecordedDurations(conversations[conversation].time)
    }

    /// How many times of one conversation there are.
    package func timeCount(ofConversation conversation: Int) -> UInt64 { conversations[conversation].time.count }

    /// The counts of a conversation.
    package func counts(ofConversation conversation: Int) -> TallyCounts { conversations[conversation].counts }

    /// The counts of a row.
    package func counts(ofRow row: Int) -> TallyCounts { rows[row].counts }
}

@available(*, unavailable)
extension MetricsRecorder: Sendable {}
