/// The distributions of all rows and conversations, as values.
package struct RowDistributions: Sendable {
    /// `Shape:` [row][metric], the first `Metric.perRowCount` of each, or none where nothing was recorded.
    package var rows: PagedArray<[RecordedDurations]>
    /// The times of each conversation.
    package var conversations: PagedArray<RecordedDurations>

    /// All of a recorder's at once: for the end of a run.
    package init(_ recorder: MetricsRecorder) {
        rows = PagedArray((0..<recorder.rowCount).lazy.map { recorder.distributions(ofRow: $0) })
        conversations = PagedArray((0..<recorder.conversationCount).lazy.map { recorder.times(ofConversation: $0) })
    }

    /// Those of a recorder that has recorded nothing yet.
    init(before recorder: MetricsRecorder) {
        rows = PagedArray(repeating: [], count: recorder.rowCount)
        conversations = PagedArray(repeating: RecordedDurations(), count: recorder.conversationCount)
    }
}
