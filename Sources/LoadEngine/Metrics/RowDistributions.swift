/// The distributions of all rows and conversations, as values.
///
/// Copying all of them at once would hold up the loop: a `Copier` takes one at a time.
package struct RowDistributions: Sendable {
    /// `Shape:` [row][metric], the first `Metric.perRowCount` of each; empty where nothing was recorded.
    package var rows: [[RecordedDurations]]
    /// The times of each conversation.
    package var conversations: [RecordedDurations]

    /// All of a recorder's at once: for the end of a run.
    package init(_ recorder: MetricsRecorder) {
        rows = (0..<recorder.rowCount).map { recorder.distributions(ofRow: $0) }
        conversations = (0..<recorder.conversationCount).map { recorder.times(ofConversation: $0) }
    }

    fileprivate init() {
        rows = []
        conversations = []
    }

    /// Copies the distributions of a recorder in small steps.
    /// - Isolation: loop
    package final class Copier {
        private let recorder: MetricsRecorder
        private var copied = RowDistributions()
        /// What the last whole copy found: what has not changed since is not copied again.
        private var last: RowDistributions?

        package init(of recorder: MetricsRecorder) {
            self.recorder = recorder
        }

        /// Copies one row or one conversation.
        ///
        /// - Returns: All distributions when this was the last of them; the next step begins anew.
        package func step() -> RowDistributions? {
            if copied.rows.count < recorder.rowCount {
                let row = copied.rows.count
                if let last, recorder.sampleCounts(ofRow: row) == last.rows[row].map(\.count) {
                    copied.rows.append(last.rows[row])
                } else {
                    copied.rows.append(recorder.distributions(ofRow: row))
                }
            } else if copied.conversations.count < recorder.conversationCount {
                copied.conversations.append(recorder.times(ofConversation: copied.conversations.count))
            }
            guard copied.conversations.count == recorder.conversationCount else { return nil }
            defer { copied = RowDistributions() }
            last = copied
            return copied
        }
    }
}

@available(*, unavailable)
extension RowDistributions.Copier: Sendable {}
