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
    private let loopIteration: UnsafeMutablePointer<PagedHistogram<UInt64>>
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
    /// Why answers ended, in the words of servers.
    package let finishReasons: FinishReasons
    /// What makes nanoseconds since 1970 of those of the clock that failures are noted by.
    package var nsSince1970: UInt64 = 0

    private static let totalCount = Metric.allCases.count + 2

    /// Makes a recorder that has counted nothing.
    ///
    /// - Parameter turnCounts: How many turns each conversation has; there is a row for each of them, in this order.
    package init(turnCounts: [Int]) {
        rowCount = turnCounts.reduce(0, +)
        conversationCount = turnCounts.count
        counters = .allocate(capacity: 1)
        counters.initialize(to: RecordedRun())
        // One more for the canary, one for the iterations of the loop.
        totals = .allocate(capacity: Self.totalCount)
        totals.initialize(repeating: PagedHistogram(), count: Self.totalCount)
        canary = totals + Metric.allCases.count
        loopIteration = canary + 1
        rows = RowMetrics.allocate(rowCount)
        conversations = .allocate(capacity: max(conversationCount, 1))
        conversations.initialize(repeating: ConversationMetrics(), count: conversationCount)
        finishReasons = FinishReasons(rowCount: rowCount)
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
        finishReasons.reset()
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

    /// Counts something in the total and in the row.
    @inline(__always)
    package func count(_ counter: Counter, _ number: UInt64 = 1, row: Int) {
        counters.pointee[counter] += number
        rows[row].counts[counter] += number
    }

    @inline(__always)
    package func countEvent(row: Int) { count(.events, row: row) }

    @inline(__always)
    package func countBytes(_ number: Int, row: Int) { count(.bytes, UInt64(number), row: row) }

    /// Takes back bytes that have just been counted.
    package func uncountBytes(_ number: Int, row: Int) {
        counters.pointee[.bytes] -= UInt64(number)
        rows[row].counts[.bytes] -= UInt64(number)
    }

    /// Counts bytes of a turn that was completed or failed, which have been counted as they came.
    package func countEndedBytes(_ number: UInt64, row: Int) { count(.endedBytes, number, row: row) }

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
        rows[row].outcomeTimes.note(outcome, atNs: nowNs &+ nsSince1970)
    }

    /// Counts why a completed turn's answer ended.
    ///
    /// - Parameters:
    ///   - reason: The index of the reason in `finishReasons`.
    ///   - row: The index of the row.
    package func countFinishReason(_ reason: Int, row: Int) { finishReasons.count(reason, row: row) }

    /// Counts a turn that met every objective.
    package func countGoodTurn(row: Int) { count(.goodTurns, row: row) }

    /// Counts a completed turn without a content event.
    package func countTurnWithoutContent(row: Int) { count(.turnsWithoutContent, row: row) }

    /// Counts a completed turn whose content events all came together.
    package func countTurnInOnePiece(row: Int) { count(.turnsInOnePiece, row: row) }

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
        self.count(.stalls, count, row: row)
        self.count(.stalledTurns, row: row)
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
    package func recordLoopIteration(_ lengthNs: UInt64) { loopIteration.pointee.record(lengthNs) }

    // MARK: What has been counted

    /// All that has been counted of the whole run, as a value that other threads may have.
    package var total: Tally {
        var total = Tally(counters.pointee.total)
        total.finishReasons = finishReasons.total
        total.setSamples(of: Metric.allCases) { Distribution(totals[$0.rawValue]) }
        return total
    }

    /// All rows, with their durations.
    ///
    /// - Complexity: That of copying every row; the loop publishes `PublishedRows`.
    package var rowTallies: PagedArray<Tally> {
        PagedArray(
            (0..<rowCount).lazy.map { [self] row in
                var tally = Tally()
                copyCounts(ofRow: row, to: &tally)
                copySamples(ofRow: row, to: &tally)
                return tally
            }
        )
    }

    /// All conversations, with their times.
    ///
    /// - Complexity: That of copying every conversation; the loop publishes `PublishedRows`.
    package var conversationTallies: PagedArray<Tally> {
        PagedArray(
            (0..<conversationCount).lazy.map { [self] conversation in
                var tally = Tally()
                copyCounts(ofConversation: conversation, to: &tally)
                copySamples(ofConversation: conversation, to: &tally)
                return tally
            }
        )
    }

    /// How late the loop was in reading canaries.
    package var canaryDelays: Distribution { Distribution(canary.pointee) }

    /// How long the loop was busy between two waits.
    package var loopIterations: Distribution { Distribution(loopIteration.pointee) }

    /// What is known of the outcomes that are not `completed`.
    package var notes: [String: OutcomeNotes] {
        details.notes(of: counters.pointee.total.outcomes, afterFirstToken: counters.pointee.outcomesAfterFirstToken)
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

    /// Copies the counts of a row, which is fast, and leaves the durations as they were copied last.
    package func copyCounts(ofRow row: Int, to tally: inout Tally) {
        tally.counts = rows[row].counts
        tally.moments = rows[row].outcomeTimes.moments
        tally.finishReasons = finishReasons.counts(ofRow: row)
    }

    /// Copies the durations of a row, as far as there are more than in the copy.
    package func copySamples(ofRow row: Int, to tally: inout Tally) {
        let old = tally
        tally.setSamples(of: Metric.ofRows) { metric in
            let histogram = rows[row].histograms[metric.rawValue]
            // Nothing is taken away from a distribution: of as many samples it is the same.
            if let known = old[metric], known.count == histogram.count { return known }
            return histogram.count > 0 ? Distribution(histogram) : Distribution()
        }
    }

    /// Whether there is anything of a row that a copy does not have.
    package func hasMore(ofRow row: Int, than tally: Tally) -> Bool {
        Metric.ofRows.contains { rows[row].histograms[$0.rawValue].count != tally[$0]?.count ?? 0 }
    }

    /// Copies the counts of a conversation.
    package func copyCounts(ofConversation conversation: Int, to tally: inout Tally) {
        tally.counts = conversations[conversation].counts
    }

    /// Copies the times of a conversation.
    package func copySamples(ofConversation conversation: Int, to tally: inout Tally) {
        tally[.conversationTime] = Distribution(conversations[conversation].time)
    }

    /// Whether there are times of a conversation that a copy does not have.
    package func hasMore(ofConversation conversation: Int, than tally: Tally) -> Bool {
        conversations[conversation].time.count != tally[.conversationTime]?.count ?? 0
    }

    /// The counts of a row.
    package func counts(ofRow row: Int) -> TallyCounts { rows[row].counts }
}

@available(*, unavailable)
extension MetricsRecorder: Sendable {}
