/// What the loop publishes of the rows and conversations of a recorder, kept up to date at the cost of what has changed.
///
/// Counts are copied at once. Distributions take some ten times as long, and copying those of thousands of rows would hold
/// up the loop: they are copied in steps, one row or one conversation each.
/// - Isolation: loop
package final class PublishedRows {
    private let recorder: MetricsRecorder
    private let copiesSamples: Bool
    /// The turns of the first conversation, then those of the second, and so on; their durations are a little older than
    /// their counts, and are missing unless they are published, or were copied at the end.
    package private(set) var rows: PagedArray<Tally>
    package private(set) var conversations: PagedArray<Tally>
    /// Of which the durations are still to be copied.
    private var staleRows: ChangeList
    private var staleConversations: ChangeList
    /// How many rows and conversations have been copied, and the durations of how many: what the loop's work is to be
    /// judged by.
    package private(set) var copiedCounts = 0
    package private(set) var copiedDistributions = 0

    /// Begins with a recorder that has recorded nothing since it was made or reset.
    ///
    /// - Parameters:
    ///   - recorder: The recorder.
    ///   - hasDistributions: Whether durations are published.
    package init(of recorder: MetricsRecorder, hasDistributions: Bool) {
        self.recorder = recorder
        copiesSamples = hasDistributions
        rows = PagedArray(repeating: Tally(), count: recorder.rowCount)
        conversations = PagedArray(repeating: Tally(), count: recorder.conversationCount)
        staleRows = ChangeList(capacity: hasDistributions ? recorder.rowCount : 0)
        staleConversations = ChangeList(capacity: hasDistributions ? recorder.conversationCount : 0)
    }

    deinit {
        staleRows.destroy()
        staleConversations.destroy()
    }

    /// Copies the counts of all rows and conversations that have changed.
    package func update() {
        recorder.visitChangedRows { row in
            recorder.copyCounts(ofRow: row, to: &rows[row])
            copiedCounts += 1
            if copiesSamples { staleRows.insert(row) }
        }
        recorder.visitChangedConversations { conversation in
            recorder.copyCounts(ofConversation: conversation, to: &conversations[conversation])
            copiedCounts += 1
            if copiesSamples { staleConversations.insert(conversation) }
        }
    }

    /// Copies the durations of one row or one conversation, as far as they have changed.
    ///
    /// - Returns: Whether there are more to be copied.
    package func copyNext() -> Bool {
        if let row = staleRows.takeLast() {
            copySamples(ofRow: row)
        } else if let conversation = staleConversations.takeLast() {
            copySamples(ofConversation: conversation)
        }
        return staleRows.count + staleConversations.count > 0
    }

    private func copySamples(ofRow row: Int) {
        // Asked first: a page that nobody else has would be copied for nothing.
        guard recorder.hasMore(ofRow: row, than: rows[row]) else { return }
        recorder.copySamples(ofRow: row, to: &rows[row])
        copiedDistributions += 1
    }

    private func copySamples(ofConversation conversation: Int) {
        guard recorder.hasMore(ofConversation: conversation, than: conversations[conversation]) else { return }
        recorder.copySamples(ofConversation: conversation, to: &conversations[conversation])
        copiedDistributions += 1
    }

    /// Copies everything at once: for the end of a run.
    package func copyAll() {
        update()
        for row in 0..<recorder.rowCount { copySamples(ofRow: row) }
        for conversation in 0..<recorder.conversationCount { copySamples(ofConversation: conversation) }
    }
}

@available(*, unavailable)
extension PublishedRows: Sendable {}
