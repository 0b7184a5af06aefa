/// What the loop publishes of the rows and conversations of a recorder, kept up to date at the cost of what has changed.
///
/// Counts are copied at once. Distributions take some ten times as long, and copying those of thousands of rows would hold
/// up the loop: they are copied in steps, one row or one conversation each.
/// - Isolation: loop
package final class PublishedRows {
    private let recorder: MetricsRecorder
    private let copiesDistributions: Bool
    package private(set) var counts: PagedArray<TallyCounts>
    package private(set) var tallies: PagedArray<TallyCounts>
    /// A little older than the counts; nil unless they are published, or were copied at the end.
    package private(set) var distributions: RowDistributions?
    /// Of which the distributions are still to be copied.
    private var staleRows: ChangeList
    private var staleConversations: ChangeList
    /// How many rows and conversations have been copied, and how many distributions: what the loop's work is to be judged
    /// by.
    package private(set) var copiedCounts = 0
    package private(set) var copiedDistributions = 0

    /// Begins with a recorder that has recorded nothing since it was made or reset.
    ///
    /// - Parameters:
    ///   - recorder: The recorder.
    ///   - hasDistributions: Whether distributions are published.
    package init(of recorder: MetricsRecorder, hasDistributions: Bool) {
        self.recorder = recorder
        copiesDistributions = hasDistributions
        counts = PagedArray(repeating: TallyCounts(), count: recorder.rowCount)
        tallies = PagedArray(repeating: TallyCounts(), count: recorder.conversationCount)
        distributions = hasDistributions ? RowDistributions(before: recorder) : nil
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
            counts[row] = recorder.counts(ofRow: row)
            copiedCounts += 1
            if copiesDistributions { staleRows.insert(row) }
        }
        recorder.visitChangedConversations { conversation in
            tallies[conversation] = recorder.counts(ofConversation: conversation)
            copiedCounts += 1
            if copiesDistributions { staleConversations.insert(conversation) }
        }
    }

    /// Copies the distributions of one row or one conversation, as far as they have changed.
    ///
    /// - Returns: Whether there are more to be copied.
    package func copyNext() -> Bool {
        if let row = staleRows.takeLast() {
            if !recorder.hasSampleCounts(distributions?.rows[row] ?? [], ofRow: row) {
                distributions?.rows[row] = recorder.distributions(ofRow: row)
                copiedDistributions += 1
            }
        } else if let conversation = staleConversations.takeLast() {
            if distributions?.conversations[conversation].count != recorder.timeCount(ofConversation: conversation) {
                distributions?.conversations[conversation] = recorder.times(ofConversation: conversation)
                copiedDistributions += 1
            }
        }
        return staleRows.count + staleConversations.count > 0
    }

    /// Copies all distributions at once: for the end of a run.
    package func copyAll() { distributions = RowDistributions(recorder) }
}

@available(*, unavailable)
extension PublishedRows: Sendable {}
